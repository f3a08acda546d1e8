"""Rows that a test adds to a record inside a transaction, which is taken back; and whose case they are about."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.database import study_schema as tables
from storage.database.engine import Store
from storage.record import acts, chain, designs, grade_events
from storage.record.acts import COORDINATOR, Deed
from storage.shown_visits import written
from tests.builders.studies import changed


class _Undo(Exception):
    """No error: it ends a transaction."""


@contextlib.contextmanager
def taken_back(store: Store) -> Iterator[Connection]:
    """A transaction that writes, of which nothing stays."""
    with contextlib.suppress(_Undo), store.writing() as connection:
        yield connection
        raise _Undo


def case_of(connection: Connection, subject: str, reader: str = "ES", round_: int = 1) -> str:
    """The code of a reader's case."""
    case = tables.reading_case.c
    query = select(case.code).where(case.subject == subject, case.reader == reader, case.round == round_)
    code: str = connection.execute(query).scalar_one()
    return code


def answer(connection: Connection, case: str, place: str, grades: str, *, reader: str = "ES", round_: int = 1) -> int:
    """Record one answer, `2` or `1>2`; its number."""
    before, _, after = grades.rpartition(">")
    design = designs.current(connection)
    scheme: str = connection.execute(select(tables.study.c.scheme_sha256)).scalar_one()
    stamp = grade_events.Stamp(reader, case, round_, "room", scheme, design.id, design.sha256)
    link = chain.last(connection, tables.event)
    return grade_events.append(connection, stamp, link, [changed(place, after, before)])


def act(
    connection: Connection,
    kind: str,
    said: Mapping[str, Any],
    role: str = COORDINATOR,
    **about: str,
) -> chain.Head:
    """Add an act."""
    return acts.append(connection, Deed(kind, role, said, **about))


def given(connection: Connection, subject: str, reader: str, *visits: int, **other: int | None) -> str:
    """A case more on a reader's worklist, of the same draw and round as the last one unless it is said; its code."""
    case = tables.reading_case
    query = select(case).where(case.c.reader == reader).order_by(case.c.position.desc()).limit(1)
    last = connection.execute(query).mappings().one()
    position = last["position"] + 1
    code = f"C{position}{reader}"
    said = {"code": code, "subject": subject, "visits": written(visits), "enrolment": None, "position": position}
    connection.execute(insert(case).values({**last, **said, **other}))
    connection.execute(insert(tables.case_progress).values(case=code, answered=0))
    return code


def count(connection: Connection, kind: str) -> int:
    """How many acts of a kind there are."""
    return len(acts.of_kind(connection, kind))
