"""Images that a program was given: of which case and visit each one is, by the UIDs of the study and of its copies."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from storage import shown_visits
from storage.audit import reader_copies
from storage.database import study_schema as tables
from storage.index import index_tables
from storage.index.renaming import NewNames

At = tuple[str, int]
"""Case code, and position of the visit in it."""


def cases_by_image(connection: Connection, reader: str) -> Mapping[str, frozenset[At]]:
    """By the UID of an image the cases of a reader, by id, that show it: as the study names it, and each copy."""
    case = tables.reading_case
    keys = [edition.key for edition in reader_copies.editions(connection) if edition.reader == reader]
    found: dict[str, set[At]] = {}
    for row in connection.execute(select(case).where(case.c.reader == reader)).all():
        visits = shown_visits.in_positions(
            index_tables.visits_of(connection, row.subject), shown_visits.decoded(row.visits)
        )
        names = [NewNames(key, row.code) for key in keys]
        for visit in visits:
            for series in visit.series:
                for item in series.slices:
                    for uid in (item.uid, *(name.uid(item.uid) for name in names)):
                        found.setdefault(uid, set()).add((row.code, visit.number))
    return {uid: frozenset(cases) for uid, cases in found.items()}
