"""Signatures of an export: which readings were signed, when, and what was changed afterwards. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, text

from storage.record import acts, case_visits

# what stood at the first signature, of every answer that was touched after it
_AMENDED: Final = text("""
SELECT visit, feature, site, COALESCE((
  SELECT signed.after FROM event AS signed
  WHERE signed."case" = later."case" AND signed.visit = later.visit AND signed.feature = later.feature
    AND signed.site = later.site AND signed.seq <= :first
  ORDER BY signed.seq DESC LIMIT 1
), '') AS before
FROM (
  SELECT DISTINCT "case", visit, feature, site FROM event WHERE "case" = :case AND seq > :first
) AS later
""")

Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """Of one case: when it was signed last ("" while it is reopened), and what its amended answers were when first
    signed, as the record writes them.
    """

    at_utc: str = ""
    amended: Mapping[Key, str] = field(default_factory=dict)


UNSIGNED: Final = Signature()


def signatures(connection: Connection) -> dict[str, Signature]:
    """By case, of all that were ever signed."""
    happened = [*acts.of_kind(connection, "signed"), *acts.of_kind(connection, "reopened")]
    first: dict[str, int] = {}
    current: dict[str, str] = {}
    for act in sorted(happened, key=lambda act: act.seq):
        case = str(act.case)
        first.setdefault(case, act.after_event)
        current[case] = act.at_utc if act.kind == "signed" else ""
    return {case: Signature(current[case], _amended(connection, case, seq)) for case, seq in first.items()}


def _amended(connection: Connection, case: str, first: int) -> dict[Key, str]:
    rows = connection.execute(_AMENDED, {"case": case, "first": first})
    shows = case_visits.of_case(connection, case)
    return {(shows.in_pair(row.visit), row.feature, row.site): row.before for row in rows}
