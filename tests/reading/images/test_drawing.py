from __future__ import annotations

import pytest

from scoring.values import replace
from tests.builders.sessions import a_session_state, after
from workstation.reading.answers.focus_moves import MoveFeature
from workstation.reading.command import Command
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.display import (
    ChooseSeries,
    Enlarge,
    NextSeries,
    Subtract,
    ToggleContrast,
    ToggleInverted,
    ToggleSmooth,
)
from workstation.reading.images.view import SetWindow
from workstation.reading.view_state import Window


def test_a_window_is_carried_to_the_other_visit_in_the_space_of_the_percentiles() -> None:
    state = a_session_state()
    first, second = state.case.visits
    # the follow-up's receiver has twice the gain and an offset of 100
    louder = tuple(replace(series, window_low=100.0, window_high=1900.0) for series in second.series)
    state = replace(state, case=replace(state.case, visits=(first, replace(second, series=louder))))

    now = after(state, SetWindow(first.series[0].code, 90.0, 450.0))

    # a tenth and a half of 0..900, so a tenth and a half of 100..1900
    assert now.view.grey.windows[second.series[0].code] == Window(280.0, 1000.0)
    assert first.series[1].code not in now.view.grey.windows


def test_subtracting_a_fat_suppressed_from_a_plain_series_is_refused_with_the_reason() -> None:
    state = after(a_session_state(), Subtract())

    assert state.notice is not None
    assert state.notice.refused
    assert "fat-suppressed" in state.notice.text


def test_before_and_after_contrast_change_places_only_where_both_are_there() -> None:
    state = a_session_state()
    without = tuple(
        replace(visit, series=tuple(item for item in visit.series if item.kind != "T1FSGD"))
        for visit in state.case.visits
    )

    assert after(state, ToggleContrast()).view.cells.contrast
    refused = after(replace(state, case=replace(state.case, visits=without)), ToggleContrast())
    assert not refused.view.cells.contrast
    assert refused.notice is not None
    assert refused.notice.refused


def test_one_cell_alone_is_remembered_for_its_feature() -> None:
    state = after(a_session_state(), Enlarge((1, 2)), MoveFeature(1))

    assert state.view.cells.enlarged == {"SYN": (1, 2)}
    assert after(state, MoveFeature(-1), Enlarge(None)).view.cells.enlarged == {}


def test_other_series_come_one_after_the_other_and_then_the_layouts_own_again() -> None:
    state, shown = a_session_state(), []
    for _ in range(8):
        state = after(state, NextSeries())
        shown.append(state.view.cells.instead_of("SYN").get(0))

    assert shown[:2] == [("PD", "COR"), ("T1", "AX")]
    assert len(set(shown)) == 8
    assert shown[-1] is None
    assert after(state, NextSeries(-1)).view.cells.instead["SYN"][0] == ("T2FS", "COR")


def test_a_series_chosen_by_name_comes_into_the_first_row_of_this_feature_and_goes_again() -> None:
    state = after(a_session_state(), ChooseSeries("PD", "COR"))

    assert state.view.cells.instead == {"SYN": {0: ("PD", "COR")}}
    assert state.notice is not None
    assert state.notice.text == "First row: the series that you chose."
    # T goes on from there
    assert after(state, NextSeries()).view.cells.instead["SYN"][0] == ("T1", "AX")
    assert after(state, ChooseSeries()).view.cells.instead == {}


@pytest.mark.parametrize("command", [ToggleInverted(), ToggleSmooth(), ToggleBlink()])
def test_what_is_switched_twice_is_as_before(command: Command) -> None:
    state = a_session_state()

    assert after(state, command).view != state.view
    assert after(state, command, command).view == state.view
