"""Side of the hand and how it lies in the images, by the headers and what the reader set. Pure.

What the reader says goes before the headers, for this case: the drawing, and where sites are expected.
"""

from __future__ import annotations

from msgspec import Struct

from scoring.values import replace
from storage.records import SeriesRecord, VisitRecord
from workstation.imaging.geometry import Stack, dot
from workstation.reading.command import Command, handles
from workstation.reading.images.hand_axes import HandAxes, ways_to_lie
from workstation.reading.outcome import Outcome, told
from workstation.reading.state import SessionState

RIGHT, LEFT, UNKNOWN = "R", "L", ""
WORDS = {RIGHT: "right", LEFT: "left"}
# a direction that runs less than this along an edge of the image says nothing of it: 60 degrees
_LEAST = 0.5


class OnScreen(Struct, frozen=True):
    """How the hand lies in the images of a plane. thumb: +1 on the right of the screen, -1 on the left. top: +1 where
    the fingers are at the top of coronal images, or the back of the hand at the top of axial ones; else -1.
    from_palm: the coronal image is seen from the palm.
    """

    thumb: int
    top: int
    from_palm: bool


class SetSide(Command, frozen=True):
    """Say which hand it is, L or R; "" says the other one than now, and right where it isn't known."""

    side: str = ""


@handles(SetSide)
def side_set(state: SessionState, command: SetSide) -> Outcome:
    """That hand in this case, whatever the headers say; a line says which."""
    side = command.side or (LEFT if state.view.form.side == RIGHT else RIGHT)
    form = replace(state.view.form, side=side)
    line = "This is a left hand." if side == LEFT else "This is a right hand."
    return told(replace(state, view=replace(state.view, form=form)), line)


class TurnOver(Command, frozen=True):
    """Say that the palm faces the other way than is usual, or as is usual again."""


@handles(TurnOver)
def turned_over(state: SessionState, _command: TurnOver) -> Outcome:
    """The hand lies the other way over in this case; a line says which way."""
    form = replace(state.view.form, turned_over=not state.view.form.turned_over)
    line = "The palm faces the back of the body." if form.turned_over else "The palm faces the front of the body."
    return told(replace(state, view=replace(state.view, form=form)), line)


def ways_at(state: SessionState, visit: VisitRecord) -> tuple[HandAxes, ...]:
    """The ways in which the hand may lie at a visit, what the reader said or else what is usual first."""
    form = state.view.form
    known = visit if form.side in {UNKNOWN, visit.side} else replace(visit, side=form.side)
    ways = ways_to_lie(known)
    # palm and back are each pair's two
    return tuple(ways[number ^ 1] for number in range(len(ways))) if form.turned_over else ways


def on_screen(state: SessionState, visit: int, plane: str) -> OnScreen | None:
    """How the hand lies in the images of a plane at a visit; None where nothing says, as where the side isn't known.

    It never follows from sites that were found: a drawing that turned by itself would be clicked on the wrong side.
    """
    record = next((entry for entry in state.case.visits if entry.number == visit), None)
    series = None if record is None else _series_of(record, plane)
    ways = () if record is None or not state.view.form.side else ways_at(state, record)
    if series is None or not ways:
        return None
    axes, stack = ways[0], Stack.of(series)
    across = dot(axes.radial, stack.right)
    up = -dot(axes.distal if plane == "COR" else axes.dorsal, stack.down)
    if abs(across) < _LEAST or abs(up) < _LEAST:
        return None
    # thumb, top and the viewer: the back of a right hand with its fingers up has the thumb on the left
    right_hand = state.view.form.side == RIGHT
    thumb, top = (1 if across > 0 else -1), (1 if up > 0 else -1)
    return OnScreen(thumb, top, plane == "COR" and (thumb * top > 0) == right_hand)


def _series_of(visit: VisitRecord, plane: str) -> SeriesRecord | None:
    """The one of a plane that has most slices."""
    found = [series for series in visit.series if series.plane == plane and series.slices]
    return max(found, key=lambda series: len(series.slices), default=None)
