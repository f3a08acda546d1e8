"""Bar over the images while those of a case are being fetched: how many are here, or why they can't be had."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from workstation.ui.shared.colours import DARK
from workstation.ui.shared.labels import plain_label, show_text

_TOP_PX, _SIDE_PX = 12, 40
_WIDEST_PX = 760


class Coming(Protocol):
    """What the bar asks of whatever loads the images."""

    came: SignalInstance
    arrived: SignalInstance

    @property
    def code(self) -> str:
        """The case wanted."""

    def refused(self) -> str:
        """Why its images can't be had; "" where nothing says so."""

    def stop_fetching(self) -> None:
        """Wait for them no longer."""

    def fetch_again(self) -> None:
        """Try again."""


class FetchBar(QFrame):
    """Lies over the images, at their top, while there is something to say."""

    def __init__(self, over: QWidget, coming: Coming) -> None:
        super().__init__(over)
        self._coming = coming
        self._fetching = False
        self.setObjectName("fetching")
        self.setStyleSheet(
            f"#fetching {{ background: {DARK.raised}; border: 1px solid {DARK.line}; border-radius: 4px; }}"
            f"#fetching QLabel {{ color: {DARK.text}; }}"
        )
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        self._line = plain_label(wrap=True)
        self._line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self._line, 1)
        self._again = QPushButton("Fetch again", self)
        # keys stay the room's
        self._again.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._again.clicked.connect(self._try_again)
        row.addWidget(self._again)
        coming.came.connect(self._count)
        coming.arrived.connect(self.look)
        over.installEventFilter(self)
        self.hide()

    def stop(self) -> bool:
        """Stop fetching for the case that is open, if it is being fetched for; whether it was."""
        fetching = self._fetching
        if fetching:
            self._coming.stop_fetching()
            self._fetching = False
        return fetching

    def look(self) -> None:
        """Show why images can't be had, where they can't; nothing where another case is open now."""
        refused = self._coming.refused()
        if refused:
            self._fetching = False
            self._say(f"{self._coming.code}: {refused}", again=True)
        elif not self._fetching:
            self.hide()

    def case_opened(self) -> None:
        """Another case is wanted: what was said is of the one before."""
        self._fetching = False
        self.look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the top of the images."""
        if event.type() == QEvent.Type.Resize:
            self._lie()
        return super().eventFilter(watched, event)

    def _count(self, case: str, here: int, every: int) -> None:
        if case != self._coming.code or self._coming.refused():
            return
        self._fetching = here < every
        if self._fetching:
            self._say(f"Fetching the images of {case}: {here} of {every}. Esc stops it.", again=False)
        else:
            self.hide()

    def _try_again(self) -> None:
        self.hide()
        self._coming.fetch_again()

    def _say(self, line: str, *, again: bool) -> None:
        show_text(self._line, line)
        self._again.setVisible(again)
        self._lie()
        self.show()
        self.raise_()

    def _lie(self) -> None:
        over = self.parentWidget()
        if over is None:
            return
        wide = max(min(over.width() - 2 * _SIDE_PX, _WIDEST_PX), 1)
        high = max(self._row.heightForWidth(wide), self.sizeHint().height())
        self.setGeometry((over.width() - wide) // 2, _TOP_PX, wide, high)
