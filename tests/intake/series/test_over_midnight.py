"""Moments of a visit sort by time, also where it goes on over midnight."""

from __future__ import annotations

import pytest

from workstation.intake.series.over_midnight import in_one_visit


@pytest.mark.parametrize(
    ("moments", "in_order"),
    [
        (["231500", "234000", "000500", "003000"], ["231500", "234000", "000500", "003000"]),
        (["101500", "103000"], ["101500", "103000"]),
        # a day that is long isn't a night
        (["051500", "120000", "190000"], ["051500", "120000", "190000"]),
        (["001000", "002000"], ["001000", "002000"]),
    ],
    ids=["over midnight", "in the morning", "early, noon and late", "after midnight alone"],
)
def test_series_are_ordered_as_they_were_made(moments: list[str], in_order: list[str]) -> None:
    assert sorted(moments, key=lambda moment: in_one_visit(moment, moments)) == in_order


def test_a_moment_that_is_not_known_stays_so() -> None:
    assert in_one_visit("", ["231500", "000500", ""]) == ""
