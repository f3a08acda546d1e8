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
NOTHING_GIVEN = "No site was graded just now. U marks the site in focus."


class SetNote(Command, frozen=True):
    """Note words at the site in focus, or at `key`; empty words take the note away."""

    text: str
    key: SiteKey | None = None


@handles(SetNote)
def noted(state: SessionState, command: SetNote) -> Outcome:
    """Note words at a site; they are one line of plain text."""
    words, key = " ".join(command.text.split()), command.key or state.focus.key
    if not words.isprintable():
        return refused(state, "A note is one line of plain text.")
    if len(words) > LONGEST_NOTE:
        return refused(state, f"The note has {len(words)} characters; {LONGEST_NOTE} are allowed.")
    line = f"Noted: {named(state.scheme, key)}." if words else f"Note removed: {named(state.scheme, key)}."
    return _changed(state, key, replace(_note_at(state, key), text=words), line)


class ToggleUnsure(Command, frozen=True):
    """Mark the grade in focus as unsure, or no longer; `last`: the one given last, where the focus has moved on."""

    last: bool = False


@handles(ToggleUnsure)
def unsure_toggled(state: SessionState, command: ToggleUnsure) -> Outcome:
    """Mark the grade in focus as unsure, or no longer; `last`: the one given last, which the focus has left behind."""
    key = state.last if command.last else state.focus.key
    if key is None:
        return refused(state, NOTHING_GIVEN)
    now = _note_at(state, key)
    line = f"{'Sure again' if now.unsure else 'Unsure'}: {named(state.scheme, key)}."
    if not command.last and not now.unsure and state.last is not None and state.reading.answer(key) is None:
        # a grade moves the focus on, so the hand may have meant the site before
        line += f" This site is blank. Shift+U marks the site graded last, {named(state.scheme, state.last)}."
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
