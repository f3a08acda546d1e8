"""Dialogs before subjects are given to readers: to whom, and whether also those whose findings aren't settled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from workstation.intake.importing.giving import Anyway
from workstation.managing.state import ManagingState
from workstation.ui.coordinator.dialogs.choices import text_line
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label

WIDTH_PX, NAMED = 560, 12
ORDER = "The order is random and the case codes are new. Subjects that the reader has already are left as they are."
SETTLE = "Q shows what isn't settled. To settle it, answer or accept it there."


class Held(QWidget):
    """Which subjects are left out, and a box to take them anyway, with why and who; nothing where none is."""

    def __init__(self, state: ManagingState, parent: QWidget) -> None:
        super().__init__(parent)
        subjects = state.holding
        more = f" and {len(subjects) - NAMED} more" if len(subjects) > NAMED else ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        said = f"Left out until it is settled: {', '.join(subjects[:NAMED])}{more}. {SETTLE}"
        column.addWidget(plain_label(said, role="against", wrap=True))
        self.take = QCheckBox("Take them anyway: what was found is accepted, with your reason")
        column.addWidget(self.take)
        self.why = text_line("Why", "kept in the vault; exports name what was accepted")
        self.who = text_line("Who", "your name; asked once, kept in the vault")
        self.who.setText(state.study.who if state.study else "")
        form = QFormLayout()
        form.addRow("Why", self.why)
        form.addRow("Who", self.who)
        column.addLayout(form)
        self.setVisible(bool(subjects))
        for field in (self.why, self.who):
            field.setEnabled(False)
            self.take.toggled.connect(field.setEnabled)

    def anyway(self) -> Anyway | None:
        """Who takes them and why, None: they are left out."""
        return Anyway(self.who.text().strip(), self.why.text().strip()) if self.take.isChecked() else None

    def is_whole(self) -> bool:
        """Whether why and who are there, where they are needed."""
        return not self.take.isChecked() or bool(self.why.text().strip() and self.who.text().strip())


class _Giving(QDialog):
    def __init__(self, title: str, explained: str, state: ManagingState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setStyleSheet(STYLE)
        self.setMinimumWidth(WIDTH_PX)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(12)
        self.column.addWidget(plain_label(title, role="heading"))
        self.column.addWidget(plain_label(explained, role="dim", wrap=True))
        self.held = Held(state, self)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.held.take.toggled.connect(self._look)
        for field in (self.held.why, self.held.who):
            field.textChanged.connect(self._look)

    def finish(self) -> None:
        """Put what is held and the buttons below."""
        self.column.addWidget(self.held)
        self.column.addWidget(self._buttons)

    def _look(self) -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.held.is_whole())


class AssignDialog(_Giving):
    """Who is to read."""

    def __init__(self, state: ManagingState, parent: QWidget) -> None:
        super().__init__("Assign to a reader", f"Give every subject to a reader. {ORDER}", state, parent)
        self.reader = text_line("Reader", "letters, digits, dash, underscore")
        form = QFormLayout()
        form.addRow("Reader", self.reader)
        self.column.addLayout(form)
        self.finish()
        self.reader.setFocus(Qt.FocusReason.OtherFocusReason)


class HeldDialog(_Giving):
    """Whether subjects are handed over whose findings aren't settled."""

    def __init__(self, state: ManagingState, parent: QWidget) -> None:
        super().__init__("Hand over to readers", "Cases of these subjects stay behind for now.", state, parent)
        self.finish()
        self.held.take.setFocus(Qt.FocusReason.OtherFocusReason)
