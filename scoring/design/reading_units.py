"""Units of reading: a case as it was first read, pairs alone, or each scan by itself. Pure."""

from __future__ import annotations

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
    """What one case shows: visits of an enrolment of a subject.

    name: for draws; the same part has the same name whoever draws it.
    """

    name: str
    subject: str
    enrolment: int
    visits: Visits

    def shares(self, other: Part) -> bool:
        """Whether the other shows one of these visits; pairs of two enrolments are two, even if a visit is in both."""
        if self.subject != other.subject or set(self.visits).isdisjoint(other.visits):
            return False
        return self.enrolment == other.enrolment or 1 in {len(self.visits), len(other.visits)}


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
        whose = first.subject, first.enrolment
        return tuple(Part(f"{first.subject}:{visit}", *whose, (visit,)) for visit in first.visits)
    return () if unit == PAIR and len(first.visits) < _OF_A_PAIR else (first,)
