"""Purposes of readings by the command: an id that was mistyped makes nobody primary for ever."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study, read_whole
from workstation.cli import main

Out = pytest.CaptureFixture[str]


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    return a_study(tmp_path / "trial", *(f"S{number:03}" for number in range(1, 9)))


def purposes(trial: Path, out: Path) -> dict[tuple[str, str], str]:
    """(reader, subject) -> purpose, as a statistician finds it."""
    assert main(["export", str(trial), str(out)]) == 0
    with (out / "readings.csv").open(encoding="utf-8", newline="") as file:
        return {(row["reader_id"], row["subject_id"]): row["read_purpose"] for row in csv.DictReader(file)}


def by_reader(found: dict[tuple[str, str], str]) -> set[tuple[str, str]]:
    return {(reader, purpose) for (reader, _), purpose in found.items()}


def test_the_reader_who_was_assigned_first_is_told_and_another_one_is_made_primary_with_a_reason(
    trial: Path, tmp_path: Path, capsys: Out
) -> None:
    assert main(["study", "assign", str(trial), "--reader", "R11"]) == 0
    assert "R11 reads for the study (PRIMARY)\n" in capsys.readouterr().out
    assert main(["study", "assign", str(trial), "--reader", "R1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["purpose"] == "INTER"
    assert by_reader(purposes(trial, tmp_path / "a")) == {("R11", "PRIMARY"), ("R1", "INTER")}
    read_whole(trial, told["cases"][0]["case"], reader="R1")

    assert main(["study", "design", str(trial), "--set", "primary=R1"]) == 2
    assert "Give the reason for the change: --why TEXT" in capsys.readouterr().err
    assert main(["study", "design", str(trial), "--set", "primary=R1", "--why", "R11 was mistyped"]) == 0

    assert "primary reader   R1\n" in capsys.readouterr().out
    assert by_reader(purposes(trial, tmp_path / "b")) == {("R11", "INTER"), ("R1", "PRIMARY")}
    assert main(["study", "check", str(trial)]) == 1
    assert "purpose of first readings: R11 INTER, R1 PRIMARY" in capsys.readouterr().out
    assert main(["study", "board", str(trial)]) == 0
    assert "R1 (PRIMARY): 8 cases, 1 read" in capsys.readouterr().out
    assert audit(trial).events == 86


def test_readers_who_share_a_study_read_for_it_both_and_the_overlap_is_for_agreement(
    trial: Path, tmp_path: Path, capsys: Out
) -> None:
    assert main(["study", "assign", str(trial), "--reader", "R1", "--share", "1/2"]) == 0
    assert main(["study", "assign", str(trial), "--reader", "R2", "--share", "2/2", "--overlap", "2"]) == 0
    assert main(["study", "assign", str(trial), "--reader", "R1", "--overlap", "4"]) == 0
    assert "R1 reads for the study (PRIMARY), as R2 does" in capsys.readouterr().out

    found = purposes(trial, tmp_path / "out")

    # each subject once for the study; by hand: R1 and R2 have four in common, two of each half
    assert sorted(subject for (_, subject), purpose in found.items() if purpose == "PRIMARY") == [
        f"S{number:03}" for number in range(1, 9)
    ]
    assert sorted(purpose for purpose in found.values() if purpose == "INTER") == ["INTER"] * 4


def test_a_purpose_is_said_with_the_assignment_and_needs_a_reason_where_it_changes_what_was_begun(
    trial: Path, capsys: Out
) -> None:
    assert main(["study", "assign", str(trial), "--reader", "R9", "--purpose", "inter", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["purpose"] == "INTER"
    read_whole(trial, told["cases"][0]["case"], reader="R9")

    assert main(["study", "assign", str(trial), "--reader", "R9", "--purpose", "primary"]) == 2
    assert "gives 1 reading that was begun another purpose in exports; give the reason" in capsys.readouterr().err
    assert main(["study", "assign", str(trial), "--reader", "R9", "--purpose", "primary", "--why", "as planned"]) == 0
    with CoordinatorStudy.open(trial) as study:
        assert study.design().primary == ("R9",)
        assert study.design_versions()[-1].why == "as planned"
    # nothing that was begun changes: no reason is needed
    assert main(["study", "assign", str(trial), "--reader", "R2", "--purpose", "primary"]) == 0
