"""Visits of cases on disk: what each case shows, which of it has images, and how many answers it asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from scoring.design.enrolments import key_of
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.database import study_schema as tables
from storage.errors import UnknownCase
from storage.record import designs
from storage.schemes import study_schemes
from storage.schemes.shown_planes import Planes, planes_of
from storage.shown_visits import CaseVisits, decoded, of_row

_CASE: Final = tables.reading_case.c
_SERIES: Final = tables.series.c


class Asked(Struct, frozen=True):
    """How many answers of a case stand, of how many that it asks for; `begun`: whether one was ever given."""

    answered: int
    wanted: int
    begun: bool

    @property
    def complete(self) -> bool:
        """Whether nothing that is asked for is blank; never of a case without images."""
        return 0 < self.wanted == self.answered


def key_of_case(row: Row[*tuple[Any, ...]]) -> str:
    """The key of the enrolment that a case is of; one of before schema 15 is of the first."""
    return key_of(row.subject, row.enrolment or 1)


def with_images(connection: Connection, *which: ColumnElement[bool]) -> Mapping[str, tuple[int, ...]]:
    """The visits of each subject that have images, in their order; no others than `which` says of the series."""
    image = tables.image.c
    query: Select[tuple[str, int]] = (
        select(_SERIES.subject, _SERIES.visit)
        .where(select(image.series).where(image.series == _SERIES.code).exists(), *which)
        .distinct()
        .order_by(_SERIES.subject, _SERIES.visit)
    )
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(query):
        found[row.subject] = (*found.get(row.subject, ()), row.visit)
    return found


def known(connection: Connection) -> Mapping[str, tuple[int, ...]]:
    """The visits of each subject, with images or without."""
    visit = tables.visit.c
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(select(visit.subject, visit.number).order_by(visit.subject, visit.number)):
        found[row.subject] = (*found.get(row.subject, ()), row.number)
    return found


def to_be_read(connection: Connection) -> Callable[[str], Mapping[str, tuple[int, ...]]]:
    """By reader the visits of each subject that can be read: all, where the scheme is read without images."""
    design = designs.current(connection).design
    every = known(connection) if design.further or design.without_images else {}
    by_planes: dict[Planes, Mapping[str, tuple[int, ...]]] = {}

    @cache
    def of(reader: str) -> Mapping[str, tuple[int, ...]]:
        if design.reads_without_images(reader):
            return every
        planes = planes_of(connection, reader)
        if planes not in by_planes:
            by_planes[planes] = with_images(connection, *_in_planes(planes))
        return by_planes[planes]

    return of


def _in_planes(planes: Planes) -> tuple[ColumnElement[bool], ...]:
    return () if planes is None else (_SERIES.plane.in_(sorted(planes)),)


def of_cases(connection: Connection, *which: ColumnElement[bool]) -> dict[str, CaseVisits]:
    """Cases by code; no others than `which` says."""
    pairs, there_for = pairs_of(connection), to_be_read(connection)
    query = select(_CASE.code, _CASE.subject, _CASE.enrolment, _CASE.reader, _CASE.visits).where(*which)
    found = {}
    for row in connection.execute(query):
        mine = of_row(row.visits, there_for(row.reader).get(row.subject, ()))
        key = key_of_case(row)
        found[row.code] = replace(mine, pair=pairs.get(key, ()), first=key == row.subject)
    return found


def pairs_of(connection: Connection) -> Mapping[str, tuple[int, ...]]:
    """By enrolment the two visits that cases of it show, in one or apart: what a scan of it alone is a part of."""
    query = select(_CASE.subject, _CASE.enrolment, _CASE.visits).distinct()
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(query):
        key = key_of_case(row)
        found[key] = tuple(sorted({*found.get(key, ()), *decoded(row.visits)}))
    return {key: numbers for key, numbers in found.items() if len(numbers) > 1}


def of_case(connection: Connection, case: str) -> CaseVisits:
    """One case; UnknownCase."""
    query = select(_CASE.subject, _CASE.visits, _CASE.reader).where(_CASE.code == case)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownCase(f"Case {case!a} is on no worklist of this study")
    if designs.current(connection).design.reads_without_images(row.reader):
        return of_row(row.visits, known(connection).get(row.subject, ()))
    which = (_SERIES.subject == row.subject, *_in_planes(planes_of(connection, row.reader)))
    return of_row(row.visits, with_images(connection, *which).get(row.subject, ()))


def asked(connection: Connection, scheme: Scheme, *which: ColumnElement[bool]) -> dict[str, Asked]:
    """How far each case is, by code. Answers of a visit without images stand on the record and count for nothing.

    scheme: the study's own; cases of a further one are asked for its sites.
    """
    schemes = study_schemes.of_study(connection, scheme)
    progress = tables.case_progress.c
    query = select(progress.case, progress.answered, progress.begun_at_utc, _CASE.reader)
    query = query.join(tables.reading_case, _CASE.code == progress.case).where(*which)
    visits = of_cases(connection, *which)
    found = {}
    for row in connection.execute(query).all():
        mine = visits[row.case]
        answered = row.answered
        if answered and len(mine.there) < len(mine.numbers):
            answered -= _elsewhere(connection, row.case, mine.there)
        wanted = schemes.of(row.reader).sites_per_visit * len(mine.there)
        found[row.case] = Asked(answered, wanted, row.begun_at_utc is not None)
    return found


def as_first_read(connection: Connection, reader: str) -> Mapping[str, tuple[int, ...]]:
    """By enrolment the visits with images that a reader's first reading shows, or first readings of scans together."""
    there = to_be_read(connection)(reader)
    columns = _CASE.subject, _CASE.enrolment, _CASE.visits
    query = select(*columns).where(_CASE.reader == reader, _CASE.round == rounds.FIRST)
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(query.order_by(_CASE.position)):
        shown = of_row(row.visits, there.get(row.subject, ())).shown
        key = key_of_case(row)
        found[key] = tuple(sorted({*found.get(key, ()), *shown}))
    return found


def read_apart(connection: Connection, readers: Collection[str]) -> frozenset[str]:
    """Enrolments whose visits one of these readers has in first readings of their own."""
    number = func.coalesce(_CASE.enrolment, 1)
    query = select(_CASE.subject, number).where(_CASE.reader.in_(readers), _CASE.round == rounds.FIRST)
    query = query.group_by(_CASE.subject, number, _CASE.reader).having(func.count(_CASE.visits.distinct()) > 1)
    return frozenset(key_of(subject, enrolment) for subject, enrolment in connection.execute(query))


def _elsewhere(connection: Connection, case: str, there: tuple[int, ...]) -> int:
    """How many answers of a case stand at visits that it doesn't ask for."""
    event = tables.event.c
    latest = (
        select(func.max(event.seq))
        .where(event.case == case, event.visit.not_in(there))
        .group_by(event.visit, event.feature, event.site)
    )
    standing = select(func.count(event.seq)).where(event.seq.in_(latest), event.after != "")
    count: int = connection.execute(standing).scalar_one()
    return count
