"""List of what can be found again in the case: key images and sightings of grades. Return shows, Delete takes away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from workstation.hanging.words import described
from workstation.reading.answers.key_images import Found, ShowFound, TakeImage, findings
from workstation.reading.command import Command
from workstation.reading.images.view import series_of
from workstation.reading.state import SessionState
from workstation.reading.wording import as_known, named
from workstation.ui.shared import icons, theme

WIDTH_PX, MOST_PX = 560, 560
# beside the words: padding, the sign, and a bar for many lines; over and under them; the least of a line
BESIDE_PX, PADDING_PX, LEAST_PX = 84, 6, 36
NOTHING = "This case has no key images and no graded slices yet. Ctrl+K keeps the slice shown, for the site in focus."


class FoundList(QListWidget):
    """Pops up over the images; emits the command that a key or a click asks for. Escape leaves."""

    wanted = Signal(Command)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setObjectName("cases")
        self.setAccessibleName("Key images and graded slices")
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._show_item)
        self.itemClicked.connect(self._show_item)

    def open(self, state: SessionState, corner: QPoint) -> None:
        """Show the list of a case; `corner` is the upper left one, on screen."""
        row = self.currentRow() if self.isVisible() else 0
        self.clear()
        found = findings(state)
        for one in found:
            item = self._add("bookmark" if one.number else "map-pin", found_line(state, one))
            item.setData(Qt.ItemDataRole.UserRole, one)
        if not found:
            item = QListWidgetItem(NOTHING)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        self.setCurrentRow(min(max(row, 0), len(found) - 1))
        self.setFixedSize(theme.scaled(WIDTH_PX), min(_height(self, found) + 14, MOST_PX))
        self.move(corner)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _add(self, sign: str, words: str) -> QListWidgetItem:
        """One line more."""
        item = QListWidgetItem(icons.icon(sign), words)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        item.setSizeHint(_size(self, words))
        self.addItem(item)
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the key image away; the list stays open. Escape leaves."""
        found = self._current()
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and found is not None:
            self.wanted.emit(TakeImage(found.number))
            return
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _current(self) -> Found | None:
        found = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, Found) else None

    def _show_item(self, item: QListWidgetItem) -> None:
        found = item.data(Qt.ItemDataRole.UserRole)
        # a click on some platforms is an activation too: only the first one counts
        if self.isVisible() and isinstance(found, Found):
            self.hide()
            self.wanted.emit(ShowFound(found))


def found_line(state: SessionState, found: Found) -> str:
    """Such as "Erosion, Capitate, baseline: coronal T1, slice 11"."""
    series = series_of(state, found.key.visit, found.series)
    # the number stays with its word
    where = f"slice\N{NO-BREAK SPACE}{found.slice_index + 1}"
    if series is not None:
        where = f"{described(series.kind, series.plane)}, {where}"
    line = as_known(state.case, f"{named(state.scheme, found.key)}: {where}")
    return f"{line}\n{found.text}" if found.text else line


def _size(view: QListWidget, words: str) -> QSize:
    """What a line needs. Qt measures without the padding: what nearly fits is cut at the end, where the slice is."""
    font = QFont(view.font())
    font.setPixelSize(theme.TEXT_PX)
    room = QRect(0, 0, theme.scaled(WIDTH_PX) - BESIDE_PX, MOST_PX)
    needed = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()
    return QSize(room.width(), max(needed + 2 * PADDING_PX, LEAST_PX))


def _height(view: QListWidget, found: Sequence[Found]) -> int:
    return sum(max(view.sizeHintForRow(row), 24) for row in range(max(len(found), 1)))
