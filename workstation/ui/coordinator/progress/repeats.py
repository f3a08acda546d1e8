"""Dialogs before cases are read again, with the expected interval of agreement; and words for the record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from scoring.design.read_design import LONGEST_WAIT_DAYS
from scoring.design.reading_units import CASE, SCAN
from storage.vault.identity_words import looks_like
from workstation.managing import commands as c
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, show_text

USUAL_CASES, USUAL_DAYS = 10, 182
ICCS = (0.7, 0.8, 0.9, 0.95)


class _Asking(QDialog):
    """A title, what it means, a form and two buttons."""

    def __init__(self, title: str, explained: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setStyleSheet(STYLE)
        self.setMinimumWidth(560)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(12)
        self.column.addWidget(plain_label(title, role="heading"))
        self.column.addWidget(plain_label(explained, role="dim", wrap=True))
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(self.form)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)


class WordsDialog(_Asking):
    """One line of words that go on the record; OK is off while there are none."""

    def __init__(self, title: str, explained: str, name: str, parent: QWidget) -> None:
        super().__init__(title, explained, parent)
        self.words = QLineEdit(self)
        self.words.setAccessibleName(name)
        self.form.addRow(name, self.words)
        self.warning = plain_label("", role="against", wrap=True)
        self.column.addWidget(self.warning)
        self.column.addWidget(self.buttons)
        self.words.textChanged.connect(self._typed)
        self._typed("")
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str) -> None:
        found = looks_like(text)
        show_text(
            self.warning,
            f"This contains {' and '.join(found)}, and readers can see it. Say it without." if found else "",
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(text.strip()))


class RepeatDialog(_Asking):
    """How many of a reader's finished cases are drawn again and when they come, with the interval that so many give."""

    def __init__(self, reader: str, read: int, parent: QWidget) -> None:
        explained = (
            f"{reader} has read {read:,} case{'' if read == 1 else 's'} to the end. Some of them, or of their scans, "
            "chosen at random, come back under new codes among the unread cases. The reader can't open the first "
            "readings any more."
        )
        super().__init__(f"Read some of {reader}'s cases again", explained, parent)
        self._reader, self._read = reader, read
        self.unit = QComboBox(self)
        self.unit.setAccessibleName("What is read again")
        for text, unit in (("Cases, as they were first read", CASE), ("Scans, each alone", SCAN)):
            self.unit.addItem(text, unit)
        self.cases = _number("How many", 1, max(1, read), min(USUAL_CASES, max(1, read)))
        self.days = _number("Days after the first reading", 0, LONGEST_WAIT_DAYS, USUAL_DAYS)
        self.form.addRow("What is read again", self.unit)
        self.form.addRow("How many", self.cases)
        self.form.addRow("Days after the first reading", self.days)
        self._cells = [plain_label("", role="for") for _ in ICCS]
        self.column.addWidget(plain_label("Expected 95 % interval of the ICC(3,1)", role="small"))
        self.column.addLayout(self._table())
        self.column.addWidget(self.buttons)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(read > 0)
        self.unit.currentIndexChanged.connect(self._take_unit)
        self.cases.valueChanged.connect(self._show_intervals)
        self._show_intervals(self.cases.value())
        self.cases.setFocus(Qt.FocusReason.OtherFocusReason)

    def wish(self) -> c.Repeat:
        """What was chosen."""
        return c.Repeat(self._reader, self.cases.value(), self.days.value(), self.unit.currentData())

    def _take_unit(self) -> None:
        """A case has two scans at most; how many there are to draw from, the draw itself says."""
        self.cases.setMaximum(max(1, self._read * (2 if self.unit.currentData() == SCAN else 1)))

    def _table(self) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(16)
        for column, (icc, cell) in enumerate(zip(ICCS, self._cells, strict=True)):
            table.addWidget(plain_label(f"if it is {icc:g}", role="dim"), 0, column)
            table.addWidget(cell, 1, column)
            table.setColumnMinimumWidth(column, 100)
        table.setColumnStretch(len(ICCS), 1)
        return table

    def _show_intervals(self, cases: int) -> None:
        # SciPy comes with it: not before it is wanted
        from scoring.design.reread_sizes import LEAST, expected_intervals  # noqa: PLC0415

        if cases < LEAST:
            texts = ["needs 2"] + [""] * (len(ICCS) - 1)
        else:
            texts = [f"{item.low:.2f} to {item.high:.2f}" for item in expected_intervals((cases,), ICCS)]
        for cell, text in zip(self._cells, texts, strict=True):
            show_text(cell, text)


def _number(name: str, least: int, most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setAccessibleName(name)
    box.setRange(least, most)
    box.setValue(value)
    return box
