"""Content of the report, as values: who read what, the flow of subjects, agreement, change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scoring.adjudication.final_progress import Standing
from scoring.comparison.grades import OF_PAIRS, Array, At, CaseRead, Grades, grades_of
from scoring.comparison.inter_reader import InterReader
from scoring.comparison.intra_reader import IntraReader
from scoring.comparison.responding import TotalResponse, responses
from scoring.schemes.scheme import Scheme, Total


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """How far one reader is: cases given and read, repeats drawn and read. program: what it is that is no person."""

    reader: str
    given: int
    read: int
    repeats_drawn: int
    repeats_read: int
    program: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the figures rest on. `head` is the hash of the last row of the record, `events` how many rows it has."""

    scheme: Scheme
    order: str
    head: str
    events: int
    program: str
    state: str


@dataclass(frozen=True, slots=True)
class FlowRow:
    """Of the pairs read: how many have the total at each visit, and at both."""

    total: Total
    baseline: int
    follow_up: int
    both: int


@dataclass(frozen=True, slots=True)
class ChangeOf:
    """All complete first readings of one reader, one a subject, and what changed in them."""

    reader: str
    subjects: tuple[str, ...]
    grades: Grades
    flow: tuple[FlowRow, ...]
    responses: tuple[TotalResponse, ...]

    def change(self, total: Total) -> Array:
        """The change of each subject, nan where it is missing."""
        values: Array = self.grades.of_total(total, At.CHANGE)[:, 0]
        return values


@dataclass(frozen=True, slots=True)
class Repeated:
    """Intra-reader agreement with the grades beneath it: cases x (first, repeat), of pairs and of scans alone."""

    found: IntraReader
    grades: Grades | None
    scans: Grades | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """Inter-reader agreement with the grades beneath it: cases x readers."""

    found: InterReader
    grades: Grades


@dataclass(frozen=True, slots=True)
class ExcludedOf:
    """A subject, or a visit of it (None: all), that no figure counts: its cases that were begun, and why."""

    subject: str
    visit: int | None
    cases: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class AcceptedOf:
    """What was accepted of one subject's images, and in which cases they were given to readers."""

    subject: str
    cases: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """What a third reader settles and which value stands then, in words; how far that is, and readers' rates."""

    settles: str
    value: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class MoreFigure:
    """A figure that the window of numbers has too, by the name of its drawing, and what is said below it.

    tall: it needs a page of paper.
    """

    name: str
    caption: str
    heading: str = ""
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on the page. `enrolled` subjects were imported; `open_cases` readings lack answers.

    accepted: of each subject that was read, its cases and the sorts of findings about its images that were accepted.
    excluded: what no figure counts. more, points: as the window of numbers has them, the points of each drawing as CSV
    by its name. adjudicated: None where no third reader has anything and the design asks for none.
    """

    name: str
    level: float
    provenance: Provenance
    readers: tuple[ReaderRow, ...]
    enrolled: int
    open_cases: int
    repeated: tuple[Repeated, ...]
    shared: Shared | None
    changes: tuple[ChangeOf, ...]
    accepted: tuple[AcceptedOf, ...] = ()
    excluded: tuple[ExcludedOf, ...] = ()
    adjudicated: Adjudicated | None = None
    more: tuple[MoreFigure, ...] = ()
    points: Mapping[str, str] = field(default_factory=dict)


def change_of(scheme: Scheme, reader: str, cases: tuple[CaseRead, ...], repeated: Repeated | None) -> ChangeOf:
    """Change of a reader's first readings, held against the SDC of the repeats where there are some.

    Args:
        scheme: what they are on.
        reader: who read.
        cases: one reading a subject, one or more.
        repeated: the same reader's repeats.
    """
    grades = grades_of(scheme, cases)
    compared = () if repeated is None else repeated.found.totals
    subjects = tuple(case.subject for case in cases)
    return ChangeOf(reader, subjects, grades, _flow(grades), responses(grades, compared))


def _flow(grades: Grades) -> tuple[FlowRow, ...]:
    found = []
    for total in grades.scheme.totals:
        counts = [int(np.isfinite(grades.of_total(total, at)[:, 0]).sum()) for at in OF_PAIRS]
        found.append(FlowRow(total, *counts))
    return tuple(found)
