"""Undo history of each case of one window, as long as it is open, without a limit. Never across cases.

What outlives the window is in `kept_steps`.
"""

from __future__ import annotations

from msgspec import Struct

from scoring.readings.reading import AnswerChanged, Reading
from scoring.values import replace
from workstation.reading.state import SessionState

Steps = tuple[tuple[AnswerChanged, ...], ...]


class _History(Struct, frozen=True):
    """The steps of one case, and the answers that they lead to."""

    reading: Reading
    past: Steps
    future: Steps


class Histories:
    """Keeps the steps of a case that is left, and gives them back when it is opened again."""

    def __init__(self) -> None:
        self._of: dict[str, _History] = {}

    def keep(self, state: SessionState) -> None:
        """Keep what can be undone in the case of `state`."""
        self._of[state.case.code] = _History(state.reading, state.past, state.future)

    def given_back(self, state: SessionState) -> SessionState:
        """The state with the steps of its case; without, where its answers have been changed elsewhere meanwhile."""
        kept = self._of.get(state.case.code)
        if kept is None or kept.reading != state.reading:
            return state
        return replace(state, past=kept.past, future=kept.future)
