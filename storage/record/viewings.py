"""Viewings on the record: what of its site had been seen when an answer was given, to and from JSON.

They stand in the event of the answer and are sealed with it. An answer of a table has none, nor has one of before
schema 14.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from scoring.readings.answers import stored_answer
from scoring.readings.reading import Answer, SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.database import study_schema as tables
from storage.records import Viewing

ENTER: Final = "enter"
_event: Final = tables.event.c
_OF_CASE: Final = (
    select(_event.visit, _event.feature, _event.site, _event.after, _event.viewing)
    .where(_event.case == bindparam("of_case"), _event.viewing.is_not(None))
    .order_by(_event.seq)
)


def viewing_text(viewing: Viewing | None) -> str | None:
    """As JSON; None for none."""
    return None if viewing is None else msgspec.json.encode(viewing).decode()


def viewing_from(text: str) -> Viewing:
    """The inverse; what a later program wrote in a way of its own says nothing."""
    try:
        return msgspec.json.decode(text, type=Viewing)
    except msgspec.DecodeError:
        return Viewing()


def viewings_of(connection: Connection, case: str) -> dict[tuple[SiteKey, Answer], Viewing]:
    """For each answer ever given in a case with images in front of a reader, what had been seen then; the last."""
    found: dict[tuple[SiteKey, Answer], Viewing] = {}
    for row in connection.execute(_OF_CASE, {"of_case": case}):
        answer = stored_answer(row.after)
        if answer is not None:
            key = SiteKey(row.visit, FeatureCode(row.feature), SiteCode(row.site))
            found[key, answer] = viewing_from(row.viewing)
    return found


def entered(connection: Connection) -> tuple[frozenset[str], frozenset[tuple[str, int, str, str]]]:
    """Cases whose answers all came from a table; and of cases where only some did, the answers that stand of these."""
    rows = connection.execute(
        select(_event.case, func.min(_event.source), func.max(_event.source)).group_by(_event.case)
    )
    sources = {case: {first, last} for case, first, last in rows}
    mixed = [case for case, found in sources.items() if len(found) > 1]
    latest = select(func.max(_event.seq)).group_by(_event.case, _event.visit, _event.feature, _event.site)
    query = select(_event.case, _event.visit, _event.feature, _event.site).where(
        _event.case.in_(mixed), _event.source == ENTER, _event.seq.in_(latest)
    )
    some = frozenset(tuple(row) for row in connection.execute(query)) if mixed else frozenset()
    return frozenset(case for case, found in sources.items() if found == {ENTER}), some


def standing(connection: Connection) -> dict[tuple[str, int, str, str], Viewing]:
    """That of each answer that stands, by case, visit as shown, feature and site."""
    latest = select(func.max(_event.seq)).group_by(_event.case, _event.visit, _event.feature, _event.site)
    query = select(_event.case, _event.visit, _event.feature, _event.site, _event.viewing)
    rows = connection.execute(query.where(_event.viewing.is_not(None), _event.seq.in_(latest)))
    return {(row.case, row.visit, row.feature, row.site): viewing_from(row.viewing) for row in rows}
