"""Figure of where a reader stands: ICC and bias of each total with interval and gate, drawn anew after each case.

Painted and not plotted: pyqtgraph takes half a second to import, and nothing of it may come into the reading room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from scoring.agreement.estimates import Estimate
from scoring.calibration.results import Measure
from scoring.calibration.words import AT_WORDS, measure_line
from workstation.ui.shared import theme

ROW_PX: Final = 14
HEAD_PX: Final = 20
FOOT_PX: Final = 18
# for the names of totals and visits, then between the two halves
NAMES_PX: Final = 122
GAP_PX: Final = 16
DOT_PX: Final = 4.0
# a bias smaller than that is drawn as small as it is
LEAST_REACH: Final = 1.0
NUMBER_PX: Final = 48
LEFT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class MeasuresFigure(QWidget):
    """A row for each measure: to the left the ICC from 0 to 1, with the gate as a stroke, to the right the bias.

    A disc is passed or has no gate, an open diamond isn't passed. The lines of words below say the same in numerals.
    """

    def __init__(self, measures: Sequence[Measure], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measures = tuple(measures)
        self.setAccessibleName("ICC and bias of each total")
        self.setAccessibleDescription("; ".join(measure_line(item) for item in self._measures))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEAD_PX + ROW_PX * len(self._measures) + FOOT_PX)

    def sizeHint(self) -> QSize:
        """As wide as the page is at least."""
        return QSize(360, self.height())

    @property
    def reach(self) -> float:
        """The largest bias, or end of an interval of one, that is drawn."""
        ends = (end for item in self._measures for end in (item.bias.estimate, item.bias.low, item.bias.high))
        return max([LEAST_REACH, *(abs(end) for end in ends if end is not None)])

    def row_at(self, y: float) -> int | None:
        """The number of the row there; None above and below all."""
        row = int((y - HEAD_PX) // ROW_PX)
        return row if 0 <= row < len(self._measures) else None

    def icc_x(self, value: float) -> float:
        """Where an ICC stands; what is below 0 stands at 0."""
        half = self._halves()[0]
        return half.left() + max(0.0, min(1.0, value)) * half.width()

    def bias_x(self, value: float) -> float:
        """Where a bias stands; none is the middle."""
        half = self._halves()[1]
        return half.center().x() + value / self.reach * half.width() / 2

    def event(self, event: QEvent) -> bool:
        """Say a row in words where the mouse rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), "" if row is None else measure_line(self._measures[row]), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = QFont(self.font())
            font.setPixelSize(theme.SMALL_PX)
            painter.setFont(font)
            self._ground(painter)
            for row, item in enumerate(self._measures):
                y = HEAD_PX + ROW_PX * (row + 0.5)
                painter.setPen(QColor(theme.TEXT))
                name = f"{item.total.code} {AT_WORDS[item.at]}"
                painter.drawText(QRectF(0, y - ROW_PX / 2, NAMES_PX - 8, ROW_PX), RIGHT, name)
                missed = item.above is not None and not item.passed
                colour = QColor(theme.REFUSED if missed else theme.ACCENT)
                if item.above is not None:
                    painter.setPen(QPen(QColor(theme.BRIGHT), 2))
                    painter.drawLine(QPointF(self.icc_x(item.above), y - 5), QPointF(self.icc_x(item.above), y + 5))
                self._value(painter, item.icc, self.icc_x, (y, colour, missed))
                self._value(painter, item.bias, self.bias_x, (y, colour, missed))

    def _halves(self) -> tuple[QRectF, QRectF]:
        wide = (self.width() - NAMES_PX - GAP_PX - 2 * DOT_PX) / 2
        high = ROW_PX * len(self._measures)
        return QRectF(NAMES_PX, HEAD_PX, wide, high), QRectF(NAMES_PX + wide + GAP_PX, HEAD_PX, wide, high)

    def _ground(self, painter: QPainter) -> None:
        left, right = self._halves()
        painter.setPen(QColor(theme.DIM))
        middle = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(left.left(), 0, left.width(), HEAD_PX), middle, "ICC, gate")
        painter.drawText(QRectF(right.left(), 0, right.width(), HEAD_PX), middle, "Bias, points")
        reach = f"{self.reach:.1f}".rstrip("0").rstrip(".")
        for at, words in ((0.0, "0"), (0.5, "0.5"), (1.0, "1")):
            self._tick(painter, left, self.icc_x(at), words)
        for at, words in ((-self.reach, f"-{reach}"), (0.0, "0"), (self.reach, f"+{reach}")):
            self._tick(painter, right, self.bias_x(at), words)

    def _tick(self, painter: QPainter, half: QRectF, x: float, words: str) -> None:
        painter.setPen(QColor(theme.LINE))
        painter.drawLine(QPointF(x, half.top()), QPointF(x, half.bottom()))
        painter.setPen(QColor(theme.DIM))
        # the outermost numbers stay inside their half
        left = max(half.left(), min(half.right() - NUMBER_PX, x - NUMBER_PX / 2))
        side = LEFT if x <= half.left() else RIGHT if x >= half.right() else Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(left, half.bottom(), NUMBER_PX, FOOT_PX), side, words)

    @staticmethod
    def _value(
        painter: QPainter, value: Estimate, across: Callable[[float], float], look: tuple[float, QColor, bool]
    ) -> None:
        y, colour, missed = look
        if value.estimate is None:
            return
        painter.setPen(QPen(colour, 1.6))
        if value.low is not None and value.high is not None:
            painter.drawLine(QPointF(across(value.low), y), QPointF(across(value.high), y))
        x = across(value.estimate)
        painter.setBrush(QColor(theme.PANEL) if missed else colour)
        if missed:
            ends = ((x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y))
            painter.drawPolygon(QPolygonF([QPointF(*end) for end in ends]))
        else:
            painter.drawEllipse(QPointF(x, y), DOT_PX, DOT_PX)
