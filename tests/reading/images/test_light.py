"""Both visits in one light: what a series opens with, what a window carries over, and what never changes by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.values import replace
from storage.records import MATCHED as BY_TISSUE
from storage.records import NOT_MATCHED, SAME_NUMBERS, SeriesRecord
from tests.builders.sessions import a_session_state, after
from workstation.imaging.light.lit import Lit
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.sightings import ReturnToSighting, sighting_of
from workstation.reading.images.display import ResetWindows
from workstation.reading.images.light import ShowLight, ToggleLight
from workstation.reading.images.view import ScaleWindow, SetWindow, window_of
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.state import SessionState
from workstation.reading.view_state import Window

GAIN = 1.5


def pair(state: SessionState) -> tuple[SeriesRecord, SeriesRecord]:
    """The first series of the baseline and the same of the follow-up."""
    one = state.case.visits[0].series[0]
    (other,) = (s for s in state.case.visits[1].series if (s.kind, s.plane) == (one.kind, one.plane))
    return one, other


def lights(state: SessionState, *, why_not: str = "") -> dict[str, Lit]:
    """A light in which unchanged tissue is half as bright again at follow-up."""
    one, other = pair(state)
    return {
        one.code: Lit(0.0, 400.0, 1.0, 0.0, 400.0, 9_000, why_not),
        other.code: Lit(0.0, 600.0, GAIN, 0.0, 400.0, 9_000, why_not),
    }


def in_light(*, late: bool = False, why_not: str = "") -> SessionState:
    state = a_session_state()
    return after(state, ShowLight(state.case.code, lights(state, why_not=why_not), late))


def windows(state: SessionState) -> tuple[Window, Window]:
    one, other = pair(state)
    return window_of(state.view, one), window_of(state.view, other)


def test_series_open_in_the_light_of_both_visits() -> None:
    assert windows(in_light()) == (Window(0, 400), Window(0, 600))


def test_before_the_visits_were_compared_each_has_the_window_of_its_percentiles() -> None:
    one, _ = pair(a_session_state())

    assert windows(a_session_state())[0] == Window(one.window_low, one.window_high)


def test_light_that_comes_while_somebody_looks_changes_nothing_until_a_key() -> None:
    before = a_session_state()

    waiting = in_light(late=True)

    assert windows(waiting) == windows(before)
    assert waiting.notice is not None
    assert "Shift+D" in waiting.notice.text
    assert windows(after(waiting, ToggleLight())) == (Window(0, 400), Window(0, 600))


def test_a_light_that_stands_is_never_replaced() -> None:
    state = in_light()
    one, _ = pair(state)

    again = after(state, ShowLight(state.case.code, {one.code: Lit(0.0, 99.0, 1.0, 0.0, 99.0)}))

    assert windows(again) == windows(state)


def test_light_of_another_case_is_none_of_this_one() -> None:
    state = a_session_state()

    assert after(state, ShowLight("OTHER", lights(state))) == state


def test_a_window_set_at_one_visit_shows_the_same_tissue_alike_at_the_other() -> None:
    state = in_light()
    one, other = pair(state)

    assert windows(after(state, SetWindow(one.code, 50, 250)))[1] == Window(75, 375)
    assert windows(after(state, SetWindow(other.code, 75, 375)))[0] == Window(50, 250)


def test_a_narrower_window_keeps_black_black_at_both_visits() -> None:
    state = in_light()
    one, _ = pair(state)

    here, there = windows(after(state, ScaleWindow(1, one.code, -1)))

    assert (here.low, there.low) == (0, 0)
    assert (here.high, there.high) == pytest.approx((400 / 1.15, 600 / 1.15))


def test_of_a_series_whose_high_values_are_dark_a_narrower_window_keeps_the_high_end() -> None:
    start = a_session_state()
    first, *rest = start.case.visits
    series = (replace(first.series[0], inverted=True), *first.series[1:])
    state = replace(start, case=replace(start.case, visits=(replace(first, series=series), *rest)))

    now = after(state, SetWindow(series[0].code, 100, 500), ScaleWindow(1, series[0].code, -1))

    assert window_of(now.view, series[0]).high == 500


def test_a_key_shows_the_same_numbers_at_both_visits_and_takes_a_set_window_along() -> None:
    state = in_light()
    one, _ = pair(state)

    equal = after(state, ToggleLight())
    assert windows(equal) == (Window(0, 400), Window(0, 400))

    windowed = after(state, SetWindow(one.code, 50, 250), ToggleLight())
    assert windows(windowed) == (Window(50, 250), Window(50, 250))
    assert windows(after(windowed, ToggleLight())) == (Window(50, 250), Window(75, 375))


def test_a_window_set_by_hand_wins_over_light_that_comes_later() -> None:
    state = a_session_state()
    one, _ = pair(state)

    lit = after(state, SetWindow(one.code, 50, 250), ShowLight(state.case.code, lights(state)))

    assert windows(lit)[0] == Window(50, 250)
    assert windows(after(lit, ResetWindows())) == (Window(0, 400), Window(0, 600))


def test_there_is_nothing_to_match_before_the_visits_were_compared() -> None:
    notice = after(a_session_state(), ToggleLight()).notice

    assert notice is not None
    assert notice.refused


@pytest.mark.parametrize("equal", [False, True])
def test_a_case_reopens_in_the_very_light_that_it_was_left_in(*, equal: bool) -> None:
    left = after(in_light(), *([ToggleLight()] if equal else []))

    again = resumed(a_session_state(), bookmark_text(left))

    assert again.view.grey == left.view.grey
    assert windows(again) == windows(left)


def test_a_light_that_is_none_is_not_taken_from_a_bookmark() -> None:
    text = bookmark_text(in_light()).replace('"gain":1.5', '"gain":-1.5')

    assert pair(a_session_state())[1].code not in resumed(a_session_state(), text).view.grey.lights


FIRST = a_session_state().focus


def graded(state: SessionState) -> SessionState:
    """The first site at baseline, on its first series."""
    one, _ = pair(state)
    return after(state, GoTo(FIRST), SetGrade(Decimal(2), one.code))


def test_a_grade_keeps_the_windows_of_both_visits_and_the_gain_between_them() -> None:
    state = in_light()
    _, other = pair(state)

    now = graded(state)

    sighting = sighting_of(now, FIRST.key)
    assert sighting is not None
    assert (sighting.window_low, sighting.window_high) == (0, 400)
    assert sighting.light is not None
    assert (sighting.light.how, sighting.light.gain, sighting.light.voxels) == (BY_TISSUE, GAIN, 9_000)
    assert (sighting.light.other_series, sighting.light.other_low, sighting.light.other_high) == (other.code, 0, 600)


def test_a_grade_says_that_the_visits_had_the_same_numbers_or_were_not_matched() -> None:
    equal, unmatched = graded(after(in_light(), ToggleLight())), graded(in_light(why_not="uncertain"))

    found = [sighting_of(state, FIRST.key) for state in (equal, unmatched)]

    assert [seen.light.how for seen in found if seen and seen.light] == [SAME_NUMBERS, NOT_MATCHED]


def test_a_grade_given_before_the_visits_were_compared_is_written_as_it_always_was() -> None:
    sighting = sighting_of(graded(a_session_state()), FIRST.key)

    assert sighting is not None
    assert sighting.light is None
    assert "light" not in sighting.marks


def test_a_grade_given_anew_keeps_the_light_of_then_and_not_that_of_the_grade_before() -> None:
    once = graded(in_light())
    one, _ = pair(once)

    twice = after(once, ToggleLight(), GoTo(FIRST), SetGrade(Decimal(3), one.code))

    sighting = sighting_of(twice, FIRST.key)
    assert sighting is not None
    assert sighting.light is not None
    assert sighting.light.how == SAME_NUMBERS


def test_the_way_back_to_a_grade_shows_both_visits_as_then() -> None:
    state = in_light()
    one, _ = pair(state)
    now = after(graded(after(state, SetWindow(one.code, 50, 250))), ResetWindows())

    back = after(now, GoTo(FIRST), ReturnToSighting())

    assert windows(back) == (Window(50, 250), Window(75, 375))
