"""Strip below the images: every series of the case, both visits' beside each other, the row of the keys takes one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from storage.records import CaseRecord, SeriesRecord
from workstation.imaging.volume import Volume
from workstation.reading.command import Command
from workstation.reading.images.row_series import PutListed, listed
from workstation.reading.images.view import opening_window
from workstation.reading.state import SessionState
from workstation.reading.view_state import Window
from workstation.ui.reader.strip.thumbnail import thumbnail
from workstation.ui.reader.strip.tile import SIDE_PX, Tile
from workstation.ui.shared.colours import DARK

_BAR_PX = 6

VolumeOf = Callable[[str], Volume | None]


class SeriesStrip(QScrollArea):
    """Draws what a state has; sends a command for what is clicked. volume_of: the pixels of a series that are there."""

    wanted = Signal(Command)

    def __init__(self, volume_of: VolumeOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._volume_of = volume_of
        self._case: CaseRecord | None = None
        self._tiles: list[Tile] = []
        self._kept: dict[str, tuple[Window, QImage]] = {}
        self.setAccessibleName("Strip of all series")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setStyleSheet(
            f"QScrollArea {{ background: {DARK.panel}; border-top: 1px solid {DARK.line}; }}"
            f"QScrollBar:horizontal {{ background: transparent; height: {_BAR_PX}px; }}"
            f"QScrollBar::handle:horizontal {{ background: {DARK.dim}; border-radius: 3px; min-width: 24px; }}"
            "QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page"
            " { background: none; width: 0; }"
        )
        self._inside = inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(4, 2, 4, 2)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self.setWidget(inside)

    def show_state(self, state: SessionState, in_sight: frozenset[str]) -> None:
        """All series of the case; those in sight, by their codes, have a frame. The same again paints nothing."""
        if self._case is not state.case:
            self._case, self._kept = state.case, {}
            self._make(state.case)
        for tile, one in zip(self._tiles, listed(state.case), strict=True):
            made = {visit: self._picture(state, series) for visit, series in one.series.items()}
            pictures = {visit: picture for visit, picture in made.items() if picture is not None}
            shown = any(series.code in in_sight for series in one.series.values())
            tile.show_pictures(pictures, in_sight=shown)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """From the left."""
        return tuple(self._tiles)

    def _make(self, case: CaseRecord) -> None:
        for tile in self._tiles:
            self._row.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        for number, one in enumerate(listed(case), start=1):
            tile = Tile(number, one, case.asked, self._inside)
            tile.chosen.connect(partial(self.wanted.emit, PutListed(number)))
            self._row.insertWidget(number - 1, tile)
            self._tiles.append(tile)
        high = self._tiles[0].sizeHint().height() if self._tiles else SIDE_PX
        # a bar for more than fit comes below the tiles
        self.setFixedHeight(high + 4 + _BAR_PX + 1)

    def _picture(self, state: SessionState, series: SeriesRecord) -> QImage | None:
        """That of a series, made anew where its window is another; None while its pixels aren't there."""
        window = opening_window(state.view, series)
        kept = self._kept.get(series.code)
        if kept is not None and kept[0] == window:
            return kept[1]
        volume = self._volume_of(series.code)
        if volume is None or window.high <= window.low:
            return None
        picture = thumbnail(series, volume, window, SIDE_PX)
        self._kept[series.code] = (window, picture)
        return picture
