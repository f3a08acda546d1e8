"""Step of a reading: step(state, command) -> Outcome. Pure; knows no Qt, SQL or time."""

from __future__ import annotations

from typing import assert_never

from scoring.readings.reading import Graded, NotAssessable
from scoring.values import replace
from workstation.reading import commands as wish
from workstation.reading.answers import focus_moves, grade_places, grading, hide_baseline, key_images, measuring, notes
from workstation.reading.images import display, go_to_site, registration_link, view
from workstation.reading.outcome import Outcome
from workstation.reading.state import SessionState

_Answering = (
    wish.SetGrade
    | wish.MarkUnscorable
    | wish.ClearAnswer
    | wish.AddHalf
    | wish.CopyBaseline
    | wish.GradeBlanksZero
    | wish.Undo
    | wish.Redo
)
_Showing = (
    wish.ToggleHiding | wish.ToggleExpecting | wish.ToggleSide | wish.ToggleFigure | wish.SetRows | wish.ToggleColumns
)
_Finding = wish.KeepImage | wish.TakeImage | wish.ShowFound
_Noting = wish.SetNote | wish.ToggleUnsure | wish.ReturnToPlace | wish.TakeTool | wish.Draw | wish.EraseMarks
_Drawing = (
    wish.ResetWindows
    | wish.ToggleInverted
    | wish.ToggleSmooth
    | wish.ToggleBlink
    | wish.ToggleContrast
    | wish.Subtract
    | wish.MoveRow
    | wish.Enlarge
    | wish.NextSeries
)
_Moving = wish.MoveFocus | wish.MoveFeature | wish.GoTo | wish.GoToBlank
_Relating = wish.ToggleLink | wish.OfferRegistration | wish.ToggleRegistration | wish.ToggleLines


def step(state: SessionState, command: wish.Command) -> Outcome:
    """Decide what `command` comes to in `state`.

    A refusal leaves everything but the notice as it was. `changes` are what must be on disk before the state
    is shown; it is empty for moves and views.
    """
    if state.asking is not None and not isinstance(command, wish.GradeBlanksZero):
        # a question that wasn't answered at once is taken back, with its line
        state = replace(state, asking=None, notice=None)
    outcome = _decided(state, command)
    if isinstance(command, wish.ShowFound):
        # it has a slice of its own to show
        return replace(outcome, state=go_to_site.left(state, outcome.state))
    if isinstance(command, _Relating):
        return replace(outcome, state=go_to_site.related_anew(state, outcome.state))
    return replace(outcome, state=go_to_site.followed(state, outcome.state))


def _decided(state: SessionState, command: wish.Command) -> Outcome:  # noqa: PLR0911 - one return for each kind
    if isinstance(command, _Answering):
        return _answer(state, command)
    if isinstance(command, _Moving):
        return _move(state, command)
    if isinstance(command, _Noting):
        return _note(state, command)
    if isinstance(command, _Finding):
        return _find(state, command)
    if isinstance(command, _Showing):
        return _show(state, command)
    if isinstance(command, _Relating):
        return _relate(state, command)
    if isinstance(command, _Drawing):
        return _draw(state, command)
    return _view(state, command)


def _answer(state: SessionState, command: _Answering) -> Outcome:  # noqa: PLR0911 - one return for each kind
    match command:
        case wish.SetGrade(grade, series):
            return grading.answered(state, state.focus.key, Graded(grade), series)
        case wish.GradeBlanksZero():
            return grading.blanks_zeroed(state)
        case wish.MarkUnscorable(code, text):
            return grading.answered(state, state.focus.key, NotAssessable(code, text.strip()))
        case wish.ClearAnswer():
            return grading.cleared(state)
        case wish.AddHalf():
            return grading.half_added(state)
        case wish.CopyBaseline():
            return grading.baseline_copied(state)
        case wish.Undo():
            return grading.undone(state)
        case wish.Redo():
            return grading.redone(state)
        case _:
            assert_never(command)


def _move(state: SessionState, command: _Moving) -> Outcome:
    # the reader has gone elsewhere by a key of their own: what is typed from now on isn't about the last answer
    state = replace(state, behind=False)
    match command:
        case wish.MoveFocus(sites, visits):
            return focus_moves.focus_moved(state, sites, visits)
        case wish.MoveFeature(by):
            return focus_moves.feature_moved(state, by)
        case wish.GoTo(focus):
            return focus_moves.gone_to(state, focus)
        case wish.GoToBlank():
            return focus_moves.gone_to_blank(state)
        case _:
            assert_never(command)


def _note(state: SessionState, command: _Noting) -> Outcome:
    match command:
        case wish.SetNote(text, key):
            return notes.noted(state, text, key or state.focus.key)
        case wish.ToggleUnsure(last):
            return notes.unsure_toggled(state, last=last)
        case wish.ReturnToPlace():
            return grade_places.returned(state)
        case wish.TakeTool(tool):
            return measuring.tool_taken(state, tool)
        case wish.Draw(mark):
            return measuring.drawn(state, mark)
        case wish.EraseMarks():
            return measuring.erased(state)
        case _:
            assert_never(command)


def _find(state: SessionState, command: _Finding) -> Outcome:
    match command:
        case wish.KeepImage(series):
            return key_images.image_kept(state, series)
        case wish.TakeImage(number):
            return key_images.image_taken(state, number)
        case wish.ShowFound(found):
            return key_images.shown(state, found)
        case _:
            assert_never(command)


def _draw(state: SessionState, command: _Drawing) -> Outcome:  # noqa: PLR0911 - one return for each kind of command
    match command:
        case wish.ResetWindows():
            return display.windows_reset(state)
        case wish.ToggleInverted():
            return display.inverted(state)
        case wish.ToggleSmooth():
            return display.smoothed(state)
        case wish.ToggleBlink():
            return display.blinked(state)
        case wish.ToggleContrast():
            return display.contrast_changed(state)
        case wish.Subtract():
            return display.subtracted(state)
        case wish.MoveRow(by):
            return display.row_moved(state, by)
        case wish.Enlarge(cell):
            return display.enlarged(state, cell)
        case wish.NextSeries(by):
            return display.next_series(state, by)
        case _:
            assert_never(command)


def _show(state: SessionState, command: _Showing) -> Outcome:
    match command:
        case wish.ToggleHiding():
            return hide_baseline.hiding_toggled(state)
        case wish.ToggleExpecting():
            return go_to_site.expecting_toggled(state)
        case wish.ToggleSide():
            return display.side_changed(state)
        case wish.ToggleFigure():
            return display.figure_toggled(state)
        case wish.SetRows(rows):
            return view.rows_set(state, rows)
        case wish.ToggleColumns():
            return display.columns_toggled(state)
        case _:
            assert_never(command)


def _relate(state: SessionState, command: _Relating) -> Outcome:
    match command:
        case wish.ToggleLink():
            return registration_link.link_toggled(state)
        case wish.OfferRegistration(outcome):
            return registration_link.registration_offered(state, outcome)
        case wish.ToggleRegistration():
            return registration_link.registration_toggled(state)
        case wish.ToggleLines():
            return registration_link.lines_toggled(state)
        case _:
            assert_never(command)


_Viewing = wish.Scroll | wish.ShowSlice | wish.SetWindow | wish.ResetView | wish.Zoom | wish.Pan | wish.JumpTo


def _view(state: SessionState, command: _Viewing) -> Outcome:  # noqa: PLR0911 - one return for each kind of command
    match command:
        case wish.Scroll(visit, series, slices, alone):
            return view.scrolled(state, visit, series, slices, alone=alone)
        case wish.ShowSlice(visit, series, index):
            return view.slice_shown(state, visit, series, index)
        case wish.SetWindow(series, low, high):
            return view.windowed(state, series, low, high)
        case wish.ResetView():
            return view.view_reset(state)
        case wish.Zoom(factor):
            return view.zoomed(state, factor)
        case wish.Pan(plane, right_mm, down_mm):
            return view.panned(state, plane, right_mm, down_mm)
        case wish.JumpTo(visit, position_mm):
            return view.jumped(state, visit, position_mm)
        case _:
            assert_never(command)
