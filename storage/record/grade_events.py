"""The record of all answers: events that only grow in number, sealed as `chain` says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select

from scoring.readings.answers import format_answer, stored_answer
from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.errors import StaleAnswer
from storage.record import chain, progress

SOURCES: Final = ("room", "enter")

_event: Final = tables.event.c
_ADD: Final = insert(tables.event)
_LATEST: Final = (
    select(_event.after)
    .where(
        _event.case == bindparam("of_case"),
        _event.visit == bindparam("at_visit"),
        _event.feature == bindparam("of_feature"),
        _event.site == bindparam("at_site"),
    )
    .order_by(_event.seq.desc())
    .limit(1)
)
_LAST_OF_EACH: Final = (
    select(func.max(_event.seq))
    .where(_event.case == bindparam("of_case"))
    .group_by(_event.visit, _event.feature, _event.site)
)
_ANSWERS: Final = select(_event.visit, _event.feature, _event.site, _event.after)
_STANDING: Final = _ANSWERS.where(_event.seq.in_(_LAST_OF_EACH))
_STOOD: Final = _ANSWERS.where(_event.seq.in_(_LAST_OF_EACH.where(_event.seq <= bindparam("up_to"))))


class Stamp(Struct, frozen=True):
    """What every event of one call carries: who, which case, in which round, under which scheme and design."""

    reader: str
    case: str
    round: int
    source: str
    scheme_sha256: str
    design: int
    design_sha256: str


def append(
    connection: Connection,
    stamp: Stamp,
    link: chain.Link,
    changes: Sequence[AnswerChanged],
    sightings: Sequence[str | None] = (),
    *,
    viewings: Sequence[str | None] = (),
) -> int:
    """Add the changes to the record, in order, inside the caller's transaction; the number of the first.

    Args:
        connection: in a transaction that writes.
        stamp: what all of them carry.
        link: the end of the record, which they follow.
        changes: each starts from the answer that stands.
        sightings: the digest of where each was seen, in the same order; empty where nothing was.
        viewings: what of each site had been seen, in the same order; empty where nobody looked.

    Raises:
        StaleAnswer: an answer on disk isn't the one that its change started from; the caller's transaction rolls back.
    """
    first, begun = link.seq + 1, ""
    for change, sighting, viewing in zip_longest(changes, sightings, viewings):
        _refuse_stale(connection, stamp.case, change)
        fields = _fields(stamp, change, link) | {"place_sha256": sighting, "viewing": viewing}
        link = chain.Link(link.seq + 1, str(fields["at_utc"]), chain.seal(fields))
        row = fields | {"hash": link.hash}
        connection.execute(_ADD, row)
        chain.check_stands(connection, tables.event, row)
        begun = begun or link.at_utc
    if changes:
        progress.note(connection, stamp.case, changes, begun)
    return first


def get_ready(connection: Connection, case: str) -> None:
    """Ask what `append` will ask of both chains: SQLAlchemy writes a statement when it is run for the first time."""
    connection.execute(_LATEST, {"of_case": case, "at_visit": 0, "of_feature": "", "at_site": ""}).all()
    for table in (tables.event, tables.act):
        chain.get_ready(connection, table)


def current_reading(connection: Connection, case: str) -> Reading:
    """The answers that stand: the latest of each key of a case."""
    rows = connection.execute(_STANDING, {"of_case": case}).mappings()
    answers = {_key(row): stored_answer(row["after"]) for row in rows}
    return Reading(MappingProxyType({key: answer for key, answer in answers.items() if answer is not None}))


def reading_as_of(connection: Connection, case: str, seq: int) -> Reading:
    """The answers of a case that stood behind event number `seq`."""
    rows = connection.execute(_STOOD, {"of_case": case, "up_to": seq}).mappings()
    answers = {_key(row): stored_answer(row["after"]) for row in rows}
    return Reading(MappingProxyType({key: answer for key, answer in answers.items() if answer is not None}))


def _key(row: RowMapping) -> SiteKey:
    return SiteKey(row["visit"], FeatureCode(row["feature"]), SiteCode(row["site"]))


def _current_answer(connection: Connection, case: str, key: SiteKey) -> Answer | None:
    parameters = {"of_case": case, "at_visit": key.visit, "of_feature": key.feature, "at_site": key.site}
    return stored_answer(connection.execute(_LATEST, parameters).scalar_one_or_none() or "")


def _refuse_stale(connection: Connection, case: str, change: AnswerChanged) -> None:
    found = _current_answer(connection, case, change.key)
    if found != change.before:
        stands, wanted = (format_answer(answer) or "blank" for answer in (found, change.before))
        raise StaleAnswer(
            f"Not saved: {change.key.feature}.{change.key.site} of case {case}, visit {change.key.visit}, is {stands} "
            f"on disk and was {wanted} here: it was changed elsewhere. Open the case again."
        )


def _fields(stamp: Stamp, change: AnswerChanged, link: chain.Link) -> dict[str, str | int | None]:
    at = written(now())
    return {
        "seq": link.seq + 1,
        "at_utc": at,
        "reader": stamp.reader,
        "role": "reader",
        "case": stamp.case,
        "round": stamp.round,
        "visit": change.key.visit,
        "feature": str(change.key.feature),
        "site": str(change.key.site),
        "before": format_answer(change.before),
        "after": format_answer(change.after),
        "source": stamp.source,
        "scheme_sha256": stamp.scheme_sha256,
        "design": stamp.design,
        "design_sha256": stamp.design_sha256,
        "clock_back_ms": chain.clock_back_ms(link.at_utc, at),
        "previous_hash": link.hash,
    }
