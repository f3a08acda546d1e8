"""List of the studies that were opened: a digit, the folder's name, as what it was opened. Keys and mouse open one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workstation.starting.recent import Line
from workstation.ui.shared import theme
from workstation.ui.start.style import GONE

ROW_PX = 44
MARGIN_PX = 14
NUMBER_PX = 22
GONE_WORDS = "not there now"
Index = QModelIndex | QPersistentModelIndex


class RecentModel(QAbstractListModel):
    """The lines, one a row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        """Show these."""
        if lines != self.lines:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a screen reader says, and what typing a name would look for."""
        line = self.lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{line.name}, {line.how}" + (f", {GONE_WORDS}" if line.gone else "")
        return None


class _Row(QStyledItemDelegate):
    """Paints a line."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RecentModel):
            return
        line = model.lines[index.row()]
        whole: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(whole, QColor(theme.ACCENT_GROUND if chosen else theme.PANEL))
        painter.fillRect(whole.adjusted(0, whole.height() - 1, 0, 0), QColor(theme.LINE))
        area = whole.adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        _write(painter, area, str(line.number), theme.DIM)
        area.setLeft(area.left() + NUMBER_PX)
        how = f"{line.how}, {GONE_WORDS}" if line.gone else line.how
        metrics = QFontMetrics(painter.font())
        _write(painter, area, how, GONE if line.gone else theme.DIM, right=True)
        area.setRight(area.right() - metrics.horizontalAdvance(how) - MARGIN_PX)
        name = metrics.elidedText(line.name, Qt.TextElideMode.ElideMiddle, area.width())
        _write(painter, area, name, theme.DIM if line.gone else theme.BRIGHT)
        painter.restore()


def _write(painter: QPainter, area: QRect, text: str, colour: str, *, right: bool = False) -> None:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.setPen(QColor(colour))
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), text)


class RecentList(QListView):
    """`wanted` is a line to be opened: by Enter, a double click, or its digit."""

    wanted = Signal(Line)
    forgotten = Signal(Line)
    chosen = Signal()
    crossed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recent")
        self.setAccessibleName("Recent studies")
        self.recent = RecentModel(self)
        self.setModel(self.recent)
        self.setItemDelegate(_Row(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these; the one in focus stays in focus where it still stands there."""
        before, row = self.current(), self.currentIndex().row()
        self.recent.show(tuple(lines))
        if lines and self.current() is None:
            same = [at for at, line in enumerate(lines) if before is not None and line.opened == before.opened]
            self.setCurrentIndex(self.recent.index(same[0] if same else min(max(row, 0), len(lines) - 1), 0))
        self.chosen.emit()

    def current(self) -> Line | None:
        """The line in focus."""
        index = self.currentIndex()
        return self.recent.lines[index.row()] if index.isValid() else None

    def _open(self, _index: QModelIndex | None = None) -> None:
        line = self.current()
        if line is not None:
            self.wanted.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete forgets, Left goes to the buttons; letters and digits are keys of the window."""
        line = self.current()
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if line is not None:
                self.forgotten.emit(line)
            case Qt.Key.Key_Left:
                self.crossed.emit()
            case _ if event.text().isprintable() and event.text():
                event.ignore()
            case _:
                super().keyPressEvent(event)
