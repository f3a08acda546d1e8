"""Subjects, the series of the one that is chosen, what the check found about it, and one series closely."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from storage.vault.choices import Choice
from workstation.intake.findings import Finding, Level
from workstation.intake.report import finding_line
from workstation.managing.actions import ManagingAction
from workstation.managing.state import ManagingState, SeriesLine, SubjectLine
from workstation.ui.coordinator.cases.detail import SeriesDetail
from workstation.ui.coordinator.cases.filter_line import FilterLine
from workstation.ui.coordinator.cases.findings_view import FoundView
from workstation.ui.coordinator.cases.grid_view import GridView
from workstation.ui.coordinator.cases.series_model import SeriesModel
from workstation.ui.coordinator.cases.subject_model import TO_DO, WHO, SubjectModel
from workstation.ui.coordinator.cases.thumbnails import Thumbnails
from workstation.ui.shared import icons
from workstation.ui.shared.labels import plain_label, show_text

SUBJECT_ROW_PX = 27
LEFT_PX = 336
WHO_PX = 150
NAMES = "patient IDs are on the screen: Ctrl+Shift+I hides them"
BUTTONS = {
    "scans.folder": "Add scans",
    "study.assign": "Assign",
    "study.readers": "Readers",
    "study.hand_over": "Hand over",
}
NONE_FOUND = "Nothing is missing: every series that the protocol asks for is there."
CHECKING = "Checking ..."


class Board(QWidget):
    """`series_changed` when another series, or none, is looked at; `asked` is the id of an action with a button."""

    series_changed = Signal()
    asked = Signal(str)

    def __init__(self, actions: tuple[ManagingAction, ...], thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._state = ManagingState()
        self._code = self._last = ""
        self._found: tuple[Finding, ...] = ()
        self.subjects = SubjectModel(self)
        self.grid = SeriesModel(self)
        self.found = QStringListModel(self)
        self.subject_view = self._subject_view()
        self.grid_view = GridView(self.grid, thumbnails, self)
        self.grid_view.selectionModel().currentChanged.connect(self._series_chosen)
        self.found_view = FoundView(self.found, self)
        self.detail = SeriesDetail(actions, thumbnails, self)
        self._counts = plain_label("", role="dim", wrap=True)
        self._heading = plain_label("", role="heading")
        self._found_heading = plain_label("Findings", role="heading")
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.buttons = _buttons(actions, self.asked.emit, self)
        self.filter = FilterLine(self)
        self.filter.textChanged.connect(self._filtered)
        self.filter.left.connect(partial(self.focus, "focus.subjects"))
        self._shown = plain_label("", role="small")
        buttons = _two_by_two(tuple(self.buttons.values()))
        left = _column(self._counts, buttons, self.filter, self._shown, self.subject_view)
        # what is to be done stands in the last column, and must be read without scrolling
        left.setMinimumWidth(LEFT_PX)
        splitter.addWidget(left)
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.addWidget(self.detail)
        lower.addWidget(_column(self._found_heading, self.found_view))
        lower.setStretchFactor(0, 3)
        lower.setStretchFactor(1, 2)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(_column(self._heading, self.grid_view))
        right.addWidget(lower)
        right.setStretchFactor(0, 0)
        right.setStretchFactor(1, 1)
        right.setChildrenCollapsible(False)
        lower.setSizes([640, 400])
        lower.setChildrenCollapsible(False)
        self.found_view.setMinimumWidth(240)
        splitter.addWidget(right)
        splitter.setSizes([336, 1030])
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self.setTabOrder(self.subject_view, self.grid_view)
        thumbnails.ready.connect(self._repaint)
        self.subject_view.selectionModel().currentRowChanged.connect(self._subject_chosen)

    @property
    def subject(self) -> SubjectLine | None:
        """The one that is looked at."""
        return self.subjects.subject(self.subject_view.currentIndex().row())

    @property
    def finding(self) -> str:
        """What the finding that is looked at is settled by: its question, or itself; "" where none is."""
        row = self.found_view.currentIndex().row()
        found = self._found[row] if 0 <= row < len(self._found) else None
        return found.question or found.id if found else ""

    @property
    def series(self) -> SeriesLine | None:
        """The one that is looked at."""
        return self.grid.series(self.grid_view.currentIndex())

    def names(self) -> tuple[str, ...]:
        """What is looked at by its names, what the keyboard is at first: the series, its visit, the subject."""
        if self.subject is None:
            return ()
        subject, index = self.subject.code, self.grid_view.currentIndex()
        visit = (f"{subject}/{self.subject.visits[index.row()].number}",) if index.isValid() else ()
        series = (self.series.code,) if self.series else ()
        return (*series, *visit, subject) if self.grid_view.hasFocus() else (subject, *visit, *series)

    def names_out(self, state: ManagingState) -> tuple[str, ...]:
        """Those of them that are removed or excluded."""
        return tuple(name for name in self.names() if state.study is not None and name in state.study.out)

    def render_state(self, state: ManagingState) -> None:
        """Show a state; who was looked at is looked at still."""
        self._state = state
        code = self._code
        if self.subjects.show(state):
            self.subject_view.setCurrentIndex(self.subjects.index(self.subjects.row_of(code), 0))
        self._show_counts(state)
        self._show_subject()

    def focus(self, action_id: str) -> None:
        """Give the keyboard to a list."""
        views: dict[str, QWidget] = {
            "focus.series": self.grid_view,
            "focus.findings": self.found_view,
            "focus.filter": self.filter,
        }
        view = views.get(action_id, self.subject_view)
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_names(self) -> None:
        """Show patient IDs and folders in the list, in place of what the visits have; or hide them again."""
        shown = not self.subjects.names_shown
        self.subjects.show_names(shown=shown)
        for column in (1, 2):
            self.subject_view.setColumnHidden(column, shown)
        self.subject_view.setColumnHidden(WHO, not shown)
        self._show_subject()
        self._show_counts(self._state)

    def choose_subject(self, code: str) -> None:
        """Go to that subject, where the list has it."""
        row = self.subjects.row_of(code)
        if row >= 0:
            self.subject_view.setCurrentIndex(self.subjects.index(row, 0))

    def next_that_asks(self, state: ManagingState) -> None:
        """Go to the next subject with something to choose or a finding, from the top again behind the last."""
        subjects = self.subjects.shown
        accepted = state.accepted
        asking = {code for item in state.findings or () if item.id not in accepted for code in item.subjects}
        here = self.subject_view.currentIndex().row()
        for away in range(1, len(subjects) + 1):
            row = (here + away) % len(subjects)
            if subjects[row].code in asking or any(item.asks for item in subjects[row].series):
                self.subject_view.setCurrentIndex(self.subjects.index(row, 0))
                first = next((item for item in subjects[row].series if item.asks), None)
                if first is not None:
                    self.grid_view.setCurrentIndex(self.grid.index_of(first.code))
                return

    def _filtered(self, typed: str) -> None:
        # words that mean nobody lose nobody: whoever was looked at is there again
        code = self._code or self._last
        self._last = code
        if self.subjects.filter(typed):
            self.subject_view.setCurrentIndex(self.subjects.index(self.subjects.row_of(code), 0))
            self._show_subject()
        self._show_counts(self._state)

    def _subject_chosen(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_subject()

    def _series_chosen(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.series_changed.emit()

    def _show_subject(self) -> None:
        subject = self.subject
        same = subject is not None and subject.code == self._code
        series = self.series
        self._code = subject.code if subject else ""
        if self.grid.show(subject, self._state.study.wanted if self._state.study else ()):
            again = self.grid.index_of(series.code) if same and series else QModelIndex()
            self.grid_view.setCurrentIndex(again if again.isValid() else self._first(subject))
        read = " - read already: its series can't be changed" if subject and subject.read else ""
        out = self._state.study.out.get(subject.code) if subject and self._state.study else None
        read = f" - {out.word}: {out.why}" if out else read
        who = self.subjects.who(self.subject_view.currentIndex().row()) if subject else ""
        show_text(self._heading, f"{subject.code}{read}{f' - {who}' if who else ''}" if subject else "")
        self._show_findings()
        self.series_changed.emit()

    def _first(self, subject: SubjectLine | None) -> QModelIndex:
        series = subject.series if subject else ()
        first = next((item for item in series if item.asks), series[0] if series else None)
        return self.grid.index_of(first.code) if first else QModelIndex()

    def _show_findings(self) -> None:
        found: list[Finding] = []
        if self._state.findings is None:
            lines = [CHECKING]
        else:
            found = [*self._state.findings_of(self._code), *self._state.findings_of("")]
            accepted = self._state.accepted
            # what must be done first stands first
            found.sort(key=lambda item: (item.id in accepted, list(Level).index(item.level)))
            lines = [_finding(item, self._code, accepted.get(item.id)) for item in found] or [NONE_FOUND]
        self._found = tuple(found)
        if lines != self.found.stringList():
            self.found.setStringList(lines)

    def _show_counts(self, state: ManagingState) -> None:
        subjects = state.study.subjects if state.study else ()
        asks = sum(any(item.asks for item in subject.series) for subject in subjects)
        readers = ", ".join(f"{item.reader} {item.cases}" for item in state.study.readers) if state.study else ""
        hidden = state.study is not None and state.study.hidden
        parts = [f"{len(subjects):,} subject{'' if len(subjects) == 1 else 's'}"]
        parts += [f"{asks} to choose for"] if asks else []
        asked = sum(item.question is not None for item in state.checked.decisions) if state.checked else 0
        parts += [f"{asked} question{'' if asked == 1 else 's'}: Q"] if asked else []
        parts += [f"cases given: {readers}"] if readers else ["no reader yet (Ctrl+R)"]
        unseen = len(state.study.unseen) if state.study else 0
        parts += [f"borders of {unseen:,} series to look at (Ctrl+E)"] if unseen else []
        parked = len(state.study.parked) if state.study else 0
        parts += [f"{parked} parked (Ctrl+B)"] if parked else []
        parts += ["readers see visits as A and B"] if hidden else []
        parts = [NAMES, *parts] if self.subjects.names_shown else parts
        show_text(self._counts, "; ".join(parts))
        typed = self.filter.text().strip()
        shown = f"{len(self.subjects.shown):,} of {len(subjects):,} shown; Esc in the line shows all"
        show_text(self._shown, shown if typed else "")
        self._shown.setVisible(bool(typed))

    def _repaint(self, code: str) -> None:
        index = self.grid.index_of(code)
        if index.isValid():
            self.grid_view.update(index)

    def _subject_view(self) -> QTableView:
        view = QTableView(self)
        view.setModel(self.subjects)
        view.setObjectName("subjects")
        view.setAccessibleName("Subjects")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().setVisible(False)
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(SUBJECT_ROW_PX)
        view.horizontalHeader().setSectionResizeMode(TO_DO, QHeaderView.ResizeMode.Stretch)
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setAccessibleName("Columns of the subjects")
        for column, width in enumerate((62, 67, 67)):
            view.setColumnWidth(column, width)
        view.setColumnWidth(WHO, WHO_PX)
        view.setColumnHidden(WHO, True)
        view.horizontalHeader().moveSection(WHO, 1)
        return view


def _buttons(
    actions: tuple[ManagingAction, ...], pressed: Callable[[str], None], parent: QWidget
) -> dict[str, QPushButton]:
    """What is done to the whole study, for hands that hold a mouse."""
    made = {}
    for action in actions:
        if action.id in BUTTONS:
            made[action.id] = QPushButton(f" {BUTTONS[action.id]}  {action.keys[0]}", parent)
            made[action.id].setProperty("small", "true")
            made[action.id].clicked.connect(partial(_press, pressed, action.id))
            made[action.id].setAccessibleName(action.title)
            icons.give(made[action.id], action.id)
            # the keys are in the menu; Tab goes from list to list
            made[action.id].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return made


def _press(pressed: Callable[[str], None], action_id: str, _checked: bool = False) -> None:
    pressed(action_id)


def _finding(item: Finding, subject: str, by: Choice | None) -> str:
    line = _without(finding_line(item), subject)
    return f"accepted by {by.who}: {by.why} - {line}" if by else line


def _without(line: str, subject: str) -> str:
    """A finding's line without the subject that is looked at anyhow."""
    return line.replace(f"{subject}: ", "", 1) if f" {subject}: " in line else line.replace(f"{subject} ", "", 1)


def _two_by_two(buttons: tuple[QPushButton, ...]) -> QWidget:
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(6)
    for number, button in enumerate(buttons):
        grid.addWidget(button, number // 2, number % 2)
    return inside


def _column(*widgets: QWidget) -> QWidget:
    """Widgets one below the other; the last one takes what room there is."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is widgets[-1] else 0)
    return inside
