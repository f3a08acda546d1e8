"""`ramris calibrate`: a study whose expert EX signed three cases, erosion of the capitate 1, 4 and 7; R1 learns.

ICCs by hand are in tests/scoring/calibration; here they are those of the commands.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from scoring.schemes.folder import shipped_folder
from storage.audit.verification import audit
from storage.audit.verified_readings import study_readings
from storage.handover.hand_over import hand_over
from storage.record import acts
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.allotting import ALL
from tests.builders.studies import a_subject, an_assigned_study, as_it_is, changed, read_whole, record, with_files
from workstation.app.window_tasks import TASKS
from workstation.cli import main
from workstation.managing.study_tasks import Given

GRADES = {"S001": 1, "S002": 4, "S003": 7}
ONE_GATE = 'least_cases = 3\n[[gate]]\nat = "1"\nabove = 0.9\ntotals = ["EROTOT"]\n'


def _given(folder: Path) -> dict[str, str]:
    """Each case with its subject, of everybody."""
    return {item.case: item.subject for item in study_readings(folder).readings}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """EX has signed; R1 was given the same cases and has answered nothing."""
    folder, cases = an_assigned_study(tmp_path_factory.mktemp("calibration") / "set", reader="EX", subjects=3)
    subjects = _given(folder)
    for case in cases:
        _sign(folder, case, GRADES[subjects[case]], "EX")
    with CoordinatorStudy.open(folder) as study:
        study.set_design("calibration", "EX", "for learning")
        study.assign("R1", seed=2)
    (folder / "calibration.toml").write_text(ONE_GATE)
    return folder


@pytest.fixture
def learning(made: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(made, tmp_path / "set"))


def _sign(folder: Path, case: str, grade: int, reader: str) -> None:
    read_whole(folder, case, {"1 ERO CAP": str(grade)}, reader)
    _sign_as_it_is(folder, case, reader)


def _sign_as_it_is(folder: Path, case: str, reader: str) -> None:
    with ReaderStudy.open(folder, reader) as study:
        study.sign(case, {finding.id: "looked again" for finding in study.signing_sheet(case).findings})


def _cases(folder: Path) -> dict[str, int]:
    """R1's cases, each with what EX gave its capitate."""
    mine = [item for item in study_readings(folder).readings if item.reader == "R1"]
    return {item.case: GRADES[item.subject] for item in mine}


def _read_all(folder: Path, off: int = 0) -> list[str]:
    """R1 signs all; each capitate `off` from the reference."""
    cases = _cases(folder)
    for case, grade in cases.items():
        _sign(folder, case, grade + off, "R1")
    return list(cases)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    status = main([str(part) for part in arguments])
    said = capsys.readouterr()
    return status, said.out + said.err


def _calibrate(capsys: pytest.CaptureFixture[str], folder: Path, *more: str | Path) -> tuple[int, str]:
    return _run(capsys, "calibrate", folder, "--reader", "R1", *more)


def test_before_the_first_case_it_says_what_to_do(learning: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = _calibrate(capsys, learning)

    assert status == 1
    assert "Not passed yet: 3 more cases to finish; below the gate" not in said
    assert "3 cases left: ramris read" in said


def test_what_isn_t_signed_shows_no_reference(learning: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(iter(_cases(learning)))
    read_whole(learning, case, {"1 ERO CAP": "9"}, "R1")

    status, said = _calibrate(capsys, learning, "--case", case)

    assert status == 2
    assert f"case {case!r}: not one that R1 has signed and the reference knows; these are: none yet" in said


def test_a_signed_case_is_told_site_by_site_and_that_it_was_shown_is_on_the_record(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, grade = next(iter(_cases(learning).items()))
    _sign(learning, case, grade + 2, "R1")

    status, said = _calibrate(capsys, learning)
    _calibrate(capsys, learning)

    assert status == 1
    assert f"Erosion, Capitate, baseline: {grade + 2}, reference {grade} (more than one grade off)" in said
    with CoordinatorStudy.open(learning) as study, study._store.reading() as connection:
        shown = acts.of_kind(connection, "feedback")
    assert [(act.reader, act.case) for act in shown] == [("R1", case)]
    assert audit(learning).acts


def test_a_reader_who_reads_as_the_reference_passes_once_on_the_record(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _read_all(learning)

    status, text = _calibrate(capsys, learning, "--json")
    found = json.loads(text)

    assert (status, found["passed"], found["cases"]) == (0, True, 3)
    assert found["passed_at_utc"] == json.loads(_calibrate(capsys, learning, "--json")[1])["passed_at_utc"]
    gate = next(item for item in found["measures"] if (item["total"], item["at"]) == ("EROTOT", "1"))
    assert (gate["icc"]["estimate"], gate["above"], gate["passed"]) == (1.0, 0.9, True)
    log = _run(capsys, "study", "log", learning)[1]
    assert log.count("calibration passed") == 1


def test_a_reader_who_grades_everything_two_higher_doesn_t_pass(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: MSR 18, MSE 0, MSC 6; ICC(2,1) = 18 / (18 + 2 * 6 / 3) = 0.818, though the ranks are perfect."""
    _read_all(learning, off=2)

    status, text = _calibrate(capsys, learning, "--json")
    gate = next(item for item in json.loads(text)["measures"] if (item["total"], item["at"]) == ("EROTOT", "1"))

    assert status == 1
    assert gate["icc"]["estimate"] == pytest.approx(18 / 22)
    assert gate["bias"]["estimate"] == pytest.approx(2.0)


def test_what_was_reopened_after_the_reference_was_seen_counts_as_it_was_signed_first(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, grade = next(iter(_cases(learning).items()))
    _sign(learning, case, grade + 2, "R1")
    _calibrate(capsys, learning)
    with CoordinatorStudy.open(learning) as study:
        study.reopen(case, "asked for")
    record(learning, case, changed("1 ERO CAP", str(grade), str(grade + 2)), reader="R1")
    _sign_as_it_is(learning, case, "R1")

    said = _calibrate(capsys, learning)[1]

    assert f"Erosion, Capitate, baseline: {grade + 2}, reference {grade}" in said


def test_a_case_that_is_read_again_counts_by_its_last_reading(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _read_all(learning, off=2)
    _calibrate(capsys, learning)
    with CoordinatorStudy.open(learning) as study:
        again = study.reread("R1", 3)
    for item in again:
        _sign(learning, item.case, GRADES[item.subject], "R1")

    status, text = _calibrate(capsys, learning, "--json")

    assert (status, json.loads(text)["cases"]) == (0, 3)


def test_no_trial_becomes_a_calibration_once_somebody_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", reader="EX", subjects=2)
    with CoordinatorStudy.open(folder) as study:
        mine = study.assign("R1", seed=2)
    record(folder, mine[0].case, changed("1 ERO CAP", "1"), reader="R1")

    plain = _run(capsys, "calibrate", folder, "--reader", "R1")
    turned = _run(capsys, "study", "design", folder, "--set", "calibration=EX", "--why", "to learn")

    assert cases
    assert plain[0] == turned[0] == 2
    assert "This study is no calibration: nobody sees how others have read it" in plain[1]
    assert "R1 has begun to read here, so this is no calibration any more" in turned[1]


def test_a_calibration_is_of_pairs_in_order_of_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "trial"
    with CoordinatorStudy.create(folder, order="single") as study:
        study.replace_subject(a_subject())
        study.assign("EX", seed=1)
    said = _run(capsys, "study", "design", folder, "--set", "calibration=EX", "--why", "to learn")

    assert said[0] == 2
    assert "A calibration is of pairs in order of time" in said[1]


@pytest.mark.usefixtures("qapp")
def test_the_page_is_a_certificate_once_passed_and_isn_t_written_into_the_study(
    learning: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    first = next(iter(_cases(learning)))
    _sign(learning, first, _cases(learning)[first], "R1")
    _calibrate(capsys, learning, "--page", page)
    assert "<h1>Calibration: R1</h1>" in page.read_text()
    for case, grade in list(_cases(learning).items())[1:]:
        _sign(learning, case, grade, "R1")

    assert _calibrate(capsys, learning, "--page", page)[0] == 0
    assert _calibrate(capsys, learning, "--page", tmp_path / "page.pdf")[0] == 0

    text = page.read_text()
    assert "<h1>Certificate of calibration: R1</h1>" in text
    assert "above 0.90: passed" in text
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    refused = _calibrate(capsys, learning, "--page", learning / "page.html")
    assert (refused[0], "not inside the study folder" in refused[1]) == (2, True)


def test_a_coordinator_sees_the_gates_in_the_window_and_no_case(learning: Path) -> None:
    """The record would say that the reader has seen the reference of it."""
    case, grade = next(iter(_cases(learning).items()))
    _sign(learning, case, grade, "R1")
    (task,) = [task for task in TASKS if task.id == "study.calibration"]

    notice = task.run(Given(learning, None, {"reader": "R1", "page": ""}, lambda *_: None))

    assert notice.text == "R1: Not passed yet: 2 more cases to finish; below the gate: Erosion total (baseline)"
    assert "2 cases on the worklist of R1 not signed yet" in notice.details
    with CoordinatorStudy.open(learning) as study, study._store.reading() as connection:
        assert acts.of_kind(connection, "feedback") == []


def test_who_reads_by_another_scheme_than_the_reference_isn_t_calibrated(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with CoordinatorStudy.open(learning) as study:
        study.add_scheme(shipped_folder("sharp-vdh"), "radiographs as published", without_images=True)
        study.give("ND", ALL, 1, scheme="sharp-vdh")

    status, said = _run(capsys, "calibrate", learning, "--reader", "ND")

    assert (status, "reads by another scheme than ND" in said) == (2, True)
    with ReaderStudy.open(learning, "ND") as by_another, ReaderStudy.open(learning, "R1") as by_the_same:
        assert (by_another.calibrates(), by_the_same.calibrates()) == (False, True)


def test_gates_that_can_t_be_read_are_named_and_no_others_taken(
    learning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gates = learning / "calibration.toml"

    gates.write_bytes(b"least_cases = \xff")
    assert _calibrate(capsys, learning) == (2, "ramris: calibration.toml: isn't text in UTF-8; save it as UTF-8\n")
    gates.write_text("least_cases = 3\n")
    assert "calibration.toml: gate is missing" in _calibrate(capsys, learning)[1]
    gates.unlink()
    gates.mkdir()
    assert "calibration.toml: no file; put the gates there" in _calibrate(capsys, learning)[1]


def test_a_copy_names_no_reference_and_gives_no_feedback(learning: Path, tmp_path: Path) -> None:
    with_files(learning)
    hand_over(learning, tmp_path / "copy", as_it_is, "R1")

    with closing(sqlite3.connect(tmp_path / "copy" / "study.db")) as connection:
        designs = [content for (content,) in connection.execute("SELECT content FROM design")]
        said = [detail for (detail,) in connection.execute("SELECT detail FROM act")]
    assert not [text for text in (*designs, *said) if '"EX"' in text or "calibration" in text]
    with ReaderStudy.open(tmp_path / "copy", "R1") as study:
        assert not study.calibrates()


def test_a_place_that_takes_nothing_is_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /proc, or a folder of somebody else's; root could write there."""

    def refused(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", refused)

    found = _run(capsys, "phantom", tmp_path / "set", "--size", "64")

    assert found == (2, "ramris: set: nothing can be written there (Permission denied); name a folder of yours\n")


def test_the_reference_itself_isn_t_calibrated(learning: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = _run(capsys, "calibrate", learning, "--reader", "EX")

    assert status == 2
    assert "EX is the reference here" in said
