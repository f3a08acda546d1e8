"""Results that may leave: nothing from a copy, nothing that unblinds before the lock, and names for a reason alone."""

from __future__ import annotations

import hashlib
import shutil
from decimal import Decimal
from pathlib import Path

import pydicom
import pytest

from scoring.readings import rounds
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.errors import StudyError, UnknownReader
from storage.exporting.results import results
from storage.record import acts
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.lived.readers import sign
from tests.builders.lived.story import Lived, a_lived_study
from tests.builders.studies import a_subject, an_assigned_study, read_whole
from tests.exchange.results_out.conftest import Read, faults, groups, report_in
from tests.exchange.sample_study import SAMPLE
from workstation.app.results_out import writing as app
from workstation.cli import main
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.exchange import segmentation

pytest.importorskip("highdicom")


def _none(_done: int, _total: int, _stage: str) -> None:
    pass


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Signed, read again, reopened, merged, excluded, with hidden repeats; nothing is locked."""
    return a_lived_study(tmp_path_factory.mktemp("lived") / "year")


def test_before_the_lock_nothing_leaves_of_a_person_whose_images_are_still_read(lived: Lived) -> None:
    with pytest.raises(StudyError, match="Nothing can leave yet: repeats wait for the lock"):
        results(lived.trial)


def test_a_repeat_leaves_once_the_study_is_locked_and_what_is_excluded_never(lived: Lived, tmp_path: Path) -> None:
    trial = shutil.copytree(lived.trial, tmp_path / "trial")
    with CoordinatorStudy.open(trial) as study:
        study.lock(why="interim", incomplete=True)

    found = results(trial)

    assert (found.locked, found.waiting) == (True, 0)
    assert {of.round for of in found.readings} == {rounds.FIRST, rounds.REREAD, rounds.DRIFT, rounds.ADJUDICATION}
    by_case = {of.signed.case: of for of in found.readings}
    assert by_case[lived.cases["amended"]].revision == 2
    subject = by_case[lived.cases["amended"]].subject
    done = app.for_science(trial, tmp_path / "out", "", lived.cases["amended"], _none)
    assert {file.name: faults(file) for file in done.dicom} == {file.name: [] for file in done.dicom}
    with CoordinatorStudy.open(trial) as study:
        study.unlock("one was excluded late")
    assert main(["study", "remove", str(trial), subject, "--why", "consent was withdrawn"]) == 0
    with CoordinatorStudy.open(trial) as study:
        study.lock(why="interim", incomplete=True)
    assert not {of.signed.case for of in results(trial).readings if of.subject == subject}


def test_a_readers_copy_gives_nothing(lived: Lived, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(lived.home), "dicom", "--out", str(tmp_path / "out")]) == 2
    assert "home is a reader's copy: results leave from the coordinator's study alone" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_person_who_is_read_to_the_end_by_all_leaves_before_the_lock_and_the_others_wait(tmp_path: Path) -> None:
    trial, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    with pytest.raises(StudyError, match="No case of this study is signed"):
        results(trial)
    for case in cases:
        read_whole(trial, case)
        sign(trial, "ES", case)
    assert {of.signed.case for of in results(trial).readings} == set(cases)
    first = next(of for of in results(trial).readings if of.subject == "S001")
    with CoordinatorStudy.open(trial) as study:
        study.assign("BB", seed=4, leave_out=frozenset({"S001"}))

    found = results(trial)

    assert ([of.signed.case for of in found.readings], found.waiting) == ([first.signed.case], 1)
    with pytest.raises(UnknownReader, match="reader 'BB' has signed no case"):
        results(trial, "BB")
    with pytest.raises(StudyError, match="case 'XXXXX' isn't signed"):
        results(trial, case="XXXXX")


def test_a_repeat_waits_for_the_lock_although_nobody_reads_that_person_any_more(tmp_path: Path) -> None:
    trial, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(trial, case)
    sign(trial, "ES", case)
    with CoordinatorStudy.open(trial) as study:
        (again,) = study.reread("ES", 1, seed=1)
    read_whole(trial, again.case)
    sign(trial, "ES", again.case)

    found = results(trial)

    assert ([of.signed.case for of in found.readings], found.waiting) == ([case], 1)
    with pytest.raises(StudyError, match="Nothing can leave yet: repeats wait for the lock"):
        results(trial, case=again.case)
    with CoordinatorStudy.open(trial) as study:
        study.lock()
    assert {of.signed.case for of in results(trial).readings} == {case, again.case}


def test_the_archive_gets_what_the_scanner_said_of_person_and_examination(read: Read, tmp_path: Path) -> None:
    assert main(["export", str(read.trial), "dicom", "--out", str(tmp_path / "out"), "--for", "archive"]) == 2
    with CoordinatorStudy.open(read.trial) as study, study._store.reading() as connection:
        assert acts.of_kind(connection, "identified") == []
    why = ["--why", "the hospital keeps results"]
    assert main(["export", str(read.trial), "dicom", "--out", str(tmp_path / "out"), "--for", "archive", *why]) == 0
    with CoordinatorStudy.open(read.trial) as study, study._store.reading() as connection:
        assert [act.said for act in acts.of_kind(connection, "identified")] == [{"why": why[1]}]

    scans = {}
    for file in SAMPLE.rglob("*"):
        if file.is_file() and file.suffix not in {".csv", ".json", ".md"}:
            found = pydicom.dcmread(file, stop_before_pixels=True)
            scans[str(found.SOPInstanceUID)] = found
    for file in (tmp_path / "out").rglob("*.dcm"):
        assert file.stat().st_mode & 0o077 == 0
        assert faults(file) == []
    report = report_in(tmp_path / "out", read.case, 1)
    named = {
        item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        for group in groups(report).values()
        for point in group.ContentSequence
        if point.ValueType == "SCOORD"
        for item in point.ContentSequence
    }
    (seen,) = named
    scan = scans[seen]
    # the middle of the pixel that was pointed at, in the scanner's own image
    stored = [float(value) for value in scan.ImagePositionPatient]
    assert stored == pytest.approx(read.series.slices[8].position_mm, abs=1e-3)
    for name in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "StudyDate", "AccessionNumber"):
        assert report.get(name) == scan.get(name), name
    assert "PatientIdentityRemoved" not in report
    by_codes = app.for_science(read.trial, tmp_path / "codes", "", "", _none)
    assert report_in(by_codes.out, read.case, 1).SOPInstanceUID != report.SOPInstanceUID


def test_scans_that_aren_t_there_or_aren_t_the_same_are_one_line(read: Read, tmp_path: Path) -> None:
    with CoordinatorStudy.open(read.trial) as study:
        known = app.originals_of(study)
    one = next(iter(known.values()))
    gone = app.archivable(read.trial, tmp_path / "out", "", "")
    from workstation.exchange.results_out.export import ARCHIVE, Job, export_results  # noqa: PLC0415 - an extra
    from workstation.exchange.results_out.sources import Identified, Original  # noqa: PLC0415 - see above

    changed = tmp_path / "changed.dcm"
    changed.write_bytes(one.file.read_bytes() + b"\0\0")
    for file, says in ((tmp_path / "none.dcm", "aren't where they were"), (changed, "have changed since")):
        originals = {code: Original(file, item.sha256, item.series_uid, item.sop_uids) for code, item in known.items()}
        with pytest.raises(StudyError, match=says):
            export_results(
                Job(read.trial, tmp_path / "out", gone, Identified(read.trial / "images", originals), ARCHIVE), _none
            )
    with pytest.raises(StudyError, match="the vault doesn't know which images"):
        export_results(Job(read.trial, tmp_path / "out", gone, Identified(read.trial / "images", {}), ARCHIVE), _none)
    assert not (tmp_path / "out").exists()


def test_a_reading_without_images_has_no_report_and_is_told(read: Read, tmp_path: Path) -> None:
    trial = str(read.trial)
    assert main(["study", "scheme", "add", trial, "ramris-hand", "--without-images", "--why", "read elsewhere"]) == 0
    assert main(
        [
            "study",
            "assign",
            trial,
            "--reader",
            "HH",
            "--scheme",
            "ramris-hand",
            "--anyway",
            "--who",
            "J. Smit",
            "--why",
            "images are elsewhere",
        ]
    ) in {0, 1}
    with ReaderStudy.open(read.trial, "HH") as door:
        (case,) = (item.case for item in door.worklist())
        keys = keys_in_reading_order(door.scheme)
        door.record(case, [AnswerChanged(at, None, Graded(Decimal(0))) for at in keys], "room")
    sign(read.trial, "HH", case)

    done = app.for_science(read.trial, tmp_path / "out", "HH", "", _none)

    assert done.dicom == ()
    assert f"Case {case}: its images aren't in the study, so no report could name them" in done.told[0]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"PatientID": None, "PatientName": None}, ""),
        ({"PatientBirthDate": "yesterday", "StudyDate": "2026", "StudyTime": "noon", "PatientSex": "male"}, ""),
        ({"PatientName": "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce", "SpecificCharacterSet": "ISO_IR 192"}, ""),
        ({"StudyInstanceUID": "not a uid"}, "which examination and images they are"),
        ({"StudyInstanceUID": None}, "which examination and images they are"),
        ({"SOPClassUID": None}, "which examination and images they are"),
    ],
    ids=["nobody", "no days", "kanji", "no uid", "no study", "no class"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_headers_that_no_scanner_should_write_end_in_valid_reports_or_in_one_line(
    read: Read, tmp_path: Path, said: dict[str, str | None], refused: str
) -> None:
    from workstation.exchange.results_out.export import ARCHIVE, Job, export_results  # noqa: PLC0415 - an extra
    from workstation.exchange.results_out.sources import Identified, Original  # noqa: PLC0415 - see above

    with CoordinatorStudy.open(read.trial) as study:
        known = app.originals_of(study)
    originals = {}
    for number, (code, item) in enumerate(known.items()):
        scan = pydicom.dcmread(item.file)
        for name, value in said.items():
            if value is None:
                delattr(scan, name)
            else:
                setattr(scan, name, value)
        file = tmp_path / f"{number}.dcm"
        scan.save_as(file, enforce_file_format=False)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        originals[code] = Original(file, sha256, item.series_uid, item.sop_uids)
    found = app.archivable(read.trial, tmp_path / "out", "", "")
    job = Job(read.trial, tmp_path / "out", found, Identified(read.trial / "images", originals), ARCHIVE)

    if refused:
        with pytest.raises(StudyError, match=refused):
            export_results(job, _none)
        return
    done = export_results(job, _none)
    assert {file.name: faults(file) for file in done.dicom} == {file.name: [] for file in done.dicom}
    if "SpecificCharacterSet" in said:
        assert str(report_in(done.out, read.case, 1).PatientName) == said["PatientName"]


def test_where_the_order_is_hidden_the_archive_waits_for_the_lock(tmp_path: Path) -> None:
    trial = tmp_path / "trial"
    CoordinatorStudy.create(trial, order="hidden").close()
    with CoordinatorStudy.open(trial) as study:
        study.replace_subject(a_subject("S001"))
        (case,) = study.assign("ES", seed=1)
    read_whole(trial, case.case)
    sign(trial, "ES", case.case)
    with pytest.raises(UsageRefused, match="The order of visits is hidden in this study"):
        app.archivable(trial, tmp_path / "out", "", "")
    with CoordinatorStudy.open(trial) as study:
        study.lock()
    assert app.archivable(trial, tmp_path / "out", "", "").locked


def test_what_can_t_be_asked_for_is_one_line_and_leaves_nothing(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, out = str(read.trial), str(tmp_path / "out")
    for given, says in (
        (["other", "--out", out], "--out goes with dicom"),
        (["dicom", "--out", f"{trial}/out"], "not inside the study folder"),
        (["dicom", "--out", out, "--wide"], "are for tables, not for dicom"),
        (["dicom", "--out", out, "--why", "asked"], "--why goes with --for archive"),
        (["dicom", "--for", "science"], "--for goes with dicom"),
        ([out, "--case", "ABCDE"], "--case goes with dicom"),
        (["dicom", "--out", out, "--reader", "ZZ"], "reader 'ZZ' has signed no case"),
    ):
        assert main(["export", trial, *given]) == 2
        said = capsys.readouterr().err
        assert says in said
        assert said.count("\n") == 1
    shutil.rmtree(read.trial / "images")
    with pytest.raises(StudyError, match="aren't there, or aren't those of the record"):
        app.for_science(read.trial, tmp_path / "out", "", "", _none)
    monkeypatch.setattr(segmentation, "find_spec", lambda _: None)
    with pytest.raises(EnvironmentLacks, match=r'DICOM results need highdicom.*pip install "ramris\[seg\]"'):
        app.for_science(read.trial, tmp_path / "out", "", "", _none)
    assert not (tmp_path / "out").exists()


def test_a_folder_called_dicom_still_takes_tables(
    read_once: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(read_once.trial), "dicom"]) == 0
    assert (tmp_path / "dicom" / "scores.csv").is_file()
