"""Shape of a cohort: who is enrolled when and in which group, which visits were scanned, what went wrong. Pure.

The published study had 80 people in 84 enrolments: four went from one group to the other and were enrolled again. 77
enrolments had a scan at the first visit; changes are known of 66 pairs for synovitis, tenosynovitis and the total, of
67 for erosion and 68 for osteitis. So 68 pairs were scanned, without contrast agent twice and without a coronal T1
once. Which group somebody is in and whose scans go astray is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

GROUPS: Final = ("MTX", "TNFI")
AGENT, CORONAL_T1 = (701, 801), (201,)


@dataclass(frozen=True, slots=True)
class Shape:
    """How many people there are of each kind. twice: enrolled in both groups, with a pair in each.

    pairs, lone, unscanned: people enrolled once, with two scans, one, none. no_agent, no_t1: follow-ups of these
    pairs that lack series. resent: visits of which a copy came again; astray: pairs whose folders are named wrongly.
    """

    twice: int = 4
    pairs: int = 60
    lone: int = 9
    unscanned: int = 7
    no_agent: int = 2
    no_t1: int = 1
    resent: int = 3
    astray: int = 2

    @property
    def people(self) -> int:
        """All of them."""
        return self.twice + self.pairs + self.lone + self.unscanned


PAPER: Final = Shape()
SHAPES: Final = {"paper": PAPER}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One enrolment. person, number: from 1; visits: in time within the person, those that were scanned.

    lacks: numbers of the series that the last of the visits lacks. resent: the first visit came twice. astray: the
    folders of the two visits have each other's names.
    """

    person: int
    number: int
    group: str
    visits: tuple[int, ...]
    lacks: tuple[int, ...] = ()
    resent: bool = False
    astray: bool = False


def enrolments(shape: Shape, seed: int) -> tuple[Enrolled, ...]:
    """Everybody's enrolments, by person and number; the same for the same shape and seed."""
    random = np.random.default_rng((seed, 6))
    order = [int(number) + 1 for number in random.permutation(shape.people)]
    taken = iter(order)
    found = [
        item
        for kind in ("twice", "pairs", "lone", "unscanned")
        for person in (next(taken) for _ in range(getattr(shape, kind)))
        for item in _of_person(person, kind, GROUPS[int(random.integers(2))])
    ]
    return tuple(sorted(_with_mishaps(found, shape), key=lambda item: (item.person, item.number)))


def _of_person(person: int, kind: str, group: str) -> Iterator[Enrolled]:
    visits = {"lone": (1,), "unscanned": ()}.get(kind, (1, 2))
    yield Enrolled(person, 1, group, visits)
    if kind == "twice":
        yield Enrolled(person, 2, GROUPS[1 - GROUPS.index(group)], (3, 4))


def _with_mishaps(found: list[Enrolled], shape: Shape) -> Iterator[Enrolled]:
    """Each befalls others of those with one pair."""
    lacking = [AGENT] * shape.no_agent + [CORONAL_T1] * shape.no_t1
    resent, astray = shape.resent, shape.astray
    for item in found:
        alone = item.visits == (1, 2) and not any(other.person == item.person and other.number > 1 for other in found)
        if alone and lacking:
            yield Enrolled(item.person, item.number, item.group, item.visits, lacks=lacking.pop())
        elif alone and resent:
            resent -= 1
            yield Enrolled(item.person, item.number, item.group, item.visits, resent=True)
        elif alone and astray:
            astray -= 1
            yield Enrolled(item.person, item.number, item.group, item.visits, astray=True)
        else:
            yield item
