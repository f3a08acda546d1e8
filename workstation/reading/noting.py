"""Words and the unsure mark at a site. Neither is a grade, and neither changes one."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from storage.records import SiteNote
from workstation.reading.outcome import Outcome, refused
from workstation.reading.state import Notice, SessionState
from workstation.reading.wording import named

LONGEST_NOTE = 500


def noted(state: SessionState, text: str) -> Outcome:
    """Note words at the site in focus; they are one line of plain text."""
    words = " ".join(text.split())
    if not words.isprintable():
        return refused(state, "A note is one line of plain text.")
    if len(words) > LONGEST_NOTE:
        return refused(state, f"The note has {len(words)} characters; {LONGEST_NOTE} are allowed.")
    done = "Noted" if words else "Note taken away"
    return _changed(state, replace(_standing(state), text=words), done)


def unsure_toggled(state: SessionState) -> Outcome:
    """Mark the grade in focus as unsure, or no longer."""
    now = _standing(state)
    return _changed(state, replace(now, unsure=not now.unsure), "Sure" if now.unsure else "Marked unsure")


def _standing(state: SessionState) -> SiteNote:
    return state.notes.get(state.focus.key, SiteNote())


def _changed(state: SessionState, note: SiteNote, word: str) -> Outcome:
    key = state.focus.key
    if note == _standing(state):
        return Outcome(replace(state, notice=None))
    notes = {**state.notes, key: note}
    if note == SiteNote():
        del notes[key]
    line = Notice(f"{word}: {named(state.scheme, key)}.")
    return Outcome(replace(state, notes=MappingProxyType(notes), notice=line), note=(key, note))
