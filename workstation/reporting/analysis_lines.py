"""Lines of the analysis page's tables: each cell as its figure and what stands small beside it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scoring.analysis.groups import CHI_SQUARE, FISHER, MEDIAN, MEDIAN_MANY, Tested
from scoring.analysis.tables import Compared, Counted, Counts, Row, Summary
from workstation.reporting.page import number

_SHORT: Final = {
    MEDIAN: "median\N{NO-BREAK SPACE}z",
    MEDIAN_MANY: "median\N{NO-BREAK SPACE}χ²",
    CHI_SQUARE: "χ² without Yates",
    FISHER: "Fisher",
}
_AT: Final = {"": "", "V1": "visit 1", "V2": "visit 2", "CHANGE": "change"}
_YES_OR_NO: Final = 2
_SMALL: Final = 0.1

Cell = tuple[str, str]


class Line(NamedTuple):
    """One line: its measure where it is the first of it, at which visit or in which category, a cell for each group."""

    first: bool
    label: str
    at: str
    cells: tuple[Cell, ...]
    p: str
    method: str


def lines_of(rows: Sequence[Row]) -> tuple[Line, ...]:
    """A category of two is one line, its first code; a larger one is a line for each."""
    found: list[Line] = []
    last = ""
    for row in rows:
        made = [_compared(row)] if isinstance(row, Compared) else list(_counted(row))
        for line in made:
            found.append(line._replace(first=line.label != last, label=line.label if line.label != last else ""))
            last = line.label
    return tuple(found)


def p_value(value: float | None) -> str:
    """Four decimals, or a dash."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash is meant
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"  # noqa: PLR2004 - four decimals are shown


def coefficient(value: float) -> str:
    """Three decimals; of what is smaller than 0.1 two figures that count."""
    if value == 0.0 or abs(value) >= _SMALL:
        return number(value, 3)
    return number(value, 1 - math.floor(math.log10(abs(value))))


def _compared(row: Compared) -> Line:
    return Line(True, row.label, _AT[row.at], tuple(_median(item) for item in (*row.groups, row.total)), *_tested(row))


def _counted(row: Counted) -> Iterator[Line]:
    groups = (*row.groups, row.total)
    if len(row.categories) == _YES_OR_NO:
        at = " ".join(word for word in (_AT[row.at], row.categories[0]) if word)
        yield Line(True, row.label, at, tuple(_share(item, 0, tell_n=True) for item in groups), *_tested(row))
        return
    for position, category in enumerate(row.categories):
        cells = tuple(_share(item, position, tell_n=position == 0) for item in groups)
        yield Line(True, row.label, category.lower(), cells, *(_tested(row) if position == 0 else ("", "")))


def _median(item: Summary) -> Cell:
    if item.minimum is None or item.maximum is None:
        return number(None), ""
    return _figure(item.median), f"({_figure(item.minimum)} to {_figure(item.maximum)}){_n(item)}"


def _figure(value: float | None) -> str:
    """Up to two decimals: counts stay counts, steps of an eighth can be told apart."""
    text = number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(item: Counts, position: int, *, tell_n: bool) -> Cell:
    share = item.percent[position]
    small = "" if share is None else f"({share:.0f} %)"
    return str(item.counts[position]), small + (_n(item) if tell_n else "")


def _n(item: Summary | Counts) -> str:
    """How many are known, where some aren't."""
    return f" n = {item.n}" if item.unknown else ""


def _tested(row: Row) -> tuple[str, str]:
    test: Tested = row.test
    if test.p is None:
        return "not tested", test.reason or ""
    return p_value(test.p), _SHORT[test.method]
