"""Two readings beside a third reader's own, on the record: one act for a case, of which the last one counts.

Nothing in it says whose they are, when they were given or in which words: grades, codes, and where a grade was given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from scoring.readings.answers import format_answer, stored_answer
from scoring.readings.reading import Answer, NotAssessable, SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace
from storage.database import study_schema as tables
from storage.record import acts
from storage.records import Beside, BesideAnswer

_LAST: Final = (
    select(tables.act.c.detail)
    .where(tables.act.c.case == bindparam("of_case"), tables.act.c.kind == acts.BESIDE)
    .order_by(tables.act.c.seq.desc())
    .limit(1)
)


def put_down(connection: Connection, case: str, beside: Beside) -> None:
    """Let these stand beside a case from now on; of none it is blind again."""
    detail = {"sites": [[key.visit, key.feature, key.site, *map(_said, two)] for key, two in beside.items()]}
    acts.append(connection, acts.Deed(acts.BESIDE, acts.COORDINATOR, detail, case=case))


def of_case(connection: Connection, case: str) -> Beside:
    """What stands beside a case, by site; nothing where it is read blind."""
    detail = connection.execute(_LAST, {"of_case": case}).scalar_one_or_none()
    found: dict[SiteKey, tuple[BesideAnswer, BesideAnswer]] = {}
    for visit, feature, site, a, b in [] if detail is None else json.loads(detail)["sites"]:
        found[SiteKey(visit, FeatureCode(feature), SiteCode(site))] = (_read(a), _read(b))
    return found


def renamed(beside: Beside, names: Mapping[str, str]) -> Beside:
    """The same where series have other names; a place in one that has none is left out."""

    def one(item: BesideAnswer) -> BesideAnswer:
        return replace(item, series=names[item.series]) if item.series in names else BesideAnswer(item.answer)

    return {key: (one(a), one(b)) for key, (a, b) in beside.items()}


def without_words(answer: Answer) -> Answer:
    """The same without what its reader typed: words tell who wrote them."""
    return NotAssessable(answer.code) if isinstance(answer, NotAssessable) else answer


def _said(item: BesideAnswer) -> dict[str, Any]:
    told: dict[str, Any] = {"answer": format_answer(item.answer)}
    if item.point_mm is not None:
        told |= {"series": item.series, "slice": item.slice_index, "point_mm": list(item.point_mm)}
    return told


def _read(said: Mapping[str, Any]) -> BesideAnswer:
    answer = stored_answer(said["answer"])
    if answer is None:
        message = "a reading beside says nothing of its site"
        raise ValueError(message)
    if "point_mm" not in said:
        return BesideAnswer(answer)
    x, y, z = said["point_mm"]
    return BesideAnswer(answer, said["series"], said["slice"], (x, y, z))
