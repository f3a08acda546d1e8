"""Gaps of stacks, by positions worked out by hand."""

from __future__ import annotations

import pytest

from workstation.imaging.gaps import Gap, gaps, lacks_slice

WHOLE = (0.0, 3.3, 6.6, 9.9, 13.2)
ONE_MISSING = (0.0, 3.3, 9.9, 13.2)


def test_a_whole_stack_has_no_gap() -> None:
    assert gaps(WHOLE, 3.3) == ()
    assert gaps((5.0,), None) == ()


def test_a_missing_slice_is_a_gap_behind_the_one_before_it() -> None:
    assert gaps((0.0, 2.0, 6.0, 8.0), 2.0) == (Gap(1, 4.0),)


def test_positions_that_are_a_little_off_are_no_gap() -> None:
    assert gaps((0.0, 3.3, 7.2, 9.9), 3.3) == ()


@pytest.mark.parametrize(
    ("at_mm", "off_mm", "lacks"),
    [
        (6.6, 3.3, True),
        (5.3, 2.0, True),
        (4.9, 1.6, False),
        (1.65, 1.65, False),
        (-5.0, 5.0, False),
        (20.0, 6.8, False),
    ],
)
def test_a_slice_is_missing_where_the_nearest_is_more_than_half_a_distance_off_within_the_stack(
    at_mm: float, off_mm: float, lacks: bool
) -> None:
    assert lacks_slice(ONE_MISSING, 3.3, at_mm, off_mm) is lacks
