"""Signs of a stack by itself: weighting by timing, fat by header and text, and what speaks against either. Pure.

Reasons quote numbers and words of our own vocabulary only, never text of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.intake.frames import Physics
from workstation.intake.series.agent import Agent, agent_of
from workstation.intake.series.exclusions import perhaps_out, ruled_out, to_be_looked_at
from workstation.intake.series.look import Look, look_at
from workstation.intake.series.rules import Rules
from workstation.intake.series.stacks import Stack
from workstation.intake.series.wording import WEIGHTINGS, Claim, Said

CONTRADICTED = "the text says that fat is suppressed, the header says that it is not"


@dataclass(frozen=True, slots=True)
class Signs:
    """What one stack shows by itself. weighting: T1, PD, T2 or ""; fat: True, False, None where it isn't sure.

    fat_denied: the header says that it isn't. named: weightings that the text says. gradient: a gradient echo.
    ruled_out: why it is none of the kinds; perhaps_out: why it probably is none, though a person should look; "" when
    nothing says so.
    asks: what a person should look at though the kind is likely; doubts: what is weak, and that.
    """

    weighting: str
    named: frozenset[str]
    fat: bool | None
    fat_denied: bool
    agent: Agent
    said: Said
    gradient: bool
    ruled_out: str
    perhaps_out: str
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def signs_of(stack: Stack, rules: Rules, moments: int = 1, common: frozenset[str] = frozenset()) -> Signs:
    """What a stack shows by itself; moments: images at each place of its series, common: lines that say nothing."""
    look = look_at(stack, rules, moments, common)
    weighting, reason, open_ = _weighting(look)
    fat, fat_reason = _fat(look)
    asks = (*open_, *to_be_looked_at(look))
    return Signs(
        weighting=weighting,
        named=look.words & WEIGHTINGS,
        fat=fat,
        fat_denied=look.evidence.fat == "NO" or look.is_in_phase,
        agent=Agent.JOINT if "arthrography" in look.words else agent_of(look.evidence, rules.agent),
        said=look.said,
        gradient=look.is_gradient,
        ruled_out=ruled_out(look),
        perhaps_out=perhaps_out(look),
        reasons=(*reason, fat_reason),
        doubts=(*(reason if not weighting else ()), *((fat_reason,) if fat is None else ()), *asks),
        asks=asks,
    )


def _weighting(look: Look) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The weighting, why, and what contradicts it."""
    if look.is_stir:
        return "T2", ("a short inversion recovery",), ()
    if look.is_gradient:
        return _of_gradient(look), ("gradient echo",), ()
    timing, reason = by_timing(look.physics, look.rules)
    named = sorted(look.words & WEIGHTINGS)
    said = f"the text says {' and '.join(named)}"
    if timing:
        contradicted = (f"{said}; TR and TE say {timing}",) if named and timing not in named else ()
        return timing, (reason,), contradicted
    if len(named) != 1:
        return "", (reason, said if named else "the text names no weighting"), ()
    return named[0], (reason, said), () if _is_plausible(look, named[0]) else (f"{said}; TR and TE do not fit that",)


def _of_gradient(look: Look) -> str:
    """T1 where a gradient echo is spoiled and short; no other one is like one of the kinds."""
    physics, words = look.physics, look.words
    if words & {"other_contrast", "PD", "T2"} and not words & {"T1", "gradient_t1"}:
        return ""
    if words & {"T1", "gradient_t1"}:
        return "T1"
    te, tr = physics.echo_time, physics.repetition_time
    limits = look.rules.gradient
    return (
        "T1" if te is not None and te < 2 * limits.echo_time_below and (tr or 0) < limits.repetition_time_below else ""
    )


def by_timing(physics: Physics, rules: Rules) -> tuple[str, str]:
    """The weighting by repetition and echo time, "" when they don't decide, and the sentence that says so."""
    tr, te = physics.repetition_time, physics.echo_time
    if tr is None or te is None:
        return "", "repetition or echo time is not given"
    numbers = f"TR {tr:g} ms, TE {te:g} ms"
    for name, timing in rules.timing.items():
        if timing.repetition_time.holds(tr) and timing.echo_time.holds(te):
            return name, f"{numbers}: {name} weighting"
    return "", f"{numbers}: between the ranges of T1, PD and T2"


def _is_plausible(look: Look, weighting: str) -> bool:
    """Whether the times that are given may belong to the weighting that the text says."""
    tr, te, timing = look.physics.repetition_time, look.physics.echo_time, look.rules.timing[weighting]
    return (tr is None or timing.plausible_repetition_time.holds(tr)) and (
        te is None or timing.plausible_echo_time.holds(te)
    )


def _fat(look: Look) -> tuple[bool | None, str]:
    """Whether fat is suppressed, None where that isn't sure, and why."""
    words, text = look.words, look.said.fat
    dixon = "dixon" in words
    water = "water_only" in look.types or (dixon and "dixon_water" in words)
    suppressed = look.evidence.fat == "YES" or look.fat_option
    tests: tuple[tuple[bool, bool | None, str], ...] = (
        (look.is_stir, True, "a short inversion recovery: fat is suppressed"),
        (water and bool(words & {"dixon_fat", "dixon_opposed"}), None, "the text names several images of a Dixon scan"),
        (water, True, "water image: fat is suppressed"),
        (look.is_in_phase, False, "an in-phase image: fat is not suppressed"),
        (dixon, None, "a Dixon scan, and nothing says which of its images this is"),
        (suppressed and text is Claim.NO, None, "the header says that fat is suppressed, the text says that it is not"),
        (suppressed, True, "the header says that fat is suppressed"),
        (text is Claim.YES and look.evidence.fat == "NO", None, CONTRADICTED),
        (text is Claim.UNCLEAR, None, "the text speaks of fat, but does not say clearly whether it is suppressed"),
        (text is Claim.YES or "gradient_fat" in words, True, "the text says that fat is suppressed"),
    )
    found = ((fat, reason) for applies, fat, reason in tests if applies)
    return next(found, (False, "nothing says that fat is suppressed"))
