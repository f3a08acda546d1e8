"""A study at a glance, for the coordinator: its series without their slices, and who reads how many cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from scoring.values import replace
from storage import shown_visits
from storage.database import study_schema as tables
from storage.index.index_rows import padding_in
from storage.record import designs


@dataclass(frozen=True, slots=True)
class SeriesGlance:
    """One series. file: of its middle slice, relative to images/, whose pixels start at `pixel_offset`.

    The rest is as in `records.SeriesRecord`; `slices` is their number.
    """

    code: str
    subject: str
    visit: int
    kind: str
    plane: str
    slices: int
    rows: int
    columns: int
    dtype: str
    inverted: bool
    window_low: float
    window_high: float
    minimum: int
    maximum: int
    padding: tuple[tuple[int, int], ...]
    turn: str
    file: str
    pixel_offset: int


@dataclass(frozen=True, slots=True)
class ReaderGlance:
    """A reader and how many cases there are on the worklist, re-reads among them."""

    reader: str
    cases: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Series by subject and visit; (subject, number) of every visit; subjects that were read; readers by id."""

    series: tuple[SeriesGlance, ...]
    visits: tuple[tuple[str, int], ...]
    read: frozenset[str]
    readers: tuple[ReaderGlance, ...]


def turned_back(found: Overview, in_time: Callable[[str], Mapping[int, int]]) -> Overview:
    """The same with visits in time; `in_time` gives them for a subject, by their numbers in the index."""
    times = {subject: in_time(subject) for subject, _ in found.visits}

    def timed(subject: str, visit: int) -> int:
        return times.get(subject, {}).get(visit, visit)

    series = (replace(item, visit=timed(item.subject, item.visit)) for item in found.series)
    visits = ((subject, timed(subject, number)) for subject, number in found.visits)
    by_visit = tuple(sorted(series, key=lambda item: (item.subject, item.visit)))
    return replace(found, series=by_visit, visits=tuple(sorted(visits)))


def series_at_a_glance(connection: Connection) -> tuple[SeriesGlance, ...]:
    """Every series, by subject, visit and place; two queries however many there are."""
    series, image = tables.series.c, tables.image.c
    count = func.count(image.position).label("slices")
    counted = select(image.series, count).group_by(image.series).subquery()
    query = (
        select(
            *(series[name] for name in ("code", "subject", "visit", "kind", "plane")),
            counted.c.slices,
            *(series[name] for name in ("rows", "columns", "dtype", "inverted", "window_low", "window_high")),
            *(series[name] for name in ("minimum", "maximum", "padding", "turn")),
            image.file,
            image.pixel_offset,
        )
        .join(counted, counted.c.series == series.code)
        .join(tables.image, (image.series == series.code) & (image.position == counted.c.slices // 2))
        .order_by(series.subject, series.visit, series.position)
    )
    rows = connection.execute(query).mappings()
    told = ({**row, "padding": padding_in(row["padding"]), "turn": row["turn"] or ""} for row in rows)
    return tuple(SeriesGlance(**row) for row in told)


def slices_in_short(connection: Connection) -> tuple[tuple[str, str, str], ...]:
    """(series, subject, "number first last") of every series, by code; first and last by UID, which are drawn anew."""
    series, image = tables.series.c, tables.image.c
    query = (
        select(series.code, series.subject, func.count(), func.min(image.uid), func.max(image.uid))
        .join(tables.image, image.series == series.code)
        .group_by(series.code)
        .order_by(series.code)
    )
    return tuple((row[0], row[1], f"{row[2]} {row[3]} {row[4]}") for row in connection.execute(query))


def visits_at_a_glance(connection: Connection) -> tuple[tuple[str, int], ...]:
    """(subject, number) of every visit, also of those without a series."""
    visit = tables.visit.c
    rows = connection.execute(select(visit.subject, visit.number).order_by(visit.subject, visit.number))
    return tuple((row.subject, row.number) for row in rows)


def subjects_read(connection: Connection) -> frozenset[str]:
    """Subjects about whom anything was ever recorded."""
    case, event = tables.reading_case.c, tables.event.c
    query = select(case.subject).where(case.code.in_(select(event.case).distinct())).distinct()
    return frozenset(connection.execute(query).scalars())


def subjects_given(connection: Connection, reader: str | None) -> frozenset[str]:
    """Subjects that are in a case of that reader, None is of anybody."""
    case = tables.reading_case.c
    query = select(case.subject).distinct()
    if reader is not None:
        query = query.where(case.reader == designs.id_of(connection, reader))
    return frozenset(connection.execute(query).scalars())


def readers_at_a_glance(connection: Connection) -> tuple[ReaderGlance, ...]:
    """Every reader as they are called, by id."""
    case, called = tables.reading_case.c, designs.called(connection)
    query = select(case.reader, func.count()).group_by(case.reader).order_by(case.reader)
    return tuple(ReaderGlance(called.get(row[0], row[0]), row[1]) for row in connection.execute(query))


def resting_on(connection: Connection, subject: str, visit: int | None, series: str) -> tuple[int, int, int]:
    """Cases that show a subject, a visit of it or a series of that visit; those begun; the answers that stand on it."""
    case, event, sighting = tables.reading_case.c, tables.event.c, tables.grade_place.c
    rows = connection.execute(select(case.code, case.visits).where(case.subject == subject)).all()
    shown = {row.code: shown_visits.decoded(row.visits) for row in rows}
    cases = [code for code, visits in shown.items() if visit is None or visit in visits]
    latest = (
        select(func.max(event.seq))
        .where(event.case.in_(cases))
        .group_by(event.case, event.visit, event.feature, event.site)
    )
    last = (
        select(event.case, event.visit, event.after, sighting.series)
        .join(tables.grade_place, sighting.seq == event.seq, isouter=True)
        .where(event.seq.in_(latest))
    )
    standing = [row for row in connection.execute(last) if row.after]
    begun = {row.case for row in connection.execute(select(event.case).where(event.case.in_(cases)).distinct())}
    if series:
        return len(cases), len(begun), sum(row.series == series for row in standing)
    return len(cases), len(begun), sum(visit in {None, shown[row.case][row.visit - 1]} for row in standing)
