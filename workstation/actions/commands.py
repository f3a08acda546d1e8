"""Commands that actions ask for. Thin: one table for the plain ones, one for those that depend on the view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from workstation.reading import commands as wish
from workstation.reading.images.view import ROWS_RANGE, series_of, window_of
from workstation.reading.state import SessionState

Primary = tuple[int, str]

ZOOM_FACTOR = 1.25
WINDOW_FACTOR = 1.15

COMMANDS: Mapping[str, wish.Command] = MappingProxyType(
    {
        **{f"unscorable.{code}": wish.MarkUnscorable(code) for code in ("NC", "AR", "SQ", "SX", "OT")},
        "answer.zero_blanks": wish.GradeBlanksZero(),
        "answer.unsure": wish.ToggleUnsure(),
        "answer.unsure_last": wish.ToggleUnsure(last=True),
        "answer.half": wish.AddHalf(),
        "form.hide_baseline": wish.ToggleHiding(),
        "images.expected": wish.ToggleExpecting(),
        "form.side": wish.ToggleSide(),
        "form.figure": wish.ToggleFigure(),
        "images.width": wish.TakeTool("width"),
        "images.depth": wish.TakeTool("depth"),
        "images.erase": wish.EraseMarks(),
        "images.place": wish.ReturnToPlace(),
        "images.reset_windows": wish.ResetWindows(),
        "images.invert": wish.ToggleInverted(),
        "images.smooth": wish.ToggleSmooth(),
        "images.blink": wish.ToggleBlink(),
        "images.contrast": wish.ToggleContrast(),
        "images.subtract": wish.Subtract(),
        "images.next_series": wish.NextSeries(),
        "images.previous_series": wish.NextSeries(-1),
        "answer.copy": wish.CopyBaseline(),
        "answer.clear": wish.ClearAnswer(),
        "answer.undo": wish.Undo(),
        "answer.redo": wish.Redo(),
        "focus.up": wish.MoveFocus(sites=-1),
        "focus.down": wish.MoveFocus(sites=1),
        "focus.left": wish.MoveFocus(visits=-1),
        "focus.right": wish.MoveFocus(visits=1),
        "focus.next_feature": wish.MoveFeature(1),
        "focus.previous_feature": wish.MoveFeature(-1),
        "focus.next_blank": wish.GoToBlank(),
        "images.link": wish.ToggleLink(),
        "images.registration": wish.ToggleRegistration(),
        "images.lines": wish.ToggleLines(),
        "images.columns": wish.ToggleColumns(),
        "images.row_down": wish.MoveRow(1),
        "images.row_up": wish.MoveRow(-1),
        "images.zoom_in": wish.Zoom(ZOOM_FACTOR),
        "images.zoom_out": wish.Zoom(1 / ZOOM_FACTOR),
        "images.reset": wish.ResetView(),
    }
)


def _slices(by: int, *, alone: bool = False) -> Callable[[SessionState, Primary], wish.Command | None]:
    def scroll(_state: SessionState, primary: Primary) -> wish.Command:
        visit, series = primary
        return wish.Scroll(visit, series, by, alone)

    return scroll


def _width(factor: float) -> Callable[[SessionState, Primary], wish.Command | None]:
    def window(state: SessionState, primary: Primary) -> wish.Command | None:
        series = series_of(state, *primary)
        if series is None:
            return None
        old = window_of(state.view, series)
        centre, half = (old.low + old.high) / 2, (old.high - old.low) / 2 * factor
        return wish.SetWindow(series.code, centre - half, centre + half)

    return window


def _rows(state: SessionState, _primary: Primary) -> wish.Command:
    fewest, most = ROWS_RANGE
    shown = state.view.rows_at(state.focus.feature)
    return wish.SetRows(shown + 1 if shown < most else fewest)


def _outline(state: SessionState, _primary: Primary) -> wish.Command:
    following = {"bone": "lesion", "lesion": ""}
    return wish.TakeTool(following.get(state.view.tool, "bone"))


def _enlarge(state: SessionState, primary: Primary) -> wish.Command:
    feature = state.focus.feature
    return wish.Enlarge(None if feature in state.view.enlarged else (state.view.keyed.get(feature, 0), primary[0]))


def _keep(_state: SessionState, primary: Primary) -> wish.Command:
    return wish.KeepImage(primary[1])


def _grade(grade: Decimal) -> Callable[[SessionState, Primary], wish.Command | None]:
    def give(_state: SessionState, primary: Primary) -> wish.Command:
        return wish.SetGrade(grade, primary[1])

    return give


IN_VIEW: Mapping[str, Callable[[SessionState, Primary], wish.Command | None]] = MappingProxyType(
    {
        "images.slice_up": _slices(-1),
        "images.slice_down": _slices(1),
        "images.five_up": _slices(-5),
        "images.five_down": _slices(5),
        "images.alone_up": _slices(-1, alone=True),
        "images.alone_down": _slices(1, alone=True),
        "images.narrower": _width(1 / WINDOW_FACTOR),
        "images.wider": _width(WINDOW_FACTOR),
        "images.rows": _rows,
        "images.enlarge": _enlarge,
        "images.keep": _keep,
        "images.outline": _outline,
        **{f"grade.{grade}": _grade(Decimal(grade)) for grade in range(11)},
    }
)

# what the window itself does; no command of the session
OF_THE_WINDOW = frozenset(
    {
        "case.list",
        "case.next",
        "case.previous",
        "room.quit",
        "help.keys",
        "help.tour",
        "help.display",
        "answer.note",
        "answer.note_last",
        "case.sign",
        "case.park",
        "images.found",
        "form.apart",
        "form.atlas",
        "form.atlas_down",
        "form.atlas_up",
        "form.rule",
    }
)

KNOWN = frozenset(COMMANDS) | frozenset(IN_VIEW) | OF_THE_WINDOW


def command_for(action_id: str, state: SessionState, primary: Primary | None) -> wish.Command | None:
    """The command of an action in this state; None where it has none (no series shown, or the window's own).

    primary: visit and series code of the first row's images.
    """
    if action_id in COMMANDS:
        return COMMANDS[action_id]
    make = IN_VIEW.get(action_id)
    if make is None:
        return None
    if action_id == "images.rows" or action_id.startswith("grade."):
        return make(state, primary or (0, ""))
    return make(state, primary) if primary is not None else None
