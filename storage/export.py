"""A study's answers as CSV files that a statistician can open. Reads study.db alone; the vault stays shut."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from scoring.reading import SiteKey
from scoring.scheme import FeatureCode, SiteCode
from storage import export_rows as rows
from storage import journal, worklist
from storage import schema as tables
from storage.csv_files import csv_bytes, put_files
from storage.export_columns import FILES
from storage.study_file import open_study_file

_CHRONOLOGY: Final = {"known": "KNOWN", "hidden": "BLINDED"}


def export_study(study: Path, out: Path) -> tuple[Path, ...]:
    """Write scores, totals, changes, comments and their dictionary into the folder `out`; the files' paths.

    The record is verified first. Files of an earlier export there are replaced, each at once. The same answers give
    the same bytes.

    Raises:
        RecordDamaged: the record doesn't verify; nothing was written.
        StudyError: `out` holds a file of such a name that isn't ours.
        NotSaved: `out` can't be written.
    """
    store, row = open_study_file(study)
    try:
        # one view of the file for the check and for the rows: what is exported is what was verified
        with store.reading() as connection:
            journal.verify(connection, row.scheme)
            readings = _readings(connection, _CHRONOLOGY[row.order])
    finally:
        store.close()
    scheme = row.scheme
    contents = {
        "scores.csv": rows.score_rows(scheme, readings),
        "totals.csv": rows.total_rows(scheme, readings),
        "changes.csv": rows.change_rows(scheme, readings),
        "comments.csv": rows.comment_rows(scheme, readings),
        "data_dictionary.csv": rows.dictionary_rows(),
    }
    return put_files(out, {name: csv_bytes(FILES[name], content) for name, content in contents.items()})


def _readings(connection: Connection, chronology: str) -> list[rows.ReadingRow]:
    """Every reading that was assigned, begun or not, by subject, reader and round."""
    entries: dict[str, dict[SiteKey, tuple[int, str]]] = {}
    for event in journal.events(connection):
        key = SiteKey(event.visit, FeatureCode(event.feature), SiteCode(event.site))
        mine = entries.setdefault(event.case, {})
        mine[key] = (mine.get(key, (0, ""))[0] + 1, event.at_utc)
    case = tables.reading_case.c
    readers = connection.execute(select(tables.reader.c.id)).scalars().all()
    places = {code: place for reader in readers for place, code in enumerate(worklist.ordered(connection, reader), 1)}
    query = select(tables.reading_case).order_by(case.subject, case.reader, case.round)
    return [
        rows.ReadingRow(
            subject=row["subject"],
            case=row["code"],
            reader=row["reader"],
            round=row["round"],
            position=places[row["code"]],
            chronology=chronology,
            reading=journal.standing(connection, row["code"]),
            entries=entries.get(row["code"], {}),
        )
        for row in connection.execute(query).mappings()
    ]
