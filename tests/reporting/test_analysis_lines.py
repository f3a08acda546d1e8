"""Lines of the analysis page: what stands in a cell, and when a measure is told again."""

from __future__ import annotations

import pytest

from scoring.analysis import groups
from scoring.analysis.groups import CHI_SQUARE, FISHER, MEDIAN
from scoring.analysis.tables import Compared, Counted, Counts, Summary
from workstation.reporting.analysis_lines import coefficient, lines_of

SOME = groups.Tested(MEDIAN, 1.5, None, 0.1336)


def _haq(at: str) -> Compared:
    some = Summary("A", 3, 1, median=0.875, minimum=0.0, maximum=1.5)
    return Compared("haq", "HAQ", at, (some, Summary("B", 0, 0)), some, SOME)


def test_a_number_is_its_median_and_range_with_n_where_some_are_unknown() -> None:
    (line,) = lines_of([_haq("V1")])

    assert line.cells == (("0.88", "(0 to 1.5) n = 3"), ("–", ""), ("0.88", "(0 to 1.5) n = 3"))  # noqa: RUF001
    assert (line.at, line.p, line.method) == ("visit 1", "0.1336", "median\N{NO-BREAK SPACE}z")


def test_a_measure_is_told_once_over_its_visits() -> None:
    assert [(line.first, line.label) for line in lines_of([_haq("V1"), _haq("V2")])] == [(True, "HAQ"), (False, "")]


def test_of_two_categories_the_first_is_a_line_and_of_three_each_with_one_test() -> None:
    test = groups.Tested(CHI_SQUARE, 1.0, 1, 0.3173)
    sex = Counted("sex", "Sex", "", ("F", "M"), (Counts("A", 4, 0, (3, 1)),), Counts("", 4, 0, (3, 1)), test)
    part = Counts("A", 3, 2, (2, 0, 1))
    moved = Counted(
        "T", "T", "CHANGE", ("LESS", "SAME", "MORE"), (part,), part, groups.Tested(FISHER, None, None, 0.00001)
    )

    lines = lines_of([sex, moved])

    assert [(line.label, line.at, line.cells[0], line.p) for line in lines] == [
        ("Sex", "F", ("3", "(75 %)"), "0.3173"),
        ("T", "less", ("2", "(67 %) n = 3"), "< 0.0001"),
        ("", "same", ("0", "(0 %)"), ""),
        ("", "more", ("1", "(33 %)"), ""),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.37839, "1.378"), (-0.1, "−0.100"), (-0.000416, "−0.00042"), (0.0, "0.000")],  # noqa: RUF001
)
def test_a_small_coefficient_keeps_two_figures(value: float, shown: str) -> None:
    assert coefficient(value) == shown
