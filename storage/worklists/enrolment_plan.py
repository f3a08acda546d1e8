"""Plan of the enrolments: the rule, and what a person lists otherwise, as acts of the record; the last one holds.

Visits are numbers of the index, as readers see them; labels of enrolments are in the vault alone. What is enrolled
follows from the plan and from the visits that are there, so new visits need nothing written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from scoring.design.enrolments import FIRST_TWO, Wanted
from scoring.values import replace
from storage.record import acts, designs

ENROLLED: Final = "enrolled"
_NOBODY: Final[Mapping[str, tuple[Wanted, ...]]] = MappingProxyType({})


class EnrolmentPlan(Struct, frozen=True):
    """rule: one of `enrolments.RULES`; listed: subject -> what a person wants instead. act: where it stands, 0 none."""

    rule: str = FIRST_TWO
    listed: Mapping[str, tuple[Wanted, ...]] = _NOBODY
    act: int = 0
    why: str = ""
    at_utc: str = ""


def history(connection: Connection) -> tuple[EnrolmentPlan, ...]:
    """Every plan that held, oldest first; the first is that of a study that was just made."""
    return (EnrolmentPlan(), *map(_of_act, acts.of_kind(connection, ENROLLED)))


def current(connection: Connection) -> EnrolmentPlan:
    """The plan that holds."""
    return history(connection)[-1]


def lay_down(connection: Connection, plan: EnrolmentPlan, why: str) -> EnrolmentPlan:
    """Put a plan in place of the one before: in the design that grades are given under, and with its reason."""
    design = replace(designs.current(connection).design, enrolments=plan.rule)
    designs.lay_down(connection, design, why)
    listed = {subject: [[list(item.visits), item.number] for item in wanted] for subject, wanted in plan.listed.items()}
    detail = {"rule": plan.rule, "listed": listed, "why": why}
    acts.append(connection, acts.Deed(ENROLLED, acts.COORDINATOR, detail))
    return current(connection)


def _of_act(act: acts.Act) -> EnrolmentPlan:
    said = act.said
    listed = {
        subject: tuple(Wanted(tuple(visits), number) for visits, number in wanted)
        for subject, wanted in said["listed"].items()
    }
    return EnrolmentPlan(said["rule"], MappingProxyType(listed), act.seq, said["why"], act.at_utc)
