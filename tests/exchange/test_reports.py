"""Structured reports of another program: taken whole by a mapping of codes, and each hostile one named in one line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from storage.audit.verification import audit
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, as_it_is, key, with_files
from workstation.cli import main

NET, HASH = "NET1", "ab" * 32
COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.33"
MAPPING = """
[features]
"99NET:EROSION" = "ERO"
"99NET:OSTEITIS" = "OST"

[sites]
"SCT:83936004" = "CAP"
"SCT:24170009" = "HAM"

[answers]
"99NET:GRADE-2" = "2"
"99NET:NO-GRADE" = "AR"
"""
# (finding site, concept, number or code), and the images of the group
Item = tuple[str, str, str]


def _coded(code: str) -> list[Dataset]:
    found = Dataset()
    found.CodingSchemeDesignator, _, found.CodeValue = code.partition(":")
    found.CodeMeaning = "a word"
    return [found]


def _content(kind: str, concept: str, relation: str = "CONTAINS") -> Dataset:
    found = Dataset()
    found.ValueType, found.RelationshipType, found.ConceptNameCodeSequence = kind, relation, _coded(concept)
    return found


def _group(items: Sequence[Item], images: Sequence[str]) -> Dataset:
    group = _content("CONTAINER", "DCM:125007")
    group.ContentSequence = []
    for site in dict.fromkeys(site for site, _, _ in items if site):
        where = _content("CODE", "SCT:363698007", "HAS CONCEPT MOD")
        where.ConceptCodeSequence = _coded(site)
        group.ContentSequence.append(where)
    for _, concept, value in items:
        said = _content("CODE" if ":" in value else "NUM", concept)
        if ":" in value:
            said.ConceptCodeSequence = _coded(value)
        else:
            number = Dataset()
            number.NumericValue, number.MeasurementUnitsCodeSequence = value, _coded("UCUM:{score}")
            said.MeasuredValueSequence = [number]
        group.ContentSequence.append(said)
    for uid in images:
        image, reference = _content("IMAGE", "DCM:121112", "INFERRED FROM"), Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", uid
        image.ReferencedSOPSequence = [reference]
        group.ContentSequence.append(image)
    return group


def _report(*groups: Dataset, of: str = COMPREHENSIVE) -> bytes:
    whole, measured = _content("CONTAINER", "DCM:126000"), _content("CONTAINER", "DCM:126010")
    measured.ContentSequence, whole.ContentSequence = list(groups), [measured]
    whole.SOPClassUID, whole.SOPInstanceUID, whole.Modality = UID(of), "2.25.1", "SR"
    whole.file_meta = FileMetaDataset()
    whole.file_meta.MediaStorageSOPClassUID, whole.file_meta.MediaStorageSOPInstanceUID = UID(of), UID("2.25.1")
    whole.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    into = BytesIO()
    whole.save_as(into, enforce_file_format=True)
    return into.getvalue()


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, str, dict[int, str]]:
    """The study, the program's case, and of each visit an image as the copy that it was run on names it."""
    folder = with_files(a_study(tmp_path / "trial", "S001"))
    with CoordinatorStudy.open(folder) as study:
        (given,) = study.assign(NET, seed=1)
    hand_over(folder, tmp_path / "net", as_it_is, NET)
    with ReaderStudy.open(tmp_path / "net", NET) as door:
        visits = door.case(given.case).visits
    return folder, given.case, {visit.number: visit.series[0].slices[0].uid for visit in visits}


@pytest.fixture
def take(trial: tuple[Path, str, dict[int, str]], tmp_path: Path) -> Callable[..., int]:
    """`ramris enter` with reports, each the bytes of a file."""
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)

    def taken(*reports: bytes, more: Sequence[str] = ("--mapping", str(mapping))) -> int:
        files = []
        for number, raw in enumerate(reports, 1):
            file = tmp_path / f"report{number}.dcm"
            file.write_bytes(raw)
            files += ["--report", str(file)]
        by = ["--kind", "algorithm", "--program", "WristNet", "--version", "1.2", "--hash", HASH]
        return main(["enter", str(trial[0]), "--reader", NET, *by, *files, *more])

    return taken


def test_numbers_and_codes_become_grades_at_the_visit_whose_images_a_group_names(
    trial: tuple[Path, str, dict[int, str]],
    take: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, case, uids = trial
    report = _report(
        _group([("SCT:83936004", "99NET:EROSION", "2"), ("", "99NET:VOLUME", "12.25")], [uids[1]]),
        _group([("SCT:83936004", "99NET:OSTEITIS", "99NET:GRADE-2")], [uids[2]]),
        _group([("SCT:24170009", "99NET:EROSION", "99NET:NO-GRADE")], [uids[2]]),
    )

    assert take(report) == 0

    said = capsys.readouterr()
    assert said.out == "ok 1\nok 2\nok 3\n"
    assert "Not taken, since the mapping doesn't name them: 99NET:VOLUME" in said.err
    export_study(folder, tmp_path / "csv")
    with (tmp_path / "csv" / "scores.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["score"] or row["reason_code"]]
    assert [(row["visit"], row["feature"], row["site"], row["score"], row["reason_code"]) for row in rows] == [
        ("V1", "ERO", "CAP", "2", ""),
        ("V2", "OST", "CAP", "2", ""),
        ("V2", "ERO", "HAM", "", "AR"),
    ]
    assert {row["case_code"] for row in rows} == {case}
    assert audit(folder).events == 3
    with CoordinatorStudy.open(folder) as study:
        program = study.design().program_of(NET)
    assert program is not None
    assert (program.name, program.version, program.sha256) == ("WristNet", "1.2", HASH)


def test_our_own_codes_need_no_mapping_and_the_same_report_again_changes_nothing(
    trial: tuple[Path, str, dict[int, str]], take: Callable[..., int]
) -> None:
    folder, case, uids = trial
    report = _report(_group([("99RAMRIS:CAP", "99RAMRIS:ERO", "3")], [uids[1]]))

    assert take(report, more=()) == 0
    assert take(report, more=()) == 0

    assert audit(folder).events == 1
    with CoordinatorStudy.open(folder) as study, study._store.reading() as connection:
        acts = connection.exec_driver_sql("SELECT detail FROM act WHERE kind = 'reported'").scalars().all()
    assert [(len(json.loads(text)["reports"]), json.loads(text)["mapping_sha256"]) for text in acts] == [(1, "")] * 2
    assert case


def _hostile(uids: dict[int, str]) -> dict[str, tuple[list[bytes], str]]:
    """By name the reports, and what the one line says."""
    erosion = ("SCT:83936004", "99NET:EROSION", "2")
    good = _group([erosion], [uids[1]])
    deep = _content("CONTAINER", "DCM:125007")
    for _ in range(80):
        outer = _content("CONTAINER", "DCM:125007")
        outer.ContentSequence = [deep]
        deep = outer
    return {
        "empty": ([b""], "empty"),
        "text": ([b"case,visit,feature,site,grade\n" * 20], "no DICOM file"),
        "cut": ([_report(good)[:-120]], "cut off"),
        "cut between groups": ([_report(good, good, good)[: len(_report(good))]], "cut off"),
        "too long": ([_report(good) + b"\0" * 6], "cut off|can't be read"),
        "an image": ([_report(good, of="1.2.840.10008.5.1.4.1.1.4")], "no structured report"),
        "no group": ([_report()], "holds no measurement group"),
        "deep": ([_report(deep)], "deeper in itself"),
        "nothing mapped": (
            [_report(_group([("SCT:83936004", "99NET:VOLUME", "2")], [uids[1]]))],
            "no measurement that",
        ),
        "no site": ([_report(_group([("", "99NET:EROSION", "2")], [uids[1]]))], "group 1: names no finding site"),
        "two sites": (
            [_report(_group([erosion, ("SCT:24170009", "99NET:OSTEITIS", "1")], [uids[1]]))],
            "group 1: names more than one finding site",
        ),
        "unknown site": ([_report(_group([("SCT:1", "99NET:EROSION", "2")], [uids[1]]))], "no site for 'SCT:1'"),
        "unknown answer": (
            [_report(_group([("SCT:83936004", "99NET:EROSION", "99NET:X")], [uids[1]]))],
            "no answer for",
        ),
        "too high": ([_report(_group([("SCT:83936004", "99NET:EROSION", "11")], [uids[1]]))], "group 1: .*11"),
        "no images": ([_report(_group([erosion], []))], "names no image of this reader's cases"),
        "other images": ([_report(_group([erosion], ["2.25.99"]))], "names no image of this reader's cases"),
        "both visits": ([_report(_group([erosion], [uids[1], uids[2]]))], "is of several visits"),
        "says two things": (
            [_report(good, _group([("SCT:83936004", "99NET:EROSION", "4")], [uids[1]]))],
            "is 4 here and 2 before",
        ),
    }


@pytest.mark.parametrize("name", sorted(_hostile({1: "2.25.1", 2: "2.25.2"})))
def test_a_hostile_report_is_one_line_and_nothing_of_any_report_is_taken(
    name: str, trial: tuple[Path, str, dict[int, str]], take: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, uids = trial
    reports, said = _hostile(uids)[name]
    good = _report(_group([("SCT:24170009", "99NET:OSTEITIS", "1")], [uids[2]]))

    assert take(good, *reports) == 2

    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 1, error
    assert error.startswith("ramris: --report 'report2.dcm': ")
    assert re.search(said, error), error
    assert audit(folder).events == 0
    with ReaderStudy.open(folder, NET) as door:
        assert door.program is None
        assert door.reading(door.worklist()[0].case).answer(key("2 OST HAM")) is None


def test_a_mapping_that_names_what_the_scheme_has_not_is_refused_with_its_place(
    trial: tuple[Path, str, dict[int, str]],
    take: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = tmp_path / "wrong.toml"
    report = _report(_group([("SCT:83936004", "99NET:EROSION", "2")], [trial[2][1]]))
    for text, said in (
        ('[sites]\n"SCT:1" = "KNEE"\n', "wrong.toml: sites.*SCT:1.*ramris-wrist has no site 'KNEE'"),
        ("[places]\n", "wrong.toml"),
        ("[sites\n", "wrong.toml"),
    ):
        wrong.write_text(text)
        assert take(report, more=("--mapping", str(wrong))) == 2
        error = capsys.readouterr().err
        assert re.search(said, error), error
        assert len(error.strip().splitlines()) == 1
    assert main(["enter", str(trial[0]), "--reader", NET, "--report", "x.dcm"]) == 2
    assert "--report and --mapping go with --kind algorithm" in capsys.readouterr().err
