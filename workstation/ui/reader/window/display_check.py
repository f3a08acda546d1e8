"""Display check in the room: asked once a day and screen; going on without it is recorded as skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from storage.errors import NotSaved, StudyLocked
from storage.records import DISPLAY_SKIPPED, DisplayCheck
from workstation.reading.display_check import Trial
from workstation.reading.session.session import Door
from workstation.ui.reader.sheets.display_sheet import DisplaySheet
from workstation.ui.reader.sheets.stack import Sheets

SHEET = "help.display"
ASK = "The display wasn't checked today. Press Shift+F2 (ten seconds). Without it, the record says: skipped."
PASSED = "Display checked: you can see 5 % and 95 % grey and small text. This is on the record."
FAILED = "Display: {missed} can't be seen on this screen. Change the light or the brightness, then press Shift+F2."
MISSED = {"dark": "5 % grey on black", "light": "95 % grey on white", "text": "small numbers"}


class DisplayKeeper(QObject):
    """Owns the sheet. The room tells it when a case was opened and when an answer was saved."""

    def __init__(self, door: Door, room: QWidget, sheets: Sheets, tell: Callable[[str], None]) -> None:
        super().__init__(room)
        self._door, self._room, self._sheets, self._tell = door, room, sheets, tell
        # screens that are on the record for today, as far as this window knows
        self._known: set[str] = set()
        # screens that aren't, as it was found when a case was opened: no answer waits while it is looked up again
        self._unchecked: set[str] = set()
        self._skipped: DisplayCheck | None = None
        sheets.add(SHEET, self._made)

    @property
    def sheet(self) -> DisplaySheet:
        """The check itself."""
        return cast("DisplaySheet", self._sheets.sheet(SHEET))

    @property
    def screen(self) -> str:
        """The screen that the room is on: its size in pixels and its density."""
        screen = self._room.screen()
        ratio = screen.devicePixelRatio()
        return f"{round(screen.size().width() * ratio)}x{round(screen.size().height() * ratio)} at {ratio:g}"

    @property
    def question(self) -> str:
        """What the reader is told while this screen wasn't checked today; else nothing."""
        screen = self.screen
        if screen in self._known or self._door.display_known(screen):
            self._known.add(screen)
            return ""
        self._unchecked.add(screen)
        return ASK

    def toggle(self) -> None:
        """Open the check with new questions, or close it."""
        if self._sheets.open_one != SHEET:
            self.sheet.begin()
        self._sheets.toggle(SHEET)

    def due(self) -> DisplayCheck | None:
        """What an answer that is being given puts on the record: where nothing was checked, that is a skip."""
        screen = self.screen
        asked = screen in self._unchecked - self._known or (screen not in self._known and self.question)
        self._skipped = DisplayCheck(screen, DISPLAY_SKIPPED) if asked else None
        return self._skipped

    def answer_saved(self) -> None:
        """An answer is on disk, and the skip with it: it is put on the record once."""
        if self._skipped is not None:
            self._known.add(self._skipped.screen)
            self._skipped = None

    def _made(self) -> DisplaySheet:
        made = DisplaySheet(self._room)
        made.checked.connect(self._checked)
        return made

    def _checked(self, trial: Trial) -> None:
        self._sheets.close()
        missed = " and ".join(MISSED[name] for name in trial.missed)
        line = FAILED.format(missed=missed) if missed else PASSED
        try:
            self._record(DisplayCheck(self.screen, trial.outcome, trial.missed))
        except (NotSaved, StudyLocked) as error:
            line = str(error)
        self._tell(line)

    def _record(self, check: DisplayCheck) -> None:
        self._door.record_display(check)
        self._known.add(check.screen)
