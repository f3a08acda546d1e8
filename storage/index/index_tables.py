"""The image index: subject, visits, series, slices between rows and frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, CursorResult, delete, insert, select, text

from storage.database import study_schema as tables
from storage.index import index_rows
from storage.index.index_rows import visits_in
from storage.record.chain import canonical
from storage.records import SeriesRecord, SubjectRecord, VisitRecord

_VISITS_OF: Final = tuple(text(query) for query in (index_rows.IMAGES, index_rows.SERIES, index_rows.VISITS))


def subject_codes(connection: Connection) -> tuple[str, ...]:
    """Every subject, sorted."""
    return tuple(connection.execute(select(tables.subject.c.code).order_by(tables.subject.c.code)).scalars())


def visits_of(connection: Connection, subject: str) -> tuple[VisitRecord, ...]:
    """The visits of a subject with all their series and slices, three queries in all."""
    return visits_in(*(_rows_of(connection.execute(query, {"subject": subject})) for query in _VISITS_OF))


def _rows_of(result: CursorResult[Any]) -> list[dict[str, Any]]:
    # by hand: a mapping of SQLAlchemy's looks each name up, and there are as many rows as images
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def clear(connection: Connection, subject: str) -> None:
    """Take everything of a subject out of the index but its code, inside the caller's transaction."""
    series = tables.series
    mine = select(series.c.code).where(series.c.subject == subject)
    connection.execute(delete(tables.image).where(tables.image.c.series.in_(mine)))
    connection.execute(delete(series).where(series.c.subject == subject))
    connection.execute(delete(tables.visit).where(tables.visit.c.subject == subject))


def remove(connection: Connection, subject: str) -> None:
    """Take a subject out of the index that was cleared and that no reader was given."""
    connection.execute(delete(tables.subject).where(tables.subject.c.code == subject))


def replace(connection: Connection, subject: SubjectRecord) -> None:
    """Write a subject in place of what the index had of it, inside the caller's transaction."""
    clear(connection, subject.code)
    if subject.code not in subject_codes(connection):
        connection.execute(insert(tables.subject).values(code=subject.code))
    for visit in subject.visits:
        connection.execute(
            insert(tables.visit).values(subject=subject.code, number=visit.number, side=visit.side or None)
        )
        for position, stack in enumerate(visit.series):
            _insert_series(connection, subject.code, visit.number, position, stack)


# as SQLite holds them, without what SQLAlchemy makes of JSON and booleans
_ROWS: Final = tuple(
    text(query)
    for query in (
        "SELECT * FROM visit WHERE subject = :code ORDER BY number",
        "SELECT * FROM series WHERE subject = :code ORDER BY code",
        "SELECT * FROM image WHERE series IN (SELECT code FROM series WHERE subject = :code) ORDER BY series, position",
    )
)


def digest(connection: Connection, subject: str) -> str:
    """SHA-256 over all rows of a subject's index: where its pixels are and in which order.

    What is NULL is left out, so that a column that comes later changes nothing.
    """
    found = [
        [
            {name: value for name, value in row.items() if value is not None}
            for row in connection.execute(query, {"code": subject}).mappings()
        ]
        for query in _ROWS
    ]
    return sha256(canonical(found).encode()).hexdigest()


def visit_digests(connection: Connection, subject: str, planes: frozenset[str] | None = None) -> Mapping[int, str]:
    """SHA-256 over all rows of each visit's series and images: what a reader is shown, whichever side it is called.

    planes: of the series that this reader is shown, None is every series.
    """
    visits, series, images = (
        [dict(row) for row in connection.execute(query, {"code": subject}).mappings()] for query in _ROWS
    )
    slices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in images:
        slices[row["series"]].append(row)
    shown: dict[int, list[Any]] = {row["number"]: [] for row in visits}
    for row in (row for row in series if planes is None or row["plane"] in planes):
        told = {name: value for name, value in row.items() if value is not None and name not in {"subject", "visit"}}
        shown[row["visit"]].append([told, slices[row["code"]]])
    return {number: sha256(canonical(rows).encode()).hexdigest() for number, rows in shown.items()}


def _insert_series(connection: Connection, subject: str, visit: int, position: int, stack: SeriesRecord) -> None:
    connection.execute(
        insert(tables.series).values(
            code=stack.code,
            subject=subject,
            visit=visit,
            position=position,
            kind=stack.kind,
            plane=stack.plane,
            frame=stack.frame,
            rows=stack.rows,
            columns=stack.columns,
            row_spacing_mm=stack.pixel_spacing_mm[0],
            column_spacing_mm=stack.pixel_spacing_mm[1],
            slice_spacing_mm=stack.slice_spacing_mm,
            orientation=list(stack.orientation),
            dtype=stack.dtype,
            inverted=stack.inverted,
            minimum=stack.minimum,
            maximum=stack.maximum,
            window_low=stack.window_low,
            window_high=stack.window_high,
            padding=msgspec.json.encode(stack.padding).decode() if stack.padding else None,
            pixels_sha256=stack.pixels_sha256 or None,
            turn=stack.turn or None,
        )
    )
    rows = [
        {
            "series": stack.code,
            "position": number,
            "uid": item.uid,
            "file": item.file,
            "pixel_offset": item.pixel_offset,
            "x_mm": item.position_mm[0],
            "y_mm": item.position_mm[1],
            "z_mm": item.position_mm[2],
        }
        for number, item in enumerate(stack.slices)
    ]
    if rows:
        connection.execute(insert(tables.image), rows)
