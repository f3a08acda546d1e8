"""Enrolments of a person: which visits are read together as one case, by a rule or as listed. Pure.

Visits are numbers in time, from 1. A rule joins a visit with another by their numbers; where one of the two isn't
there, the other one is an enrolment of one visit, unless it is in a pair already. So a pair, once it is there, stays
whatever visits come later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from scoring.errors import DesignRefused

Visits = tuple[int, ...]

MOST_VISITS: Final = 2
FIRST_TWO: Final = "first-two"


class Enrolment(Struct, frozen=True):
    """One enrolment of a person. number: from 1 within the person, given once; visits: one or two, in their order.

    listed: by a person, not by the rule. stands: cases are made of it; one that doesn't was given to a reader before.
    """

    number: int
    visits: Visits
    listed: bool = False
    stands: bool = True


class Wanted(Struct, frozen=True):
    """One enrolment as it is asked for; `number` None takes the next that is free."""

    visits: Visits
    number: int | None = None


def _first_two(_last: int) -> Iterable[Visits]:
    return ((1, 2),)


def _consecutive(last: int) -> Iterable[Visits]:
    return ((visit, visit + 1) for visit in range(1, last + 1))


def _disjoint_pairs(last: int) -> Iterable[Visits]:
    return ((visit, visit + 1) for visit in range(1, last + 1, 2))


def _each_with_first(last: int) -> Iterable[Visits]:
    return ((1, visit) for visit in range(2, max(last, 2) + 1))


_PAIRS: Final[Mapping[str, Callable[[int], Iterable[Visits]]]] = MappingProxyType(
    {
        FIRST_TWO: _first_two,
        "consecutive": _consecutive,
        "disjoint-pairs": _disjoint_pairs,
        "each-with-first": _each_with_first,
    }
)
RULES: Final = tuple(_PAIRS)


def by_rule(rule: str, visits: Collection[int]) -> tuple[Visits, ...]:
    """The enrolments that a rule makes of the visits that are there, in the order of their visits.

    Raises:
        KeyError: no such rule; `checked_rule` says which there are.
    """
    pairs = _PAIRS[rule](max(visits, default=0))
    there = [tuple(visit for visit in pair if visit in visits) for pair in pairs]
    whole = [found for found in there if len(found) == MOST_VISITS]
    paired = {visit for pair in whole for visit in pair}
    alone = {found for found in there if len(found) == 1 and found[0] not in paired}
    return tuple(sorted((*whole, *alone)))


def checked_rule(text: str) -> str:
    """The rule that was typed; DesignRefused when there is none of that name."""
    if text not in RULES:
        raise DesignRefused(f"rule {text!a}: {', '.join(RULES)}; a CSV file lists what no rule says")
    return text


def in_none(visits: Collection[int], enrolments: Iterable[Visits]) -> Visits:
    """The visits that no enrolment has, in order."""
    enrolled = {visit for enrolment in enrolments for visit in enrolment}
    return tuple(sorted(set(visits) - enrolled))


def reconciled(
    held: Sequence[Enrolment], wanted: Sequence[Wanted], given: Collection[int], *, listed: bool
) -> tuple[Enrolment, ...]:
    """What the enrolments of a person become.

    An enrolment that is wanted as it is held keeps its number. One that isn't wanted goes, unless a reader was given
    it: then it stays, but no longer stands. Whatever is new takes the number that it asks for, or the lowest free one.

    Args:
        held: as they are.
        wanted: as they are to be; no visits twice, no number twice.
        given: numbers that readers have cases of.
        listed: whether a person lists them, or the rule makes them.

    Raises:
        DesignRefused: a number that is asked for was given with other visits, or these visits under another number.
    """
    found: dict[int, Enrolment] = {item.number: item for item in held if item.number in given}
    by_visits = {item.visits: item for item in held}
    kept = {item.visits: item.number for item in found.values()}
    for item in wanted:
        if item.number is None:
            continue
        if item.visits in kept and kept[item.visits] != item.number:
            raise DesignRefused(
                f"visits {shown(item.visits)} were given to readers as enrolment {kept[item.visits]}, "
                f"not as {item.number}: keep that number"
            )
        if item.number in found and found[item.number].visits != item.visits:
            raise DesignRefused(
                f"enrolment {item.number} was given to readers with visits {shown(found[item.number].visits)}, "
                f"not {shown(item.visits)}: choose another number"
            )
    numbers = {item.visits: item.number for item in wanted if item.number is not None}
    numbers |= {item.visits: kept[item.visits] for item in wanted if item.visits in kept}
    taken = {*found, *numbers.values()}
    for item in wanted:
        if item.visits in numbers:
            continue
        before = by_visits.get(item.visits)
        number = before.number if before is not None and before.number not in taken else _lowest_free(taken)
        numbers[item.visits] = number
        taken.add(number)
    gone = [
        Enrolment(item.number, item.visits, item.listed, stands=False)
        for item in found.values()
        if item.visits not in numbers
    ]
    standing = [Enrolment(number, visits, listed) for visits, number in numbers.items()]
    return tuple(sorted((*gone, *standing), key=lambda item: item.number))


def shown(visits: Visits) -> str:
    """Visits as people write them, such as 1+2."""
    return "+".join(map(str, visits))


def _lowest_free(taken: Collection[int]) -> int:
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
