"""Reformatting: a plane cut through a series of the case, in a row of its own below the others. Pure.

It is an aid for "visible in two planes" and nothing more: no grade's place, seen slice or measurement is ever of it.
"""

from __future__ import annotations

from math import isfinite

from scoring.values import replace
from storage.records import SeriesRecord, Vector3
from workstation.imaging.geometry import Stack, add, dot
from workstation.imaging.reformatting import why_not
from workstation.reading.command import Command, handles
from workstation.reading.images import linking
from workstation.reading.images.view import has_own_coordinates, series_of
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import Cells

# along the rows of the series, along its columns
ACROSS, ALONG = 0, 90
# degrees after which a plane is the same again
HALF_TURN = 180
OFF = "The reformatted plane is gone."
NOT_ON = "No plane is reformatted. Shift+R cuts one through the series that keys act on."


class Reformat(Command, frozen=True):
    """Cut a plane through the series that keys act on, then the other one, then none. It comes into a row below."""

    visit: int
    series: str


@handles(Reformat)
def reformatted(state: SessionState, command: Reformat) -> Outcome:
    """Along the rows of the series, along its columns, none; refused where its slices are no volume."""
    now, series = state.view.cells.reformat, series_of(state, command.visit, command.series)
    if now is not None and now[1] != ACROSS:
        return told(_with(state, None), OFF)
    if now is None:
        why = "it isn't there" if series is None else reason_against(state, command.visit, series)
        if why:
            return refused(state, f"Not reformatted: {why}. Shift+Down has keys act on another row of series.")
    row = state.view.cells.keyed.get(state.focus.feature, 0) if now is None else now[0]
    after = ACROSS if now is None else ALONG
    line = "Reformatted below; the wheel moves it. Shift+R cuts the other way"
    if after == ALONG:
        line = "Reformatted the other way. Shift+R takes it away"
    return told(_with(state, (row, after)), f"{line}, Shift+Right and Shift+Left tilt it. Grades keep no place in it.")


class Tilt(Command, frozen=True):
    """Turn the reformatted plane by so many degrees."""

    degrees: int


@handles(Tilt)
def tilted(state: SessionState, command: Tilt) -> Outcome:
    """The plane turned, round after half a turn; refused while there is none."""
    now = state.view.cells.reformat
    if now is None:
        return refused(state, NOT_ON)
    degrees = (now[1] + command.degrees) % HALF_TURN
    return told(_with(state, (now[0], degrees)), f"Reformatted plane at {degrees} degrees to the rows of its series.")


class MoveThrough(Command, frozen=True):
    """Move a visit's cursor along a direction by millimetres, within a series: what the wheel does to a cut plane."""

    visit: int
    series: str
    direction: Vector3
    mm: float
    alone: bool = False


@handles(MoveThrough)
def moved_through(state: SessionState, command: MoveThrough) -> Outcome:
    """Held within the series; the other visit follows as with slices. Nothing where the series isn't there."""
    series = series_of(state, command.visit, command.series)
    finite = all(map(isfinite, (*command.direction, command.mm)))
    if series is None or not finite or command.visit not in state.view.cursor_mm:
        return Outcome(state)
    stack, here = Stack.of(series), state.view.cursor_mm[command.visit]
    reach, middle = _reach(stack, command.direction), dot(stack.centre_mm, command.direction)
    wanted = dot(here, command.direction) + command.mm - middle
    way = min(max(wanted, -reach), reach) + middle - dot(here, command.direction)
    view = linking.moved_to(state.view, command.visit, add(here, command.direction, way), alone=command.alone)
    return Outcome(replace(state, view=view))


def reason_against(state: SessionState, visit: int, series: SeriesRecord) -> str:
    """Why a series isn't reformatted at a visit; empty where it can be."""
    if has_own_coordinates(state, visit, series):
        return "its coordinates are its own"
    return why_not(series)


def _reach(stack: Stack, direction: Vector3) -> float:
    """Half of how far a stack reaches along a direction, mm."""
    row_mm, column_mm = stack.spacing_mm
    deep = abs(stack.heights_mm[-1] - stack.heights_mm[0])
    sides = ((stack.right, stack.columns * column_mm), (stack.down, stack.rows * row_mm), (stack.normal, deep))
    return sum(abs(dot(axis, direction)) * size for axis, size in sides) / 2


def _with(state: SessionState, reformat: tuple[int, int] | None) -> SessionState:
    cells: Cells = replace(state.view.cells, reformat=reformat)
    return replace(state, view=replace(state.view, cells=cells))
