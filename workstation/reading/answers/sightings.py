"""Sightings of grades: where each was seen, and the way back to it."""

from __future__ import annotations

from types import MappingProxyType

import msgspec

from scoring.readings.reading import Graded, SiteKey
from scoring.values import replace
from storage.records import Sighting, Vector3
from workstation.imaging.geometry import Stack
from workstation.reading.answers.measuring import marks_at
from workstation.reading.command import Command, handles
from workstation.reading.images import go_to_site
from workstation.reading.images.light import seen_light
from workstation.reading.images.view import has_own_coordinates, series_of, window_of, with_window
from workstation.reading.marks import marks_text
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import Window
from workstation.reading.wording import named


def seen(state: SessionState, key: SiteKey, series_code: str) -> SessionState:
    """The state that knows where the answer at `key` was given: in that series, at the visit's cursor.

    Grade 0 keeps no sighting of its own, since there is nothing to be found there; the site is remembered all the same.
    Series and slice are what was in sight. The point is where the cursor stood: where the site was only expected and
    nothing was moved, the sighting says so, since the reader chose no point.
    """
    answer, series = state.reading.answer(key), series_of(state, key.visit, series_code)
    if answer is None or series is None or key.visit not in state.view.cursor_mm:
        return state
    remembered = {
        **state.view.sites.seen_mm,
        **{(visit, str(key.site)): at for visit, at in _both(state, key.visit).items()},
    }
    proposed = go_to_site.as_expected(state.view, key.visit)
    here = {(visit, str(key.site)) for visit in _both(state, key.visit)}
    known = state.view.sites.seen_as_expected
    view = replace(
        state.view,
        sites=replace(
            state.view.sites,
            seen_mm=MappingProxyType(remembered),
            seen_as_expected=known | here if proposed else known - here,
        ),
    )
    now = replace(state, view=view)
    if not isinstance(answer, Graded) or not answer.grade or has_own_coordinates(state, key.visit, series):
        return now
    point, window = state.view.cursor_mm[key.visit], window_of(state.view, series)
    marks = marks_at(state, key)
    sighting = Sighting(
        series.code,
        Stack.of(series).nearest(point),
        point,
        window.low,
        window.high,
        marks.measured.quantity if marks.measured.value is not None else "",
        marks.measured.value,
        marks_text(msgspec.structs.replace(marks, expected=proposed, light=seen_light(state, series))),
    )
    return replace(now, sightings=MappingProxyType({**state.sightings, (key, answer): sighting}))


def sighting_of(state: SessionState, key: SiteKey) -> Sighting | None:
    """Where the answer that stands at `key` was given; None where it has no sighting."""
    answer = state.reading.answer(key)
    return None if answer is None else state.sightings.get((key, answer))


class ReturnToSighting(Command, frozen=True):
    """Show where the grade in focus was given: slice, point, window."""


@handles(ReturnToSighting)
def returned(state: SessionState, _command: ReturnToSighting) -> Outcome:
    """To the sighting of the grade in focus, with its window; refused where it has none."""
    key = state.focus.key
    sighting = sighting_of(state, key)
    if sighting is None:
        return refused(
            state,
            f"{named(state.scheme, key)} has no slice to show. Only a grade above 0 keeps its slice.",
        )
    window = Window(sighting.window_low, sighting.window_high)
    proposed = sighting.expected
    now = go_to_site.shown_at(state, key.visit, sighting.point_mm, as_expected_then=proposed)
    now = replace(now, view=with_window(now, sighting.series, window))
    if proposed:
        return told(now, f"{named(state.scheme, key)}: graded here, at its expected position.")
    return told(now, f"{named(state.scheme, key)}: graded here.")


def _both(state: SessionState, visit: int) -> dict[int, Vector3]:
    """The cursor of the visit, and of the other where the visits are linked: the site is there too."""
    if not state.view.link.linked:
        return {visit: state.view.cursor_mm[visit]}
    return dict(state.view.cursor_mm)
