"""Dialog that removes or excludes, or takes that back: it says before what will happen. All of it by keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from workstation.intake.importing.removing import Removal
from workstation.managing import commands as c
from workstation.managing.state import Out
from workstation.ui.coordinator.dialogs.choices import ChoiceDialog
from workstation.ui.shared.labels import plain_label, show_text

EXPLAINED = "What no reader was given goes, and its scans stay out. What readers have is excluded: every answer stays."
UNDONE = "What was removed is read again from its scans. What was excluded counts again."


class RemoveDialog(ChoiceDialog):
    """Which of the things that are looked at goes, or comes back; `names` are what a person calls them."""

    def __init__(
        self, offered: Sequence[tuple[str, str, str]], who: str, parent: QWidget, *, undo: bool, first: str
    ) -> None:
        """offered: (name, as a person calls it, what would happen) of each; first: the name that is chosen."""
        title = "Take back what was removed or excluded?" if undo else "Remove or exclude?"
        super().__init__(title, UNDONE if undo else EXPLAINED, who, parent)
        self.setMinimumWidth(620)
        self._offered, self._undo = offered, undo
        self.what = QComboBox(self)
        self.what.setAccessibleName("What")
        for name, called, _ in offered:
            self.what.addItem(called, name)
        self.what.setCurrentIndex(max(0, self.what.findData(first)))
        self.told = plain_label("", wrap=True)
        self.form.addRow("What", self.what)
        self.form.addRow("", self.told)
        self.what.currentIndexChanged.connect(self._look)
        self.finish()
        self._look()
        self.what.setFocus()

    @property
    def command(self) -> c.Remove:
        """As it was filled in."""
        return c.Remove(str(self.what.currentData()), self.why.text(), self.who.text(), self._undo)

    def _look(self, _index: int = 0) -> None:
        told = self._offered[self.what.currentIndex()][2]
        show_text(self.told, told)
        self.told.setAccessibleName(told)


def named(removals: Sequence[Removal]) -> list[tuple[str, str, str]]:
    """What can go."""
    return [(item.what, _called(item.subject, item.visit, item.series), item.as_text()) for item in removals]


def named_out(out: Mapping[str, Out]) -> list[tuple[str, str, str]]:
    """What can come back."""
    return [
        (name, _called(item.subject, item.visit, item.series), f"It was {item.word}: {item.why}")
        for name, item in out.items()
    ]


def _called(subject: str, visit: int | None, series: str) -> str:
    if series:
        return f"series {series} of {subject}"
    return f"subject {subject}" if visit is None else f"visit {visit} of {subject}"
