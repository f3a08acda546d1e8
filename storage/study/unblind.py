"""Unblinding list: one row a visit, with the codes of its cases and what the vault knows. Coordinator only."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from storage.errors import NotSaved
from storage.exporting.tables.csv_text import text_line
from storage.files.atomic import sync_folder
from storage.study.coordinator import CoordinatorStudy

_IDENTITY: Final = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")
HEADER: Final = ("subject", "cases", "visit", "shown_as", "date", *_IDENTITY)


def revealed(study: CoordinatorStudy) -> list[tuple[str, ...]]:
    """A header, then a row a visit, by subject and in time; `cases` are all codes of the subject, blanks between."""
    return [HEADER, *_rows(study)]


def _rows(study: CoordinatorStudy) -> Iterator[tuple[str, ...]]:
    cases = study.cases_of_subjects()
    for person in study.vault.people():
        shown_as = study.shown_as(person.subject)
        for visit in study.vault.visits(person.subject):
            shown = shown_as.get(visit.number, visit.number)
            who = (person.attributes.get(name, "") for name in _IDENTITY)
            codes = " ".join(cases.get(person.subject, ()))
            yield (person.subject, codes, str(visit.number), str(shown), visit.date, *who)


def written_to(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """Write the rows as CSV to a new file that only this account can read.

    Raises:
        NotSaved: it can't be written.
    """
    text = "".join(text_line(row) for row in rows)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        why = error.strerror
    else:
        return
    raise NotSaved(f"Not written: {path.name}: {why}. Choose a folder that can be written")
