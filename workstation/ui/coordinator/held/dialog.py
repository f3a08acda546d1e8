"""Contact sheet of all series that were held back for text: looked at, marked, and settled together for one reason.

Only what was on the screen can be marked. Decides nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from storage.vault.choices import UNDO, Deed
from workstation.managing import commands as c
from workstation.managing.counted import counted
from workstation.managing.held_looks import HeldLine, held_lines, last_lot
from workstation.managing.state import ManagingState
from workstation.ui.coordinator.dialogs.choices import text_line
from workstation.ui.coordinator.held.pictures import HeldPictures
from workstation.ui.coordinator.held.tile import HeldTile
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, restyle, show_text

EXPLAINED = (
    "Something in these series looks like text. Left is the whole picture, right the largest suspected part from four "
    "sides. Names, numbers and dates that you can read, readers could read too."
)
KEYS = (
    "Arrows  choose     Space  mark, and on     A  mark all on the screen     Return  enlarge     "
    "L  release the marked     X  refuse them     Ctrl+Z  undo the last answer     Esc  close"
)
NONE_LEFT = "No series is held back for text. Ctrl+Z takes the last answer back, Esc closes."
MEANT = {
    Deed.RELEASE: "Return releases {}: they come into the study with every pixel.",
    Deed.REFUSE: "Return refuses {}: they stay out of the study.",
    UNDO: "Return takes back the last answer about {}.",
}
NARROWEST_PX, LOWEST_PX, GAP_PX = 410, 220, 8
# so much of a tile is on the screen when it counts as seen
ON_SCREEN = 0.95


class HeldDialog(QDialog):
    """Drawn from the state; `asked` is an answer about all that are marked."""

    asked = Signal(c.SettleMany)

    def __init__(self, state: ManagingState, pictures: HeldPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Held back for text")
        self.setAccessibleName("Series held back for text")
        self.setStyleSheet(STYLE)
        self._state, self._pictures = state, pictures
        self._meant: str | None = None
        self.tiles: list[HeldTile] = []
        self.heading = plain_label("", role="title")
        self.told = plain_label("", name="notice", wrap=True)
        self.why = text_line("Why", "one reason for all marked; kept with each of them in the vault")
        self.who = text_line("Who", "your name")
        self.who.setText(state.study.who if state.study else "")
        self.who.setMaximumWidth(260)
        self._inside = QWidget()
        self.area = QScrollArea(self)
        self.area.setWidget(self._inside)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.viewport().installEventFilter(self)
        pictures.ready.connect(self._ready)
        self.area.verticalScrollBar().valueChanged.connect(self._look)
        self._show()
        self.setFocus()

    @property
    def chosen(self) -> HeldTile | None:
        """The one that keys mean."""
        return next((tile for tile in self.tiles if tile.chosen), None)

    @property
    def marked(self) -> tuple[HeldTile, ...]:
        """Those that the next answer is about."""
        return tuple(tile for tile in self.tiles if tile.marked)

    def show_state(self, state: ManagingState) -> None:
        """What waits now, and what came of the last answer."""
        changed = held_lines(self._state.study) != held_lines(state.study)
        self._state = state
        if state.work is not None:
            done = f" {state.work.done:,} of {state.work.total:,}" if state.work.total else ""
            self._tell(f"{state.work.title} ...{done}")
        elif state.notice is not None:
            self._tell(state.notice.text, state.notice.tone.value)
        if changed:
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """All of it by keys; Return in a line gives the answer."""
        across = max(1, self._across())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -across, Qt.Key.Key_Down: across}
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if isinstance(self.focusWidget(), QLineEdit):
            if enter:
                self._answer()
            elif event.key() == Qt.Key.Key_Escape:
                self._begin(None)
            else:
                super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._begin(UNDO)
        elif event.key() in steps:
            self._choose(steps[Qt.Key(event.key())])
        elif not self._pressed(event.key(), enter=enter):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses a tile, and marks it or takes the mark away."""
        child = self.childAt(event.position().toPoint())
        if isinstance(child, HeldTile):
            self._choose(self.tiles.index(child) - self._row())
            self._mark(child, on=not child.marked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As many side by side as the sheet has room for."""
        if event.type() == QEvent.Type.Resize and watched is self.area.viewport():
            self._arrange()
        return super().eventFilter(watched, event)

    def done(self, result: int) -> None:
        """Make no more pictures."""
        self._pictures.shutdown()
        super().done(result)

    def _pressed(self, key: int, *, enter: bool) -> bool:
        """Whether a key of the sheet was pressed."""
        tile = self.chosen
        if key == Qt.Key.Key_L:
            self._begin(Deed.RELEASE)
        elif key == Qt.Key.Key_X:
            self._begin(Deed.REFUSE)
        elif key == Qt.Key.Key_A:
            for each in self.tiles:
                if _is_on_screen(each):
                    self._mark(each, on=True)
        elif key in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            page = self._across() * self._down()
            self._choose(page if key == Qt.Key.Key_PageDown else -page)
        elif tile is not None and key == Qt.Key.Key_Space:
            self._mark(tile, on=not tile.marked)
            self._choose(1)
        elif tile is not None and enter:
            self._enlarge(tile)
        else:
            return False
        return True

    def _mark(self, tile: HeldTile, *, on: bool) -> None:
        if on and (tile.broken or not tile.ready or tile.line.fixed or not _is_on_screen(tile)):
            why = "its subject has been read" if tile.line.fixed else "its picture isn't on the screen"
            self._tell(f"{tile.line.series.code} can't be marked: {why}", "attention")
            return
        tile.mark(on=on)
        self._say_how_many()

    def _begin(self, meant: str | None) -> None:
        """Ask for the reason of an answer, or let go of it."""
        tile = self.chosen
        if meant is None:
            self._meant = None
            self._tell("")
            self.setFocus()
            return
        if meant != UNDO and not self.marked and tile is not None:
            self._mark(tile, on=True)
        concerned = self._concerned(meant)
        if not concerned:
            self._tell(
                "There is no answer to take back" if meant == UNDO else "Mark a series first: Space", "attention"
            )
            return
        self._meant = meant
        self._tell(f"Why? {MEANT[meant].format(counted(len(concerned), 'series', 'series'))} Esc leaves it.")
        (self.why if self.who.text().strip() or not self.why.text().strip() else self.who).setFocus()

    def _concerned(self, meant: str) -> tuple[str, ...]:
        return last_lot(self._state.said) if meant == UNDO else tuple(tile.line.series.code for tile in self.marked)

    def _answer(self) -> None:
        if self._meant is None:
            self.setFocus()
            return
        for line, words in ((self.why, "Why? Type one reason"), (self.who, "Who? Type your name")):
            if not line.text().strip():
                self._tell(f"{words}, and press Return", "attention")
                line.setFocus()
                return
        wanted = c.SettleMany(self._concerned(self._meant), self._meant, self.why.text(), self.who.text())
        self._meant = None
        self.why.clear()
        self.setFocus()
        self.asked.emit(wanted)

    def _show(self) -> None:
        """Tiles of what waits; marks stay on those that still do."""
        lines = held_lines(self._state.study)
        marked = {tile.line.series.code for tile in self.tiles if tile.marked}
        row = self._row()
        kept = {tile.line: tile for tile in self.tiles}
        for line, tile in kept.items():
            if line not in lines:
                tile.hide()
                tile.deleteLater()
        self.tiles = [kept.get(line) or self._made(line) for line in lines]
        for tile in self.tiles:
            tile.mark(on=tile.line.series.code in marked)
            tile.choose(on=False)
        if self.tiles:
            self.tiles[min(max(row, 0), len(self.tiles) - 1)].choose(on=True)
        self._say_how_many()
        self._arrange()

    def _made(self, line: HeldLine) -> HeldTile:
        tile = HeldTile(line, self._inside)
        tile.show()
        return tile

    def _ready(self, _code: str) -> None:
        self._look()

    def _look(self) -> None:
        """Pictures for what is on the screen, and for the next ones behind it."""
        first = next((n for n, tile in enumerate(self.tiles) if not tile.visibleRegion().isEmpty()), 0)
        for tile in self.tiles[first : first + 2 * self._across() * (self._down() + 1)]:
            looks = self._pictures.get(tile.line.series)
            if self._pictures.has(tile.line.series.code) and not tile.ready:
                tile.show_looks(looks)

    def _say_how_many(self) -> None:
        count = len(self.tiles)
        marked = f", {len(self.marked)} marked" if self.marked else ""
        show_text(self.heading, f"{counted(count, 'series', 'series')} held back{marked}")
        if not count and self._state.work is None and not self.told.text():
            self._tell(NONE_LEFT)

    def _tell(self, text: str, tone: str = "plain") -> None:
        show_text(self.told, text)
        restyle(self.told, "tone", tone)

    def _row(self) -> int:
        return next((number for number, tile in enumerate(self.tiles) if tile.chosen), -1)

    def _choose(self, step: int) -> None:
        if not self.tiles:
            return
        wanted = min(max(self._row() + step, 0), len(self.tiles) - 1)
        for number, tile in enumerate(self.tiles):
            tile.choose(on=number == wanted)
        self.area.ensureWidgetVisible(self.tiles[wanted], 0, GAP_PX)
        self._look()

    def _enlarge(self, tile: HeldTile) -> None:
        """The same tile as large as the window; Esc or Return goes back."""
        large = QDialog(self)
        large.setWindowTitle(tile.line.series.code)
        large.setStyleSheet(STYLE)
        column = QVBoxLayout(large)
        copy = HeldTile(tile.line, large)
        if tile.ready:
            copy.show_looks(self._pictures.get(tile.line.series))
        column.addWidget(copy, 1)
        column.addWidget(plain_label("Esc  back", role="small"))
        large.resize(self.size())
        large.exec()

    def _across(self) -> int:
        return max(1, self.area.viewport().width() // NARROWEST_PX)

    def _down(self) -> int:
        return max(1, self.area.viewport().height() // LOWEST_PX)

    def _arrange(self) -> None:
        room, across = max(self.area.viewport().width(), 1), self._across()
        width = (room - (across - 1) * GAP_PX) // across
        # whole rows fill the screen, so that a page is seen whole
        height = self.area.viewport().height() // self._down() - GAP_PX
        for number, tile in enumerate(self.tiles):
            row, column = divmod(number, across)
            tile.setGeometry(column * (width + GAP_PX), row * (height + GAP_PX), width, height)
        self._inside.resize(room, -(-len(self.tiles) // across) * (height + GAP_PX))
        self._look()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(plain_label(EXPLAINED, role="dim", wrap=True))
        column.addWidget(self.area, 1)
        column.addWidget(self.told)
        answer = QHBoxLayout()
        answer.addWidget(plain_label("Why", role="dim"))
        answer.addWidget(self.why, 1)
        answer.addWidget(plain_label("Who", role="dim"))
        answer.addWidget(self.who)
        column.addLayout(answer)
        column.addWidget(plain_label(KEYS, role="small", wrap=True))


def _is_on_screen(tile: HeldTile) -> bool:
    return tile.visibleRegion().boundingRect().height() >= ON_SCREEN * tile.height()
