"""Slices that stood on the screen, and what of them counts."""

from __future__ import annotations

from types import MappingProxyType

from workstation.reading.seen_slices import MOST_PARTS, WHOLE, Glance, Part, Seen, with_glances

NOTHING: Seen = MappingProxyType({})
MIDDLE = (500, 500)


def a_glance(index: int, ms: float = 400, whole_ms: float | None = None, part: Part = WHOLE) -> Glance:
    return Glance("COR1", index, part, ms, ms if whole_ms is None else whole_ms)


def test_a_slice_that_stood_for_150_ms_is_seen_and_one_that_flew_by_isnt() -> None:
    seen = with_glances(NOTHING, [a_glance(3, 150), a_glance(4, 149)])

    assert seen["COR1"].at(MIDDLE) == {3}
    assert seen["COR1"].ms == {3: 150}


def test_two_looks_of_100_ms_at_different_times_are_none_and_one_of_200_told_in_two_parts_is_one() -> None:
    assert with_glances(NOTHING, [a_glance(3, 100), a_glance(3, 100)]) is NOTHING
    assert with_glances(NOTHING, [a_glance(3, 100, 100), a_glance(3, 100, 200)])["COR1"].at(MIDDLE) == {3}


def test_a_position_that_was_panned_out_of_the_cell_isnt_seen_there() -> None:
    seen = with_glances(NOTHING, [a_glance(3, part=(0, 0, 400, 1000)), a_glance(4)])

    assert seen["COR1"].at(MIDDLE) == {4}
    assert seen["COR1"].at((300, 900)) == {3, 4}


def test_nobody_is_in_front_of_a_slice_that_stands_longer_than_90_s() -> None:
    assert with_glances(NOTHING, [a_glance(3, 3_600_000)])["COR1"].ms == {3: 90_000}


def test_who_pans_without_end_fills_no_disk_and_the_whole_image_stands_for_all_its_parts() -> None:
    parts: list[Part] = [(number, 0, number + 300, 1000) for number in range(100)]
    panned = with_glances(NOTHING, [a_glance(3, part=part) for part in parts])

    assert len(panned["COR1"].parts) == MOST_PARTS
    assert dict(with_glances(panned, [a_glance(3)])["COR1"].parts) == {WHOLE: {3}}
