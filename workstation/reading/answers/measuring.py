"""Measuring with a tool at the site in focus. Marks are aids: no mark ever gives a grade."""

from __future__ import annotations

from math import isfinite
from types import MappingProxyType

import msgspec

from scoring.readings.reading import SiteKey
from scoring.schemes.bands import band_of
from scoring.values import replace
from workstation.imaging.measuring import LEAST_POINTS, overlap
from workstation.reading.command import Command, handles
from workstation.reading.marks import Depth, Marks, Outline, Width, marks_from
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.wording import named, site_of

# the rule of 1 cm is for long bones, and for what is graded in them
LONG_BONES = frozenset({"RAD", "ULN", "MC1", "MC2", "MC3", "MC4", "MC5"})
IN_BONES = frozenset({"OST", "ERO"})
TOOL_LINES = {
    "width": "Calliper: drag across the widest part. M ends it.",
    "depth": "Depth guide: drag from the articular surface towards the shaft. Y ends it.",
    "bone": "Outline the bone on each slice, then press Shift+M for the lesion.",
    "lesion": "Outline the lesion on each slice. Shift+M ends it.",
}


def marks_at(state: SessionState, key: SiteKey) -> Marks:
    """What is drawn at a site: in this session, else what was kept with the grade that stands."""
    drawn = state.marks.get(key)
    if drawn is not None:
        return drawn
    answer = state.reading.answer(key)
    place = None if answer is None else state.places.get((key, answer))
    # how an answer was given before is nothing that is drawn
    return Marks() if place is None else msgspec.structs.replace(marks_from(place.marks), expected=False)


class TakeTool(Command, frozen=True):
    """Take a tool for drawing ("width", "depth", "bone", "lesion"), or put it away ("" or the one in hand)."""

    tool: str


@handles(TakeTool)
def tool_taken(state: SessionState, command: TakeTool) -> Outcome:
    """Take a tool, or put it away when it is in hand; refused where it measures nothing that is asked."""
    tool = command.tool
    if tool in {"", state.view.tool}:
        return Outcome(replace(state, view=replace(state.view, tool=""), notice=None))
    feature, site = str(state.focus.feature), str(state.focus.site)
    if tool == "depth" and not (feature in IN_BONES and site in LONG_BONES):
        name = site_of(state.scheme, state.focus.key).name
        return refused(
            state, f"No depth guide here: the rule of 1 cm is for bone lesions of long bones. This is {name}."
        )
    if tool in {"bone", "lesion"} and feature not in IN_BONES:
        return refused(state, f"No outlines here: {state.feature.name} isn't graded by its share of a bone.")
    return told(replace(state, view=replace(state.view, tool=tool)), TOOL_LINES[tool])


class NextTool(Command, frozen=True):
    """Take the first of these tools, with the next press the one after it, and behind the last none."""

    tools: tuple[str, ...]


@handles(NextTool)
def next_tool_taken(state: SessionState, command: NextTool) -> Outcome:
    """Take one after the other, then put the last away."""
    following = dict(zip(command.tools, (*command.tools[1:], ""), strict=True))
    return tool_taken(state, TakeTool(following.get(state.view.tool, command.tools[0])))


class Draw(Command, frozen=True):
    """Keep what was drawn at the site in focus."""

    mark: Width | Depth | Outline


@handles(Draw)
def drawn(state: SessionState, command: Draw) -> Outcome:
    """Keep what was drawn at the site in focus, and say what it measures."""
    mark = command.mark
    if not all(isfinite(value) for point in _points(mark) for value in point):
        return Outcome(state)
    key = state.focus.key
    marks = marks_at(state, key)
    match mark:
        case Width():
            marks = msgspec.structs.replace(marks, width=mark)
        case Depth():
            marks = msgspec.structs.replace(marks, depth=mark)
        case Outline():
            if len(mark.ring) < LEAST_POINTS:
                return Outcome(state)
            kept = tuple(entry for entry in marks.outlines if not _replaces(mark, entry))
            marks = msgspec.structs.replace(marks, outlines=(*kept, mark))
    now = replace(state, marks=MappingProxyType({**state.marks, key: marks}))
    return told(now, words(now, key))


class EraseMarks(Command, frozen=True):
    """Erase what is drawn at the site in focus."""


@handles(EraseMarks)
def erased(state: SessionState, _command: EraseMarks) -> Outcome:
    """Nothing drawn at the site in focus any more; what was kept with a grade stays in its row."""
    key = state.focus.key
    if marks_at(state, key) == Marks():
        return told(state, f"Nothing is drawn at {named(state.scheme, key)}.")
    marks = MappingProxyType({**state.marks, key: Marks()})
    return told(replace(state, marks=marks), f"Erased: what was drawn at {named(state.scheme, key)}.")


def words(state: SessionState, key: SiteKey) -> str:
    """What is measured at a site and the grade it would be; the reader decides."""
    marks = marks_at(state, key)
    quantity, value = marks.measured
    if value is None:
        return "1 cm from the articular surface." if marks.depth is not None else ""
    shown = f"{value:.2f} mm" if quantity == "width_mm" else f"{value:.1f} % of the outlined bone"
    band = band_of(state.scheme.id, key.feature)
    if band is None or band.quantity != quantity:
        return f"{shown}. {state.scheme.name} gives no grade for it here."
    return f"{shown}: this would be grade {band.grade(value)}. You decide."


def _replaces(new: Outline, old: Outline) -> bool:
    """Whether a ring is the old one drawn again; one beside it is a second lesion, or another part of the bone."""
    same = (new.series, new.slice_index, new.part) == (old.series, old.slice_index, old.part)
    return same and overlap(new.ring, old.ring)


def _points(mark: Width | Depth | Outline) -> tuple[tuple[float, float], ...]:
    match mark:
        case Width(start=start, end=end):
            return (start, end)
        case Depth(surface=surface, towards=towards):
            return (surface, towards)
        case Outline(ring=ring):
            return ring
