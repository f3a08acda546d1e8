"""A case says which of its subject's visits it shows, and the record holds it to that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import RecordDamaged
from storage.handover.hand_over import hand_over
from storage.records import SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, a_subject, as_it_is, read_whole, tamper, with_files


def _shown(folder: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(folder / "study.db")) as plain:
        rows = plain.execute("SELECT subject, visits FROM reading_case ORDER BY subject, position").fetchall()
    found: dict[str, list[str]] = {}
    for subject, visits in rows:
        found.setdefault(subject, []).append(visits)
    return found


def _a_mixed_study(folder: Path) -> Path:
    """S001 with both visits, S002 with the first alone, S003 with the second alone, S004 without images."""
    with CoordinatorStudy.open(a_study(folder, "S001")) as study:
        study.replace_subject(a_subject("S002", visits=(1,)))
        study.replace_subject(a_subject("S003", visits=(2,)))
        study.replace_subject(SubjectRecord("S004", ()))
    return folder


def test_a_case_is_drawn_with_the_visits_that_the_subject_has(tmp_path: Path) -> None:
    folder = _a_mixed_study(tmp_path / "trial")

    with CoordinatorStudy.open(folder) as study:
        assert {item.subject for item in study.assign("ES", seed=1)} == {"S001", "S002", "S003"}

    assert _shown(folder) == {"S001": ["[1,2]"], "S002": ["[1]"], "S003": ["[2]"]}


def test_a_subject_without_images_is_given_when_it_has_some(tmp_path: Path) -> None:
    folder = _a_mixed_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.assign("ES", seed=1)
        study.replace_subject(a_subject("S004"))

        assert study.assign("ES", seed=2)[-1].subject == "S004"

    assert _shown(folder)["S004"] == ["[1,2]"]


def test_a_case_that_is_read_again_shows_what_was_read_before_also_when_a_visit_came_since(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=(1,)))
        (first,) = study.assign("ES", seed=1)
    read_whole(folder, first.case)
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001"))
        study.reread("ES", 1, seed=1)

    assert _shown(folder) == {"S001": ["[1]", "[1]"]}


def test_an_audit_finds_a_case_that_was_made_to_show_another_visit(tmp_path: Path) -> None:
    folder = _a_mixed_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        case = next(item.case for item in study.assign("ES", seed=1) if item.subject == "S002")
    audit(folder)

    tamper(folder, "UPDATE reading_case SET visits = '[1,2]' WHERE subject = 'S002'")

    with pytest.raises(RecordDamaged, match=f"case {case} isn't what the record says"):
        audit(folder)


def test_a_copy_says_of_a_scan_alone_that_it_is_its_first_whichever_visit_it_is(tmp_path: Path) -> None:
    folder = with_files(_a_mixed_study(tmp_path / "trial"))
    with CoordinatorStudy.open(folder) as study:
        by_subject = {item.subject: item.case for item in study.assign("ES", seed=1)}

    hand_over(folder, tmp_path / "out", as_it_is)

    shown = _shown(tmp_path / "out")
    assert shown[by_subject["S002"]] == shown[by_subject["S003"]] == ["[1]"]
    with ReaderStudy.open(tmp_path / "out", "ES") as reader:
        assert [visit.number for visit in reader.case(by_subject["S003"]).visits] == [1]
    audit(tmp_path / "out")
