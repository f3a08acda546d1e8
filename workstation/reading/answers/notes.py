"""Notes and the unsure mark at a site. Neither is a grade, and neither changes one."""

from __future__ import annotations

from types import MappingProxyType

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.records import SiteNote
from workstation.reading.command import Command, handles
from workstation.reading.outcome import Outcome, refused
from workstation.reading.state import Notice, SessionState
from workstation.reading.wording import named

LONGEST_NOTE = 500


class SetNote(Command, frozen=True):
    """Note words at `key`, or at the site that is meant now; empty words take the note away."""

    text: str
    key: SiteKey | None = None


@handles(SetNote)
def noted(state: SessionState, command: SetNote) -> Outcome:
    """Note words at a site; they are one line of plain text."""
    words, key = " ".join(command.text.split()), command.key or state.meant
    if not words.isprintable():
        return refused(state, "A note is one line of plain text.")
    if len(words) > LONGEST_NOTE:
        return refused(state, f"The note has {len(words)} characters; {LONGEST_NOTE} are allowed.")
    line = f"Noted: {named(state.scheme, key)}." if words else f"Note removed: {named(state.scheme, key)}."
    return _changed(state, key, replace(_note_at(state, key), text=words), line)


class ToggleUnsure(Command, frozen=True):
    """Mark a grade as unsure, or no longer: right after a grade the one given, else the one in focus."""


@handles(ToggleUnsure)
def unsure_toggled(state: SessionState, _command: ToggleUnsure) -> Outcome:
    """Mark the grade that is meant as unsure, or no longer; the line says which."""
    key = state.meant
    now = _note_at(state, key)
    line = f"{'Sure again' if now.unsure else 'Unsure'}: {named(state.scheme, key)}."
    return _changed(state, key, replace(now, unsure=not now.unsure), line)


def _note_at(state: SessionState, key: SiteKey) -> SiteNote:
    return state.notes.get(key, SiteNote())


def _changed(state: SessionState, key: SiteKey, note: SiteNote, line: str) -> Outcome:
    if note == _note_at(state, key):
        return Outcome(replace(state, notice=None))
    notes = {**state.notes, key: note}
    if note == SiteNote():
        del notes[key]
    return Outcome(replace(state, notes=MappingProxyType(notes), notice=Notice(line)), note=(key, note))
