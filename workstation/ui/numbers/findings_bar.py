"""Bar of what stands out, above the figure: a click, or S, shows the figure of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from workstation.numbers.choice import Choice
from workstation.numbers.standing_out import Finding
from workstation.ui.shared.labels import plain_label, show_text

SHOWN = 3
NOTHING = "Nothing stands out: no drift up to the last case, no feature far below the others"
_LEAST_PX = 90
_STYLE = "QPushButton { text-align: left; padding: 4px 9px; }"


class FindingsBar(QWidget):
    """Drawn from what was found. `asked`: this choice is to be shown."""

    asked = Signal(Choice)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.findings: Sequence[Finding] = ()
        self.words = plain_label("", role="dim")
        self.more = plain_label("", role="dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        row.addWidget(self.words)
        self.buttons = []
        for number in range(SHOWN):
            button = QPushButton(self)
            button.setStyleSheet(_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            # in a narrow window its words are cut, and the tip has them
            button.setMinimumWidth(_LEAST_PX)
            button.clicked.connect(partial(self._ask, number))
            self.buttons.append(button)
            row.addWidget(button)
        row.addWidget(self.more)
        row.addStretch(1)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show the first ones, and how many more there are."""
        self.findings = findings
        show_text(self.words, "Stands out  S" if findings else NOTHING)
        for number, button in enumerate(self.buttons):
            there = number < len(findings)
            button.setVisible(there)
            if there:
                button.setText(findings[number].words)
                button.setAccessibleName(findings[number].words)
                button.setToolTip(findings[number].words)
        show_text(self.more, f"and {len(findings) - SHOWN} more" if len(findings) > SHOWN else "")

    def after(self, choice: Choice) -> Choice | None:
        """The choice of the next finding; None where nothing stands out."""
        choices = [finding.choice for finding in self.findings]
        if not choices:
            return None
        here = choices.index(choice) if choice in choices else -1
        return choices[(here + 1) % len(choices)]

    def _ask(self, number: int, _checked: bool = False) -> None:
        self.asked.emit(self.findings[number].choice)
