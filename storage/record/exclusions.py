"""Exclusions: subjects, visits and series that readers have and that count no more, with the reason, on the record.

What was answered about them stays. Cases of them that nobody had begun leave the worklists; those that were begun stay
as they are, so that no list tells which cases are of one subject. Of a series no case leaves: it isn't shown any more
in those that are begun from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select

from scoring.design.enrolments import of_key
from scoring.values import replace
from storage import shown_visits
from storage.database import study_schema as tables
from storage.record import acts, taken_cases
from storage.record.acts import COORDINATOR, Deed
from storage.records import VisitRecord

EXCLUDED: Final = "excluded"
INCLUDED: Final = "included"
# by which cases leave the worklists, and are on them again
_LEAVE: Final = (EXCLUDED, taken_cases.TAKEN)
_RETURN: Final = (INCLUDED, taken_cases.GIVEN)


class Exclusion(Struct, frozen=True):
    """One that stands. visit: of the subject, as readers see it, None of all; series: its code, "" of none.

    after_event: the last row of the record before it. cases: those that left the worklists.
    """

    subject: str
    visit: int | None
    series: str
    why: str
    at_utc: str
    after_event: int
    cases: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """`S001`, `S001/2`, or the code of a series."""
        return what_of(self.subject, self.visit, self.series)

    @property
    def whole(self) -> bool:
        """Whether it is of the whole subject."""
        return self.visit is None and not self.series

    def counts_out(self, subject: str, visits: Collection[int]) -> bool:
        """Whether a reading of these visits of a subject doesn't count by it. A series takes no reading out."""
        return not self.series and subject == self.subject and (self.visit is None or self.visit in visits)


def what_of(subject: str, visit: int | None, series: str) -> str:
    """How an exclusion is named."""
    return series or (subject if visit is None else f"{subject}/{visit}")


def standing(connection: Connection) -> tuple[Exclusion, ...]:
    """Those that stand, oldest first."""
    table = tables.act
    query = select(table).where(table.c.kind.in_((EXCLUDED, INCLUDED))).order_by(table.c.seq)
    found: dict[str, Exclusion] = {}
    for row in connection.execute(query).mappings():
        act = acts.Act(**row)
        if act.kind == INCLUDED:
            found.pop(act.said["what"], None)
        else:
            one = _said_by(act)
            found[one.what] = one
    return tuple(found.values())


def _said_by(act: acts.Act) -> Exclusion:
    said = act.said
    cases = tuple(said["cases"])
    return Exclusion(said["subject"], said["visit"], said["series"], said["why"], act.at_utc, act.after_event, cases)


def exclude(connection: Connection, subject: str, visit: int | None, series: str, why: str) -> None:
    """Put an exclusion on the record; does nothing where it stands already."""
    what = what_of(subject, visit, series)
    if any(item.what == what for item in standing(connection)):
        return
    cases = [] if series else sorted(_unread(connection, subject, visit) - closed(connection))
    said = {"what": what, "subject": subject, "visit": visit, "series": series, "why": why, "cases": cases}
    acts.append(connection, Deed(EXCLUDED, COORDINATOR, said))
    _close(connection, cases)


def include(connection: Connection, what: str, why: str) -> None:
    """Take an exclusion back. Its cases come back to the worklists, unless their reader was given others for them."""
    gone = next((item for item in standing(connection) if item.what == what), None)
    if gone is None:
        return
    still = [item for item in standing(connection) if item.what != what]
    cases = [code for code in gone.cases if not _held_elsewhere(connection, code, still)]
    acts.append(connection, Deed(INCLUDED, COORDINATOR, {"what": what, "why": why, "cases": cases}))
    table = tables.excluded_case
    connection.execute(delete(table).where(table.c.case.in_(cases)))


def closed(connection: Connection) -> frozenset[str]:
    """The cases that left the worklists: by an exclusion, or since they were taken back."""
    return frozenset(connection.execute(select(tables.excluded_case.c.case)).scalars())


def of_cases(connection: Connection) -> Mapping[str, Exclusion]:
    """The cases whose readings don't count, whoever has read them or not, each with the exclusion by which.

    Also those that stayed off the worklists when it was taken back, since their reader was given others for them.
    """
    gone = closed(connection) - taken_cases.standing(connection).keys()
    found = {code: by for code, by in _left_with(connection).items() if code in gone} if gone else {}
    case = tables.reading_case.c
    mine = standing(connection)
    for row in connection.execute(select(case.code, case.subject, case.visits)) if mine else ():
        visits = shown_visits.decoded(row.visits)
        by = next((item for item in mine if item.counts_out(row.subject, visits)), None)
        if by is not None:
            found[row.code] = by
    return found


def _left_with(connection: Connection) -> Mapping[str, Exclusion]:
    """The cases that ever left the worklists, each with the exclusion by which it left last."""
    table = tables.act
    rows = connection.execute(select(table).where(table.c.kind == EXCLUDED).order_by(table.c.seq)).mappings()
    return {code: one for one in (_said_by(acts.Act(**row)) for row in rows) for code in one.cases}


def subjects(connection: Connection) -> frozenset[str]:
    """Those of whom all or a visit is excluded: none of what was read of them is read again."""
    return frozenset(item.subject for item in standing(connection) if not item.series)


def positions_gone(connection: Connection) -> Mapping[str, frozenset[int]]:
    """By case its positions whose visits count no more; a case that counts as a whole isn't there."""
    found: dict[str, frozenset[int]] = {}
    case, mine = tables.reading_case.c, standing(connection)
    for row in connection.execute(select(case.code, case.subject, case.visits)) if mine else ():
        numbers = enumerate(shown_visits.decoded(row.visits), 1)
        gone = frozenset(at for at, n in numbers if any(item.counts_out(row.subject, [n]) for item in mine))
        if gone:
            found[row.code] = gone
    return found


def without(connection: Connection, visits: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """By subject or enrolment what is left of these visits; one of which nothing is left isn't there."""
    mine = [item for item in standing(connection) if not item.series]
    found = {
        key: tuple(n for n in numbers if not any(item.counts_out(of_key(key)[0], [n]) for item in mine))
        for key, numbers in visits.items()
    }
    return {key: numbers for key, numbers in found.items() if numbers}


def left(connection: Connection, subject: str, case: str, visits: Iterable[VisitRecord]) -> tuple[VisitRecord, ...]:
    """The images that a case of a subject shows: without series that were excluded before it was begun."""
    gone = {item.series: item.after_event for item in standing(connection) if item.series and item.subject == subject}
    if not gone:
        return tuple(visits)
    event = tables.event.c
    first = connection.execute(select(func.min(event.seq)).where(event.case == case)).scalar_one()
    hidden = {code for code, after in gone.items() if first is None or first > after}
    return tuple(
        replace(visit, series=tuple(one for one in visit.series if one.code not in hidden)) for visit in visits
    )


def rebuild(connection: Connection) -> None:
    """Write the table of cases anew from the acts."""
    connection.execute(delete(tables.excluded_case))
    table = tables.act
    query = select(table).where(table.c.kind.in_((*_LEAVE, *_RETURN))).order_by(table.c.seq)
    known = set(connection.execute(select(tables.reading_case.c.code)).scalars())
    left_: set[str] = set()
    for row in connection.execute(query).mappings():
        act = acts.Act(**row)
        left_ = after_act(left_, act.kind, act.said)
    _close(connection, sorted(left_ & known))


def after_act(cases: set[str], kind: str, said: Mapping[str, Any]) -> set[str]:
    """Which cases are off the worklists after an act."""
    return cases | set(said["cases"]) if kind in _LEAVE else cases - set(said["cases"])


def _close(connection: Connection, cases: Collection[str]) -> None:
    if cases:
        connection.execute(insert(tables.excluded_case), [{"case": code} for code in cases])


def _unread(connection: Connection, subject: str, visit: int | None) -> set[str]:
    """Cases that show the subject, or the visit of it, and that nobody has begun."""
    case, progress = tables.reading_case.c, tables.case_progress.c
    query = (
        select(case.code, case.visits)
        .join(tables.case_progress, progress.case == case.code)
        .where(case.subject == subject, progress.begun_at_utc.is_(None))
    )
    rows = connection.execute(query)
    return {row.code for row in rows if visit is None or visit in shown_visits.decoded(row.visits)}


def _held_elsewhere(connection: Connection, code: str, still: Iterable[Exclusion]) -> bool:
    """Whether another exclusion takes the case out, or its reader was given another case for the enrolment since."""
    case = tables.reading_case.c
    row = connection.execute(select(tables.reading_case).where(case.code == code)).mappings().one()
    if any(item.counts_out(row["subject"], shown_visits.decoded(row["visits"])) for item in still):
        return True
    later = select(case.code).where(
        case.reader == row["reader"],
        case.subject == row["subject"],
        func.coalesce(case.enrolment, 1) == (row["enrolment"] or 1),
        case.round == row["round"],
        case.draw > row["draw"],
    )
    return connection.execute(later).first() is not None
