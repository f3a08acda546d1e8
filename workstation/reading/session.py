"""One case being read: step, then save, and only then show. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Protocol

from scoring.reading import AnswerChanged, Reading
from scoring.scheme import Scheme
from storage.errors import NotSaved, StaleAnswer, UnknownCase
from storage.records import CaseProgress, CaseRecord
from workstation.reading.commands import Command
from workstation.reading.linking import initial_view
from workstation.reading.moving import first_focus
from workstation.reading.places import place_text, placed
from workstation.reading.state import Notice, SessionState
from workstation.reading.step import step

SOURCE = "room"
GONE = "Not saved: this case has left your worklist. What was saved is kept; Ctrl+Right opens the next case."

Listener = Callable[[SessionState, SessionState], None]


class Door(Protocol):
    """What a reader may do with a study; `storage` has the real one. It holds no identity."""

    @property
    def scheme(self) -> Scheme:
        """What may be scored."""

    def worklist(self) -> tuple[CaseProgress, ...]:
        """The reader's cases in their order."""

    def case(self, code: str, /) -> CaseRecord:
        """Where a case's pixels are."""

    def reading(self, code: str, /) -> Reading:
        """The answers on disk."""

    def record(self, case: str, changes: Sequence[AnswerChanged], source: str) -> None:
        """Commit changes; on return they are on disk. Raises NotSaved or StaleAnswer, and then nothing is."""

    def place(self, case: str, /) -> str | None:
        """The text last given to `save_place`."""

    def save_place(self, case: str, text: str, /) -> None:
        """Keep where the reader is in a case."""

    def last_case(self) -> str | None:
        """The case of the last saved place."""


class LastSave(Enum):
    """What came of the last try to save an answer in this session."""

    NONE_YET = "none yet"
    SAVED = "saved"
    FAILED = "failed"


class Session:
    """The state of one case, and the only way to change it.

    Listeners are called with (before, now) after the changes are on disk; they draw and never dispatch.
    """

    def __init__(self, door: Door, case_code: str) -> None:
        self._door = door
        self._listeners: list[Listener] = []
        self.last_save = LastSave.NONE_YET
        self.state = _opened(door, case_code)
        self._place = door.place(case_code)

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each change of state."""
        self._listeners.append(listener)

    def dispatch(self, command: Command) -> None:
        """Decide, save, show. When saving fails the old state stays, with a line, and the command can be repeated."""
        before = self.state
        outcome = step(before, command)
        if outcome.changes:
            try:
                self._door.record(before.case.code, outcome.changes, SOURCE)
            except NotSaved as error:
                self.last_save = LastSave.FAILED
                self._show(replace(before, notice=Notice(str(error), refused=True)))
                return
            except StaleAnswer:
                self.last_save = LastSave.FAILED
                self._show(self._reloaded())
                return
            except UnknownCase:
                # the coordinator may take a case back while it stands open here
                self.last_save = LastSave.FAILED
                self._show(replace(before, notice=Notice(GONE, refused=True)))
                return
            self.last_save = LastSave.SAVED
        now = outcome.state
        failure = None if now.focus == before.focus else self._keep_place(now)
        if failure is not None:
            now = replace(now, notice=now.notice or Notice(failure, refused=True))
        self._show(now)

    def save_place(self) -> None:
        """Keep where the reader is, if that changed; a failure costs no answer and only says so."""
        failure = self._keep_place(self.state)
        if failure is not None:
            self._show(replace(self.state, notice=Notice(failure, refused=True)))

    @property
    def place_is_due(self) -> bool:
        """Whether the reader has moved since the place was kept last."""
        return place_text(self.state) != self._place

    def tell(self, line: str) -> None:
        """Show a line that comes from elsewhere in the program."""
        self._show(replace(self.state, notice=Notice(line)))

    def _keep_place(self, state: SessionState) -> str | None:
        """The line for the reader when it couldn't be kept: so, where nothing can be saved, it is known early."""
        text = place_text(state)
        if text == self._place:
            return None
        try:
            self._door.save_place(state.case.code, text)
        except NotSaved as error:
            return str(error)
        except UnknownCase:
            return GONE
        self._place = text
        return None

    def _reloaded(self) -> SessionState:
        # what was undoable started from answers that no longer stand, so it goes
        line = "Not saved: another window changed this case. Shown is what is on disk; look and enter it again."
        reading = self._door.reading(self.state.case.code)
        return replace(self.state, reading=reading, past=(), future=(), notice=Notice(line, refused=True))

    def _show(self, now: SessionState) -> None:
        before, self.state = self.state, now
        for listener in self._listeners:
            listener(before, now)


def _opened(door: Door, code: str) -> SessionState:
    case, reading, scheme = door.case(code), door.reading(code), door.scheme
    start = SessionState(scheme, case, reading, first_focus(scheme), initial_view(case))
    text = door.place(code)
    return placed(start, text)
