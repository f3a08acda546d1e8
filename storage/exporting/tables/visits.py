"""Visits in the files: called baseline and follow-up, or A and B while their order is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from scoring.readings.reading import VISITS
from storage.exporting.tables.columns import CodeList

_IN_ORDER: Final = CodeList("visit", (("V1", "Baseline"), ("V2", "Follow-up")))
_HIDDEN: Final = CodeList("visit", (("VA", "Visit A, as the reader saw it"), ("VB", "Visit B, as the reader saw it")))

# of a subject, who may have more visits than an enrolment shows
_MORE: Final = range(3, 100)
_OF_SUBJECT: Final = CodeList(
    "subject_visit", (*_IN_ORDER.entries, *((f"V{number}", f"Visit {number}") for number in _MORE))
)
_OF_SUBJECT_HIDDEN: Final = CodeList(
    "subject_visit", (*_HIDDEN.entries, *((f"V{number}", f"Visit {number}, as shown") for number in _MORE))
)


@dataclass(frozen=True, slots=True)
class InTime:
    """What the vault knows of a hidden order.

    turned: enrolments, by key, whose first shown visit is the follow-up. visits: of each subject the visits as they are
    shown, by number, and their numbers in time; a subject with three visits may have any order of them.
    """

    turned: frozenset[str] = field(default_factory=frozenset)
    visits: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitNames:
    """Whether the order of visits is told, and for whom the one shown first is the later one.

    ordered: visits are V1 and V2 in time; otherwise VA and VB as shown, and nothing is a change.
    """

    ordered: bool
    in_time: InTime = field(default_factory=InTime)

    @property
    def codes(self) -> CodeList:
        """The codes of the visits with their labels."""
        return _IN_ORDER if self.ordered else _HIDDEN

    @property
    def of_subject(self) -> CodeList:
        """The codes of all visits of a subject."""
        return _OF_SUBJECT if self.ordered else _OF_SUBJECT_HIDDEN

    @property
    def meaning(self) -> str:
        """What the column says."""
        return (
            "V1 baseline, V2 follow-up"
            if self.ordered
            else "A or B, as shown to the reader; which one came first is hidden"
        )

    @property
    def number_meaning(self) -> str:
        """What the column of numbers says."""
        return "1 baseline, 2 follow-up" if self.ordered else "Empty while the order of the visits is hidden"

    def shown(self, enrolment: str) -> Mapping[int, int]:
        """For each place in the files (1, 2) the visit as the reader saw it."""
        first, second = VISITS
        return {first: second, second: first} if enrolment in self.in_time.turned else {first: first, second: second}

    def of_index(self, subject: str, visit: int) -> int:
        """The number in the files of a subject's visit that the index has under that number."""
        return self.in_time.visits.get(subject, {}).get(visit, visit)

    def code(self, visit: int) -> str:
        """The code of a place in the files, or of a later visit of a subject."""
        return self.of_subject.codes[visit - 1]
