"""Pages of the window while there is nothing to show: what that means, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from workstation.ui.coordinator.dialogs.choices import text_line
from workstation.ui.shared import icons
from workstation.ui.shared.labels import plain_label, restyle, show_text

EMPTY = (
    "Drop a folder, a ZIP archive or a DICOMDIR here. The program finds the MR images of the "
    "wrist in it, copies them without names and dates, and checks them against the protocol. Your scans aren't changed."
)
IDENTITIES = "A passphrase for the identities, if you want one. If it is lost, nobody can say who the subjects are."
JOIN = "For another coordinator, an auditor or a statistician. It is among the tasks too (Ctrl+K)."
OWN_SCHEME = "A scheme of your own, in a folder ..."
FIELDS = (("Passphrase of the vault", "passphrase; empty: none"), ("Passphrase again", "the same again"))
WORDS = {
    "waiting": ("Reading the study", "One moment."),
    "importing": (
        "Adding scans",
        "Subjects appear here once all scans are in. The line below shows how far it is.",
    ),
    "unreadable": ("The study can't be opened", ""),
    "empty": ("No scans yet", EMPTY),
}


class NewStudyPage(QWidget):
    """The folder holds no study: shall there be one? asked: order of visits, the vault's passphrase, unit, scheme."""

    asked = Signal(str, str, str, str)
    join_asked = Signal()

    def __init__(self, folder: str, schemes: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        column = _middle(self)
        column.addWidget(plain_label("Make a new study?", role="title"))
        where = f"The folder {folder} holds no study yet. Identities go into a vault that readers don't get."
        column.addWidget(plain_label(where, role="dim", wrap=True))
        self.scheme = QComboBox()
        self.scheme.setAccessibleName("What is scored")
        for name, words in schemes.items():
            self.scheme.addItem(words, name)
        self.scheme.addItem(OWN_SCHEME, "")
        self.scheme.activated.connect(self._own)
        self._chosen = 0
        column.addWidget(plain_label("What is scored", role="dim"))
        column.addWidget(self.scheme)
        self.known = QRadioButton("Readers know which visit came first")
        self.hidden = QRadioButton("The order of the visits is hidden from readers")
        self.single = QRadioButton("Each scan is read alone, mixed over visits and people")
        self.known.setChecked(True)
        self.both = QRadioButton("Two visits are read as a pair, a lone one as a scan")
        self.pair = QRadioButton("Pairs alone are read: a lone visit waits for the other one")
        self.both.setChecked(True)
        for choices in ((self.known, self.hidden, self.single), (self.both, self.pair)):
            group = QButtonGroup(self)
            column.addSpacing(4)
            for choice in choices:
                group.addButton(choice)
                column.addWidget(choice)
        self.single.toggled.connect(self._look)
        column.addWidget(plain_label(IDENTITIES, role="dim", wrap=True))
        self.passphrase, self.again = (text_line(name, hint) for name, hint in FIELDS)
        for line in (self.passphrase, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.textChanged.connect(self._look)
            line.returnPressed.connect(self._make)
            column.addWidget(line)
        self.differ = plain_label("", role="against", wrap=True)
        column.addWidget(self.differ)
        self.make = QPushButton("Make the study")
        self.make.setProperty("primary", "true")
        self.make.setAutoDefault(True)
        self.make.clicked.connect(self._make)
        self.join = QPushButton("Join a record that lies on a server ...")
        self.join.setToolTip(JOIN)
        self.join.setAutoDefault(True)
        self.join.clicked.connect(self.join_asked)
        row = QHBoxLayout()
        row.addWidget(self.make)
        row.addWidget(self.join)
        row.addStretch(1)
        column.addLayout(row)

    def _make(self) -> None:
        if self.make.isEnabled():
            order = "hidden" if self.hidden.isChecked() else "single" if self.single.isChecked() else "known"
            unit = "" if self.single.isChecked() else "pair" if self.pair.isChecked() else "both"
            self.asked.emit(order, self.passphrase.text(), unit, self.scheme.currentData())

    def _own(self, index: int) -> None:
        """The last line is a folder that is asked for; without one, what was chosen before stays chosen."""
        if index == self.scheme.count() - 1:
            folder = QFileDialog.getExistingDirectory(self, "The folder of a scheme: scheme.toml lies in it")
            if folder:
                self.scheme.insertItem(index, Path(folder).name, folder)
            self.scheme.setCurrentIndex(index if folder else self._chosen)
        self._chosen = self.scheme.currentIndex()

    def _look(self) -> None:
        differ = self.passphrase.text() != self.again.text()
        show_text(self.differ, "The two passphrases differ." if differ else "")
        self.make.setEnabled(not differ)
        for choice in (self.both, self.pair):
            choice.setEnabled(not self.single.isChecked())


class EmptyPage(QWidget):
    """No subjects yet, or the study is still being read."""

    folder_asked = Signal()
    files_asked = Signal()
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        outer = _middle(self)
        self.drop = QFrame(self)
        self.drop.setObjectName("drop")
        column = QVBoxLayout(self.drop)
        column.setContentsMargins(44, 36, 44, 36)
        column.setSpacing(12)
        self._title = plain_label("", role="title")
        self._line = plain_label("", role="dim", wrap=True)
        column.addWidget(self._title)
        column.addWidget(self._line)
        row = QHBoxLayout()
        self.folder = QPushButton("Add a folder of scans ...  Ctrl+O")
        self.folder.setProperty("primary", "true")
        self.folder.setAccessibleName("Add a folder of scans")
        self.files = QPushButton("ZIP or files ...")
        icons.give(self.folder, "scans.folder")
        icons.give(self.files, "scans.files")
        self.folder.clicked.connect(self.folder_asked)
        self.files.clicked.connect(self.files_asked)
        self.again = QPushButton("Try again  F5")
        icons.give(self.again, "study.again")
        self.again.clicked.connect(self.again_asked)
        row.addWidget(self.again)
        row.addWidget(self.folder)
        row.addWidget(self.files)
        row.addStretch(1)
        column.addLayout(row)
        outer.addWidget(self.drop)
        self.show_as("waiting")

    def show_as(self, what: str, why: str = "") -> None:
        """What there is to say, by its name in `WORDS`; `why` where it can't be opened."""
        title, line = WORDS[what]
        show_text(self._title, title)
        show_text(self._line, why or line)
        for button in (self.folder, self.files):
            button.setVisible(what == "empty")
        self.again.setVisible(what == "unreadable")

    def show_drop(self, *, over: bool) -> None:
        """Whether something that can be dropped hovers above."""
        restyle(self.drop, "over", "true" if over else "false")


def _middle(page: QWidget) -> QVBoxLayout:
    """A column in the middle of a page, as wide as a paragraph is read."""
    row = QHBoxLayout(page)
    row.addStretch(1)
    inside = QWidget(page)
    inside.setFixedWidth(640)
    outer = QVBoxLayout(inside)
    outer.addStretch(1)
    column = QVBoxLayout()
    column.setSpacing(12)
    outer.addLayout(column)
    outer.addStretch(2)
    row.addWidget(inside)
    row.addStretch(1)
    return column
