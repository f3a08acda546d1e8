"""Bar over the images while those of a case are being fetched: how many are here, or why they can't be had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from workstation.ui.reader.coming.password import PasswordLine
from workstation.ui.shared.colours import DARK
from workstation.ui.shared.labels import plain_label, show_text

# above the scale bars and the numbers of slices
_BELOW_PX, _SIDE_PX = 44, 40
_WIDEST_PX = 640
AGAIN, TYPE_IT = "Fetch again", "Type the password ..."
WANTED = (
    "The server that has the images wants its password. Whoever gave you this copy gave it to you. Without it you can "
    "read what is here already."
)
ANOTHER = "The server didn't take that password. Type it again, as it was given to you."


class Coming(Protocol):
    """What the bar asks of whatever loads the images."""

    came: SignalInstance
    arrived: SignalInstance

    @property
    def code(self) -> str:
        """The case wanted."""

    def coming(self) -> bool:
        """Whether its images aren't all here."""

    def refused(self) -> str:
        """Why its images can't be had; "" where nothing says so."""

    def kept_how(self) -> str:
        """How images that come are kept on this disk, in a sentence."""

    def wants_password(self) -> bool:
        """Whether the server that they lie on wants a password."""

    def can_keep_password(self) -> bool:
        """Whether this account has a key store for it."""

    def take_password(self, password: str, *, keep: bool) -> None:
        """Ask the server with it."""

    def come_later(self, codes: Sequence[str]) -> None:
        """Have those of these cases come while it is read."""

    def stop_fetching(self) -> None:
        """Wait for them no longer."""

    def fetch_again(self) -> None:
        """Try again."""


class FetchBar(QFrame):
    """Lies over the images, low between the visits, while there is something to say. whole: all of a case is here."""

    whole = Signal()

    def __init__(self, over: QWidget, coming: Coming) -> None:
        super().__init__(over)
        self._coming = coming
        self._fetching = False
        # the case whose images were last seen to be on their way
        self._awaited = self._shown = ""
        # made when a server asks first; left: the reader went on without it
        self._password: PasswordLine | None = None
        self._left_out = self._gave = False
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
        self.again = QPushButton(AGAIN, self)
        # keys stay the room's
        self.again.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.again.clicked.connect(self._try_again)
        row.addWidget(self.again)
        coming.came.connect(self._count)
        coming.arrived.connect(self.look)
        over.installEventFilter(self)
        self.hide()

    @property
    def line(self) -> str:
        """What it says."""
        return self._line.text()

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
            wants = self._coming.wants_password()
            self.again.setText(TYPE_IT if wants else AGAIN)
            if wants and not self._left_out:
                self._ask()
            else:
                self._say(f"{self._coming.code}: {refused}", again=True)
            return
        if self._coming.coming():
            self._awaited = self._coming.code
        else:
            self._fetching = False
            if self._awaited == self._coming.code:
                self._awaited = ""
                self.whole.emit()
        if not self._fetching:
            self.hide()

    def show_case(self, code: str) -> None:
        """This case is wanted: what was said of another one goes."""
        if code != self._shown:
            self._shown, self._fetching = code, False
            self.look()

    def come_later(self, codes: Sequence[str]) -> None:
        """Have the images of these cases come, in that order, while the one shown is read."""
        self._coming.come_later(codes)

    def coming(self) -> bool:
        """Whether images of the case shown aren't all here; `whole` is said when they are."""
        return self._coming.coming()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where it lies."""
        if event.type() == QEvent.Type.Resize:
            self._lie()
        return super().eventFilter(watched, event)

    def _count(self, case: str, here: int, every: int) -> None:
        if case != self._coming.code or self._coming.refused() or not self._coming.coming():
            return
        self._fetching = here < every
        if self._fetching:
            kept = self._coming.kept_how()
            self._say(f"Fetching the images of {case}: {here} of {every}. Esc stops it. {kept}".rstrip(), again=False)
        else:
            self.hide()

    def _try_again(self) -> None:
        if self._coming.wants_password():
            self._ask()
            return
        self.hide()
        self._coming.fetch_again()

    def _ask(self) -> None:
        """For the password of the server; the images that are here can be read meanwhile."""
        over = self.parentWidget()
        if over is None:
            return
        if self._password is None:
            self._password = PasswordLine(over)
            self._password.given.connect(self._give)
            self._password.left.connect(self._leave)
        if not self._password.isVisible():
            self.hide()
            self._password.ask(ANOTHER if self._gave else WANTED, can_keep=self._coming.can_keep_password())

    def _give(self, password: str, keep: bool) -> None:
        self._gave = True
        self._coming.take_password(password, keep=keep)

    def _leave(self) -> None:
        self._left_out = True
        self.look()

    def _say(self, line: str, *, again: bool) -> None:
        show_text(self._line, line)
        self.again.setVisible(again)
        self._lie()
        self.show()
        self.raise_()

    def _lie(self) -> None:
        over = self.parentWidget()
        if over is None:
            return
        room = max(min(over.width() - 2 * _SIDE_PX, _WIDEST_PX), 1)
        # as wide as its words, and no wider than there is room
        words = self._line.fontMetrics().horizontalAdvance(self._line.text()) + 40
        wide = min(words + (self.again.sizeHint().width() + 12 if not self.again.isHidden() else 0), room)
        high = max(self._row.heightForWidth(wide), self._row.minimumSize().height())
        self.setGeometry((over.width() - wide) // 2, over.height() - high - _BELOW_PX, wide, high)
