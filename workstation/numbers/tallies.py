"""Tallies of answers: how often each reader gave each grade, on the cases that all have read. Counted once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.readings.reading import Graded, Reading


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one round. shared: the enrolments that all readers have read; without any, all readings count.

    counts: by reader, then by feature and visit: how often each grade was given; None: no grade.
    """

    shared: frozenset[str]
    counts: Mapping[str, Mapping[tuple[str, int], Counter[Decimal | None]]] = field(repr=False)


def tally_of(by_reader: Mapping[str, Sequence[tuple[str, Reading]]]) -> Tally:
    """Count the answers of readings, each with its enrolment."""
    keys = [{key for key, _ in readings} for readings in by_reader.values()]
    shared = frozenset(set.intersection(*keys)) if keys else frozenset()
    return Tally(
        shared,
        {
            reader: _counted([reading for key, reading in readings if key in shared or not shared])
            for reader, readings in by_reader.items()
        },
    )


def _counted(readings: Sequence[Reading]) -> Mapping[tuple[str, int], Counter[Decimal | None]]:
    found: dict[tuple[str, int], Counter[Decimal | None]] = defaultdict(Counter)
    for reading in readings:
        for key, answer in reading.answers.items():
            found[str(key.feature), key.visit][answer.grade if isinstance(answer, Graded) else None] += 1
    return found
