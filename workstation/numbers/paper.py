"""Figures of the window of numbers for the report: the same values, and the points of each as CSV. Deterministic."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from scoring.comparison.grades import At
from scoring.readings import rounds
from scoring.values import replace
from workstation.numbers.choice import KINDS, OWN_FIRST, ROUND_WORDS, VISIT_WORDS, Choice, Kind
from workstation.numbers.figure import Figure, Nothing
from workstation.numbers.figures import figure_of
from workstation.numbers.paper_drawing import Cell, grid
from workstation.numbers.readings import REPEATED, Numbers
from workstation.numbers.words import single_totals
from workstation.reporting.content import MoreFigure, Report
from workstation.reporting.page import Plots

_VISITS: Final = (At.BASELINE, At.FOLLOW_UP)
_ALL: Final = (*_VISITS, At.CHANGE)
_TWO: Final = 2
# a figure of more rows has a page of its own on paper
_SHORT: Final = 2


class _Page(NamedTuple):
    """A figure of the report: rows of choices, each a cell with its title, and what is said below."""

    name: str
    heading: str
    rows: Sequence[Sequence[tuple[str, Choice]]]
    caption: str


def with_figures(
    report: Report, numbers: Numbers, checkpoint: Callable[[], None] = lambda: None
) -> tuple[Report, Plots]:
    """The report with the figures that the window has and it hasn't, as SVG by name, and with the points of all.

    checkpoint: called between figures; may raise to stop.
    """
    more, drawn, points = [], {}, {}
    for page in _pages(numbers):
        checkpoint()
        rows = [[Cell(title, figure_of(numbers, choice)) for title, choice in row] for row in page.rows]
        kept = [row for row in rows if any(not isinstance(cell.figure, Nothing) for cell in row)]
        if kept:
            drawn[page.name] = grid(kept)
            more.append(MoreFigure(page.name, _caption(page, kept), page.heading, len(kept) > _SHORT))
            points[page.name] = _csv([cell for row in kept for cell in row])
    for name, choices in _drawn_already(report, numbers):
        checkpoint()
        points[name] = _csv([Cell(title, figure_of(numbers, choice)) for title, choice in choices])
    return replace(report, more=tuple(more), points=points), drawn


def _pages(numbers: Numbers) -> Iterator[_Page]:
    at = {reader: number for number, reader in enumerate(numbers.readers)}
    for reader, other, round_ in numbers.compared:
        if round_ in REPEATED or (round_ == rounds.FIRST and at[other] < at[reader]):
            yield from _of_two(numbers, Choice(reader=reader, against=other, round=round_))
    for reader, other, round_ in numbers.compared:
        if round_ in {rounds.FIRST, rounds.DRIFT}:
            yield _drift(numbers, Choice(Kind.DRIFT, reader, round_, other))
    timed = [
        [(reader, Choice(Kind.CASE_TIME, reader))] for reader in numbers.readers if (reader, rounds.FIRST) in numbers.of
    ]
    if timed:
        yield _Page(
            "time-case",
            KINDS[Kind.CASE_TIME][0],
            timed,
            "Minutes of each case, in the order in which each reader began them",
        )
    first = next(iter(numbers.readers), "")
    by_feature = [[("", Choice(Kind.FEATURE_TIME, first))]]
    yield _Page(
        "time-feature",
        KINDS[Kind.FEATURE_TIME][0],
        by_feature,
        "Median minutes of a case that each reader takes for a feature",
    )
    rows = [
        [
            (f"{total.code}, {VISIT_WORDS[at]}", Choice(Kind.GRADES, first, total=str(total.code), at=at))
            for at in _VISITS
        ]
        for total in single_totals(numbers.scheme)
    ]
    yield _Page(
        "grades",
        KINDS[Kind.GRADES][0],
        rows,
        "Percent of answers that are each grade, first readings, on cases that all have read",
    )


def _of_two(numbers: Numbers, choice: Choice) -> Iterator[_Page]:
    name = "-".join(part for part in (choice.reader, choice.against, str(choice.round)) if part)
    against = choice.against or "own first readings"
    which = f"{choice.reader} against {against}, {ROUND_WORDS[choice.round]}"
    rows = [
        [(f"{total.code}, {VISIT_WORDS[at]}", _at(choice, Kind.SCATTER, str(total.code), at)) for at in _ALL]
        for total in numbers.scheme.totals
    ]
    said = "A dot is a case, a larger one several; on the line both are equal"
    yield _Page(f"scatter-{name}", f"{KINDS[Kind.SCATTER][0]}: {which}", rows, said)
    row = [(VISIT_WORDS[at], _at(choice, Kind.AGREEMENT, "", at)) for at in _ALL]
    said = "ICC(2,1) of each total with its 95 % interval. Diamond: it lies below the middle one of the other totals"
    yield _Page(f"agreement-{name}", f"{KINDS[Kind.AGREEMENT][0]}: {which}", [row], said)


def _drift(numbers: Numbers, choice: Choice) -> _Page:
    name = "-".join(part for part in (choice.reader, choice.against, str(choice.round)) if part)
    rows = [
        [(f"{total.code}, {VISIT_WORDS[at]}", _at(choice, Kind.DRIFT, str(total.code), at)) for at in _VISITS]
        for total in numbers.scheme.totals
    ]
    said = (
        "Lines: centre, and limits of a single value (dashed). Orange: moving mean with its limits. Diamond: beyond. "
        "A drift of the other reader looks like scatter here, unless both read in a like order"
    )
    against = choice.against or "own first readings"
    return _Page(
        f"drift-{name}",
        f"{KINDS[Kind.DRIFT][0]}: {choice.reader} against {against}, {ROUND_WORDS[choice.round]}",
        rows,
        f"Differences in the order in which {choice.reader} began the cases. {said}",
    )


def _at(choice: Choice, kind: Kind, total: str, at: At) -> Choice:
    return replace(choice, kind=kind, total=total, at=at)


def _caption(page: _Page, rows: Sequence[Sequence[Cell]]) -> str:
    """What is said below: how to read it, then what a coordinator should look into."""
    warned = [f"{cell.title}: {cell.figure.told.notes[0]}" for row in rows for cell in row if cell.figure.told.warns]
    return ". ".join((page.caption, *warned)) + "."


def _drawn_already(report: Report, numbers: Numbers) -> Iterator[tuple[str, Sequence[tuple[str, Choice]]]]:
    """The choices whose points the report draws by itself, by the name that the drawing has there."""
    totals = [str(total.code) for total in numbers.scheme.totals]

    def each(choice: Choice, ats: Sequence[At]) -> list[tuple[str, Choice]]:
        return [(f"{code}, {VISIT_WORDS[at]}", replace(choice, total=code, at=at)) for code in totals for at in ats]

    for number, item in enumerate(report.repeated, 1):
        again = Choice(Kind.DIFFERENCES, item.found.reader, rounds.REREAD, OWN_FIRST)
        if item.grades is not None:
            yield f"intra-{number}", each(again, _ALL)
        if item.scans is not None:
            yield f"scans-{number}", each(again, (At.SCAN,))
    if report.shared is not None and len(report.shared.found.readers) == _TWO:
        one, two = report.shared.found.readers
        yield "inter", each(Choice(Kind.DIFFERENCES, two, against=one), _ALL)
    for number, change in enumerate(report.changes, 1):
        of_total = [(code, Choice(Kind.CUMULATIVE, change.reader, total=code)) for code in totals]
        yield f"cumulative-{number}", of_total
        yield f"hands-{number}", [("", Choice(Kind.WRIST, change.reader))]
        sites = [str(total.code) for total in single_totals(numbers.scheme)]
        yield f"heat-{number}", [("", Choice(Kind.SITES, change.reader, total=code)) for code in sites]


def _csv(cells: Sequence[Cell]) -> str:
    """The rows of all cells under one heading; the first column says of which cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    headed = False
    for cell in cells:
        rows = _rows(cell.figure)
        heading = next(rows, None)
        if heading is not None:
            if not headed:
                writer.writerow(("figure", *heading))
                headed = True
            writer.writerows((cell.title, *row) for row in rows)
    return text.getvalue()


def _rows(figure: Figure) -> Iterator[Sequence[object]]:
    return iter(figure.table())
