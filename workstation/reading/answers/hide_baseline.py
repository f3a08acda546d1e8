"""Hiding the reader's own baseline grades while the follow-up is graded, where the reader wants it. Pure.

What is hidden is only out of sight: it stands on disk, counts as read, and is back when the focus is at baseline.
"""

from __future__ import annotations

from scoring.readings.reading import SiteKey
from scoring.values import replace
from workstation.reading.command import Command, handles
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.outcome import Outcome, told
from workstation.reading.state import SessionState


def hides_baseline(state: SessionState) -> bool:
    """Whether baseline's grades, and what follows from them, are out of sight now."""
    return state.view.form.hide_baseline and state.focus.visit == FOLLOW_UP


def hides(state: SessionState, key: SiteKey) -> bool:
    """Whether the answer at `key` is given and out of sight."""
    return key.visit == BASELINE and hides_baseline(state) and state.reading.answer(key) is not None


def shows_beside(state: SessionState, key: SiteKey) -> bool:
    """Whether two other readings are shown at a site: where baseline is hidden, theirs is hidden as well."""
    return key in state.beside and not (key.visit == BASELINE and hides_baseline(state))


class ToggleHiding(Command, frozen=True):
    """Hide the reader's own baseline grades while the follow-up is graded, or don't."""


@handles(ToggleHiding)
def hiding_toggled(state: SessionState, _command: ToggleHiding) -> Outcome:
    """Hide baseline grades at follow-up from now on, or show them again."""
    hide = not state.view.form.hide_baseline
    line = "Baseline grades are hidden while you grade the follow-up." if hide else "Baseline grades are always shown."
    return told(replace(state, view=replace(state.view, form=replace(state.view.form, hide_baseline=hide))), line)
