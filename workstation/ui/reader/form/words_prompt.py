"""Prompt for words: why a site is unscorable, or a note at it. While they are typed, no key grades."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QObject

from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import UnscorableCode
from workstation.reading.answers.grading import MarkUnscorable
from workstation.reading.answers.notes import SetNote
from workstation.reading.command import Command
from workstation.reading.state import Focus, SessionState
from workstation.ui.reader.form.view import FormView


class _Asked(Struct, frozen=True):
    """What the words are for: a code of the scheme or, where that is empty, a note at `key`; asked at `focus`."""

    code: str
    key: SiteKey
    focus: Focus


class WordsAsker(QObject):
    """Opens the form's line for words and turns what is typed into a command."""

    def __init__(
        self, form: FormView, dispatch: Callable[[Command], SessionState | None], keys: Callable[[bool], None]
    ) -> None:
        """`dispatch` sends a command and returns what came of it; `keys` gives or takes the reading keys."""
        super().__init__(form)
        self._form, self._dispatch, self._keys = form, dispatch, keys
        self._asked: _Asked | None = None
        form.words.given.connect(self._given)
        form.words.cancelled.connect(self.leave)
        form.words.left.connect(self.keep)

    def for_code(self, state: SessionState, code: UnscorableCode) -> None:
        """Ask why the site in focus is unscorable by that code."""
        self._ask(_Asked(code.code, state.focus.key, state.focus))
        self._form.ask_for_words(state, code.name)

    def for_note(self, state: SessionState, key: SiteKey) -> None:
        """Ask for a note at a site."""
        self._ask(_Asked("", key, state.focus))
        self._form.ask_for_note(state, key)

    def follow(self, state: SessionState) -> None:
        """Stop asking when the focus has gone elsewhere: the words were asked for another site."""
        if self._asked is not None and self._asked.focus != state.focus:
            self.keep()

    def keep(self) -> None:
        """Ask no more; a note that was being typed is kept. Why a site is unscorable isn't: half a reason is none."""
        asked = self._asked
        text = self._form.words.text
        self.leave()
        if asked is not None and not asked.code:
            self._dispatch(SetNote(text, asked.key))

    def leave(self) -> None:
        """Ask no more; nothing is noted."""
        if self._asked is not None:
            self._asked = None
            self._form.words.close_line()
            self._keys(True)

    def _ask(self, asked: _Asked) -> None:
        self._keys(False)
        self._asked = asked

    def _given(self, text: str) -> None:
        if self._asked is None:
            return
        asked = self._asked
        state = self._dispatch(MarkUnscorable(asked.code, text) if asked.code else SetNote(text, asked.key))
        if state is None or state.notice is None or not state.notice.refused:
            self.leave()


def needing_words(state: SessionState, command: Command) -> UnscorableCode | None:
    """The code that a command marks with and that needs words it hasn't got; None where it needs none."""
    if not isinstance(command, MarkUnscorable) or command.text:
        return None
    return next((code for code in state.scheme.unscorable if code.code == command.code and code.needs_text), None)
