"""Purposes of first readings, by the design that holds: which are the study's, and which are for agreement alone."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.design.read_design import ReadDesign
from scoring.design.reader_roles import PRIMARY, FirstReading, primary_cases, with_purpose
from scoring.readings import rounds
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import designs, taken_cases
from storage.shown_visits import decoded


class Role(Struct, frozen=True):
    """What a reader's first readings are to be for, PRIMARY or INTER, and why; None is as it is."""

    purpose: str | None = None
    why: str = ""


NO_ROLE: Final = Role()


def settle(connection: Connection, reader: str, role: Role, *, shares: bool) -> None:
    """Lay down what a reader who was given something reads for; those who share a study are its primary readers."""
    wanted = role.purpose or (PRIMARY if shares else None)
    held = designs.current(connection).design
    if wanted is None or reader not in held.readers:
        return
    after = with_purpose(held, reader, wanted)
    if after != held:
        check_reason(connection, held, after, role.why)
        designs.lay_down(connection, after, role.why.strip() or f"{reader} was assigned cases as {wanted}")


def primary(connection: Connection, design: ReadDesign) -> frozenset[str]:
    """The cases of first readings that the study is scored by."""
    case, taken = tables.reading_case.c, taken_cases.standing(connection)
    query = select(case.code, case.subject, case.visits, case.reader, case.draw).where(case.round == rounds.FIRST)
    firsts = [
        FirstReading(row.code, (row.subject, *decoded(row.visits)), row.reader, row.draw)
        for row in connection.execute(query)
        if row.code not in taken
    ]
    found = frozenset[str]()
    for scheme in (None, *design.further):
        mine = [item for item in firsts if design.further_of(item.reader) == scheme]
        found |= primary_cases(design.by_scheme(scheme), mine)
    return found


def check_reason(connection: Connection, before: ReadDesign, after: ReadDesign, why: str) -> None:
    """Refuse without a reason what makes something else of a reading that was begun: StudyError says of how many."""
    begun = select(tables.case_progress.c.case).where(tables.case_progress.c.begun_at_utc.is_not(None))
    turned = (primary(connection, before) ^ primary(connection, after)) & set(connection.execute(begun).scalars())
    if turned and not why.strip():
        raise StudyError(
            f"This gives {len(turned)} reading{'' if len(turned) == 1 else 's'} that "
            f"{'was' if len(turned) == 1 else 'were'} begun another purpose in exports; give the reason with --why TEXT"
        )
