"""Contrast within a visit: whether a T1 was made after it, by text, agent and the order of the series. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workstation.intake.series.agent import Agent
from workstation.intake.series.over_midnight import in_one_visit
from workstation.intake.series.signs import Signs
from workstation.intake.series.stacks import Stack
from workstation.intake.series.wording import Claim

ANGLE_COSINE = 0.95
# in a visit of fewer series it can't be told from the others what is noted on all
LEAST_SERIES = 3
NOTHING_SAYS = "nothing says that contrast was given"
IN_A_JOINT = "an arthrography, by its header or text: the contrast agent is in a joint, not in a vein"


@dataclass(frozen=True, slots=True)
class Contrast:
    """Whether a stack was made after contrast, the sentence that says why, and whether that is sure."""

    after: bool
    why: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """The stacks of one visit and what each shows by itself."""

    stacks: Sequence[Stack]
    signs: Sequence[Signs]

    @property
    def shown(self) -> list[int]:
        """Those that aren't ruled out."""
        return [number for number, item in enumerate(self.signs) if not item.ruled_out]

    @property
    def is_noted_everywhere(self) -> bool:
        """Whether the agent is noted on all series: then it was given at some time, and nothing says when."""
        spin = [self.signs[number] for number in self.shown if not self.signs[number].gradient]
        noted = all(sign.agent is not Agent.NONE for sign in spin)
        return noted and len({stack.series_uid for stack in self.stacks}) >= LEAST_SERIES

    def moment(self, number: int) -> str:
        """Digits that sort by time, "" unknown."""
        return in_one_visit(_moment(self.stacks[number]), [_moment(stack) for stack in self.stacks])

    def is_earlier(self, first: int, second: int) -> bool:
        """Whether one was surely made before the other."""
        return bool(self.moment(first)) and bool(self.moment(second)) and self.moment(first) < self.moment(second)

    def t1(self, *, fat: bool) -> Iterator[int]:
        """The T1 with or without fat suppression that aren't ruled out; without it spin echoes alone."""
        for number in self.shown:
            sign = self.signs[number]
            if sign.weighting == "T1" and sign.fat is fat and (fat or not sign.gradient):
                yield number


def _moment(stack: Stack) -> str:
    return min((frame.acquired for frame in stack.frames), default="") or stack.first.facts.series_time


def contrast_of(number: int, visit: Visit) -> Contrast:
    """Whether a T1 was made after contrast."""
    sign = visit.signs[number]
    if sign.agent is Agent.JOINT:
        return Contrast(after=False, why=IN_A_JOINT, sure=False)
    if sign.said.contrast is Claim.UNCLEAR:
        return Contrast(
            bool(sign.fat),
            "the text speaks of contrast, but does not say clearly whether before or after it",
            sure=False,
        )
    if sign.said.contrast is not Claim.SILENT:
        return _by_text(number, visit)
    if sign.agent is not Agent.NONE and not visit.is_noted_everywhere:
        return _by_agent(number, visit)
    return _by_order(number, visit)


def _by_text(number: int, visit: Visit) -> Contrast:
    sign = visit.signs[number]
    if sign.said.contrast is Claim.YES:
        return Contrast(after=True, why="the text says after contrast")
    if sign.agent is Agent.NAMED and not visit.is_noted_everywhere:
        return Contrast(
            after=False, why="the text says before contrast, but the header names a contrast agent", sure=False
        )
    if _follows_contrast(number, visit):
        why = "the text says before contrast, but a series after contrast was made earlier"
        return Contrast(after=False, why=why, sure=False)
    return Contrast(after=False, why="the text says before contrast")


def _by_agent(number: int, visit: Visit) -> Contrast:
    sign = visit.signs[number]
    if sign.agent is Agent.UNCLEAR:
        return Contrast(
            bool(sign.fat),
            "the header has a text for the contrast agent, but not a clear one",
            sure=False,
        )
    if not sign.fat:
        first = all(visit.is_earlier(number, other) for other in visit.t1(fat=True))
        why = "the header names a contrast agent, which may have been noted before it was given"
        return Contrast(not (first and any(visit.t1(fat=True))), why, sure=False)
    others = [k for k in visit.t1(fat=True) if k != number and _overlap(visit.stacks[k], visit.stacks[number])]
    plain = [k for k in visit.t1(fat=False) if visit.signs[k].agent is Agent.NAMED]
    if all(visit.is_earlier(k, number) for k in (*others, *plain)):
        return Contrast(after=True, why="the header names a contrast agent")
    why = "the header names a contrast agent, but another T1 was made later"
    return Contrast(after=True, why=why, sure=False)


def _by_order(number: int, visit: Visit) -> Contrast:
    """Neither text nor agent: what the other series of the visit tell."""
    return _fat_by_order(number, visit) if visit.signs[number].fat else _plain_by_order(number, visit)


def _fat_by_order(number: int, visit: Visit) -> Contrast:
    """Never sure: an agent that nobody noted is the rule, not the exception; only a text settles the matter."""
    if visit.is_noted_everywhere:
        why = "contrast was given at this visit, and this is T1 with fat suppression"
        return Contrast(after=True, why=why, sure=False)
    if _repeats_earlier(number, visit):
        why = "repeats the position of an earlier T1 without fat suppression, at the end of the visit"
        return Contrast(after=True, why=why, sure=False)
    return Contrast(after=False, why=NOTHING_SAYS, sure=False)


def _plain_by_order(number: int, visit: Visit) -> Contrast:
    before_all = all(visit.is_earlier(number, other) for other in visit.t1(fat=True))
    repeats = any(_is_repeat(number, other, visit) for other in visit.t1(fat=False) if other != number)
    if _follows_contrast(number, visit):
        # without an earlier one of its place it is the only T1 that the visit has
        return Contrast(after=repeats, why="made later than a series after contrast", sure=False)
    if visit.is_noted_everywhere and not before_all:
        why = "contrast was given at this visit, and nothing says whether before this series"
        return Contrast(after=False, why=why, sure=False)
    if repeats:
        why = "repeats the position of an earlier T1: after contrast, or made again"
        return Contrast(after=False, why=why, sure=False)
    return Contrast(after=False, why=NOTHING_SAYS)


def _is_repeat(number: int, other: int, visit: Visit) -> bool:
    a, b = visit.stacks[number], visit.stacks[other]
    return a.series_uid != b.series_uid and visit.is_earlier(other, number) and _overlap(a, b)


def _follows_contrast(number: int, visit: Visit) -> bool:
    """Whether a series that is surely after contrast was made earlier."""
    return any(
        visit.is_earlier(k, number)
        for k in visit.shown
        if visit.signs[k].said.contrast is Claim.YES and visit.signs[k].agent is not Agent.JOINT
    )


def _repeats_earlier(number: int, visit: Visit) -> bool:
    """Whether it covers the place of an earlier T1, and everything that isn't T1 with fat suppression came before."""
    others = [k for k, sign in enumerate(visit.signs) if not (sign.weighting == "T1" and sign.fat)]
    if not all(visit.is_earlier(k, number) for k in others):
        return False
    return any(_overlap(visit.stacks[number], visit.stacks[k]) for k in visit.t1(fat=False))


def _overlap(a: Stack, b: Stack) -> bool:
    """Parallel, in one frame of reference, and each covering the middle of the other."""
    if not a.first.facts.frame_of_reference or a.first.facts.frame_of_reference != b.first.facts.frame_of_reference:
        return False
    normal = a.first.normal
    if abs(sum(normal[k] * b.first.normal[k] for k in range(3))) < ANGLE_COSINE:
        return False
    return _covers_middle(a, b, normal) and _covers_middle(b, a, normal)


def _covers_middle(a: Stack, b: Stack, normal: tuple[float, float, float]) -> bool:
    spread = [sum(frame.position_mm[k] * normal[k] for k in range(3)) for frame in a.frames]
    other = [sum(frame.position_mm[k] * normal[k] for k in range(3)) for frame in b.frames]
    middle = (min(other) + max(other)) / 2
    return min(spread) <= middle <= max(spread)
