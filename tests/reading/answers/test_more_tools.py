"""Ellipse, angle and several callipers: what they measure, by hand and by NumPy, and which of all speaks."""

from __future__ import annotations

from decimal import Decimal
from math import cos, radians, sin

import numpy as np
import pytest

from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, at, grade, said
from workstation.imaging.light.lit import Lit
from workstation.imaging.rings import area_mm2
from workstation.imaging.shown import as_stored, turned
from workstation.imaging.turning import TURNS
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.answers.measuring import Draw, marks_at
from workstation.reading.images.light import ShowLight
from workstation.reading.marks import TOOLS, Marks, marks_from, marks_text
from workstation.reading.tools.angle import Angle
from workstation.reading.tools.calliper import EarlierWidth, Width
from workstation.reading.tools.ellipse import Ellipse
from workstation.reading.tools.outlines import TOOLS as OUTLINING
from workstation.reading.tools.outlines import Outline
from workstation.reading.tools.tool import Drag, Line, Picture, PixelGrid

FIRST, SECOND = "K7QM212", "K7QM222"


def ellipse(mean: float, series: str = FIRST) -> Ellipse:
    return Ellipse(series, 9, (0.0, 0.0), (3.0, 2.0), mean, 12.0, 100)


def calliper(mm: float) -> Width:
    return Width("K7QM215", 9, (0.0, 0.0), (mm, 0.0))


BONE = Outline("K7QM215", 9, "bone", ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)))


def test_an_ellipse_counts_the_pixels_whose_middle_lies_in_it() -> None:
    # pixels of 1 x 2 mm from (10, 20) on; about (13, 25), 2.6 mm to the sides and 3.1 up and down:
    # middles at 10.5 ... right and 21, 23, 25, 27 ... down
    values = np.arange(40.0).reshape(5, 8)
    grid = PixelGrid((10.0, 20.0), (2.0, 1.0))

    found = Ellipse(FIRST, 9, (13.0, 25.0), (2.6, 3.1)).valued(grid, values)

    # at 25 down: 10.5 to 15.5; at 23 and 27, off by 2 of 3.1, at most 1.99 to the sides: 11.5 to 14.5
    inside = [*values[1, 1:5], *values[2, 0:6], *values[3, 1:5]]
    assert found.pixels == len(inside) == 14
    assert found.mean == pytest.approx(np.mean(inside))
    assert found.sd == pytest.approx(np.std(inside, ddof=1), abs=0.001)


def test_an_ellipse_without_a_pixel_is_none_and_one_pixel_has_no_spread() -> None:
    grid, values = PixelGrid((0.0, 0.0), (1.0, 1.0)), np.full((4, 4), 7)

    assert not Ellipse(FIRST, 9, (40.0, 40.0), (1.0, 1.0)).valued(grid, values).whole
    one = Ellipse(FIRST, 9, (1.5, 1.5), (0.6, 0.6)).valued(grid, values)
    assert (one.mean, one.sd, one.pixels) == (7.0, 0.0, 1)


@pytest.mark.parametrize("turn", TURNS)
def test_a_picture_that_is_turned_for_showing_is_turned_back_to_what_is_stored(turn: str) -> None:
    stored = np.arange(12).reshape(1, 3, 4)

    assert np.array_equal(as_stored(turned(stored, turn)[0], turn), stored[0])


@pytest.mark.parametrize("degrees", [20.0, 90.0, 135.0])
def test_one_stroke_round_a_corner_measures_its_angle(degrees: float) -> None:
    out = [(8.0 - step * 0.5, 0.0) for step in range(17)]
    back = [(cos(radians(degrees)) * step * 0.5, sin(radians(degrees)) * step * 0.5) for step in range(1, 17)]

    mark = TOOLS["angle"].draw(Drag(FIRST, 9, (*out, *back), back[-1]))

    assert isinstance(mark, Angle)
    assert mark.corner == (0.0, 0.0)
    assert mark.degrees == pytest.approx(degrees)
    assert said(after(a_session_state("ERO CAP 1"), Draw(mark))) == f"{degrees:.1f} degrees"


def test_a_straight_stroke_or_a_dot_is_no_angle() -> None:
    draw = TOOLS["angle"].draw

    assert draw(Drag(FIRST, 9, ((0.0, 0.0), (0.2, 0.1)), (0.2, 0.1))) is None
    assert draw(Drag(FIRST, 9, ((0.0, 0.0),), (0.0, 0.0))) is None


def test_callipers_stay_beside_each_other_and_the_last_one_is_kept_as_the_width() -> None:
    state = after(a_session_state("TEN E4 1"), *map(Draw, map(calliper, (2.0, 5.5, 3.5))))

    marks = marks_at(state, at("TEN E4 1").key)
    assert marks.of(Width) == (calliper(3.5),)
    assert sorted(mark.end[0] for mark in marks.of(EarlierWidth)) == [2.0, 5.5]
    assert said(state) == "3.50 mm: this would be grade 2. You decide."
    # each has its number at its line
    lines = [shape for mark in marks.drawn for shape in mark.shapes if isinstance(shape, Line)]
    assert sorted(line.words for line in lines) == ["2.00 mm", "3.50 mm", "5.50 mm"]

    graded = after(state, SetGrade(Decimal(2), "K7QM215"))
    sighting = graded.sightings[at("TEN E4 1").key, grade(2)]
    assert (sighting.measured, sighting.measured_value) == ("width_mm", 3.5)
    assert marks_from(sighting.marks).drawn == marks.drawn


def test_the_last_measurement_speaks_and_a_scheme_grades_by_the_last_that_has_a_number() -> None:
    state = a_session_state("ERO CAP 1")
    outlined = after(state, Draw(BONE), Draw(calliper(4.0)))
    assert said(outlined).startswith("4.00 mm")

    again = after(outlined, Draw(replace(BONE, slice_index=10)))
    assert said(again) == "The bone is outlined. Shift+M, then the lesion, for its share."

    bright = after(again, Draw(ellipse(400.0)))
    assert said(bright) == "mean 400.0, SD 12.0, 100 pixels"
    # an ellipse gives no grade: what is kept is the last that has a number
    kept = marks_at(bright, at("ERO CAP 1").key)
    assert (kept.said.quantity, kept.measured.quantity) == ("", "width_mm")


def test_which_was_drawn_last_is_known_again_and_older_rows_read_as_they_did() -> None:
    marks = Marks().with_mark(calliper(4.0)).with_mark(BONE).with_mark(replace(BONE, part="lesion"))
    assert marks_from(marks_text(marks)) == marks
    assert marks_from(marks_text(marks)).measured.quantity == "share_percent"

    # one kind alone is written as it always was
    assert '"last"' not in marks_text(Marks().with_mark(calliper(4.0)))
    old = marks_text(marks).replace(',"last":"outlines"', "")
    assert marks_from(old).measured.quantity == "width_mm"


def both(first: float, second: float, *, why_not: str = "", case: CaseRecord | None = None) -> str:
    """What is said of an ellipse at the follow-up after one at the baseline, gain 2."""
    case = case or a_case()
    lights = {
        one.code: Lit(0.0, 400.0, float(visit.number), 0.0, 400.0, 9000, why_not)
        for visit in case.visits
        for one in visit.series
    }
    state = after(a_session_state("OST CAP 1", case=case), ShowLight(case.code, lights), Draw(ellipse(first)))
    return said(after(state, GoTo(at("OST CAP 2")), Draw(ellipse(second, SECOND))))


def test_the_ratio_to_the_other_visit_takes_the_gain_where_the_series_are_matched() -> None:
    # 900 / 2 against 300
    assert both(300.0, 900.0) == "mean 900.0, SD 12.0, 100 pixels; 1.50 times the other visit (matched)"
    assert both(300.0, 900.0, why_not="shaded").endswith("; 3.00 times the other visit (not matched)")
    assert "times" not in both(0.0, 900.0)
    # what is brighter than nothing has a ratio, in whatever unit the scanner wrote it
    assert both(0.5, 1.0).endswith("; 1.00 times the other visit (matched)")


def test_no_ratio_is_told_between_kinds_of_series() -> None:
    case = a_case()
    state = after(a_session_state("OST CAP 1", case=case), Draw(ellipse(300.0, "K7QM210")))

    assert "times" not in said(after(state, GoTo(at("OST CAP 2")), Draw(ellipse(900.0, SECOND))))


def test_no_ratio_tells_what_was_drawn_at_a_baseline_that_is_hidden() -> None:
    state = after(a_session_state("OST CAP 1"), Draw(ellipse(300.0)), ToggleHiding(), GoTo(at("OST CAP 2")))

    assert "times" not in said(after(state, Draw(ellipse(900.0, SECOND))))


def test_a_case_of_two_series_alone_tells_the_ratio_too() -> None:
    whole = a_case()
    visits = [
        replace(visit, series=tuple(one for one in visit.series if one.code in {FIRST, SECOND}))
        for visit in whole.visits
    ]
    state = after(a_session_state("OST CAP 1", case=replace(whole, visits=tuple(visits))), Draw(ellipse(300.0)))

    assert "3.00 times the other visit" in said(after(state, GoTo(at("OST CAP 2")), Draw(ellipse(900.0, SECOND))))


def on_slices(*slices: int, width: float = 3.5, series: str = "K7QM215") -> list[Draw]:
    return [Draw(replace(calliper(width), slice_index=index, series=series)) for index in slices]


@pytest.mark.parametrize(
    ("slices", "counted"),
    [
        ((9,), "; callipers on 1 of the 3 consecutive slices that it must be seen on"),
        ((9, 9, 9), "; callipers on 1 of the 3 consecutive slices that it must be seen on"),
        ((9, 11, 13), "; callipers on 1 of the 3 consecutive slices that it must be seen on"),
        ((9, 8), "; callipers on 2 of the 3 consecutive slices that it must be seen on"),
        ((10, 8, 9), ", with callipers on 3 consecutive slices"),
        ((3, 8, 9, 10, 11), ", with callipers on 4 consecutive slices"),
    ],
)
def test_slices_in_a_row_with_a_calliper_are_counted_where_the_scheme_asks_for_some(
    slices: tuple[int, ...], counted: str
) -> None:
    """OMERACT tenosynovitis is what is seen on three consecutive axial slices; 3 mm is grade 3: Glinatsi 2017."""
    state = replace(a_session_state("TEN E4 1"), scheme=shipped_scheme("ramris-wrist-omeract"))

    state = after(state, *on_slices(*slices))

    assert said(state) == f"3.50 mm: this would be grade 3{counted}. You decide."


def test_slices_of_another_series_and_callipers_of_no_width_are_not_in_the_row() -> None:
    state = replace(a_session_state("TEN E4 1"), scheme=shipped_scheme("ramris-wrist-omeract"))

    state = after(state, *on_slices(8, width=0.0), *on_slices(10, series="K7QM213"), *on_slices(9))

    assert "callipers on 1 of the 3 consecutive slices" in said(state)


def test_a_click_finds_a_shaded_bone_whole_and_of_a_lesion_what_looks_alike() -> None:
    # a square of 20 x 20 mm that goes from 500 to 890 in a window of 1000: by hand, 12 % of it either way are 120, a
    # strip of 24 columns of 40; a lesion's border is where what looks alike ends
    values = np.full((100, 100), 50.0)
    values[30:70, 30:70] = 500 + 10 * np.arange(40)
    picture = Picture(values, PixelGrid((0.0, 0.0), (0.5, 0.5)), (0.0, 1000.0))
    drag = Drag(FIRST, 9, ((25.0, 25.0),), (25.0, 25.0))

    areas = {}
    for tool in OUTLINING:
        assert tool.click is not None
        drawn = tool.click(drag, picture)
        assert drawn is not None
        assert isinstance(drawn.mark, Outline)
        areas[drawn.mark.part] = area_mm2(drawn.mark.ring)

    assert areas["bone"] == pytest.approx(20 * 20, rel=0.06)
    assert areas["lesion"] == pytest.approx(12 * 20, rel=0.1)
