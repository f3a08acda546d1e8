"""The start window: what can be begun on the left, what was opened before on the right, one line below."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from workstation.starting import recent, spoken, wishes
from workstation.starting.actions import shipped_actions
from workstation.starting.recent import Line
from workstation.starting.wishes import Demo, Facts, LookAt, Refused, Start, WhoReads
from workstation.ui.shared.labels import plain_label
from workstation.ui.start.door import Door, Running
from workstation.ui.start.looks import Looks
from workstation.ui.start.panels import BeginPanel, RecentPanel
from workstation.ui.start.reader_dialog import ReaderDialog
from workstation.ui.start.style import STYLE
from workstation.ui.start.work_strip import WorkStrip

SIZE = QSize(1080, 660)
LOOK_MS = 200
KEYS = "1 to 9 opens a recent study. Arrows, Tab and Enter choose. Esc closes this window; what was opened stays open."
PURPOSE = "Research software, not a medical device. Not for diagnosis."
ASK_IN_QT = QFileDialog.Option.DontUseNativeDialog
FOLDERS = QFileDialog.Option.ShowDirsOnly
ASKS_WHO = "study.read"
CHOOSE = {
    ASKS_WHO: "Choose the study to read",
    "study.manage": "Choose the study to manage",
    "study.new": "Choose or make an empty folder for the study",
    "scans.look": "Choose a folder of scans",
}
Rule = Callable[[Path, Facts], Start | WhoReads | Refused]


class _Begun(NamedTuple):
    start: Start
    running: Running

    @property
    def folder(self) -> Path | None:
        return None if isinstance(self.start, Demo) else self.start.folder


class StartWindow(QMainWindow):
    """Nothing is decided here: `wishes` says what a wish comes to, the door does it."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self._recent = door.recent()
        self._facts: dict[Path, Facts] = {}
        # the folder that was chosen, and for which action
        self._asked: tuple[Path, str] | None = None
        self._rules: dict[str, Rule] = {
            ASKS_WHO: self._as_reader,
            "study.manage": wishes.as_coordinator,
            "study.new": wishes.new_study,
        }
        # where the next dialog begins
        self._above = Path.home()
        self._begun: list[_Begun] = []
        self._looks = Looks(door.facts, self)
        self._looks.seen.connect(self._seen)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look_after)
        self.setWindowTitle("ramris")
        self.setAccessibleName("ramris, start")
        self.setStyleSheet(STYLE)
        self.resize(SIZE)
        self.begin = BeginPanel(shipped_actions(), self)
        self.recent = RecentPanel(self)
        self.strip = WorkStrip(self)
        self._lay_out()
        self._give_keys()
        self.show_recent()
        (self.recent.list if self._recent else self.begin.buttons[0]).setFocus()

    def _lay_out(self) -> None:
        page = QWidget(self)
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(36, 26, 36, 14)
        column.setSpacing(14)
        halves = QHBoxLayout()
        halves.setSpacing(36)
        halves.addWidget(self.begin)
        halves.addWidget(self.recent, 1)
        column.addLayout(halves, 1)
        column.addWidget(self.strip)
        foot = QHBoxLayout()
        foot.setSpacing(24)
        foot.addWidget(plain_label(KEYS, role="small", wrap=True), 1)
        foot.addWidget(plain_label(PURPOSE, role="small"))
        column.addLayout(foot)
        self.setCentralWidget(page)

    def _give_keys(self) -> None:
        self.begin.wanted.connect(self.act)
        self.begin.crossed.connect(self.recent.list.setFocus)
        self.recent.wanted.connect(self.open_again)
        self.recent.forgotten.connect(self.forget)
        self.recent.crossed.connect(lambda: self.begin.focus_at(0))
        self.strip.stop_asked.connect(self._stop)
        for action in shipped_actions():
            self._key(action.key, partial(self.act, action.id))
        for number in range(1, recent.MOST + 1):
            self._key(str(number), partial(self._open_number, number))
        for key in ("Esc", "Ctrl+Q", "Ctrl+W"):
            self._key(key, self.close)

    def _key(self, key: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)

    def show_recent(self) -> None:
        """Show the list as it is on disk now, and look whether its folders are there."""
        self._recent = self._door.recent()
        self._show_lines()
        self._looks.look(opened.folder for opened in self._recent)

    def _show_lines(self) -> None:
        gone = {folder for folder, facts in self._facts.items() if not facts.holds_study}
        self.recent.show_lines(recent.lines(self._recent, gone, self._door.own))

    def act(self, name: str) -> None:
        """Do one of the actions."""
        if name == "demo":
            self._do(Demo())
            return
        chosen = QFileDialog.getExistingDirectory(self, CHOOSE[name], str(self._above), ASK_IN_QT | FOLDERS)
        if not chosen:
            return
        folder = Path(chosen).resolve()
        self._above = folder.parent
        if name == "scans.look":
            self._do(LookAt(folder))
            return
        self._asked = (folder, name)
        self.strip.say(f"Looking at {folder.name} ...")
        # who reads is offered alone where somebody is to read
        self._looks.look([folder], ask_server=name == ASKS_WHO)

    def _as_reader(self, folder: Path, facts: Facts) -> Start | WhoReads | Refused:
        before = tuple(opened.reader for opened in self._recent if opened.folder == folder and opened.reader)
        return wishes.as_reader(folder, facts, before)

    def open_again(self, line: Line) -> None:
        """Open a study as it was opened before."""
        self._do(wishes.again(line.opened, self._facts.get(line.opened.folder)))

    def _open_number(self, number: int) -> None:
        if number <= len(self.recent.list.recent.lines):
            self.open_again(self.recent.list.recent.lines[number - 1])

    def forget(self, line: Line) -> None:
        """Take a study off the list; its folder stays as it is."""
        if self._door.forget(line.opened):
            self.strip.say(f"{line.name} is off this list. The study itself stays as it is")
        else:
            self.strip.say("The list can't be changed: the folder of your settings can't be written", "failed")
        self.show_recent()

    def tell(self, line: str) -> None:
        """Show a line about a fault of the program itself."""
        self.strip.say(line, "failed")

    def _seen(self, folder: Path, facts: Facts, asked_server: bool) -> None:
        self._facts[folder] = facts
        if self._asked is not None and self._asked[0] == folder and asked_server is (self._asked[1] == ASKS_WHO):
            rule, self._asked = self._rules[self._asked[1]], None
            self.strip.say("")
            self._do(rule(folder, facts))
        self._show_lines()

    def _do(self, outcome: Start | WhoReads | Refused) -> None:
        match outcome:
            case Refused(line):
                self.strip.say(line, "failed")
            case WhoReads(folder, likely):
                dialog = ReaderDialog(recent.shown_name(folder, self._door.own), likely, self)
                if dialog.exec():
                    self._do(wishes.said_who(outcome, dialog.line.text()))
            case _:
                self._start(outcome)

    def _start(self, start: Start) -> None:
        if any(begun.start == start for begun in self._begun):
            self.strip.say("This is open already. Its window may be behind this one", "attention")
            return
        try:
            running = self._door.begin(start)
        except OSError:
            self.strip.say("It can't be started now. Look whether its folder is still there, and try again", "failed")
            return
        self._begun.append(_Begun(start, running))
        self.strip.say(wishes.told(start))
        self._timer.start()

    def _look_after(self) -> None:
        """How far is what was begun, and what has ended?"""
        self.strip.show_step(spoken.last_step(self._begun[-1].running.said()))
        for begun in [begun for begun in self._begun if begun.running.status() is not None]:
            status = begun.running.status() or 0
            line = spoken.ending(status, begun.running.said(), begun.folder)
            begun.running.close()
            self._begun.remove(begun)
            self.strip.show_step(None)
            self.strip.say(line, "failed" if status else "attention")
            self.show_recent()
        if not self._begun:
            self._timer.stop()

    def _stop(self) -> None:
        if self._begun:
            self._begun[-1].running.stop()
            self.strip.say("Stopping as soon as the study is whole")

    def changeEvent(self, event: QEvent) -> None:
        """Somebody comes back to this window: studies may have been opened meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.isVisible():
            self.show_recent()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was opened stays open."""
        self._looks.close()
        self._timer.stop()
        for begun in self._begun:
            begun.running.close()
        super().closeEvent(event)
