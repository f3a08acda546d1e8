"""The outline of a plane: by T1 and PD where there are any, as far as any image shows tissue that leaves another."""

from __future__ import annotations

import pytest

from scoring.values import replace
from storage.records import SeriesRecord
from tests.builders.imaged_wrists import Imaged, imaged
from workstation.imaging.geometry import Stack, add
from workstation.imaging.wrist.finding import found_outline
from workstation.imaging.wrist.grounds import grounds
from workstation.imaging.wrist.outline import Box, Outline, field_of


def of(*images: Imaged) -> tuple[list[SeriesRecord], dict[str, object]]:
    return [one.series for one in images], {one.series.code: one.volume for one in images}


def box(*images: Imaged) -> Box:
    found = found_outline(*of(*images))  # type: ignore[arg-type]
    assert found is not None
    return found.on(Stack.of(images[0].series))


def as_pd(one: Imaged, rows_more: int = 0) -> Imaged:
    """The same as a PD, with something as bright as tissue along the upper edge, as folded-over signal is."""
    volume = one.volume.copy()
    volume[:, :rows_more, 20:70] = 800
    return replace(one, series=replace(one.series, kind="PD", code="PD"), volume=volume)


def test_t1_and_pd_tell_it_and_where_there_is_neither_all_do() -> None:
    plane = imaged("COR")

    assert [series.kind for series in grounds([one.series for one in plane.values()])] == ["T1", "PD"]
    assert len(grounds([plane["T2FS"].series, plane["T1FSGD"].series])) == 2


def test_a_series_with_suppressed_fat_changes_nothing_where_t1_is_there() -> None:
    plane = imaged("AX")

    assert box(plane["T1"], plane["T2FS"]) == box(plane["T1"])


def test_what_pd_shows_and_t1_doesnt_is_inside() -> None:
    t1 = imaged("AX")["T1"]
    field = field_of(Stack.of(t1.series))

    # 22 mm of air above: more than a tenth of the image
    assert box(t1).top > field.top + 10
    assert box(t1, as_pd(t1, rows_more=6)).top == pytest.approx(field.top)


def test_t1_and_pd_that_differ_little_give_the_box_of_t1() -> None:
    plane = imaged("COR")

    assert box(plane["T1"], plane["PD"]) == box(plane["T1"])
    assert box(imaged("AX")["T1"], as_pd(imaged("AX")["T1"])) == box(imaged("AX")["T1"])


def test_a_series_that_shows_more_of_the_arm_is_not_cut_where_t1_ends() -> None:
    t1 = imaged("COR")["T1"]
    stack = Stack.of(t1.series)
    longer = replace(imaged("COR")["T2FS"].series, rows=t1.series.rows + 30, code="LONG")
    longer = replace(
        longer,
        slices=tuple(replace(one, position_mm=add(one.position_mm, stack.down, -15.0)) for one in longer.slices),
    )
    found = found_outline([t1.series, longer], {t1.series.code: t1.volume})

    assert found is not None
    field, shown = field_of(Stack.of(longer)), found.on(stack)
    assert (shown.top, shown.bottom) == pytest.approx((field.top, field.bottom))


def test_without_any_pixels_there_is_none() -> None:
    assert found_outline([imaged("AX")["T1"].series], {}) is None


def test_where_t1_shows_nothing_the_whole_image_is_shown() -> None:
    plane = imaged("COR")
    empty = replace(plane["T1"], volume=plane["T1"].volume * 0)

    assert found_outline(*of(empty, plane["PD"])) is None  # type: ignore[arg-type]


def test_without_t1_and_pd_one_series_that_shows_nothing_has_the_whole_image_shown() -> None:
    plane = imaged("AX")
    empty = replace(plane["T2FS"], volume=plane["T2FS"].volume * 0)

    assert found_outline(*of(plane["T1FSGD"], empty)) is None  # type: ignore[arg-type]


def test_an_outline_on_a_turned_stack_holds_all_four_corners() -> None:
    series = imaged("AX")["T1"].series
    stack = Stack.of(series)
    outline = Outline.of(Box(-10.0, -5.0, 10.0, 5.0), stack)
    c = s = 0.5**0.5
    right = add((0.0, 0.0, 0.0), add(stack.right, stack.down), c)
    down = add((0.0, 0.0, 0.0), add(stack.down, stack.right, -1.0), s)
    turned = replace(series, orientation=(*right, *down))

    # by hand: a rectangle of 20 x 10 turned by 45 degrees is (20 + 10) / sqrt(2) wide and high
    assert outline.on(Stack.of(turned)).size_mm == pytest.approx((21.213, 21.213), abs=0.001)
    assert outline.on(stack).size_mm == pytest.approx((20.0, 10.0))
