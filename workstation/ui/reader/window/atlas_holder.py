"""Holder of the atlas: nothing of it is imported or read before it is wanted first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from workstation.reading.state import SessionState
from workstation.ui.reader.sheets.stack import Sheet, Sheets
from workstation.ui.reader.window.halves import Halves
from workstation.ui.reader.window.preferences import Chosen

if TYPE_CHECKING:
    from workstation.reading.atlas import Atlas
    from workstation.ui.reader.atlas.panel import AtlasPanel
    from workstation.ui.reader.atlas.sheet import AtlasSheet

SHEET = "form.atlas"
CLOSED = "The atlas isn't beside the images: Ctrl+Shift+G puts it there."
# which ones is said at the terminal: names of files are for whoever keeps the folder
NONE_USED = "No picture of the atlas folder can be used. `ramris atlas FOLDER --reader ID` says why."
NO_PICTURES = "This scheme has no pictures. `ramris atlas FOLDER --reader ID` sets a folder of your own."


class AtlasHolder:
    """Shows the atlas over the room or beside the images: a reader's own folder where one is set, else the scheme's."""

    def __init__(self, room: QWidget, sheets: Sheets, halves: Halves, chosen: Chosen) -> None:
        self._room, self._sheets, self._halves, self._chosen = room, sheets, halves, chosen
        self._panel: AtlasPanel | None = None
        self._sheets.add(SHEET, self._made)

    @property
    def panel(self) -> AtlasPanel:
        """What stands beside the images; made when it is asked for first."""
        if self._panel is None:
            from workstation.ui.reader.atlas.panel import AtlasPanel  # noqa: PLC0415 - needed by who opens it alone

            self._panel = AtlasPanel(self._room, self._halves.put_beside)
        return self._panel

    def toggle(self, state: SessionState) -> str:
        """Open all grades of the site in focus over the room, or close them. What to tell where there is no picture."""
        if self._sheets.open_one == SHEET:
            self._sheets.close()
            return ""
        atlas, line = self._atlas(state)
        if line:
            return line
        sheet = cast("AtlasSheet", self._sheets.sheet(SHEET))
        sheet.write(atlas, state.scheme, state.focus.feature, state.focus.site)
        self._sheets.toggle(SHEET)
        return ""

    def toggle_beside(self, state: SessionState) -> str:
        """Open it beside the images, where grades go on, or close it. What to tell where there is no picture."""
        if not self.panel.isHidden():
            self.panel.hide()
            return ""
        atlas, line = self._atlas(state)
        if not line:
            self.panel.open(atlas, state)
        return line

    def go(self, by: int) -> str:
        """To the next picture beside the images or the one before. What to tell where none is there."""
        if self._panel is None or self._panel.isHidden():
            return CLOSED
        self._panel.go(by)
        return ""

    def render_state(self, state: SessionState) -> None:
        """Follow the focus beside the images."""
        if self._panel is not None:
            self._panel.render_state(state)

    def fit(self) -> None:
        """As wide as the window can spare."""
        if self._panel is not None:
            self._panel.fit()

    def _made(self) -> Sheet:
        from workstation.ui.reader.atlas.sheet import AtlasSheet  # noqa: PLC0415 - needed by who opens it alone

        return AtlasSheet(self._room)

    def _atlas(self, state: SessionState) -> tuple[Atlas, str]:
        from workstation.reading.atlas import atlas_of, shipped_atlas  # noqa: PLC0415 - as above

        own = self._chosen.now.atlas
        if own:
            found = atlas_of(Path(own), state.scheme)
            return found, "" if found.pictures else NONE_USED
        found = shipped_atlas(state.scheme)
        return found, "" if found.pictures else NO_PICTURES
