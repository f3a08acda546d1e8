"""Units of reading: what one case shows, when it is given and when it is read again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from scoring.design.enrolments import Enrolment, key_of, of_key
from scoring.errors import DesignRefused

Visits = tuple[int, ...]

PAIR: Final = "pair"
SCAN: Final = "scan"
BOTH: Final = "both"
CASE: Final = "case"
REREAD_UNITS: Final = (CASE, PAIR, SCAN)
_OF_A_PAIR: Final = 2
# no code of a subject holds it
_BEFORE_VISIT: Final = ":"


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


def to_give(subject: str, found: Sequence[Enrolment], has: Mapping[int, Visits], unit: str) -> tuple[Part, ...]:
    """What a reader can be given of a subject.

    Both: each enrolment, a pair or a lone visit; a visit that comes when the other one was given is a scan alone.
    Pair: those of two visits, and nothing of what was given without the other one. Scan: each visit by itself, once, in
    the first enrolment that has it.

    Args:
        subject: its code.
        found: its enrolments.
        has: by enrolment the visits that the reader has in cases that can be read.
        unit: PAIR, SCAN or BOTH.
    """
    parts: dict[str, Part] = {}
    given = {visit for visits in has.values() for visit in visits}
    for item in (one for one in found if one.stands):
        mine = has.get(item.number, ())
        if unit == SCAN or (mine and unit == BOTH):
            left = [visit for visit in item.visits if visit not in (given if unit == SCAN else mine)]
            for visit in left:
                part = scan_of(subject, item.number, visit)
                parts.setdefault(part.name, part)
        elif not mine and len(item.visits) >= (_OF_A_PAIR if unit == PAIR else 1):
            part = whole(subject, item.number, item.visits)
            parts[part.name] = part
    return tuple(parts.values())


def whole(subject: str, enrolment: int, visits: Visits) -> Part:
    """An enrolment in one case."""
    return Part(key_of(subject, enrolment), subject, enrolment, visits)


def scan_of(subject: str, enrolment: int, visit: int) -> Part:
    """One visit of a subject by itself."""
    return Part(f"{subject}{_BEFORE_VISIT}{visit}", subject, enrolment, (visit,))


def person_of(name: str) -> str:
    """The subject of a part, by its name."""
    return of_key(name.partition(_BEFORE_VISIT)[0])[0]


def given_as(subject: str, enrolment: int, visits: Visits, unit: str) -> Part:
    """What a first reading shows, by the name that it was drawn under."""
    return scan_of(subject, enrolment, visits[0]) if unit == SCAN and visits else whole(subject, enrolment, visits)


def to_read_again(first: Part, unit: str) -> tuple[Part, ...]:
    """What can be read again of a first reading: all that it shows, each of its scans, or nothing where it is no pair.

    Args:
        first: what the first reading showed.
        unit: one of REREAD_UNITS.
    """
    if unit == SCAN:
        return tuple(scan_of(first.subject, first.enrolment, visit) for visit in first.visits)
    return () if unit == PAIR and len(first.visits) < _OF_A_PAIR else (first,)
