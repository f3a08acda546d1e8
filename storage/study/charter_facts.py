"""Charter of a read: what its design says, and what was drawn by it so far. The record is verified first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.design.read_design import ReadDesign
from scoring.schemes.scheme import Scheme
from storage.audit import verification
from storage.audit.reader_copies import is_copy
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.index import index_tables
from storage.record import case_status, designs, exclusions
from storage.record.snapshot import still_view
from storage.record.study_lock import StudyLock, held


class Drawn(Struct, frozen=True):
    """One draw: for whom, of which round, when, from which seed, and how many cases that count came of it.

    after_days: of re-reads, how long after the draw they are due at the earliest. signed: how many of the cases are.
    """

    reader: str
    round: int
    at_utc: str
    seed: int
    after_days: int | None
    cases: int
    signed: int


class Charter(Struct, frozen=True):
    """All that the page says. number, sha256: of the design that holds; head: where the record stands."""

    name: str
    scheme: Scheme
    design: ReadDesign
    number: int
    sha256: str
    versions: tuple[designs.Version, ...]
    draws: tuple[Drawn, ...]
    subjects: int
    head: str
    lock: StudyLock | None


def charter(study: Path) -> Charter:
    """The charter as the study's record has it now.

    Raises:
        StudyError: a reader's copy, which has no design of the study.
        RecordDamaged: the record doesn't verify.
    """
    with still_view(study) as (store, row), store.reading() as connection:
        if is_copy(connection):
            raise StudyError(
                f"{study.resolve().name} is a reader's copy and holds no design of the study: use the study itself"
            )
        found = verification.verify(connection, row.scheme)
        stamped = designs.current(connection)
        return Charter(
            study.resolve().name,
            row.scheme,
            stamped.design,
            stamped.id,
            stamped.sha256,
            designs.versions(connection),
            tuple(_draws(connection)),
            len(index_tables.subject_codes(connection)),
            found.head,
            held(connection),
        )


def _draws(connection: Connection) -> Iterator[Drawn]:
    """In their order, each round apart: hidden repeats come from the draw of first readings."""
    case, draw = tables.reading_case.c, tables.draw.c
    closed, states = exclusions.closed(connection), case_status.of_all(connection)
    query = select(case.code, case.reader, case.round, draw.id, draw.at_utc, draw.seed, draw.after_days).join_from(
        tables.reading_case, tables.draw, case.draw == draw.id
    )
    found: dict[tuple[int, int], Drawn] = {}
    for row in connection.execute(query.order_by(draw.id, case.round, case.position)):
        if row.code in closed:
            continue
        signed = row.code in states and states[row.code].status == case_status.SIGNED
        before = found.get((row.id, row.round))
        cases, done = (before.cases, before.signed) if before else (0, 0)
        found[row.id, row.round] = Drawn(
            row.reader, row.round, row.at_utc, row.seed, row.after_days, cases + 1, done + signed
        )
    yield from found.values()
