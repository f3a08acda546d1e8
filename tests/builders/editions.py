"""Studies that are handed over: two readers with their worklists, and what a test does with copies of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage.handover.hand_over import hand_over
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, as_it_is, with_files

READERS = ("ES", "MO")
Trial = tuple[Path, dict[str, tuple[Assignment, ...]]]


def a_trial(
    folder: Path, subjects: int = 3, every: int | None = None, readers: tuple[str, ...] = READERS, first_seed: int = 5
) -> Trial:
    """A study with files, its readers, and if wanted a drift check; the whole worklist of each."""
    a_study(folder, *(f"S{number:03}" for number in range(1, subjects + 1)))
    with CoordinatorStudy.open(folder) as study:
        if every is not None:
            study.set_design("repeat_every", str(every))
        cases = {reader: study.assign(reader, seed=seed) for seed, reader in enumerate(readers, first_seed)}
    return with_files(folder), cases


def handed(folder: Path, name: str, reader: str = "ES") -> Path:
    """A reader's copy beside the study."""
    hand_over(folder, folder.with_name(name), as_it_is, reader)
    return folder.with_name(name)


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in study.db, by SQLite alone."""
    connection = sqlite3.connect(folder / "study.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def sign(folder: Path, case: str, reader: str = "ES") -> str:
    """Sign a case, all findings seen; the head of the record that was shown."""
    with ReaderStudy.open(folder, reader) as study:
        return study.sign(case, {found.id: "seen" for found in study.signing_sheet(case).findings}).head
