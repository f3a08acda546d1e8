"""Units of reading: a case as it was first read, pairs alone, or each scan by itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from scoring.errors import DesignRefused

Visits = tuple[int, ...]

PAIR: Final = "pair"
SCAN: Final = "scan"
CASE: Final = "case"
REREAD_UNITS: Final = (CASE, PAIR, SCAN)
_OF_A_PAIR: Final = 2


class Part(Struct, frozen=True):
    """What one case shows: visits of a subject. name: for draws; the same part has the same name whoever draws it."""

    name: str
    subject: str
    visits: Visits

    def shares(self, subject: str, visits: Iterable[int]) -> bool:
        """Whether visits of a subject are among these."""
        return subject == self.subject and not set(self.visits).isdisjoint(visits)


def checked_reread_unit(text: str) -> str:
    """The unit that was typed; DesignRefused when it is none."""
    if text not in REREAD_UNITS:
        raise DesignRefused(f"unit {text!a}: {', '.join(REREAD_UNITS)}")
    return text


def to_read_again(first: Part, unit: str) -> tuple[Part, ...]:
    """What can be read again of a first reading: all that it shows, each of its scans, or nothing where it is no pair.

    Args:
        first: what the first reading showed.
        unit: one of REREAD_UNITS.
    """
    if unit == SCAN:
        return tuple(Part(f"{first.subject}:{visit}", first.subject, (visit,)) for visit in first.visits)
    return () if unit == PAIR and len(first.visits) < _OF_A_PAIR else (first,)
