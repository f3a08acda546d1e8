"""The record of all answers: events that only grow in number, sealed as `chain` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, RowMapping, and_, func, insert, select

from scoring.answers import format_answer, stored_answer
from scoring.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.scheme import FeatureCode, SiteCode
from storage import chain, progress
from storage import schema as tables
from storage.errors import StaleAnswer
from storage.moments import now, written
from storage.records import Event

SOURCES: Final = ("room", "enter")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every event of one call carries: who, which case, in which round, under which scheme and design."""

    reader: str
    case: str
    round: int
    source: str
    scheme_sha256: str
    design: int
    design_sha256: str


def append(
    connection: Connection, stamp: Stamp, changes: Sequence[AnswerChanged], places: Sequence[str | None] = ()
) -> int:
    """Add the changes to the record, in order, inside the caller's transaction; the number of the first.

    Args:
        connection: in a transaction that writes.
        stamp: what all of them carry.
        changes: each starts from the answer that stands.
        places: the digest of where each was seen, in the same order; empty where nothing was.

    Raises:
        StaleAnswer: an answer on disk isn't the one that its change started from; the caller's transaction rolls back.
    """
    link = chain.last(connection, tables.event)
    first, begun = link.seq + 1, ""
    for change, place in zip_longest(changes, places):
        _refuse_stale(connection, stamp.case, change)
        fields = _fields(stamp, change, link) | {"place_sha256": place}
        link = chain.Link(link.seq + 1, str(fields["at_utc"]), chain.seal(fields))
        connection.execute(insert(tables.event).values(**fields, hash=link.hash))
        begun = begun or link.at_utc
    if changes:
        progress.note(connection, stamp.case, changes, begun)
    return first


def events(connection: Connection) -> Iterator[Event]:
    """The whole record in order."""
    for row in connection.execute(select(tables.event).order_by(tables.event.c.seq)).mappings():
        yield Event(**row)


def standing(connection: Connection, case: str) -> Reading:
    """The answers that stand: the latest of each key of a case."""
    event = tables.event.c
    # SQLite gives the bare columns of the row that has the maximum: sqlite.org/lang_select.html#bareagg
    query = (
        select(event.visit, event.feature, event.site, event.after, func.max(event.seq))
        .where(event.case == case)
        .group_by(event.visit, event.feature, event.site)
    )
    answers = {_key(row): stored_answer(row["after"]) for row in connection.execute(query).mappings()}
    return Reading(MappingProxyType({key: answer for key, answer in answers.items() if answer is not None}))


def _key(row: RowMapping) -> SiteKey:
    return SiteKey(row["visit"], FeatureCode(row["feature"]), SiteCode(row["site"]))


def _standing_answer(connection: Connection, case: str, key: SiteKey) -> Answer | None:
    event = tables.event.c
    query = (
        select(event.after)
        .where(and_(event.case == case, event.visit == key.visit, event.feature == key.feature, event.site == key.site))
        .order_by(event.seq.desc())
        .limit(1)
    )
    return stored_answer(connection.execute(query).scalar_one_or_none() or "")


def _refuse_stale(connection: Connection, case: str, change: AnswerChanged) -> None:
    found = _standing_answer(connection, case, change.key)
    if found != change.before:
        stands, wanted = (format_answer(answer) or "blank" for answer in (found, change.before))
        raise StaleAnswer(
            f"Not saved: {change.key.feature}.{change.key.site} of case {case}, visit {change.key.visit}, is {stands} "
            f"on disk and was {wanted} here: it was changed elsewhere. Open the case again."
        )


def _fields(stamp: Stamp, change: AnswerChanged, link: chain.Link) -> dict[str, str | int | None]:
    moment = written(now())
    return {
        "seq": link.seq + 1,
        "at_utc": moment,
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
        "clock_back_ms": chain.clock_back_ms(link.at_utc, moment),
        "previous_hash": link.hash,
    }
