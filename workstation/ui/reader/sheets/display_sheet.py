"""The check of the display: a grey ramp, squares that hold a patch, small numbers. A digit or a click answers."""

from __future__ import annotations

from random import Random

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from workstation.actions.digit_keys import digit_at
from workstation.reading.display_check import CHOICES, DARK_PATCH, LIGHT_PATCH, Trial, answered, drawn
from workstation.ui.reader.sheets.stack import Sheet
from workstation.ui.shared import icons, theme
from workstation.ui.shared.labels import plain_label, show_text

STEPS = 18
SMALL_NUMBER_PX = 9
HOW = "Press 1, 2, 3 or 4, or click. If you can't see it, don't guess: press Esc and change the light or the screen."
DARK, LIGHT = "#000000", "#ffffff"


class DisplaySheet(Sheet):
    """Emits `checked` with the run when its last question is answered; closing it before that leaves it."""

    checked = Signal(Trial)

    def __init__(self, room: QWidget, random: Random | None = None) -> None:
        super().__init__(room)
        self._random = random or Random()
        self.trial: Trial = drawn(self._random)
        self.setObjectName("help")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        column.addWidget(plain_label("Check of the display", name="helpTitle"))
        column.addWidget(plain_label(f"Grey from black to white in {STEPS} steps: each should differ from the next."))
        column.addWidget(_Ramp(self))
        self._question = plain_label(name="question", wrap=True)
        column.addWidget(self._question)
        self.choices = [_Choice(number, self) for number in range(1, CHOICES + 1)]
        row = QHBoxLayout()
        row.setSpacing(12)
        for choice in self.choices:
            row.addWidget(choice)
            choice.chosen.connect(self._answer)
        column.addLayout(row, 1)
        column.addWidget(plain_label(HOW, role="dim", wrap=True))
        self._leave = QPushButton("Not now (Esc)", self)
        self._leave.setObjectName("sheetButton")
        icons.put(self._leave, "x")
        self._leave.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._leave.clicked.connect(self.closed)
        column.addWidget(self._leave, 0, Qt.AlignmentFlag.AlignLeft)

    def wanted_size(self) -> tuple[int, int]:
        """Large enough for four squares side by side."""
        return 760, 470

    def begin(self) -> None:
        """Ask anew, with other right answers."""
        self.trial = drawn(self._random)
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit answers; everything else goes on to the room, as Escape does."""
        # a French keyboard has them shifted
        there = digit_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey())
        plain = Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_4
        choice = event.key() - Qt.Key.Key_0 if plain else there
        if choice is not None and choice in range(1, CHOICES + 1):
            self._answer(choice)
        else:
            super().keyPressEvent(event)

    def _answer(self, choice: int) -> None:
        self.trial = answered(self.trial, choice)
        if self.trial.outcome:
            self.checked.emit(self.trial)
        else:
            self._draw()

    def _draw(self) -> None:
        number = len(self.trial.given) + 1
        show_text(self._question, f"{number} of 3. {self.trial.words}")
        self.setAccessibleName(f"Check of the display, question {number} of 3: {self.trial.words}")
        for choice in self.choices:
            choice.render_trial(self.trial)


class _Ramp(QWidget):
    """Equal steps from black to white, with the two that are told apart last at its ends."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Grey ramp")
        self.setFixedHeight(52)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The steps, edge to edge."""
        with QPainter(self) as painter:
            width = self.width() / STEPS
            for step in range(STEPS):
                level = round(255 * step / (STEPS - 1))
                painter.fillRect(QRectF(step * width, 0, width + 1, self.height()), QColor(level, level, level))


class _Choice(QWidget):
    """One of four: a square with or without a patch, or a small number."""

    chosen = Signal(int)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self._trial: Trial | None = None
        self.setAccessibleName(f"Choice {number}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """A square that a patch is seen in."""
        return QSize(150, 170)

    def render_trial(self, trial: Trial) -> None:
        """Draw what the question is about."""
        self._trial = trial
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses it."""
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._number)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The square or the number, and the digit that chooses it."""
        trial = self._trial
        if trial is None or not trial.question:
            return
        with QPainter(self) as painter:
            side = min(self.width(), self.height() - 24)
            square = QRectF((self.width() - side) / 2, 0, side, side)
            if trial.question == "text":
                self._draw_number(painter, square, trial.numbers[self._number - 1])
            else:
                dark = trial.question == "dark"
                painter.fillRect(square, QColor(DARK if dark else LIGHT))
                level = DARK_PATCH if dark else LIGHT_PATCH
                if trial.right[0 if dark else 1] == self._number:
                    quarter = side / 4
                    painter.fillRect(square.adjusted(quarter, quarter, -quarter, -quarter), QColor(level, level, level))
                painter.setPen(QPen(QColor(theme.LINE), 1))
                painter.drawRect(square.adjusted(0, 0, -1, -1))
            font = QFont(self.font())
            font.setPixelSize(theme.TEXT_PX)
            painter.setFont(font)
            painter.setPen(QColor(theme.BRIGHT))
            painter.drawText(QRectF(0, side + 2, self.width(), 20), Qt.AlignmentFlag.AlignCenter, str(self._number))

    def _draw_number(self, painter: QPainter, square: QRectF, number: str) -> None:
        painter.fillRect(square, QColor(theme.PANEL))
        font = QFont(self.font())
        font.setPixelSize(SMALL_NUMBER_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, number)
