"""The coordinator's window: subjects left, the series of one of them right, what runs below. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from scoring.schemes.folder import DEFAULT
from scoring.values import replace
from storage.vault.choices import About
from workstation.actions.action import Action, When
from workstation.managing import commands as c
from workstation.managing.actions import Usable, shipped_actions
from workstation.managing.session import READS_ONLY, ManagingSession
from workstation.managing.state import ManagingState
from workstation.ui.coordinator.borders.dialog import BordersDialog
from workstation.ui.coordinator.borders.pictures import BorderPictures
from workstation.ui.coordinator.borders.tile import BorderTile
from workstation.ui.coordinator.cases.board import Board
from workstation.ui.coordinator.cases.thumbnails import Thumbnails
from workstation.ui.coordinator.dialogs import commands
from workstation.ui.coordinator.dialogs.questions import QuestionsDialog
from workstation.ui.coordinator.dialogs.removing import RemoveDialog, named, named_out
from workstation.ui.coordinator.held.dialog import HeldDialog
from workstation.ui.coordinator.held.pictures import HeldPictures
from workstation.ui.coordinator.pages import EmptyPage, NewStudyPage
from workstation.ui.coordinator.post import Post
from workstation.ui.coordinator.progress.meeting import MeetingDialog
from workstation.ui.coordinator.progress.readers import ReadersDialog
from workstation.ui.coordinator.tasks.dialog import TasksDialog
from workstation.ui.coordinator.work_bar import WorkBar
from workstation.ui.shared import icons
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.keys_sheet import KeysSheet
from workstation.ui.shared.labels import plain_label, show_text
from workstation.ui.shared.shortcuts import add_actions

if TYPE_CHECKING:
    from workstation.ui.numbers.window import NumbersWindow

# while a stop is waited for, so that the window goes as soon as the study is whole
CLOSING_LOOK_MS = 25
# until the other window is closed
WAITING_LOOK_MS = 2000
# what asks something first that would be for nothing in a window that only reads
WRITING = ("scans.", "study.hand_over", "study.assign", "study.borders", "subject.remove", "subject.side", "series.")
# what no action says, since Qt does it
BY_ITSELF = (("Arrows", "Another subject, series or finding"), ("Tab", "The next list"), ("Alt", "The menus"))
UNLOCK = "No case can be given and no grade changed; “Unlock the study” (Ctrl+K) opens it again"

SessionMaker = Callable[[Callable[[Callable[[], None]], None]], ManagingSession]


class CoordinatorWindow(QMainWindow):
    """One study. `make_session` gets the way to the window's thread."""

    numbers: NumbersWindow | None = None
    meeting: MeetingDialog | None = None

    def __init__(self, make_session: SessionMaker) -> None:
        super().__init__()
        self.setStyleSheet(STYLE)
        self.setMinimumSize(1100, 640)
        self.setAcceptDrops(True)
        self.setAccessibleName("Study of the coordinator")
        self.session = make_session(Post(self))
        self.setWindowTitle(f"ramris - manage {self.session.folder.name}")
        self._closing = False
        self.readers: ReadersDialog | None = None
        self.borders: BordersDialog | None = None
        self.questions: QuestionsDialog | None = None
        self.held: HeldDialog | None = None
        self.tasks: TasksDialog | None = None
        self.thumbnails = Thumbnails(lambda: self.session.study, self)
        self.actions_known = shipped_actions()
        self._pages = QStackedWidget(self)
        self.new = NewStudyPage(self.session.folder.name, self.session.schemes, self)
        self.empty = EmptyPage(self)
        self.board = Board(self.actions_known, self.thumbnails, self)
        for page in (self.new, self.empty, self.board):
            self._pages.addWidget(page)
        self.bar = WorkBar(self)
        self.locked = plain_label("", role="against")
        self.reads_only = plain_label(READS_ONLY, role="against")
        middle = QWidget(self)
        middle.setObjectName("page")
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 6, 12, 12)
        column.addWidget(self.reads_only)
        column.addWidget(self.locked)
        column.addWidget(self._pages, 1)
        column.addWidget(self.bar)
        self.setCentralWidget(middle)
        known = [Action(a.id, a.title, a.group, a.keys, When.ALWAYS, a.repeats) for a in self.actions_known]
        self._actions: dict[str, QAction] = add_actions(self, known, self.act, icons.COORDINATOR)
        self._listen_to_pages()
        self.bar.stop_asked.connect(self._stop)
        self.board.detail.asked.connect(self.act)
        self.board.asked.connect(self.act)
        self.board.series_changed.connect(self._render_actions)
        self.session.listen(self._changed)
        self._closing_timer = QTimer(self)
        self._closing_timer.setInterval(CLOSING_LOOK_MS)
        self._closing_timer.timeout.connect(self.close)
        self._waiting_timer = QTimer(self)
        self._waiting_timer.setInterval(WAITING_LOOK_MS)
        self._waiting_timer.timeout.connect(self.session.try_to_write)
        self._render(None, self.session.state)

    def _listen_to_pages(self) -> None:
        self.new.asked.connect(self._create)
        self.new.join_asked.connect(partial(self._show_tasks, "study.join"))
        self.empty.folder_asked.connect(self._add_folder)
        self.empty.again_asked.connect(self.start)
        self.empty.files_asked.connect(self._add_files)

    def start(self) -> None:
        """Read the study when the window is there, and again when it couldn't be read."""
        self.session.start()

    def act(self, action_id: str) -> None:
        """Do what an action says; a window that only reads says so before it asks anything."""
        if not action_id.startswith(WRITING) or self.session.may_write():
            self._act(action_id)

    def _act(self, action_id: str) -> None:
        plain: dict[str, Callable[[], object]] = {
            "window.quit": self.close,
            "work.stop": self._stop,
            "scans.folder": self._add_folder,
            "scans.files": self._add_files,
            "study.hand_over": self._hand_over,
            "study.figures": self._show_figures,
            "study.numbers": self._show_numbers,
            "study.readers": self._show_readers,
            "study.borders": self._show_borders,
            "study.held": self._show_held,
            "study.tasks": self._show_tasks,
            "study.meeting": self._show_meeting,
            "subject.names": self.board.show_names,
            "subject.remove": self._remove,
            "help.keys": self._show_keys,
        }
        match action_id:
            case _ if action_id in plain:
                plain[action_id]()
            case "study.again":
                self.session.dispatch(c.LookAgain())
            case "study.assign":
                self._dispatch(commands.assign(self, self.session.state))
            case "study.questions":
                self._ask("")
            case "series.plane":
                self._ask(About.PLANE.of(self.board.series.code) if self.board.series else "")
            case "finding.accept":
                self._ask(self.board.finding)
            case "subject.side":
                self._ask(About.SIDE.of(self.board.subject.code) if self.board.subject else "")
            case "subject.next":
                self.board.next_that_asks(self.session.state)
            case "focus.subjects" | "focus.series" | "focus.findings" | "focus.filter":
                self.board.focus(action_id)
            case _:
                self._choose(action_id)

    def add(self, paths: tuple[Path, ...]) -> None:
        """Import these."""
        if paths:
            self._dispatch(c.AddScans(paths))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders of this machine may be dropped when nothing runs."""
        if self._dropped(event) and self._can_add():
            event.acceptProposedAction()
            self.empty.show_drop(over=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """They went away again."""
        self.empty.show_drop(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        self.empty.show_drop(over=False)
        event.acceptProposedAction()
        self.add(self._dropped(event))

    def closeEvent(self, event: QCloseEvent) -> None:
        """While something runs: stop it, and close when the study is whole."""
        if self.session.state.work is not None:
            self.session.dispatch(c.Stop())
            self._closing_timer.start()
            event.ignore()
            return
        self._closing_timer.stop()
        self._waiting_timer.stop()
        if self.numbers is not None:
            self.numbers.close()
        self.thumbnails.shutdown()
        self.session.shutdown()
        super().closeEvent(event)

    def _dropped(self, event: QDropEvent) -> tuple[Path, ...]:
        return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())

    def _can_add(self) -> bool:
        return self.session.state.work is None and self.session.study is not None

    def _create(self, order: str, passphrase: str, unit: str, scheme: str) -> None:
        self.session.dispatch(c.CreateStudy(order, passphrase, unit, scheme or DEFAULT))

    def _stop(self) -> None:
        self.session.dispatch(c.Stop())

    def _add_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Add a folder of scans", "", ASK_IN_QT | FOLDERS)
        self.add((Path(chosen),) if chosen else ())

    def _add_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Add a ZIP archive, a DICOMDIR or files", options=ASK_IN_QT)
        self.add(tuple(Path(name) for name in chosen))

    def _hand_over(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Hand over to readers: name a new folder",
            f"{self.session.folder.name}-for-readers",
            options=ASK_IN_QT,
        )
        self._dispatch(commands.hand_over(self, self.session.state, Path(chosen)) if chosen else None)

    def _show_figures(self) -> None:
        # matplotlib and SciPy come with it: not before they are wanted
        from workstation.ui.coordinator.progress.figures import FiguresDialog  # noqa: PLC0415

        seen = partial(self.session.note_figures_seen, "report")
        FiguresDialog(self.session.folder, self.session.open_readings(), seen, self).exec()

    def _show_numbers(self) -> None:
        # pyqtgraph and SciPy come with it
        from workstation.ui.numbers.window import NumbersWindow  # noqa: PLC0415

        if self.numbers is None:
            self.numbers = NumbersWindow(self.session.desk(), has_images=True, parent=self)
            self.numbers.images_asked.connect(self._show_subject)
            self.numbers.closed.connect(self._forget_numbers)
            self.numbers.resize(self.size())
        self.numbers.showMaximized()
        self.numbers.activateWindow()

    def _forget_numbers(self) -> None:
        self.numbers = None

    def _show_subject(self, subject: str) -> None:
        """The board on this subject, in front of the numbers."""
        self.board.choose_subject(subject)
        self.activateWindow()
        self.raise_()

    def _show_readers(self) -> None:
        self.readers = ReadersDialog(self.session.state, self)
        self.readers.resolve_asked.connect(self._dispatch)
        self.readers.repeat_asked.connect(self._dispatch)
        self.readers.exec()
        self.readers = None

    def _show_borders(self) -> None:
        pictures = BorderPictures(lambda: self.session.study, self)
        self.borders = BordersDialog(self.session.state, pictures, self.session.see_borders, self)
        self.borders.asked.connect(self._blank_there)
        self.borders.resize(self.size())
        self.borders.exec()
        self.borders = None
        # what was seen meanwhile was put down at once, and is told now
        self.session.dispatch(c.LookAgain())

    def _show_held(self) -> None:
        self.held = HeldDialog(self.session.state, HeldPictures(lambda: self.session.study, self), self)
        self.held.asked.connect(self._dispatch)
        self.held.resize(self.size())
        self.held.exec()
        self.held = None

    def _blank_there(self, tile: BorderTile) -> None:
        study = self.session.state.study
        if study is not None and self.borders is not None:
            named = replace(study, who=study.who or self.borders.who.text())
            self._dispatch(commands.choice(self.borders, "series.blank", tile.series, named, tile.picture))

    def _show_tasks(self, first: str = "") -> None:
        self.tasks = TasksDialog(self.session.tasks, self.session.folder, self.session.state, self)
        if first:
            self.tasks.begin(first)
        self.tasks.asked.connect(self._dispatch)
        self.tasks.stop_asked.connect(self._stop)
        self.tasks.exec()
        self.tasks = None

    def _show_meeting(self) -> None:
        self.meeting = MeetingDialog(self.session.watch, self.session.tasks, self.session.state, self)
        self.meeting.asked.connect(self._dispatch)
        self.meeting.stop_asked.connect(self._stop)
        self.meeting.exec()
        ended, self.meeting = self.meeting, None
        # now and here: left to Python, it would be deleted on whichever thread collects garbage, and Qt faults
        ended.deleteLater()
        QCoreApplication.sendPostedEvents(ended, QEvent.Type.DeferredDelete)
        # which server it was is kept beside the study
        self.session.dispatch(c.LookAgain())

    def _show_keys(self) -> None:
        KeysSheet(self.actions_known, BY_ITSELF, self).exec()

    def _choose(self, action_id: str) -> None:
        if action_id == "series.undo" and self.board.names_out(self.session.state):
            self._remove(undo=True)
            return
        series = self.board.series
        study = self.session.state.study
        if series is not None and study is not None:
            wanted = self.board.detail.wanted()
            picture = self.thumbnails.get(wanted) if wanted else None
            self._dispatch(commands.choice(self, action_id, series, study, picture))

    def _remove(self, *, undo: bool = False) -> None:
        """Offer series, visit and subject that are looked at: those that are there, or those that are out."""
        study = self.session.state.study
        if study is None or self.session.state.work is not None:
            return
        names = self.board.names()
        out = {name: study.out[name] for name in names if name in study.out}
        offered = named_out(out) if undo else named(self.session.removals(name for name in names if name not in out))
        if not offered:
            return
        dialog = RemoveDialog(offered, study.who, self, undo=undo, first=names[0])
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._dispatch(dialog.command)

    def _ask(self, what: str) -> None:
        """Show what is asked and decided; `what` is the question to begin with, "" the first."""
        subject = self.board.subject
        looked_at = subject.code if subject else ""
        self.questions = QuestionsDialog(self.session.state, looked_at, what, self.thumbnails, self)
        self.questions.asked.connect(self._dispatch)
        self.questions.exec()
        self.questions = None

    def _dispatch(self, command: c.Command | None) -> None:
        if command is not None:
            self.session.dispatch(command)

    def _changed(self, before: ManagingState, now: ManagingState) -> None:
        if before.study is not now.study and before.study is not None and now.study is not None:
            old = {item for subject in before.study.subjects for item in subject.series}
            new = {item for subject in now.study.subjects for item in subject.series}
            self.thumbnails.forget({item.code for item in old ^ new})
        self._render(before, now)

    def _render(self, before: ManagingState | None, now: ManagingState) -> None:
        self.bar.render_state(now)
        self._render_banners(now)
        for dialog in (self.readers, self.borders, self.questions, self.held, self.tasks, self.meeting):
            if dialog is not None:
                dialog.show_state(now)
        if before is None or before.study is not now.study or before.findings is not now.findings:
            self.board.render_state(now)
        page = self._page(now)
        if self._pages.currentWidget() is not page:
            self._pages.setCurrentWidget(page)
            page.setFocus()
            if page is self.board:
                self.board.focus("focus.subjects")
            elif page is self.new:
                self.new.make.setFocus()
        self._render_actions()

    def _render_banners(self, now: ManagingState) -> None:
        since = now.study.locked_utc[:16].replace("T", " ") if now.study else ""
        show_text(self.locked, f"Locked for its analysis since {since} UTC. {UNLOCK}" if since else "")
        self.locked.setVisible(bool(since))
        self.reads_only.setVisible(now.reads_only)
        if now.reads_only is not self._waiting_timer.isActive():
            (self._waiting_timer.start if now.reads_only else self._waiting_timer.stop)()

    def _page(self, state: ManagingState) -> QWidget:
        if state.absent:
            return self.new
        if state.study is not None and state.study.subjects:
            return self.board
        if state.work is not None:
            self.empty.show_as("importing")
        elif state.study is None:
            self.empty.show_as("unreadable" if state.shut else "waiting", state.shut)
        else:
            self.empty.show_as("empty")
        return self.empty

    def _render_actions(self) -> None:
        state = self.session.state
        read = self.board.subject is not None and self.board.subject.read
        usable = Usable(state, self.board.series, read=read, out=bool(self.board.names_out(state)))
        for action in self.actions_known:
            self._actions[action.id].setEnabled(usable.allows(action.when))
        self.board.detail.render_series(usable, self.actions_known)


# the platform's own dialogs can't be driven by the tests' keys, and differ in what they allow
ASK_IN_QT = QFileDialog.Option.DontUseNativeDialog
FOLDERS = QFileDialog.Option.ShowDirsOnly
