"""Dialogs before a choice is made: what, why, and who. All of it by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from scoring.errors import RamrisError
from storage.vault.choices import About
from workstation.intake.decisions.kind import KIND_WORDS
from workstation.intake.deidentify.blanking import Region, parsed
from workstation.intake.importing.answering import words_for
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, show_text

CHANGE_READ = "Change it though readers have it: the reason goes on the record, which readers get"


class ChoiceDialog(QDialog):
    """A title, fields of a choice, and always why and who. OK is off until both are there.

    change_read: a box to tick, shown by `ask_for_read` where readers have the series.
    """

    def __init__(self, title: str, explained: str, who: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setStyleSheet(STYLE)
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(title, role="heading"))
        column.addWidget(plain_label(explained, role="dim", wrap=True))
        self.column = column
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.why = text_line("Why", "kept with the choice")
        self.who = text_line("Who", "your name; asked once, kept in the vault")
        self.who.setText(who)
        self.change_read = QCheckBox(CHANGE_READ)
        self.change_read.setVisible(False)
        column.addLayout(self.form)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def finish(self) -> None:
        """Put why, who and the buttons below what the choice has of its own."""
        self.form.addRow("Why", self.why)
        self.form.addRow("Who", self.who)
        self.column.addWidget(self.change_read)
        self.column.addWidget(self._buttons)
        self.change_read.toggled.connect(self.look)
        self.why.textChanged.connect(self.look)
        self.who.textChanged.connect(self.look)
        self.look()

    def ask_for_read(self) -> None:
        """Readers have the series: OK is off until the box is ticked."""
        self.change_read.setVisible(True)
        self.look()

    def look(self) -> None:
        """OK is for a choice that is whole."""
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.is_whole())

    def is_whole(self) -> bool:
        """Whether why and who are given, and that readers have it is known."""
        known = self.change_read.isHidden() or self.change_read.isChecked()
        return known and bool(self.why.text().strip() and self.who.text().strip())


class ReasonDialog(ChoiceDialog):
    """Nothing but why and who."""

    def __init__(self, title: str, explained: str, who: str, parent: QWidget) -> None:
        super().__init__(title, explained, who, parent)
        self.finish()
        self.why.setFocus()


class KindDialog(ChoiceDialog):
    """Which kind a series is; the candidates first."""

    def __init__(
        self, series: str, kind: str, candidates: Sequence[str], who: str, parent: QWidget, *, x_ray: bool = False
    ) -> None:
        explained = f"Now it is {kind}. Your choice stays when you import it again."
        super().__init__(f"What is series {series}?", explained, who, parent)
        self.kind = QComboBox(self)
        self.kind.setAccessibleName("Kind of the series")
        for name in dict.fromkeys((*candidates, *words_for(About.KIND, x_ray=x_ray))):
            likely = " - likely" if name in candidates else ""
            self.kind.addItem(f"{name}: {KIND_WORDS[name]}{likely}", name)
        if not candidates:
            self.kind.setCurrentIndex(self.kind.findData(kind))
        self.form.addRow("Kind", self.kind)
        self.finish()
        self.kind.setFocus()

    @property
    def chosen(self) -> str:
        """The kind."""
        return str(self.kind.currentData())


class BlankDialog(ChoiceDialog):
    """Where a series is to be empty: drawn with the mouse, or typed."""

    def __init__(self, series: str, view: RegionView, regions: Sequence[Region], who: str, parent: QWidget) -> None:
        explained = (
            "Draw a box around the text, or type row, column, rows, columns. It becomes black on every slice, in the "
            "copy that readers get. The scans stay as they are."
        )
        super().__init__(f"Black out an area of series {series}", explained, who, parent)
        self._view = view
        self.column.insertWidget(2, view, 1)
        self.regions = text_line("Regions", "row, column, rows, columns; put ; between areas")
        self.regions.setText("; ".join(region.in_words() for region in regions))
        self._wrong = plain_label("", role="against", wrap=True)
        self.form.addRow("Area", self.regions)
        self.form.addRow("", self._wrong)
        self.regions.textChanged.connect(self._typed)
        view.drawn.connect(self._drawn)
        self.finish()
        self._typed()
        self.regions.setFocus()

    def is_whole(self) -> bool:
        """Whether there is also a place that lies in the picture."""
        return super().is_whole() and bool(self.chosen())

    def chosen(self) -> tuple[Region, ...]:
        """The regions, none where the text isn't right."""
        try:
            regions = tuple(parsed(part) for part in self.regions.text().split(";") if part.strip())
        except RamrisError:
            return ()
        return regions if all(self._view.holds(region) for region in regions) else ()

    def _typed(self) -> None:
        regions = self.chosen()
        self._view.show_regions(regions)
        wrong = "" if regions or not self.regions.text().strip() else "give four whole numbers inside the picture"
        show_text(self._wrong, wrong)
        self.look()

    def _drawn(self, region: Region) -> None:
        kept = self.regions.text().strip().rstrip(";")
        self.regions.setText(f"{kept}; {region.in_words()}" if kept else region.in_words())


def text_line(name: str, placeholder: str) -> QLineEdit:
    """A line to type into, with its name for screen readers."""
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    return line
