"""Dialog that gives marked cases to a third reader: who settles them, and between whom."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from scoring.readings import rounds
from workstation.numbers.choice import Choice
from workstation.numbers.readings import Numbers
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label


class GiveDialog(QDialog):
    """`reader` and `two` once it was accepted."""

    def __init__(self, numbers: Numbers, choice: Choice, keys: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Give to a third reader")
        self.setAccessibleName("Give to a third reader")
        self.setStyleSheet(STYLE)
        self.setMinimumWidth(520)
        self._who = QLineEdit(self)
        self._who.setAccessibleName("Third reader")
        self._between = QComboBox(self)
        self._between.setAccessibleName("Between")
        pairs = sorted({tuple(sorted((a, b))) for a, b, round_ in numbers.compared if b and round_ == rounds.FIRST})
        for pair in pairs:
            self._between.addItem(" and ".join(pair), pair)
        mine = tuple(sorted((choice.reader, choice.against)))
        if mine in pairs:
            self._between.setCurrentIndex(pairs.index(mine))
        form = QFormLayout()
        form.addRow("Third reader", self._who)
        form.addRow("Between", self._between)
        buttons = QDialogButtonBox(self)
        self.give = buttons.addButton("Give", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        count = f"{len(keys)} case{'' if len(keys) == 1 else 's'}"
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(f"{count}: {', '.join(keys)}", role="heading", wrap=True))
        told = (
            "The third reader gets them whole, under new codes, blind to both readings. What was given can't be taken "
            "back once it was begun."
            if pairs
            else "Two readers are needed who have both read these cases, and there is one alone."
        )
        column.addWidget(plain_label(told, role="dim", wrap=True))
        column.addLayout(form)
        column.addWidget(buttons)
        self._who.textChanged.connect(self._check)
        self._who.setFocus()
        self._check()

    @property
    def reader(self) -> str:
        """Who settles them."""
        return self._who.text().strip()

    @property
    def two(self) -> tuple[str, str]:
        """Between whom."""
        one, other = self._between.currentData()
        return one, other

    def _check(self) -> None:
        self.give.setEnabled(bool(self.reader) and self._between.count() > 0)
