"""Comparing of the visits in one cell: the follow-up in baseline's cells, faded over them, or the difference. Pure."""

from __future__ import annotations

from scoring.values import replace
from workstation.reading.command import Command, handles
from workstation.reading.outcome import SCAN_ALONE, Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import Cells

FADES = (0, 25, 50, 75)
NOT_REGISTERED = "The visits aren't linked by registration. G links them so, once it is found."
NOT_MATCHED = "No series of the visits is matched: a difference would show the scanners, not the joint."


class ToggleBlink(Command, frozen=True):
    """Show the follow-up in the baseline's cells, in place, or the baseline again."""


@handles(ToggleBlink)
def blinked(state: SessionState, _command: ToggleBlink) -> Outcome:
    """The follow-up in the baseline's cells, or the baseline again."""
    if state.case.alone:
        return refused(state, SCAN_ALONE)
    # whatever lies over the baseline, this takes it away
    cells = replace(state.view.cells, blink=not covered(state), fade=0, difference=False)
    return Outcome(_with(state, cells))


class Fade(Command, frozen=True):
    """Lay a quarter more of the follow-up over the baseline's images; past three quarters none."""


@handles(Fade)
def faded(state: SessionState, _command: Fade) -> Outcome:
    """More of the follow-up over the baseline; refused where the visits aren't registered."""
    refusal = _cannot(state)
    if refusal:
        return refused(state, refusal)
    now = FADES[(FADES.index(state.view.cells.fade) + 1) % len(FADES)]
    cells = replace(state.view.cells, blink=False, fade=now, difference=False)
    line = f"{now} % of the follow-up lie over the baseline." if now else "The baseline is shown as it is again."
    return told(_with(state, cells), line)


class ToggleDifference(Command, frozen=True):
    """Show follow-up less baseline in the baseline's cells, or the baseline again."""


@handles(ToggleDifference)
def difference_toggled(state: SessionState, _command: ToggleDifference) -> Outcome:
    """The difference of series of one kind, once they are matched; refused where nothing is registered or matched."""
    if state.view.cells.difference:
        cells = replace(state.view.cells, difference=False)
        return told(_with(state, cells), "The baseline is shown as it is again.")
    refusal = _cannot(state)
    if refusal:
        return refused(state, refusal)
    if all(light.why_not for light in state.view.grey.lights.values()):
        return refused(state, NOT_MATCHED)
    cells = replace(state.view.cells, blink=False, fade=0, difference=True)
    line = "Baseline's cells show follow-up less baseline: brighter is more signal, middle grey is no change."
    return told(_with(state, cells), line)


def covered(state: SessionState) -> bool:
    """Whether the baseline's cells show something else than the baseline alone; of a scan alone nothing does."""
    cells = state.view.cells
    over = (cells.fade or cells.difference) and state.view.link.by_registration
    return not state.case.alone and (cells.blink or bool(over))


def _cannot(state: SessionState) -> str:
    """Why the visits can't be laid over each other, or nothing."""
    if state.case.alone:
        return SCAN_ALONE
    link = state.view.link
    return "" if link.by_registration and link.registration is not None else NOT_REGISTERED


def _with(state: SessionState, cells: Cells) -> SessionState:
    return replace(state, view=replace(state.view, cells=cells))
