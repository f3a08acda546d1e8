"""Pages in place of a figure: the question that stands before open reads, and words where there is nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workstation.ui.shared.labels import plain_label, show_text

_WIDTH_PX = 560


class WordsPage(QWidget):
    """What there is to say, and what to do next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = plain_label("", role="heading")
        self.words = plain_label("", role="dim", wrap=True)
        self.words.setFixedWidth(_WIDTH_PX)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def show_words(self, title: str, words: str) -> None:
        """Show them."""
        show_text(self.title, title)
        _show_whole(self.words, words)


class GatePage(QWidget):
    """Asks for a reason before figures of reads that are open are shown. Return shows them, Esc leaves."""

    agreed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = plain_label("", role="title")
        self.words = plain_label("", wrap=True)
        self.words.setFixedWidth(_WIDTH_PX)
        self.why = QLineEdit(self)
        self.why.setAccessibleName("Why you look now")
        self.why.setPlaceholderText("Why you look now, in one line that names nobody")
        self.why.setFixedWidth(_WIDTH_PX)
        self.refused = plain_label("", name="notice", wrap=True)
        self.refused.setProperty("tone", "failed")
        self.refused.setFixedWidth(_WIDTH_PX)
        self.refused.hide()
        self.agree = QPushButton("Show the figures  Return", self)
        self.agree.setAccessibleName("Show the figures")
        self.agree.setProperty("primary", True)
        self.agree.setEnabled(False)
        self.leave = QPushButton("Close  Esc", self)
        self.leave.setAccessibleName("Close")
        # while the page is shown alone
        self.agree.setShortcut("Return")
        self.leave.setShortcut("Esc")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.agree)
        row.addWidget(self.leave)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.why, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.refused, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(row)
        column.addStretch(2)
        self.why.textChanged.connect(lambda text: self.agree.setEnabled(bool(text.strip())))
        self.agree.clicked.connect(self.agreed)
        self.leave.clicked.connect(self.left)

    def show_refusal(self, words: str) -> None:
        """Why nothing is shown."""
        _show_whole(self.refused, words)
        self.refused.show()

    def show_open(self, count: int) -> None:
        """How many readings lack answers."""
        readings = f"{count} reading{' lacks' if count == 1 else 's lack'} answers"
        show_text(self.title, "Cases are still being read")
        _show_whole(
            self.words,
            f"{readings}. Whoever knows these figures can sway a reader even without a word: keep them to yourself "
            "until all is read. That you look, and why, goes on the record.",
        )


def _show_whole(label: QLabel, words: str) -> None:
    """Words in as many lines as they need: a layout that centres a label asks it for fewer."""
    show_text(label, words)
    # Qt says -1 of a label without words
    label.setMinimumHeight(max(0, label.heightForWidth(_WIDTH_PX)))
