"""The strip at the foot of the window: what runs, how fast, how long still, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from workstation.managing.pace import pace, share
from workstation.managing.state import ManagingState, Work
from workstation.ui.shared import icons
from workstation.ui.shared.labels import plain_label, restyle, show_text

STEPS = 1_000
MOST_DETAILS = 4


class WorkBar(QFrame):
    """Drawn from the state; `stop_asked` when the button is pressed."""

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        row = QHBoxLayout()
        self.notice = plain_label("", name="notice", wrap=True)
        self._pace = plain_label("", role="dim")
        self.stop = QPushButton("Stop  Esc")
        self.stop.setAccessibleName("Stop what is running")
        icons.give(self.stop, "work.stop")
        self.stop.clicked.connect(self.stop_asked)
        row.addWidget(self.notice, 1)
        row.addWidget(self._pace)
        row.addWidget(self.stop)
        column.addLayout(row)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        column.addWidget(self.progress)
        self._details = plain_label("", role="small", wrap=True)
        column.addWidget(self._details)

    def render_state(self, state: ManagingState) -> None:
        """Show what runs; what came of it when nothing does."""
        work = state.work
        for part in (self.progress, self.stop, self._pace):
            part.setVisible(work is not None)
        if work is not None:
            self._show_work(work)
            details: tuple[str, ...] = ()
        else:
            notice = state.notice
            show_text(self.notice, notice.text if notice else "")
            restyle(self.notice, "tone", notice.tone.value if notice else "plain")
            details = notice.details if notice else ()
        shown = "\n".join(details[:MOST_DETAILS])
        more = len(details) - MOST_DETAILS
        show_text(self._details, f"{shown}\nand {more} more" if more > 0 else shown)
        self._details.setVisible(bool(details))
        self.setVisible(work is not None or bool(self.notice.text()))

    def _show_work(self, work: Work) -> None:
        saying = "Stopping as soon as the study is whole" if work.cancelling else work.stage or work.title
        if self.notice.text() != saying:
            show_text(self.notice, saying)
        restyle(self.notice, "tone", "plain")
        show_text(self._pace, pace(work))
        done = share(work)
        self.progress.setRange(0, 0 if done is None else STEPS)
        if done is not None:
            self.progress.setValue(round(done * STEPS))
        self.stop.setEnabled(not work.cancelling)
