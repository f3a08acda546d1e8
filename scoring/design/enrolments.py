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

from scoring.values import replace

Visits = tuple[int, ...]

MOST_VISITS: Final = 2
FIRST_TWO: Final = "first-two"
# no code of a subject holds it
_BEFORE_NUMBER: Final = "/"


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


def in_none(visits: Collection[int], enrolments: Iterable[Visits]) -> Visits:
    """The visits that no enrolment has, in order."""
    enrolled = {visit for enrolment in enrolments for visit in enrolment}
    return tuple(sorted(set(visits) - enrolled))


def reconciled(held: Sequence[Enrolment], wanted: Sequence[Wanted], *, listed: bool) -> tuple[Enrolment, ...]:
    """What the enrolments of a person are, when readers have cases of some already.

    An enrolment that readers have keeps its number and its visits, also when another visit joins it; where it isn't
    wanted any more it no longer stands. Whatever is new takes the number that it asks for, if that is free, or the
    lowest that is.

    Args:
        held: those that readers have cases of.
        wanted: what there is to be; no visits twice, no number twice.
        listed: whether a person lists them, or the rule makes them.
    """
    kept = _grown(held, wanted)
    taken = {item.number for item in held}
    standing: list[Enrolment] = []
    # those that ask for a number come first, so that nobody takes it from them
    for item in sorted(wanted, key=lambda item: item.number is None):
        number = kept.get(item.visits)
        if number is None:
            free = item.number is not None and item.number not in taken
            number = item.number if free and item.number is not None else _lowest_free(taken)
        taken.add(number)
        standing.append(Enrolment(number, item.visits, listed))
    numbers = {item.number for item in standing}
    gone = [replace(item, stands=False) for item in held if item.number not in numbers]
    return tuple(sorted((*gone, *standing), key=lambda item: item.number))


def shown(visits: Visits) -> str:
    """Visits as people write them, such as 1+2."""
    return "+".join(map(str, visits))


def named(visits: Visits) -> str:
    """Visits in a sentence, such as visits 1 and 2, or visit 3."""
    numbers = [str(visit) for visit in visits]
    if len(numbers) == 1:
        return f"visit {numbers[0]}"
    return f"visits {', '.join(numbers[:-1])} and {numbers[-1]}"


def _grown(held: Sequence[Enrolment], wanted: Sequence[Wanted]) -> Mapping[Visits, int]:
    """The numbers that are kept, by the visits that are wanted: of what readers have, with what has joined it."""
    asked = {item.visits for item in wanted}
    kept = {item.visits: item.number for item in held if item.visits in asked}
    for item in wanted:
        joined = (one.number for one in held if set(one.visits) < set(item.visits))
        number = next((n for n in joined if n not in kept.values() and item.number in {None, n}), None)
        if item.visits not in kept and number is not None:
            kept[item.visits] = number
    return kept


def _lowest_free(taken: Collection[int]) -> int:
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def key_of(subject: str, number: int) -> str:
    """The name of an enrolment in the study: S001 is the first of that subject, S001/2 the second."""
    return subject if number == 1 else f"{subject}{_BEFORE_NUMBER}{number}"


def of_key(key: str) -> tuple[str, int]:
    """The inverse of `key_of`."""
    subject, _, number = key.partition(_BEFORE_NUMBER)
    return subject, int(number or 1)
