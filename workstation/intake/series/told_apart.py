"""Series of a visit told apart: MR by its timing and contrast within the visit, radiographs each by itself. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.intake.series.classify import Recognised, recognise
from workstation.intake.series.radiographs import recognise_radiograph
from workstation.intake.series.rules import shipped_rules
from workstation.intake.series.stacks import Stack
from workstation.intake.series.stand_ins import StandIns


def told_apart(stacks: Sequence[Stack], stand_ins: StandIns) -> tuple[Recognised, ...]:
    """What each stack of one visit is, in the order given; contrast of MR is judged without the radiographs."""
    of_mr = [stack for stack in stacks if stack.first.facts.radiograph is None]
    recognised = iter(recognise(of_mr, shipped_rules(), stand_ins))
    return tuple(
        next(recognised) if stack.first.facts.radiograph is None else recognise_radiograph(stack) for stack in stacks
    )
