"""Hidden repeats among first readings, to see whether a reader drifts: which cases come twice, and where. Pure.

The whole list is drawn before anybody reads, so nothing has to be prepared while a reader works in a copy far away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from scoring.design.draws import LEAST_BETWEEN
from scoring.design.secret_seed import SecretSeed

LEAST_EVERY: Final = 3


class Listed(Struct, frozen=True):
    """One place of a worklist: of which enrolment, by its key, and whether it stands there for the second time."""

    whose: str
    again: bool = False


class Check(Struct, frozen=True):
    """How repeats are drawn. every: one repeat in each so many places; seed: of the reader's first draw.

    `left_out`: enrolments that can't be repeated any more.
    """

    every: int
    seed: SecretSeed
    left_out: frozenset[str] = frozenset()


def with_repeats(before: Sequence[Listed], new: Sequence[str], check: Check) -> tuple[Listed, ...]:
    """The new subjects in their order, with repeats among them.

    Of each `every` places of the whole list one is for a repeat, chosen by lot; there stands one of the subjects, each
    as likely as another, with at least `LEAST_BETWEEN` cases between. The place stays empty of a repeat when there is
    no such subject, and a list never ends with one. A subject is repeated once.

    Args:
        before: what the reader has been given already, in order.
        new: subjects in drawn order, none of them in `before`.
        check: how often, from which seed.
    """
    found: list[Listed] = []
    repeated = {item.whose for item in before if item.again} | check.left_out
    waiting = list(new)
    while waiting:
        position = len(before) + len(found)
        if position == _position_of_repeat(position // check.every, check):
            subject = _drawn([*before, *found][: max(position - LEAST_BETWEEN, 0)], repeated, position, check)
            if subject is not None:
                repeated.add(subject)
                found.append(Listed(subject, again=True))
        found.append(Listed(waiting.pop(0)))
    return tuple(found)


def chance_of_none(cases: int, every: int, before: int = 0) -> float:
    """The chance that a draw gives no repeat at all, when so many cases are added behind those of `before`.

    Blocks draw on their own, so the chances that each of them gives none are multiplied. What was repeated before is
    counted as if it could come again: of one reader's second draw it is an estimate.
    """
    chance = 1.0
    for block in range(before // every, (before + cases - 1) // every + 1 if cases else 0):
        positions = _positions_of_repeat(block, every)
        # before the first of them nothing can be repeated, and a list never ends with a repeat
        used = range(max(positions.start, before, LEAST_BETWEEN + 1), min(positions.stop, before + cases))
        chance *= 1 - len(used) / len(positions)
    return chance


def _position_of_repeat(block: int, check: Check) -> int:
    # a stream of its own for each block: subjects that come later move nothing
    positions = _positions_of_repeat(block, check.every)
    return check.seed.source(f"drift place {block}").randrange(positions.start, positions.stop)


def _positions_of_repeat(block: int, every: int) -> range:
    start, end = block * every, (block + 1) * every
    # early places can't be repeats; that the first block has one all the same keeps repeats from standing late on the
    # whole
    return range(min(max(start, LEAST_BETWEEN + 1), end - 1), end)


def _drawn(earlier: Sequence[Listed], repeated: Collection[str], position: int, check: Check) -> str | None:
    there = sorted(item.whose for item in earlier if not item.again and item.whose not in repeated)
    return check.seed.source(f"drift case {position}").choice(there) if there else None
