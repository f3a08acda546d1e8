"""The figures of a study on the coordinator's screen: the report as it will be printed, and a way to save it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from scoring.errors import RamrisError
from storage.errors import NotSaved
from storage.files.atomic import write_page
from storage.study.reading_times import reading_times
from storage.study.repeats import coordinators_readings
from workstation.numbers.paper import with_figures
from workstation.numbers.readings import numbers_of
from workstation.reporting.content import Report
from workstation.reporting.gathering import report_of
from workstation.reporting.page import Plots, page, paper, plots
from workstation.runtime.faults import fault_line
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token
from workstation.ui.numbers.pages import GatePage
from workstation.ui.printing.pdf import document_of, pdf_of
from workstation.ui.shared.labels import plain_label, show_text

LEVEL = 0.95
# Letters of the paper's size are too small on a screen at arm's length.
ON_SCREEN = 1.45
WIDTH_PX = 860
HEIGHT_PX = 1180
COMPUTING = "Reading the record and computing the figures ..."
READY = "While cases are still being read, keep these figures to yourself: they could influence a reader."


@dataclass(frozen=True, slots=True)
class _Made:
    report: Report
    drawn: Plots
    html: str


class FiguresDialog(QDialog):
    """Shows the report of the study in `folder`; computed in the background, from the record as it is now.

    still_open: so many readings lack answers; a reason is asked first then. seen: puts it on the record, or raises
    RamrisError.
    """

    _made = Signal(_Made)
    _refused = Signal(str)

    def __init__(
        self, folder: Path, still_open: int, seen: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Agreement and change")
        self.setAccessibleName("Agreement and change")
        self.resize(WIDTH_PX + 130, 760)
        self._folder, self._seen = folder, seen
        self._shown: _Made | None = None
        self._kept: object = None
        self._document: QTextDocument | None = None
        self.line = plain_label(COMPUTING, role="dim", wrap=True)
        self.view = QTextBrowser(self)
        self.view.setAccessibleName("Report")
        self.view.setStyleSheet("QTextBrowser { background: #ffffff; color: #1a1f26; border: none; padding: 24px; }")
        self.save = QPushButton("Save as HTML or PDF ...  Ctrl+S")
        self.save.setAccessibleName("Save as HTML or PDF")
        self.save.setEnabled(False)
        self.leave = QPushButton("Close")
        self.gate = GatePage(self)
        self._pages = QStackedWidget(self)
        self._arrange()
        self.save.clicked.connect(self._ask)
        self.leave.clicked.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self._ask)
        self._made.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self._say, Qt.ConnectionType.QueuedConnection)
        self.gate.agreed.connect(self._agree)
        self.gate.left.connect(self.reject)
        self._work = Latest("figures", self._failed)
        if still_open:
            self.gate.show_open(still_open)
            self._pages.setCurrentWidget(self.gate)
            self.gate.why.setFocus()
        else:
            self._begin()

    def done(self, result: int) -> None:
        """Stop what runs, then close."""
        self._work.shutdown()
        super().done(result)

    def write(self, out: Path) -> None:
        """Save what is shown, by the ending of the name."""
        if self._shown is None:
            return
        title = f"{self._shown.report.name}: agreement and change"
        if out.suffix.lower() == ".pdf":
            content = pdf_of(paper(self._shown.report), self._shown.drawn, title)
        elif out.suffix.lower() == ".html":
            content = page(self._shown.report, self._shown.drawn).encode()
        else:
            self._say(f"Not saved: {out.name} ends neither in .html nor in .pdf. Give it one of these endings")
            return
        if self._folder.resolve() in out.resolve().parents:
            self._say(f"Not saved: {out.name} would be in the study folder, which readers get. Choose another folder")
            return
        try:
            write_page(out, content)
        except NotSaved as refusal:
            self._say(str(refusal))
        else:
            self._say(f"Saved as {out.name}. {READY}")

    def _agree(self) -> None:
        """First the record says so, then they are shown."""
        try:
            self._seen(self.gate.why.text())
        except RamrisError as refusal:
            self.gate.show_refusal(f"Not shown, as it couldn't be put on the record: {refusal}")
            return
        self._begin()

    def _begin(self) -> None:
        self._pages.setCurrentWidget(self._page)
        self._work.start(self._compute)

    def _arrange(self) -> None:
        self._page = QWidget(self)
        self._pages.addWidget(self._page)
        self._pages.addWidget(self.gate)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        column = QVBoxLayout(self._page)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(self.line)
        column.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.save)
        row.addWidget(self.leave)
        column.addLayout(row)

    def _compute(self, token: Token) -> None:
        """On the worker's thread."""
        try:
            study = coordinators_readings(self._folder)
            name = self._folder.resolve().name
            report = report_of(study, name, LEVEL)
            token.checkpoint()
            numbers = numbers_of(study, name, reading_times(self._folder), study.open_cases)
            report, more = with_figures(report, numbers, token.checkpoint)
            drawn = {**plots(report, token.checkpoint), **more}
            html = paper(report, ON_SCREEN)
        except RamrisError as refused:
            self._refused.emit(str(refused))
            return
        token.checkpoint()
        self._made.emit(_Made(report, drawn, html))

    def _show(self, made: _Made) -> None:
        self._shown = made
        self._document, self._kept = document_of(made.html, made.drawn, WIDTH_PX, HEIGHT_PX, pages=False)
        self.view.setDocument(self._document)
        self.save.setEnabled(True)
        self._say(READY)
        self.view.setFocus()

    def _ask(self) -> None:
        if self._shown is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Save the report",
            f"{self._shown.report.name}-report.pdf",
            "Report (*.pdf *.html)",
            options=QFileDialog.Option.DontUseNativeDialog,
        )
        if chosen:
            self.write(Path(chosen))

    def _say(self, words: str) -> None:
        show_text(self.line, words)

    def _failed(self, error: BaseException) -> None:
        """On the worker's thread: a fault of ours."""
        code, location = fault_line(type(error), error.__traceback__)
        self._refused.emit(f"The figures can't be shown: fault {code} of the program itself, {location}")
