"""A program as a reader: its grades are compared like any, named as what they are, and no reader sees them."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings
from tests.builders.studies import a_study, as_it_is, key, read_whole, with_files
from workstation.cli import main
from workstation.reporting.gathering import report_of

HASH = "ab" * 32
KIND = ("--kind", "algorithm", "--program", "WristNet", "--version", "1.2", "--hash", HASH)
WORDS = f"the program WristNet 1.2 (SHA-256 {HASH[:12]})"


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, dict[str, dict[str, str]]]:
    """NET1 was assigned first, then ES and MO, who have read both subjects; by reader and subject the codes."""
    folder = with_files(a_study(tmp_path / "trial", "S001", "S002"))
    with CoordinatorStudy.open(folder) as study:
        names = ("NET1", "ES", "MO")
        codes = {name: {item.subject: item.case for item in study.assign(name, seed=1)} for name in names}
    for name, grade in (("ES", "1"), ("MO", "2")):
        for case in codes[name].values():
            read_whole(folder, case, {"1 ERO CAP": grade}, reader=name)
    return folder, codes


def _enter(monkeypatch: pytest.MonkeyPatch, folder: Path, lines: str, *options: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    return main(["enter", str(folder), "--reader", "NET1", *options])


def _table(folder: Path, codes: dict[str, str]) -> str:
    with ReaderStudy.open(folder, "NET1") as study:
        sites = [(f.code, s.code) for f in study.scheme.features for s in f.sites]
    rows = [(case, visit, *at, 0) for case in codes.values() for visit in (1, 2) for at in sites]
    return "case,visit,feature,site,grade\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def test_a_table_of_a_program_becomes_a_reading_of_its_own(
    trial: tuple[Path, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, codes = trial

    assert _enter(monkeypatch, folder, _table(folder, codes["NET1"]), *KIND, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"entered": 172, "refused": []}

    found = coordinators_readings(folder)
    assert found.programs == {"NET1": WORDS}
    assert found.open_cases == 0
    assert audit(folder).events == 6 * 86
    # the first that was assigned is a program: it is not what the study is scored by
    with CoordinatorStudy.open(folder) as study:
        assert {line.reader: (line.purpose, line.program) for line in study.board()} == {
            "ES": ("PRIMARY", ""),
            "MO": ("INTER", ""),
            "NET1": ("INTER", WORDS),
        }


def test_it_is_named_as_what_it_is_in_board_export_report_and_agreement(
    trial: tuple[Path, dict[str, dict[str, str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, codes = trial
    assert _enter(monkeypatch, folder, _table(folder, codes["NET1"]), *KIND) == 0
    capsys.readouterr()

    assert main(["study", "board", str(folder)]) == 0
    assert f"NET1 (INTER, {WORDS})" in capsys.readouterr().out
    assert main(["agreement", str(folder), "--inter", "--readers", "ES,NET1", "--why", "interim"]) == 0
    assert f"NET1 is {WORDS}." in capsys.readouterr().out
    report = report_of(coordinators_readings(folder), "trial", 0.95)
    assert {row.reader: row.program for row in report.readers} == {"ES": "", "MO": "", "NET1": WORDS}
    export_study(folder, tmp_path / "csv")
    with (tmp_path / "csv" / "readings.csv").open(encoding="utf-8", newline="") as lines:
        kinds = {
            (row["reader_id"], row["reader_kind"], row["program"], row["program_sha256"], row["read_purpose"])
            for row in csv.DictReader(lines)
        }
    assert kinds == {
        ("ES", "PERSON", "", "", "PRIMARY"),
        ("MO", "PERSON", "", "", "INTER"),
        ("NET1", "PROGRAM", "WristNet 1.2", HASH, "INTER"),
    }


def test_final_values_are_of_people_unless_the_design_names_the_program(
    trial: tuple[Path, dict[str, dict[str, str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, codes = trial
    assert _enter(monkeypatch, folder, _table(folder, codes["NET1"]), *KIND) == 0
    with CoordinatorStudy.open(folder) as study:
        study.set_design("final", "median", "protocol")
    export_study(folder, tmp_path / "people")
    with CoordinatorStudy.open(folder) as study:
        # the two people differ, so both cases go to a third
        assert len(study.adjudicate("PK", None, "", seed=1)) == 2
        study.set_design("final_readers", "ES,NET1", "protocol 2")
    export_study(folder, tmp_path / "named")

    for out, expected in (("people", {"ES", "MO"}), ("named", {"ES", "NET1"})):
        with (tmp_path / out / "final.csv").open(encoding="utf-8", newline="") as lines:
            assert {row[f"reader_{n}_id"] for row in csv.DictReader(lines) for n in (1, 2)} == expected


def test_nobody_reads_as_a_program_and_no_readers_copy_has_its_reading(
    trial: tuple[Path, dict[str, dict[str, str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, codes = trial
    assert _enter(monkeypatch, folder, _table(folder, codes["NET1"]), *KIND) == 0
    capsys.readouterr()

    assert _enter(monkeypatch, folder, "x,1,ERO,CAP,1\n") == 2
    assert "This reader is a program, and its readings are shown to nobody" in capsys.readouterr().err
    with CoordinatorStudy.open(folder) as study:
        study.adjudicate("PK", ("ES", "MO"), "1", seed=1)
    hand_over(folder, tmp_path / "pk", as_it_is, "PK")
    content = (tmp_path / "pk" / "study.db").read_bytes()
    assert b"WristNet" not in content
    assert b"NET1" not in content
    assert main(["read", str(folder), "--reader", "NET1", "--png", str(tmp_path / "room.png")]) == 2
    assert not (tmp_path / "room.png").exists()


def test_one_id_is_one_version_of_one_program_and_no_persons(
    trial: tuple[Path, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, codes = trial
    line = f"{codes['NET1']['S001']},1,ERO,CAP,1\n"
    assert _enter(monkeypatch, folder, line, *KIND) == 0
    capsys.readouterr()

    for options, says in (
        ((*KIND[:5], "1.3", *KIND[6:]), "NET1 is the program WristNet 1.2 .* Another program or version"),
        ((*KIND[:-1], "abc"), "--hash 'abc': the SHA-256"),
        (("--kind", "algorithm", "--version", "1", "--hash", HASH), "--program '': one line"),
        (("--program", "WristNet"), "go with --kind algorithm"),
        ((*KIND, "--reader", "ES"), "ES has grades that were given by hand"),
        ((*KIND, "--reader", "ZZ"), "Reader 'ZZ' has no worklist"),
    ):
        assert _enter(monkeypatch, folder, line, *options) == 2
        assert re.search(says, capsys.readouterr().err), options
    # the same again goes on
    assert _enter(monkeypatch, folder, line.replace("CAP", "HAM"), *KIND) == 0


def test_a_study_is_locked_without_a_signature_of_a_program(
    trial: tuple[Path, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, codes = trial
    assert _enter(monkeypatch, folder, _table(folder, codes["NET1"]), *KIND) == 0

    with CoordinatorStudy.open(folder) as study:
        found = study.lock(why="as it is", incomplete=True)
    # ES and MO have signed nothing; NET1 isn't counted
    assert (found.readings, found.incomplete, found.unsigned) == (6, 0, 4)


def test_grades_of_a_program_stand_on_the_record_like_any(
    trial: tuple[Path, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, codes = trial
    case = codes["NET1"]["S001"]
    assert _enter(monkeypatch, folder, f"{case},1,ERO,CAP,7\n", *KIND) == 0

    with ReaderStudy.open(folder, "NET1") as study:
        assert str(study.reading(case).answers[key("1 ERO CAP")].grade) == "7"  # type: ignore[union-attr]
