"""Sheet: all that is exported as one value, by reading, visit and site. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from scoring.adjudication.final_cases import Plan
from scoring.readings import rounds
from scoring.readings.reading import VISITS, Answer, Graded, NotAssessable
from scoring.readings.total_rules import RuledTotal
from scoring.schemes.scheme import Feature, Scheme, Site
from scoring.values import replace
from storage.exporting.rows.aids import Aids
from storage.exporting.rows.snapshot import AnswerTexts, Cell, ReadingRecord
from storage.exporting.tables.visits import VisitNames


@dataclass(frozen=True, slots=True)
class Sheet:
    """All readings of a study by subject, enrolment, reader and round, and what is said of them all.

    primary: the cases of first readings that the study is scored by, as its design says. plan: how final values come
    about; None where the design asks for none.
    """

    scheme: Scheme
    chronology: str
    visits: VisitNames
    readings: Sequence[ReadingRecord]
    primary: frozenset[str] = frozenset()
    aids: Aids = field(default_factory=Aids)
    plan: Plan | None = None
    texts: AnswerTexts = field(default_factory=AnswerTexts)
    # computed once for each case, and asked for by several files
    known_totals: dict[tuple[str, frozenset[int]], tuple[RuledTotal, ...]] = field(default_factory=dict)
    read_alone: dict[int, Mapping[tuple[str, str], ReadingRecord]] = field(default_factory=dict)

    def by_visit(self) -> Iterator[tuple[ReadingRecord, int]]:
        """Readings at each visit, by subject, enrolment, visit, reader and round."""
        # readings come by subject, enrolment, reader and round already
        for _, mine in groupby(self.readings, key=lambda item: item.key):
            same = list(mine)
            for visit in VISITS:
                for item in same:
                    yield item, visit

    def joined(self, item: ReadingRecord) -> ReadingRecord:
        """The first reading of a follow-up alone, with the baseline that its reader read alone; else itself.

        Change is then of two scans that were read apart, by person and visit.
        """
        before, after = (self.visits.shown(item.key)[visit] for visit in VISITS)
        if item.round != rounds.FIRST or item.visits != {after} or not self.visits.ordered:
            return item
        other = self._alone_at(before).get((item.key, item.reader))
        if other is None:
            return item
        count = self.scheme.sites_per_visit
        halves = {before: other.cells, after: item.cells}
        cells = [cell for visit in VISITS for cell in halves[visit][(visit - 1) * count : visit * count]]
        return replace(item, cells=cells, visits=item.visits | other.visits, asked=item.asked | other.asked)

    def _alone_at(self, visit: int) -> Mapping[tuple[str, str], ReadingRecord]:
        if visit not in self.read_alone:
            mine = (item for item in self.readings if item.round == rounds.FIRST and item.visits == {visit})
            self.read_alone[visit] = {(item.key, item.reader): item for item in mine}
        return self.read_alone[visit]

    def cells(self, item: ReadingRecord, visit: int) -> Sequence[Cell]:
        """The answers of a reading at a visit of the files, in the order of `sites`; blank without such a visit.

        Versions that asked for answers of a visit that isn't there took some: they stand on the record, and count for
        nothing.
        """
        count = self.scheme.sites_per_visit
        shown = self.visits.shown(item.key)[visit]
        found = item.cells[(shown - 1) * count : shown * count]
        return found if shown in item.visits else [("", entries, at) for _, entries, at in found]

    def answers(self, item: ReadingRecord, visit: int) -> Sequence[Answer | None]:
        """The same as answers; none of a visit that counts no more."""
        if self.is_excluded(item, visit):
            return [None] * self.scheme.sites_per_visit
        return [self.texts.answer(text) for text, _, _ in self.cells(item, visit)]

    def is_there(self, item: ReadingRecord, visit: int) -> bool:
        """Whether the study has that visit of the subject, and the reading shows it."""
        return self.visits.shown(item.key)[visit] in item.visits

    def is_excluded(self, item: ReadingRecord, visit: int) -> bool:
        """Whether that visit of the subject counts no more."""
        return self.visits.shown(item.key)[visit] in item.excluded


class SiteOf(NamedTuple):
    """A site of a feature."""

    feature: Feature
    site: Site


def sites(scheme: Scheme) -> Iterator[SiteOf]:
    """Every site of every feature, in reading order."""
    for feature in scheme.features:
        for site in feature.sites:
            yield SiteOf(feature, site)


def grade_of(answer: Answer | None) -> Decimal | None:
    """The grade of an answer, if it is one."""
    return answer.grade if isinstance(answer, Graded) else None


def reason_of(answer: Answer | None) -> str:
    """Why an answer is no grade, as a code."""
    return answer.code if isinstance(answer, NotAssessable) else ""
