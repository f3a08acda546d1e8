"""Light of both visits: the same tissue in the same grey, or the same numbers; never changed while somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scoring.values import replace
from storage.records import MATCHED as BY_TISSUE
from storage.records import NOT_MATCHED, SAME_NUMBERS, SeenLight, SeriesRecord
from workstation.imaging.light.lit import Lit
from workstation.reading.command import Command, handles
from workstation.reading.images.view import counterparts, window_of, with_window
from workstation.reading.outcome import SCAN_ALONE, Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import Grey

WAITING = "Shift+D shows the same tissue in the same grey at both visits."
MATCHED = "The same tissue has the same grey at both visits. Shift+D shows the same numbers instead."
EQUAL = (
    "The same numbers at both visits, as the scanner stored them. Shift+D matches the grey of the same tissue again."
)
NOTHING = "The images of both visits aren't compared yet."


class ShowLight(Command, frozen=True):
    """Open the series of a case in this light, by series code. `late`: somebody looks at them already."""

    case: str
    lights: Mapping[str, Lit]
    late: bool = False


@handles(ShowLight)
def light_shown(state: SessionState, command: ShowLight) -> Outcome:
    """A light that stands is never replaced; one that comes while somebody looks waits for a key."""
    grey = state.view.grey
    if command.case != state.case.code or grey.lights or not command.lights:
        return Outcome(state)
    lights = MappingProxyType(dict(command.lights))
    if command.late:
        return told(_with(state, replace(grey, waiting=lights)), WAITING)
    return Outcome(_with(state, replace(grey, lights=lights)))


class ToggleLight(Command, frozen=True):
    """Show the same numbers at both visits, or the same tissue alike again."""


@handles(ToggleLight)
def light_toggled(state: SessionState, _command: ToggleLight) -> Outcome:
    """The same numbers, or matched again; a window that the reader set is carried over from the first visit anew."""
    grey = state.view.grey
    if state.case.alone:
        return refused(state, SCAN_ALONE)
    if not grey.lights and not grey.waiting:
        return refused(state, NOTHING)
    if not grey.lights:
        now = replace(grey, lights=grey.waiting, waiting=MappingProxyType({}))
    else:
        now = replace(grey, equal=not grey.equal)
    changed = _carried_anew(_with(state, now))
    return told(changed, EQUAL if now.equal else MATCHED)


def seen_light(state: SessionState, series: SeriesRecord) -> SeenLight | None:
    """How a series' grey is related to the other visit's now; None before the visits were compared."""
    view = state.view
    light = view.grey.lights.get(series.code)
    if light is None:
        return None
    beside = max((other for _, other in counterparts(state.case, series.code)), key=_slices, default=None)
    if beside is None:
        return SeenLight(NOT_MATCHED)
    window, other = window_of(view, beside), view.grey.lights.get(beside.code)
    if light.why_not or other is None or other.why_not:
        return SeenLight(NOT_MATCHED, None, 0, beside.code, window.low, window.high)
    gain = max(light.gain, other.gain, key=lambda times: abs(times - 1))
    how = SAME_NUMBERS if view.grey.equal else BY_TISSUE
    return SeenLight(how, gain, light.voxels, beside.code, window.low, window.high)


def _slices(series: SeriesRecord) -> int:
    return len(series.slices)


def _carried_anew(state: SessionState) -> SessionState:
    """Windows that the reader set, the other visit's following the first's."""
    first = state.case.visits[0].series
    for series in first:
        window = state.view.grey.windows.get(series.code)
        if window is not None and any(True for _ in counterparts(state.case, series.code)):
            state = replace(state, view=with_window(state, series.code, window))
    return state


def _with(state: SessionState, grey: Grey) -> SessionState:
    return replace(state, view=replace(state.view, grey=grey))
