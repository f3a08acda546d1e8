"""A reader's cases by SQL: the one that may be opened, the one that was left last, and where the reader is in it.

Statements are made once and not for each grade: to build them took most of a commit's time, as
tests/benchmarks/record.py shows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from storage.database import study_schema as tables
from storage.worklists import worklist

_CASE: Final = tables.reading_case.c
_READER: Final = tables.reader.c
_OWN: Final = select(tables.reading_case).where(_CASE.code == bindparam("wanted"), worklist.OPEN_TO_READER)
_LAST: Final = (
    select(_CASE.code)
    .join(tables.reader, _READER.last_case == _CASE.code)
    .where(_READER.id == bindparam("reader"), worklist.OPEN_TO_READER)
)
_BOOKMARK: Final = (
    update(tables.reading_case).where(_CASE.code == bindparam("of_case")).values(place=bindparam("now_at"))
)
_NOW_IN: Final = (
    update(tables.reader)
    .where(_READER.id == bindparam("of_reader"), _READER.last_case.is_distinct_from(bindparam("of_case")))
    .values(last_case=bindparam("of_case"))
)


def own(connection: Connection, reader: str, code: str, now: datetime) -> RowMapping | None:
    """The row of a case that the reader may open at that moment; None when there is none."""
    return connection.execute(_OWN, worklist.open_now(reader, now) | {"wanted": code}).mappings().one_or_none()


def last(connection: Connection, reader: str, now: datetime) -> str | None:
    """The case that the reader was in last, None before the first and when it may not be opened now."""
    code: str | None = connection.execute(_LAST, worklist.open_now(reader, now)).scalar_one_or_none()
    return code


def remember(connection: Connection, reader: str, case: str, bookmark: str | None, last_case: str | None) -> None:
    """Keep that the reader is in this case, and where if a bookmark is given; `last_case` is what was kept before."""
    if bookmark is not None:
        connection.execute(_BOOKMARK, {"of_case": case, "now_at": bookmark})
    if last_case != case:
        connection.execute(_NOW_IN, {"of_reader": reader, "of_case": case})
