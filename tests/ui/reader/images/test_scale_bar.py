from __future__ import annotations

import pytest

from workstation.ui.reader.images.scale_bar import ScaleBar, scale_bar


@pytest.mark.parametrize(
    ("mm_per_pixel", "expected"),
    [
        # by hand, for a cell of 600 pixels (at most 210 for the bar)
        (0.2, ScaleBar(20, 10, 100.0)),
        (0.1, ScaleBar(20, 10, 200.0)),
        (0.25, ScaleBar(50, 10, 200.0)),
        (0.05, ScaleBar(10, 5, 200.0)),
        (0.01, ScaleBar(2, 1, 200.0)),
    ],
)
def test_the_bar_is_as_long_as_it_says_and_a_third_of_the_cell_at_most(mm_per_pixel: float, expected: ScaleBar) -> None:
    bar = scale_bar(mm_per_pixel, 600)

    assert (bar.length_mm, bar.tick_mm) == (expected.length_mm, expected.tick_mm)
    assert bar.length_px == pytest.approx(expected.length_px)


def test_the_label_is_the_length() -> None:
    assert scale_bar(0.2, 600).label == "20 mm"
