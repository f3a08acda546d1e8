"""Strip at the foot of the start window: one line of what was said last, and how far an import is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from workstation.starting.spoken import Step
from workstation.ui.shared import icons
from workstation.ui.shared.labels import plain_label, restyle, show_text


class WorkStrip(QFrame):
    """It keeps its place while it says nothing, so that nothing above it moves."""

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self.notice = plain_label("", name="notice", wrap=True)
        self.notice.setMinimumHeight(34)
        self.stop = QPushButton("Stop")
        self.stop.setAccessibleName("Stop bringing the scans in")
        self.stop.setIcon(icons.icon("octagon-x"))
        self.stop.clicked.connect(self.stop_asked)
        row.addWidget(self.notice, 1)
        row.addWidget(self.stop)
        column.addLayout(row)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.progress.setFixedHeight(8)
        keeps = self.progress.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keeps)
        column.addWidget(self.progress)
        self.show_step(None)

    def say(self, line: str, tone: str = "plain") -> None:
        """Show a line in a tone of the style sheet: plain, attention or failed."""
        show_text(self.notice, line)
        restyle(self.notice, "tone", tone)

    def show_step(self, step: Step | None) -> None:
        """How far an import is; None where none runs."""
        runs = step is not None and step.done < step.total
        self.progress.setVisible(runs)
        self.stop.setVisible(runs)
        if step is not None and runs:
            self.progress.setRange(0, step.total)
            self.progress.setValue(step.done)
            self.say(f"{step.stage}: {step.done:,} of {step.total:,}")
