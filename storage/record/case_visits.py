"""Visits of a case: which of its subject's visits a case shows, by position. A scan alone has position 1.

A subject is a person, and `reading_case.visits` says which visits of the person a case shows; answers count positions
in it, so that nothing of a case says which visit of the person a scan is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from scoring.readings import rounds
from scoring.readings.reading import VISITS
from scoring.values import replace
from storage.database import study_schema as tables
from storage.records import VisitRecord

_DECODER: Final = msgspec.json.Decoder(tuple[int, ...])


def shown(text: str | None) -> tuple[int, ...]:
    """The subject's visits that a case shows, as its row says it; a row of before schema 12 says nothing."""
    return VISITS if text is None else _DECODER.decode(text)


def written(visits: Iterable[int]) -> str:
    """The inverse of `shown`."""
    return msgspec.json.encode(tuple(visits)).decode()


def of_subjects(connection: Connection) -> Mapping[str, tuple[int, ...]]:
    """The visits that a case of each subject is drawn with: of the two that are read those that have images."""
    series, image = tables.series.c, tables.image.c
    query = (
        select(series.subject, series.visit)
        .where(series.visit.in_(VISITS), select(image.series).where(image.series == series.code).exists())
        .distinct()
        .order_by(series.subject, series.visit)
    )
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(query):
        found[row.subject] = (*found.get(row.subject, ()), row.visit)
    return found


def as_first_read(connection: Connection, reader: str) -> Mapping[str, tuple[int, ...]]:
    """By subject the visits that a reader's first reading shows and that have images: what reading it again shows."""
    case = tables.reading_case.c
    there = of_subjects(connection)
    query = select(case.subject, case.visits).where(case.reader == reader, case.round == rounds.FIRST)
    return {
        row.subject: tuple(number for number in shown(row.visits) if number in there.get(row.subject, ()))
        for row in connection.execute(query.order_by(case.position))
    }


def in_positions(visits: Iterable[VisitRecord], numbers: tuple[int, ...]) -> tuple[VisitRecord, ...]:
    """Those of a subject's visits that a case shows and that have images, each numbered by its position."""
    there = {visit.number: visit for visit in visits if any(series.slices for series in visit.series)}
    return tuple(
        replace(there[number], number=position) for position, number in enumerate(numbers, 1) if number in there
    )
