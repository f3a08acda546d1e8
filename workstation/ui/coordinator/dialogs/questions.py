"""Questions and findings, over all subjects, in one list: answered one after the other, or taken back, by keys."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from storage.vault.choices import About
from workstation.managing import commands as c
from workstation.managing.questions import QuestionLine, Section, question_lines
from workstation.managing.state import ManagingState, SeriesLine
from workstation.ui.coordinator.cases.thumbnails import Thumbnails
from workstation.ui.coordinator.dialogs.answer_pane import AnswerPane
from workstation.ui.shared import theme
from workstation.ui.shared.coordinator_style import ATTENTION, STYLE
from workstation.ui.shared.labels import plain_label, restyle, show_text

SIZE = QSize(1180, 660)
SHARE = 0.75
LIST_PX = 400
# around the text of a line, with the padding of the style, its line below and the frame
MARGINS_PX = QSize(30, 13)
TALLEST_PX = 10_000
TITLE = "Questions and findings"
DIGITS = tuple("123456789")
KEYS = "Up and Down choose a question, 1 to 9 an answer, Return gives it. Ctrl+Z takes an answer back, Esc closes."
NONE_ASKED = (
    "Nothing is asked, and nothing found that isn't settled. What was decided, and what is sure of the subject you "
    "look at, can be overruled below. Next: Ctrl+E shows the borders, Ctrl+R gives cases to a reader."
)
NOTHING_YET = "Nothing is asked yet: add scans with Ctrl+O, and what the import isn't sure of stands here."
CHECKING = "The study is being checked: what is asked stands here in a moment."
HEADINGS = {
    Section.ASKED: "Asked ({})",
    Section.FOUND: "Found, not settled ({})",
    Section.DECIDED: "Decided by you ({})",
    Section.SURE: "Sure, of {}: can be overruled ({})",
}
TO_DO = (Section.ASKED, Section.FOUND)
WHAT = Qt.ItemDataRole.UserRole


class QuestionsDialog(QDialog):
    """Drawn from the state; `asked` is an answer. It stays open, and goes on to the next question."""

    asked = Signal(c.Decide)

    def __init__(
        self, state: ManagingState, looked_at: str, what: str, thumbnails: Thumbnails, parent: QWidget
    ) -> None:
        """looked_at: the subject whose sure decisions are shown; what: the question to begin with, "" the first."""
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setStyleSheet(STYLE)
        # of a large window most, of a small one all that it has
        self.resize(SIZE.expandedTo(parent.size() * SHARE).boundedTo(parent.size()))
        self._state = state
        self._looked_at = looked_at
        self._lines: tuple[QuestionLine, ...] = ()
        self._summary = plain_label("", role="dim", wrap=True)
        self.questions = QListWidget(self)
        self.questions.setAccessibleName("Questions and decisions")
        self.questions.setWordWrap(True)
        self.questions.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.questions.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.questions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.questions.setFixedWidth(LIST_PX)
        self.pane = AnswerPane(thumbnails, state.study.who if state.study else "", self)
        self.notice = plain_label("", name="notice", wrap=True)
        self._arrange()
        self.pane.asked.connect(self.asked)
        self.questions.currentItemChanged.connect(self._chosen)
        for number in range(1, 10):
            self._key(str(number), number)
        undo = QShortcut(QKeySequence.StandardKey.Undo, self.questions, context=Qt.ShortcutContext.WidgetShortcut)
        undo.activated.connect(self.pane.pick_undo)
        self.show_state(state)
        self._go_to(what)
        self.questions.setFocus()

    @property
    def line(self) -> QuestionLine | None:
        """The question that is looked at."""
        row = self.questions.currentRow()
        what = self.questions.item(row).data(WHAT) if row >= 0 else None
        return next((line for line in self._lines if line.what == what), None)

    def show_state(self, state: ManagingState) -> None:
        """What is asked now. While the study is checked again, the questions stand as they were."""
        self._state = state
        self.pane.show_idle(idle=state.work is None and state.findings is not None)
        if state.findings is not None or not self._lines:
            self._show_lines(state)
        self._show_notice(state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return gives the answer that is chosen, wherever the keyboard is; a digit that no field took chooses one."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.pane.answer()
            return
        if event.key() == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.pane.toggle_alike()
            return
        if event.text() in DIGITS:
            self.pane.pick(int(event.text()))
            return
        super().keyPressEvent(event)

    def _show_lines(self, state: ManagingState) -> None:
        subjects = state.study.subjects if state.study else ()
        owners = {series.code: subject.code for subject in subjects for series in subject.series}
        lines = question_lines(state.checked, owners, self._looked_at) if state.checked else ()
        if lines == self._lines and self.questions.count():
            self._chosen()
            return
        before = self.line
        following = [line.what for line in self._lines[self._lines.index(before) + 1 :]] if before else []
        self._lines = lines
        self._fill(lines)
        asked = [line.what for line in lines if line.section in TO_DO]
        # on to the next question, the one that was answered stays in sight where it was the last
        here = before.what if before else ""
        ahead = [what for what in following if what in asked] or asked or [here]
        self._go_to(here if here in asked else ahead[0])
        self.questions.setFocus()
        show_text(self._summary, KEYS if asked else self._why_none(state))

    def _why_none(self, state: ManagingState) -> str:
        if state.study is None or not state.study.subjects:
            return NOTHING_YET
        return CHECKING if state.findings is None else NONE_ASKED

    def _fill(self, lines: tuple[QuestionLine, ...]) -> None:
        self.questions.blockSignals(True)
        # before it is shown it has another font
        self.questions.ensurePolished()
        self.questions.clear()
        for section in Section:
            mine = [line for line in lines if line.section is section]
            if mine:
                told = [self._looked_at] if section is Section.SURE else []
                heading = QListWidgetItem(HEADINGS[section].format(*told, len(mine)), self.questions)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setForeground(QColor(ATTENTION if section in TO_DO else theme.DIM))
                heading.setBackground(QColor(theme.RAISED))
            for line in mine:
                item = QListWidgetItem(line.line, self.questions)
                item.setData(WHAT, line.what)
                item.setSizeHint(self._whole(line.line))
        self.questions.blockSignals(False)

    def _whole(self, text: str) -> QSize:
        """The size at which a line is shown whole: a list that wraps by itself forgets the padding of its style."""
        width = LIST_PX - self.questions.verticalScrollBar().sizeHint().width() - MARGINS_PX.width()
        room = QRect(0, 0, width, TALLEST_PX)
        lines = self.questions.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text)
        return QSize(width, lines.height() + MARGINS_PX.height())

    def _go_to(self, what: str) -> None:
        """Look at a question; where there is none of that id another one about the series, else the first."""
        rows = {
            item.data(WHAT): row
            for row in range(self.questions.count())
            if (item := self.questions.item(row)).data(WHAT)
        }
        first = next(iter(rows.values()), -1)
        self.questions.setCurrentRow(rows.get(what, rows.get(About.TEXT.of(what.partition(":")[2]), first)))
        self._chosen()

    def _chosen(self, _now: QListWidgetItem | None = None, _before: QListWidgetItem | None = None) -> None:
        line = self.line
        subjects = self._state.study.subjects if self._state.study else ()
        read = line is not None and any(item.code == line.subject and (item.read or item.handed) for item in subjects)
        self.pane.show_line(line, self._series(line.series) if line else None, read=read)

    def _series(self, code: str) -> SeriesLine | None:
        subjects = self._state.study.subjects if self._state.study else ()
        return next((series for item in subjects for series in item.series if series.code == code), None)

    def _show_notice(self, state: ManagingState) -> None:
        running = f"{state.work.title} ..." if state.work else ""
        show_text(self.notice, running or (state.notice.text if state.notice else ""))
        restyle(self.notice, "tone", state.notice.tone.value if state.notice and not running else "plain")
        self.notice.setVisible(bool(self.notice.text()))

    def _key(self, key: str, number: int) -> None:
        shortcut = QShortcut(QKeySequence(key), self.questions, context=Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(lambda: self.pane.pick(number))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(TITLE, role="heading"))
        column.addWidget(self._summary)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.questions)
        row.addWidget(self.pane, 1)
        column.addLayout(row, 1)
        column.addWidget(self.notice)
        leave = QPushButton("Close  Esc", self)
        leave.setAccessibleName("Close")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self.pane.give.setAutoDefault(False)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(leave)
        column.addLayout(last)
