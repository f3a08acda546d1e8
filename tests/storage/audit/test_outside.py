"""A study's file past the program, as the qualification of a machine sees and changes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.outside import answers_in, change_first_grade
from storage.audit.verification import audit
from storage.database.study_schema import TRIGGERS
from storage.errors import NotAStudy, RecordDamaged
from tests.builders.studies import an_assigned_study, changed, record


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Two answers: 3 and 1."""
    folder, cases = an_assigned_study(tmp_path / "trial")
    record(folder, cases[0], changed("1 ERO CAP", "3"), changed("1 ERO HAM", "1"))
    return folder


def _answers(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "study.db")) as base:
        return [str(row[0]) for row in base.execute('SELECT "after" FROM event ORDER BY seq')]


def test_answers_are_counted_without_changing_the_file(trial: Path) -> None:
    before = (trial / "study.db").read_bytes()

    assert answers_in(trial) == 2
    assert (trial / "study.db").read_bytes() == before


def test_only_the_first_grade_is_edited_always_to_another_one_and_the_guards_stand_again(trial: Path) -> None:
    change_first_grade(trial)
    assert _answers(trial) == ["2", "1"]

    change_first_grade(trial)
    assert _answers(trial) == ["3", "1"]
    with closing(sqlite3.connect(trial / "study.db")) as base:
        guards = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert guards == set(TRIGGERS)
    # as it was, so nothing is to be found
    audit(trial)


def test_the_audit_finds_what_was_edited_so(trial: Path) -> None:
    change_first_grade(trial)

    with pytest.raises(RecordDamaged, match="record row 1"):
        audit(trial)


def test_what_is_no_study_is_refused_and_a_study_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "no").mkdir()
    (tmp_path / "no" / "study.db").write_bytes(b"no database at all" * 100)
    (tmp_path / "none").mkdir()

    for asked in (answers_in, change_first_grade):
        with pytest.raises(NotAStudy, match=r"^no: study\.db can't be read"):
            asked(tmp_path / "no")
    with pytest.raises(NotAStudy, match=r"^none: study\.db can't be read"):
        answers_in(tmp_path / "none")
    assert not (tmp_path / "none" / "study.db").exists()
