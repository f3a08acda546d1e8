"""Sheet: all that is exported as one value, and the pieces that the lines of all files share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from scoring.readings import rounds
from scoring.readings.reading import VISITS, Answer, Graded, NotAssessable
from scoring.readings.total_rules import RuledTotal
from scoring.schemes.scheme import Feature, Scheme, Site
from storage.exporting.csv_text import LINE_END, number_cell, text_cell, text_cells
from storage.exporting.rows.aids import Aids
from storage.exporting.rows.snapshot import AnswerTexts, Cell, ReadingRecord
from storage.exporting.visits import VisitNames

_PRIMARY, _INTER = "PRIMARY", "INTER"
_OF_ROUND = {rounds.REREAD: "INTRA_REPEAT", rounds.DRIFT: "INTRA_REPEAT", rounds.ADJUDICATION: "ADJUDICATION"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """All readings of a study by subject, reader and round, and what is said of them all.

    primary_reader: whose first readings the study is scored by; None is everybody's.
    """

    scheme: Scheme
    chronology: str
    visits: VisitNames
    readings: Sequence[ReadingRecord]
    primary_reader: str | None = None
    aids: Aids = field(default_factory=Aids)
    texts: AnswerTexts = field(default_factory=AnswerTexts)
    # computed once and asked for by every line: the cells of the scheme, and the totals of each case
    scheme_cells: str = field(init=False)
    known_totals: dict[str, tuple[RuledTotal, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells = text_cells((self.scheme.id, self.scheme.version, self.scheme.sha256))
        object.__setattr__(self, "scheme_cells", cells)

    def by_visit(self) -> Iterator[tuple[ReadingRecord, int]]:
        """Readings at each visit, by subject, visit, reader and round."""
        # readings come by subject, reader and round already
        for _, mine in groupby(self.readings, key=lambda item: item.subject):
            same_subject = list(mine)
            for visit in VISITS:
                for item in same_subject:
                    yield item, visit

    def cells(self, item: ReadingRecord, visit: int) -> Sequence[Cell]:
        """The answers of a reading at a visit of the files, in the order of `sites`."""
        count = self.scheme.sites_per_visit
        shown = self.visits.shown(item.subject)[visit]
        return item.cells[(shown - 1) * count : shown * count]

    def answers(self, item: ReadingRecord, visit: int) -> Sequence[Answer | None]:
        """The same as answers."""
        return [self.texts.answer(text) for text, _, _ in self.cells(item, visit)]

    def is_there(self, item: ReadingRecord, visit: int) -> bool:
        """Whether the study has that visit of the subject."""
        return self.visits.shown(item.subject)[visit] in item.visits


def sites(scheme: Scheme) -> Iterator[tuple[Feature, Site]]:
    """Every site of every feature, in reading order."""
    for feature in scheme.features:
        for site in feature.sites:
            yield feature, site


def head(sheet: Sheet, item: ReadingRecord) -> str:
    """The first cells of every line, a comma at the end: whose, by whom, for what."""
    codes = text_cells((item.subject, item.case, item.reader))
    return f"{codes},{item.round},{purpose(sheet, item)},{item.position},{sheet.chronology},"


def tail(sheet: Sheet, item: ReadingRecord) -> str:
    """The last cells of every line with its end: amended or not, under which scheme."""
    return f"{'YES' if item.signature.amended else 'NO'},{sheet.scheme_cells}{LINE_END}"


def purpose(sheet: Sheet, item: ReadingRecord) -> str:
    """What the reading is for."""
    if item.round in _OF_ROUND:
        return _OF_ROUND[item.round]
    return _PRIMARY if sheet.primary_reader in {None, item.reader} else _INTER


def visit_cells(sheet: Sheet, visit: int) -> str:
    """Code and number of a visit."""
    return f"{sheet.visits.code(visit)},{sheet.visits.number(visit)}"


def answer_cells(answer: Answer | None, *, there: bool) -> str:
    """Status, score and reason of one answer; a blank one of a visit that doesn't exist asks for nothing."""
    match answer:
        case Graded(grade):
            return f"SCORED,{number_cell(grade)},"
        case NotAssessable(code, _):
            return f"NOT_EVALUABLE,,{text_cell(code)}"
        case None:
            return "NOT_DONE,," if there else "NOT_APPLICABLE,,"
