"""Pane of one question: its evidence, the picture of its series, the answers by digit, why and who. All by keyboard."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from storage.vault.choices import UNDO, About
from workstation.managing import commands as c
from workstation.managing.questions import QuestionLine, Section
from workstation.managing.state import SeriesLine, SeriesStatus
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.coordinator.cases.thumbnails import Thumbnails, Wanted
from workstation.ui.coordinator.dialogs.choices import CHANGE_READ, text_line
from workstation.ui.shared.labels import plain_label, restyle, show_text

TYPED = "such as E2,E1: two visits in this order; E1+E2: one visit"
TYPED_OF_STACKS = "join:CODE, one stack with that series; part:1-8, these slices apart; part:1-4/5-8, two parts; two"
TYPED_OF_SIZES = "millimetres of a pixel, such as 0.1"
PLACEHOLDERS = {About.STACK: TYPED_OF_STACKS, About.SIZE: TYPED_OF_SIZES}
PICTURE_PX = 210


class AnswerPane(QWidget):
    """`asked` is the answer that the coordinator gives."""

    asked = Signal(c.Decide)

    def __init__(self, thumbnails: Thumbnails, who: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._wanted: Wanted | None = None
        self._idle = True
        self.line: QuestionLine | None = None
        self.answers: list[QRadioButton] = []
        self._title = plain_label("", role="heading", wrap=True)
        self.told = plain_label("", wrap=True)
        self._view = RegionView(1, 1, self)
        self._view.setMinimumSize(PICTURE_PX, PICTURE_PX)
        self._view.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._view.setCursor(Qt.CursorShape.ArrowCursor)
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.typed = text_line("Another answer", TYPED)
        self.why = text_line("Why", "kept with the answer")
        self.who = text_line("Who", "your name; asked once, kept in the vault")
        self.who.setText(who)
        self.change_read = QCheckBox(CHANGE_READ)
        self.alike = QCheckBox("")
        self.give = QPushButton("Answer  Return")
        self.give.setAccessibleName("Answer")
        restyle(self.give, "primary", "true")
        self._answers = QVBoxLayout()
        self._answers.setSpacing(4)
        self._form = QFormLayout()
        self._arrange()
        self.typed.textChanged.connect(self._typed)
        for field in (self.why, self.who):
            field.textChanged.connect(self._look)
        self.give.clicked.connect(self.answer)
        thumbnails.ready.connect(self._ready)

    @property
    def chosen(self) -> str:
        """The answer that is chosen or typed, "" none."""
        if self.typed.text().strip():
            return self.typed.text().strip()
        picked = next((index for index, button in enumerate(self.answers) if button.isChecked()), None)
        return "" if picked is None or self.line is None else self.line.answers[picked].word

    def show_line(self, line: QuestionLine | None, series: SeriesLine | None, *, read: bool) -> None:
        """Ask this; what was typed about another question is gone. read: readers have its subject."""
        fresh = line != self.line
        self.line = line
        self.change_read.setVisible(line is not None and read)
        self._show_picture(series)
        if not fresh:
            return
        show_text(self._title, line.line if line else "")
        show_text(self.told, "\n".join(line.told) if line else "")
        self._show_answers(line)
        self.typed.clear()
        self.why.clear()
        self._show_alike(line)
        self.change_read.setChecked(False)
        about = line.what.partition(":")[0] if line else ""
        self.typed.setPlaceholderText(PLACEHOLDERS.get(About(about), TYPED) if about else TYPED)
        self._form.setRowVisible(self.typed, line is not None and line.typed)
        self._look()

    def show_idle(self, *, idle: bool) -> None:
        """Whether an answer can be given now."""
        self._idle = idle
        self._look()

    def pick(self, number: int) -> None:
        """Choose an answer by its number, and go on to the reason."""
        if 0 < number <= len(self.answers):
            self.answers[number - 1].setChecked(True)
            self.why.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_alike(self) -> None:
        """Take all that are asked alike, or this one alone."""
        if self.alike.isVisible():
            self.alike.toggle()

    def pick_undo(self) -> None:
        """Choose to take back what was decided, where something was."""
        words = [answer.word for answer in self.line.answers] if self.line else []
        self.pick(words.index(UNDO) + 1 if UNDO in words else 0)

    def answer(self) -> None:
        """Give the answer; what it lacks is asked for first."""
        lacking = next((field for field in (self.why, self.who) if not field.text().strip()), None)
        if self.line is None or not self._idle or not self.chosen:
            return
        if lacking is not None:
            lacking.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        why, who = self.why.text().strip(), self.who.text().strip()
        change_read = self.change_read.isVisible() and self.change_read.isChecked()
        also = self.line.alike if self.alike.isVisible() and self.alike.isChecked() else ()
        self.asked.emit(c.Decide(self.line.what, self.chosen, why, who, change_read, also))

    def _show_alike(self, line: QuestionLine | None) -> None:
        """Offer to answer all that are asked alike; never chosen beforehand, since each may be another picture."""
        count = len(line.alike) + 1 if line else 1
        self.alike.setVisible(count > 1)
        self.alike.setChecked(False)
        decided = line is not None and line.section is Section.DECIDED
        what = "were answered at once" if decided else "are asked the same for the same reason"
        self.alike.setText(f"All {count} that {what}  Alt+A" if count > 1 else "")

    def _show_answers(self, line: QuestionLine | None) -> None:
        for button in self.answers:
            self._answers.removeWidget(button)
            button.deleteLater()
        self.answers = []
        for number, answer in enumerate(line.answers if line else (), start=1):
            likely = " - proposed" if line is not None and answer.word == line.proposal else ""
            word = "" if answer.word == UNDO else f"{answer.word}: "
            button = QRadioButton(f"{number}   {word}{answer.means}{likely}", self)
            button.setChecked(bool(likely))
            button.toggled.connect(self._picked)
            self._answers.addWidget(button)
            self.answers.append(button)
        fields = [*self.answers, self.typed, self.why, self.who, self.alike, self.change_read, self.give]
        for before, after in pairwise(fields):
            self.setTabOrder(before, after)

    def _picked(self, checked: bool) -> None:
        if checked:
            self.typed.clear()
        self._look()

    def _typed(self, text: str) -> None:
        if text.strip():
            for button in self.answers:
                # of exclusive buttons none can be unchecked but by another one
                button.setAutoExclusive(False)
                button.setChecked(False)
                button.setAutoExclusive(True)
        self._look()

    def _look(self) -> None:
        whole = bool(self.chosen and self.why.text().strip() and self.who.text().strip())
        self.give.setEnabled(self._idle and self.line is not None and whole)
        self.setEnabled(self.line is not None)

    def _show_picture(self, series: SeriesLine | None) -> None:
        wanted = Wanted(series.code, series.status is not SeriesStatus.IN, whole=True) if series else None
        self._view.setVisible(series is not None)
        if wanted == self._wanted or series is None or wanted is None:
            self._wanted = wanted
            return
        self._wanted = wanted
        self._view.show_size(series.rows, series.columns)
        self._view.show_picture(self._thumbnails.get(wanted))

    def _ready(self, code: str) -> None:
        if self._wanted is not None and self._wanted.code == code:
            self._view.show_picture(self._thumbnails.get(self._wanted))

    def _arrange(self) -> None:
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        text = QVBoxLayout(inside)
        text.setContentsMargins(0, 0, 8, 0)
        text.addWidget(self.told)
        text.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        evidence = QHBoxLayout()
        evidence.setSpacing(14)
        evidence.addWidget(area, 1)
        evidence.addWidget(self._view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addLayout(evidence, 1)
        column.addLayout(self._answers)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (("Or type", self.typed), ("Why", self.why), ("Who", self.who)):
            self._form.addRow(name, field)
        column.addLayout(self._form)
        column.addWidget(self.alike)
        column.addWidget(self.change_read)
        row = QHBoxLayout()
        row.addWidget(self.give)
        row.addStretch(1)
        column.addLayout(row)
