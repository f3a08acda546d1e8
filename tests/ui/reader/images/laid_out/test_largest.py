"""Without a choice of the reader's the visits stand as their images are largest. Numbers by hand."""

from __future__ import annotations

import pytest

from scoring.values import replace
from tests.builders.cases import a_case, a_series
from tests.builders.sessions import SCHEME, a_session_state
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import Shown
from workstation.ui.reader.cells.grid import Arrangement, largest
from workstation.ui.reader.images.arranging import hung

CORONAL, AXIAL = (100.0, 100.0), (91.0, 51.0)


@pytest.mark.parametrize(
    ("rows", "width", "height", "how"),
    [
        # 1382 x 1010, beside the form on a screen of 1920: cells of 691 x 328 or 460 x 481, so 328 or 460 pixels
        ([CORONAL] * 3, 1382, 1010, Arrangement.ABOVE),
        # an axial wrist is nearly twice as wide as high: 586 x 328 or 460 x 258 pixels
        ([AXIAL] * 3, 1382, 1010, Arrangement.BESIDE),
        # 328 and 585 x 328 beside each other, or 460 and 460 x 258
        ([CORONAL, AXIAL, CORONAL], 1382, 1010, Arrangement.ABOVE),
        # on a screen of their own: cells of 960 x 342 or 640 x 501
        ([CORONAL] * 3, 1920, 1050, Arrangement.ABOVE),
        # a portrait screen: cells of 400 x 608 or 266 x 901
        ([CORONAL] * 3, 800, 1850, Arrangement.BESIDE),
        # equal but for one heading more
        ([CORONAL] * 2, 1382, 1010, Arrangement.BESIDE),
        # cells of 691 x 246, 345 x 493 or 345 x 481: two blocks have one heading less
        ([CORONAL] * 4, 1382, 1010, Arrangement.BLOCKS),
        # one series: 691 x 986 or 1382 x 481 for what is as wide as high; for what is wide the other
        ([CORONAL], 1382, 1010, Arrangement.BESIDE),
        ([(200.0, 50.0)], 1382, 1010, Arrangement.ABOVE),
    ],
)
def test_the_arrangement_is_the_one_with_the_largest_images(
    rows: list[tuple[float, float]], width: int, height: int, how: Arrangement
) -> None:
    assert largest(rows, width, height) is how


def test_an_odd_number_of_series_never_leaves_a_place_empty() -> None:
    assert all(largest([CORONAL] * 3, width, 1000) is not Arrangement.BLOCKS for width in range(300, 4000, 50))


@pytest.mark.parametrize(
    ("rows", "how"),
    [
        # of 1382 x 1010: cells of 1382 x 328, 460 x 986 or 691 x 493 with one place free
        ([CORONAL] * 3, Arrangement.BLOCKS),
        # 1382 x 493 or 691 x 986, of either name
        ([CORONAL] * 2, Arrangement.BLOCKS),
        # 586 x 328, 460 x 258 or 691 x 387
        ([AXIAL] * 3, Arrangement.BLOCKS),
    ],
)
def test_a_scan_alone_has_its_series_two_in_a_line_where_that_makes_them_largest(
    rows: list[tuple[float, float]], how: Arrangement
) -> None:
    assert largest(rows, 1382, 1010, visits=1) is how


@pytest.mark.parametrize(
    ("rows", "empty", "how"),
    [
        # of 1382 x 1010, less 28 for each that nobody has: 691 x 930 or 1142 x 481 for one as wide as high
        ([CORONAL], 2, Arrangement.BESIDE),
        # 586 x 328 each with three axial series; one alone is 691 x 387, or 858 x 481 below each other
        ([AXIAL], 2, Arrangement.ABOVE),
        # 691 x 958 / 2 or (1382 - 120) / 2 x 481 in two columns
        ([CORONAL] * 2, 1, Arrangement.ABOVE),
    ],
)
def test_series_that_no_visit_has_take_no_room_from_the_images(
    rows: list[tuple[float, float]], empty: int, how: Arrangement
) -> None:
    assert largest(rows, 1382, 1010, empty=empty) is how


@pytest.mark.parametrize(
    ("part", "how"),
    [
        # of 1382 x 1010: an arm 90 mm wide and longer than the image of 150 mm has 3.3 pixels a mm
        # in cells of 691 x 493, and 3.8 in cells of 345 x 986
        ("wrist", Arrangement.BLOCKS),
        # a knee is as wide as its image: 3.3 pixels a mm, or 2.3
        ("knee", Arrangement.BESIDE),
    ],
)
def test_what_is_no_arm_is_taken_to_fill_its_images(part: str, how: Arrangement) -> None:
    coronals = tuple(a_series(kind, kind, "COR", size=150) for kind in ("T2FS", "T1"))
    case = a_case()
    visits = tuple(replace(visit, series=coronals) for visit in case.visits)
    files = tuple(
        (name, text.replace('part = "wrist"', f'part = "{part}"', 1) if name == "outlines.toml" else text)
        for name, text in SCHEME.files or ()
    )
    state = replace(
        a_session_state("OST CAP 1", case=replace(case, visits=visits)), scheme=replace(SCHEME, files=files)
    )

    hanging, cells = hung(layout_of(state.scheme), state, 1382, 1010)

    assert [row.cells[0].series.kind for row in hanging.rows if isinstance(row.cells[0], Shown)] == ["T2FS", "T1"]
    assert cells.how is how
