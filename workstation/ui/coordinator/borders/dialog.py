"""Dialog for borders: every series of a subject over all its slices, at its own size, so that no name is missed.

Space turns the page down, and only at the end of it says that all of it was seen. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from workstation.managing.state import ManagingState, SeriesLine, SeriesStatus, SubjectLine
from workstation.ui.coordinator.borders.pictures import BorderPictures
from workstation.ui.coordinator.borders.tile import GAP_PX, BorderTile
from workstation.ui.coordinator.cases.thumbnails import image_of
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, show_text

EXPLAINED = (
    "One picture shows the brightest values of all slices, so text on any slice is seen here. "
    "Names, numbers and dates that you can read, readers can read too."
)
KEYS = (
    "Space  down, then seen     Backspace  previous     Arrows  choose     B  black out     D  darkest values     "
    "Esc  close"
)
DARK = "The darkest values of all slices: dark text on a bright ground is seen here."
# the coordinator sees visits in time, whatever readers see
VISITS = {1: "Baseline", 2: "Follow-up"}
# of a page: what stood at the lower edge is still seen at the upper one
TURN = 0.85


class BordersDialog(QDialog):
    """`asked`: the tile of a series of which a place is to be blanked. `see` puts down what was seen, or says why
    not.
    """

    asked = Signal(BorderTile)

    def __init__(
        self,
        state: ManagingState,
        pictures: BorderPictures,
        see: Callable[[Sequence[str], str], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Borders")
        self.setAccessibleName("Borders of all pictures")
        self.setStyleSheet(STYLE)
        self._pictures, self._see = pictures, see
        self._state = state
        self._unseen: set[str] = set()
        self._row = 0
        self._dark = False
        self.tiles: list[BorderTile] = []
        self.heading = plain_label("", role="title")
        self.told = plain_label("", role="against", wrap=True)
        self.who = QLineEdit(state.study.who if state.study else "", self)
        self.who.setAccessibleName("Who looks: your name, kept in the vault")
        self.who.setPlaceholderText("your name, kept in the vault")
        self.who.setMaximumWidth(260)
        self.who.returnPressed.connect(self.setFocus)
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(plain_label("Who looks", role="dim"))
        top.addWidget(self.who)
        self._inside = QWidget()
        self.area = QScrollArea(self)
        self.area.setWidget(self._inside)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        self._explained = plain_label(EXPLAINED, role="dim", wrap=True)
        column.addWidget(self._explained)
        column.addWidget(self.area, 1)
        column.addWidget(self.told)
        column.addWidget(plain_label(KEYS, role="small"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        pictures.ready.connect(self._ready)
        self.show_state(state)
        self._go(self._next_unseen(-1))
        (self if self.who.text() else self.who).setFocus()

    @property
    def subject(self) -> SubjectLine | None:
        """The one that is looked at."""
        subjects = self._subjects()
        return subjects[self._row] if 0 <= self._row < len(subjects) else None

    @property
    def series(self) -> SeriesLine | None:
        """The one that is chosen."""
        return next((tile.series for tile in self.tiles if tile.chosen), None)

    def show_state(self, state: ManagingState) -> None:
        """Show what has changed: after a place was blanked, the subject's pictures are made again."""
        changed = self._state.study is not state.study
        self._state = state
        self._unseen = set(state.study.unseen) if state.study else set()
        if state.notice is not None and state.notice.text:
            show_text(self.told, state.notice.text)
        if changed:
            self._pictures.forget()
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """All of it by keys; Qt's own dialog keys behind them."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        match event.key():
            case Qt.Key.Key_Space:
                self._on()
            case Qt.Key.Key_Backspace:
                self._go(self._row - 1)
            case Qt.Key.Key_D:
                self._turn_dark()
            case Qt.Key.Key_B:
                self._blank()
            case key if key in steps:
                self._choose(steps[Qt.Key(key)])
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many side by side as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Make no more pictures."""
        self._pictures.shutdown()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """The same when it is left by Esc."""
        self._pictures.shutdown()
        super().done(result)

    def _subjects(self) -> tuple[SubjectLine, ...]:
        return self._state.study.subjects if self._state.study else ()

    def _shown_series(self) -> list[tuple[int, SeriesLine]]:
        visits = self.subject.visits if self.subject else ()
        return [(visit.number, item) for visit in visits for item in visit.series if item.status is SeriesStatus.IN]

    def _next_unseen(self, row: int) -> int:
        subjects = self._subjects()
        for away in range(1, len(subjects) + 1):
            following = (row + away) % len(subjects)
            if any(item.code in self._unseen for item in subjects[following].series):
                return following
        return -1 if row < 0 else len(subjects)

    def _go(self, row: int) -> None:
        if -1 <= row <= len(self._subjects()):
            self._row = max(row, 0) if self._unseen or row < len(self._subjects()) else row
            show_text(self.told, "")
            self._show()
            self.area.verticalScrollBar().setValue(0)

    def _show(self) -> None:
        subject = self.subject
        for tile in self.tiles:
            tile.deleteLater()
        self.tiles = []
        left = sum(any(item.code in self._unseen for item in one.series) for one in self._subjects())
        if subject is None or not left:
            show_text(self.heading, "Every border has been seen" if self._subjects() else "There are no pictures yet")
        else:
            mark = "" if any(item.code in self._unseen for _, item in self._shown_series()) else " - seen"
            show_text(self.heading, f"{subject.code}{mark}; {left} of {len(self._subjects())} subjects to look at")
        self._explained.setVisible(subject is not None)
        if subject is None:
            show_text(self.told, "Esc closes this; Ctrl+H then hands over to readers." if self._subjects() else "")
            self._arrange()
            return
        for number, series in self._shown_series():
            tile = BorderTile(series, f"{VISITS.get(number, number)}, {series.kind} {series.plane}", self._inside)
            tile.show()
            self.tiles.append(tile)
        if self.tiles:
            self.tiles[0].choose(on=True)
        self._ready(subject.code)

    def _ready(self, code: str) -> None:
        subject = self.subject
        if subject is None or subject.code != code:
            return
        pictures = self._pictures.get(code)
        for tile in self.tiles if pictures is not None else ():
            both = pictures.get(tile.series.code) if pictures else None
            tile.show_picture(None if both is None else QPixmap.fromImage(image_of(both[1 if self._dark else 0])))
        self._arrange()
        following = self._next_unseen(self._row)
        if pictures is not None and 0 <= following < len(self._subjects()):
            self._pictures.get(self._subjects()[following].code)

    def _arrange(self) -> None:
        """Rows of tiles, each at its picture's own size or a whole multiple of it."""
        room = max(self.area.viewport().width(), 1)
        x = y = height = 0
        for tile in self.tiles:
            size = tile.size_in(room)
            if x and x + size.width() > room:
                x, y, height = 0, y + height + GAP_PX, 0
            tile.setGeometry(x, y, size.width(), size.height())
            x, height = x + size.width() + GAP_PX, max(height, size.height())
        self._inside.resize(room, y + height)

    def _on(self) -> None:
        bar = self.area.verticalScrollBar()
        if bar.value() < bar.maximum():
            bar.setValue(bar.value() + int(self.area.viewport().height() * TURN))
            return
        # what was seen before is looked at once more, and nothing is put down
        new = [tile.series.code for tile in self.tiles if tile.series.code in self._unseen]
        wrong = self._why_not() or (self._see(new, self.who.text()) if new else "")
        if wrong:
            show_text(self.told, wrong)
            return
        self._unseen -= set(new)
        self._go(self._next_unseen(self._row) if self._unseen or new else self._row + 1)

    def _why_not(self) -> str:
        if self.subject is None or not self.tiles:
            return ""
        if not self.who.text().strip():
            self.who.setFocus()
            return "Who looks? Type your name above, and press Return."
        if any(not tile.ready for tile in self.tiles):
            return "Not all pictures are there yet. Wait a moment."
        broken = sum(tile.broken for tile in self.tiles)
        return (
            f"{broken} of these pictures can't be shown, so nobody has seen them. Import the scans again."
            if broken
            else ""
        )

    def _turn_dark(self) -> None:
        self._dark = not self._dark
        if self.subject is not None:
            self._ready(self.subject.code)
        show_text(self.told, DARK if self._dark else "")

    def _choose(self, step: int) -> None:
        here = next((number for number, tile in enumerate(self.tiles) if tile.chosen), -1)
        wanted = min(max(here + step, 0), len(self.tiles) - 1)
        for number, tile in enumerate(self.tiles):
            tile.choose(on=number == wanted)
        if self.tiles:
            self.area.ensureWidgetVisible(self.tiles[wanted], 0, GAP_PX)

    def _blank(self) -> None:
        tile = next((tile for tile in self.tiles if tile.chosen), None)
        if tile is not None:
            self.asked.emit(tile)
