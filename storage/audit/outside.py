"""Study file as another tool sees and changes it, past the program: for the qualification of a machine alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.errors import NotAStudy

STUDY = "study.db"


def answers_in(study: Path) -> int:
    """How many answers the record holds, counted by SQLite alone.

    Raises:
        NotAStudy: it is no database of a study.
    """
    try:
        with closing(sqlite3.connect(f"{(study / STUDY).absolute().as_uri()}?mode=ro", uri=True)) as base:
            return int(base.execute("SELECT count(*) FROM event").fetchone()[0])
    except sqlite3.Error:
        raise _unreadable(study) from None


def change_first_grade(study: Path) -> None:
    """Edit the first answer as somebody would who knows SQL: the guards away, the edit, the guards back. Copies alone.

    Raises:
        NotAStudy: it is no database of a study.
    """
    try:
        with closing(sqlite3.connect(study / STUDY)) as base, base:
            guards = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                base.execute(f'DROP TRIGGER "{name}"')
            base.execute(
                "UPDATE event SET \"after\" = CASE \"after\" WHEN '3' THEN '2' ELSE '3' END "
                "WHERE seq = (SELECT min(seq) FROM event)"
            )
            for _, made in guards:
                base.execute(made)
    except sqlite3.Error:
        raise _unreadable(study) from None


def _unreadable(study: Path) -> NotAStudy:
    return NotAStudy(f"{study.name}: {STUDY} can't be read as a study's file; make the qualification again")
