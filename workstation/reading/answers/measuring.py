"""Measuring with a tool at the site in focus. Marks are aids: no mark ever gives a grade."""

from __future__ import annotations

from math import isfinite
from types import MappingProxyType

import msgspec

from scoring.readings.reading import SiteKey
from scoring.schemes.bands import band_of
from scoring.schemes.grade_names import grade_name, has_letters
from scoring.schemes.modalities import XR, modality_of_plane
from scoring.schemes.scheme import Scale as Grades
from scoring.schemes.scheme import grades_on
from scoring.values import replace
from workstation.imaging.light.lit import Scale
from workstation.reading.answers.hide_baseline import hides_baseline
from workstation.reading.command import Command, handles
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.marks import TOOLS, Marks, marks_from
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.tools.calliper import slices_in_a_row
from workstation.reading.tools.ellipse import Ellipse
from workstation.reading.tools.outlines import Outline
from workstation.reading.tools.tool import Mark
from workstation.reading.wording import named, site_of

MOST_TAKEN_BACK = 50
AREA_ALONE = "Its area stands beside it. Outline the bone too for the share."
NOT_AT_THIS_VISIT = "The tool draws at the visit in focus. Left or Right goes to the other."
NOT_IN_A_CUT = "Nothing is drawn in a reformatted plane. Draw in its series."
BOUNDED = "It ends where one click ends, 20 mm away: drag its border."


def marks_at(state: SessionState, key: SiteKey) -> Marks:
    """What is drawn at a site: in this session, else what was kept with the grade that stands."""
    drawn = state.marks.get(key)
    if drawn is not None:
        return drawn
    answer = state.reading.answer(key)
    sighting = None if answer is None else state.sightings.get((key, answer))
    # how an answer was given before is nothing that is drawn
    return (
        Marks() if sighting is None else msgspec.structs.replace(marks_from(sighting.marks), expected=False, light=None)
    )


class TakeTool(Command, frozen=True):
    """Take a tool for drawing, by its id, or put it away ("" or the one in hand)."""

    tool: str


@handles(TakeTool)
def tool_taken(state: SessionState, command: TakeTool) -> Outcome:
    """Take a tool, or put it away when it is in hand; refused where it measures nothing that is asked."""
    if command.tool in {"", state.view.tool}:
        return Outcome(replace(state, view=replace(state.view, tool=""), notice=None))
    tool = TOOLS[command.tool]
    not_here = tool.refusal(state.scheme, state.feature, site_of(state.scheme, state.focus.key))
    if not_here is not None:
        return refused(state, not_here.why)
    return told(replace(state, view=replace(state.view, tool=tool.id)), tool.line)


class NextTool(Command, frozen=True):
    """Take the first of these tools, with the next press the one after it, and behind the last none."""

    tools: tuple[str, ...]


@handles(NextTool)
def next_tool_taken(state: SessionState, command: NextTool) -> Outcome:
    """Take one after the other, then put the last away."""
    following = dict(zip(command.tools, (*command.tools[1:], ""), strict=True))
    return tool_taken(state, TakeTool(following.get(state.view.tool, command.tools[0])))


class Draw(Command, frozen=True):
    """Keep what was drawn at the site in focus. bounded: by a click that would have drawn farther than one may."""

    mark: Mark
    bounded: bool = False


@handles(Draw)
def drawn(state: SessionState, command: Draw) -> Outcome:
    """Keep what was drawn at the site in focus, and say what it measures."""
    mark, key = command.mark, state.focus.key
    if not mark.whole or not all(isfinite(value) for point in mark.points for value in point):
        return Outcome(state)
    marks = marks_at(state, key).with_mark(mark)
    before = (*state.drawn_before, (key, marks_at(state, key)))[-MOST_TAKEN_BACK:]
    now = replace(state, marks=MappingProxyType({**state.marks, key: marks}), drawn_before=before)
    said = words(now, key) or (AREA_ALONE if isinstance(mark, Outline) else "")
    return told(now, f"{said} {BOUNDED}" if command.bounded else said)


class DrawElsewhere(Command, frozen=True):
    """A drag with a tool in hand, over an image that it draws nothing in: reformatted, or of the other visit."""

    reformatted: bool


@handles(DrawElsewhere)
def drawn_elsewhere(state: SessionState, command: DrawElsewhere) -> Outcome:
    """Say where it draws."""
    return refused(state, NOT_IN_A_CUT if command.reformatted else NOT_AT_THIS_VISIT)


class NothingDrawn(Command, frozen=True):
    """A click with a tool in hand that drew nothing."""


@handles(NothingDrawn)
def nothing_drawn(state: SessionState, _command: NothingDrawn) -> Outcome:
    """Say so, and what else can be done."""
    return refused(state, "Nothing like that pixel lies round it in this window. Draw round it, or change the window.")


class TakeMarkBack(Command, frozen=True):
    """Take back what was drawn last at the site in focus; with nothing left to take back, put the tool away."""


@handles(TakeMarkBack)
def mark_taken_back(state: SessionState, _command: TakeMarkBack) -> Outcome:
    """Draw as it was before the last stroke or click."""
    return taken_back(state) or tool_taken(state, TakeTool(""))


def taken_back(state: SessionState) -> Outcome | None:
    """As it was before the last stroke or click; None without a tool in hand, or where it drew nothing here."""
    key = state.focus.key
    if not state.view.tool or not state.drawn_before or state.drawn_before[-1][0] != key:
        return None
    *earlier, (_, marks) = state.drawn_before
    now = replace(state, marks=MappingProxyType({**state.marks, key: marks}), drawn_before=tuple(earlier))
    return told(now, f"Taken back: what was drawn last at {named(state.scheme, key)}.")


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


def ratio_to_the_other(state: SessionState, key: SiteKey) -> str:
    """How bright an ellipse is against the one at the other visit, by the gain where the series are matched."""
    other = replace(key, visit=FOLLOW_UP if key.visit == BASELINE else BASELINE)
    (mine,), theirs = marks_at(state, key).of(Ellipse), marks_at(state, other).of(Ellipse)
    known = {one.code: one for visit in state.case.visits for one in visit.series}
    if (
        (other.visit == BASELINE and hides_baseline(state))
        or not theirs
        or not {mine.series, theirs[0].series} <= known.keys()
    ):
        return ""
    here, there = known[mine.series], known[theirs[0].series]
    if (here.kind, here.plane) != (there.kind, there.plane) or modality_of_plane(here.plane) is XR:
        # values of a radiograph have no zero: detectors and their processing shift them
        return ""
    lights = [state.view.grey.lights.get(one.code) for one in (here, there)]
    matched = all(light is not None and not light.why_not for light in lights)
    gains = [light.gain if matched and light is not None else 1.0 for light in lights]
    signals = [
        Scale.of(one).sign * (ellipse.mean - Scale.of(one).zero) / gain
        for one, ellipse, gain in zip((here, there), (mine, theirs[0]), gains, strict=True)
    ]
    if signals[1] <= 0:
        return ""
    how = "matched" if matched else "not matched"
    return f"; {signals[0] / signals[1]:.2f} times the other visit ({how})"


def words(state: SessionState, key: SiteKey) -> str:
    """What is measured at a site and the grade it would be; the reader decides."""
    marks = marks_at(state, key)
    measured = marks.said
    if measured.value is None:
        ratio = ratio_to_the_other(state, key) if any(marks.of(Ellipse)) and marks.last in {"", Ellipse.kept_as} else ""
        return f"{measured.words}{ratio}"
    band = band_of(state.scheme, key.feature)
    if band is None or band.quantity != measured.quantity:
        return f"{measured.words}. {state.scheme.name} gives no grade for it here."
    name = _grade_of_band(state.scheme.feature(key.feature).scale, band.grade(measured.value))
    counted = ""
    if band.slices > 1 and measured.quantity == "width_mm":
        seen = slices_in_a_row(marks.drawn)
        # what lies on fewer slices is no finding by such a scheme, however wide it is
        counted = f"; callipers on {seen} of the {band.slices} consecutive slices that it must be seen on"
        if seen >= band.slices:
            counted = f", with callipers on {seen} consecutive slices"
    return f"{measured.words}: this would be grade {name}{counted}. You decide."


def _grade_of_band(scale: Grades, number: int) -> str:
    """The name of a band's grade: the letter that stands at its position, or the number."""
    if not has_letters(scale):
        return str(number)
    allowed = grades_on(scale)
    return grade_name(scale, allowed[min(number, len(allowed) - 1)])
