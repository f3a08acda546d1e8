"""Context of a commit: what it must know of the study before it writes answers, found in one look.

Each look costs as much as a row that is written, and a reader waits for all of them: tests/benchmarks/record.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, bindparam, false, or_, select, true

from scoring.readings.reading import AnswerChanged
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.database.with_commas import with_commas
from storage.record import case_status, chain, study_lock
from storage.schemes.shown_planes import Planes
from storage.shown_visits import CaseVisits, of_row
from storage.signing import signing
from storage.worklists import worklist


class Before(Struct, frozen=True):
    """Round, visits and design of the case, the row of the record to follow, and the case that the reader was in."""

    round: int
    visits: CaseVisits
    design: int
    design_sha256: str
    link: chain.Link
    last_case: str | None


def before(
    connection: Connection,
    reader: str,
    case: str,
    moment: datetime,
    *,
    without_images: bool = False,
    planes: Planes = None,
) -> Before | None:
    """How things stand for answers to a case of that reader; None when the reader may not open it at that moment.

    without_images: the reader's scheme is read without images, so every visit takes answers. planes: of the series that
    the reader is shown.

    Raises:
        StudyLocked, CaseClosed: it takes no answers.
    """
    statement = _BEFORE_WITHOUT_IMAGES if without_images else _before_in(planes)
    row = connection.execute(statement, worklist.open_now(reader, moment) | {"of_case": case}).one_or_none()
    if row is None or row.study == study_lock.LOCKED:
        # a locked study is told of before a case that isn't there
        study_lock.refuse_when_locked(connection)
        return None
    if row.state in case_status.CLOSING:
        signing.refuse_closed(case_status.of_case(connection, case), case)
    link = chain.last(connection, tables.event) if row.seq is None else chain.Link(row.seq, row.at_utc, row.hash)
    visits = of_row(row.visits, map(int, row.there.split(",")) if row.there else ())
    return Before(row.round, visits, row.design, row.design_sha256, link, row.last_case)


def kept(scheme: Scheme, changes: Sequence[AnswerChanged]) -> str:
    """What a refused save leaves as it was, in the reader's words."""
    keys = sorted({(change.key.feature, change.key.site) for change in changes})
    if len(keys) == 1:
        feature = scheme.feature(keys[0][0])
        site = next((site.name for site in feature.sites if site.code == keys[0][1]), keys[0][1])
        return f"{feature.name}, {site} keeps its old answer."
    return f"All {len(keys)} keep their old answers."


def _latest_act(case: str | None, *kinds: str) -> ScalarSelect[str]:
    act = tables.act.c
    of_case = act.case.is_(None) if case is None else act.case == bindparam(case)
    # not `in_`: SQLAlchemy writes its list anew for every call
    of_kind = or_(*(act.kind == kind for kind in kinds))
    found = select(act.kind).where(of_case, of_kind).order_by(act.seq.desc()).limit(1)
    return found.scalar_subquery()


def _visits_there(planes: Planes) -> ScalarSelect[str]:
    """The visits of the case's subject that have images in these planes, with commas between."""
    visit, series, image = tables.visit.c, tables.series.c, tables.image.c
    has_images = select(image.series).where(image.series == series.code).exists()
    # not `in_`, as below
    shown = () if planes is None else (or_(false(), *(series.plane == plane for plane in sorted(planes))),)
    of_visit = select(series.code).where(series.subject == visit.subject, series.visit == visit.number)
    return _visits_where(of_visit.where(has_images, *shown).exists())


def _visits_known() -> ScalarSelect[str]:
    """The same of all visits, with images or without."""
    return _visits_where(true())


def _visits_where(condition: ColumnElement[bool]) -> ScalarSelect[str]:
    visit = tables.visit.c
    mine = visit.subject == tables.reading_case.c.subject
    return select(with_commas(visit.number)).where(mine, condition).scalar_subquery()


def _before(there: ScalarSelect[str]) -> Select[tuple[object, ...]]:
    case, reader = tables.reading_case.c, tables.reader.c
    design = select(tables.design).order_by(tables.design.c.id.desc()).limit(1).subquery()
    event = select(tables.event).order_by(tables.event.c.seq.desc()).limit(1).subquery()
    return (
        select(
            case.round,
            case.visits,
            there.label("there"),
            reader.last_case,
            design.c.id.label("design"),
            design.c.sha256.label("design_sha256"),
            event.c.seq,
            event.c.at_utc,
            event.c.hash,
            _latest_act(None, study_lock.LOCKED, study_lock.UNLOCKED).label("study"),
            _latest_act("of_case", *case_status.KINDS).label("state"),
        )
        .select_from(tables.reading_case)
        .join(tables.reader, reader.id == case.reader)
        .join(design, true())
        .join(event, true(), isouter=True)
        .where(case.code == bindparam("of_case"), worklist.OPEN_TO_READER)
    )


@cache
def _before_in(planes: Planes) -> Select[tuple[object, ...]]:
    return _before(_visits_there(planes))


_BEFORE_WITHOUT_IMAGES: Final = _before(_visits_known())
