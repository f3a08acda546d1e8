"""The window of numbers: a figure, what can be chosen, the spot under the mouse in words. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from scoring.errors import RamrisError
from scoring.values import replace
from workstation.actions.action import Action, When
from workstation.numbers.actions import shipped_actions
from workstation.numbers.case_rows import case_rows
from workstation.numbers.choice import Choice, Filter, Kind, heeded, settled, stepped, with_value
from workstation.numbers.desk import Desk
from workstation.numbers.figure import Figure, Nothing
from workstation.numbers.figures import figure_of
from workstation.numbers.readings import Numbers
from workstation.numbers.standing_out import Finding, standing_out
from workstation.runtime.faults import fault_line
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token
from workstation.ui.numbers.canvas import NONE, Canvas
from workstation.ui.numbers.case_sheet import CaseSheet
from workstation.ui.numbers.figure_files import save_figure
from workstation.ui.numbers.findings_bar import FindingsBar
from workstation.ui.numbers.giving import GiveDialog
from workstation.ui.numbers.pages import GatePage, WordsPage
from workstation.ui.numbers.side_panel import SidePanel
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.keys_sheet import KeysSheet
from workstation.ui.shared.labels import plain_label, restyle, show_text
from workstation.ui.shared.shortcuts import add_actions

READING = "Reading the record ..."
POINT = (
    "Hover over a point, or press Right: its case and values stand here. Return or a click opens its grades, M marks it"
)
BY_ITSELF = (("Wheel, drag", "Closer, farther, aside"), ("Shift+click", "Mark a case"), ("Tab", "The lists"))
ALWAYS = frozenset({"study.again", "help.keys", "window.quit"})
NOTES = 3
CLOSER, FARTHER = 0.8, 1.25
FAILED, DONE, PLAIN = "failed", "done", "plain"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read, and what stands out in it."""

    numbers: Numbers
    findings: tuple[Finding, ...]


class NumbersWindow(QMainWindow):
    """Of one study. `images_asked`: of which subject somebody wants to see the images, where someone can show them."""

    images_asked = Signal(str)
    closed = Signal()
    _loaded = Signal(Loaded)
    _refused = Signal(str)

    def __init__(
        self,
        desk: Desk,
        *,
        has_images: bool = False,
        choice: Choice | None = None,
        agreed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"ramris - numbers of {desk.folder.name}")
        self.setAccessibleName("Numbers of the study")
        self.setStyleSheet(STYLE)
        self.setMinimumSize(1000, 620)
        self.resize(1280, 760)
        self._desk, self._has_images = desk, has_images
        self.numbers: Numbers | None = None
        self.choice = choice or Choice()
        self.figure: Figure | None = None
        self._drawn: tuple[Numbers, Choice] | None = None
        self.marks: dict[str, None] = {}
        self._agreed = agreed
        self.side = SidePanel(self)
        self.canvas = Canvas(self)
        self.findings = FindingsBar(self)
        self.words = WordsPage(self)
        self.gate = GatePage(self)
        self._title = plain_label("", role="title", wrap=True)
        self._counts = plain_label("", role="for", wrap=True)
        self._notes = plain_label("", role="dim", wrap=True)
        # the figure keeps its size, and isn't laid out and painted twice, from one with more notes to one with fewer
        self._notes.setMinimumHeight(NOTES * self._notes.fontMetrics().lineSpacing())
        self._notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.spot = plain_label(POINT, role="for", wrap=True)
        self.notice = plain_label("", name="notice", wrap=True)
        self._pages = QStackedWidget(self)
        self._inner = QStackedWidget(self)
        self._arrange()
        self.actions_known = shipped_actions()
        known = [Action(a.id, a.title, a.group, a.keys, When.ALWAYS, a.repeats) for a in self.actions_known]
        self._actions = add_actions(self, known, self.act)
        self.side.kind_asked.connect(self._show_kind)
        self.side.value_asked.connect(self._show_value)
        self.side.give_asked.connect(self._give)
        self.findings.asked.connect(self._show_asked)
        self.canvas.chose.connect(self._say_spot)
        self.canvas.clicked.connect(self._clicked)
        self.gate.agreed.connect(self._agree)
        self.gate.left.connect(self.close)
        self._loaded.connect(self._show_numbers, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self._show_refusal, Qt.ConnectionType.QueuedConnection)
        self._work = Latest("numbers", self._fault)
        self._enable()
        self.load()

    def load(self) -> None:
        """Read the study again; what is chosen stays."""
        self._say(READING)
        if self.numbers is None:
            self.words.show_words(READING, "")
            self._pages.setCurrentWidget(self.words)
        self._work.start(self._load)

    @property
    def settled(self) -> bool:
        """Whether nothing is waited for."""
        return self._pages.currentWidget() is not self.words or self.words.title.text() != READING

    def act(self, action_id: str) -> None:
        """Do what an action says."""
        group, _, what = action_id.partition(".")
        if action_id == "window.quit":
            self.close()
        elif action_id == "study.again":
            self.load()
        elif action_id == "help.keys":
            KeysSheet(self.actions_known, BY_ITSELF, self).exec()
        elif group == "finding":
            self._show_asked(self.findings.after(self.choice))
        elif group == "kind":
            self._show_kind(Kind(what))
        elif group in {"filter", "back"} and self.numbers is not None:
            self._show(stepped(self.numbers, self.choice, Filter[what.upper()], 1 if group == "filter" else -1))
        else:
            self._act_on_figure(action_id)

    def _act_on_figure(self, action_id: str) -> None:
        match action_id:
            case "point.right" | "point.left":
                self.canvas.step(1 if action_id == "point.right" else -1)
            case "point.down" | "point.up":
                self.canvas.step_down(1 if action_id == "point.down" else -1)
            case "point.standing_out":
                self.canvas.step_marked()
            case "view.closer" | "view.farther":
                self.canvas.zoom(CLOSER if action_id == "view.closer" else FARTHER)
            case "view.all":
                self.canvas.show_all()
            case "case.open":
                self._open_case()
            case "case.mark":
                self._mark(self.canvas.key)
            case "case.give":
                self._give()
            case "figure.save":
                self._ask_where()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs."""
        self._work.shutdown()
        super().closeEvent(event)
        self.closed.emit()

    def save(self, out: Path) -> None:
        """Save the figure that is shown, by the ending of the name."""
        if self.figure is None or isinstance(self.figure, Nothing):
            self._say("There is no figure to save here", FAILED)
            return
        try:
            save_figure(self.figure, out, self._desk.folder)
        except RamrisError as refusal:
            self._say(f"Not saved: {refusal}", FAILED)
        else:
            still = self.numbers is not None and self.numbers.open_readings
            self._say(f"Saved as {out.name}" + (". Keep it to yourself while cases are read" if still else ""), DONE)

    def _arrange(self) -> None:
        shown = QWidget(self)
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.findings)
        column.addWidget(self._title)
        column.addWidget(self._counts)
        self._inner.addWidget(self.canvas)
        self._why = WordsPage(self)
        self._inner.addWidget(self._why)
        column.addWidget(self._inner, 1)
        column.addWidget(self._notes)
        for page in (shown, self.words, self.gate):
            self._pages.addWidget(page)
        self._figure_page = shown
        below = QVBoxLayout()
        below.addWidget(self._pages, 1)
        below.addWidget(self.spot)
        below.addWidget(self.notice)
        middle = QWidget(self)
        middle.setObjectName("page")
        row = QHBoxLayout(middle)
        row.setContentsMargins(12, 8, 12, 10)
        row.setSpacing(14)
        row.addWidget(self.side)
        row.addLayout(below, 1)
        self.setCentralWidget(middle)

    def _load(self, token: Token) -> None:
        """On the worker's thread."""
        try:
            found = self._desk.load()
        except RamrisError as refused:
            self._refused.emit(str(refused))
            return
        token.checkpoint()
        self._loaded.emit(Loaded(found, standing_out(found)))

    def _show_numbers(self, loaded: Loaded) -> None:
        found = self.numbers = loaded.numbers
        self.findings.show_findings(loaded.findings)
        self._say("")
        if found.open_readings and not self._agreed:
            self.gate.show_open(found.open_readings)
            self._pages.setCurrentWidget(self.gate)
            self.gate.why.setFocus()
            self._enable()
            return
        self._show(settled(found, self.choice))

    def _agree(self) -> None:
        """The coordinator wants to see them: first the record says so, then they are shown."""
        assert self.numbers is not None, "the gate stands before numbers"  # noqa: S101 - for the type checker
        try:
            if self._desk.seen is not None:
                self._desk.seen(self.gate.why.text())
        except RamrisError as refusal:
            self.gate.show_refusal(f"Not shown, as it couldn't be put on the record: {refusal}")
            return
        self._agreed = True
        self._show(settled(self.numbers, self.choice))

    def _show_kind(self, kind: Kind) -> None:
        if self.numbers is not None:
            self._show(settled(self.numbers, replace(self.choice, kind=kind)))

    def _show_asked(self, choice: Choice | None) -> None:
        if self.numbers is not None and choice is not None:
            self._show(settled(self.numbers, choice))

    def _show_value(self, which: Filter, value: str) -> None:
        if self.numbers is not None:
            self._show(settled(self.numbers, with_value(self.choice, which, value)))

    def _show(self, choice: Choice) -> None:
        assert self.numbers is not None, "a choice is among numbers"  # noqa: S101 - for the type checker
        before, self.choice = self._drawn, choice
        self._drawn = self.numbers, heeded(choice)
        if before is not None and before[0] is self.numbers and before[1] == self._drawn[1]:
            # what this figure doesn't heed was chosen
            self.side.show_choice(self.numbers, choice)
            return
        self.figure = figure_of(self.numbers, choice)
        self._pages.setCurrentWidget(self._figure_page)
        show_text(self._title, self.figure.told.title)
        show_text(self._counts, self.figure.told.counts)
        show_text(self._notes, "\n".join((*self.figure.told.notes, *self.numbers.excluded)))
        self._say("")
        restyle(self._notes, "role", "against" if self.figure.told.warns else "dim")
        self.side.show_choice(self.numbers, choice)
        if isinstance(self.figure, Nothing):
            self._why.show_words("Nothing to show here", self.figure.why)
            self._inner.setCurrentWidget(self._why)
        else:
            self._inner.setCurrentWidget(self.canvas)
        self.canvas.show_figure(self.figure, self.marks)
        if self.canvas.chosen == NONE:
            self._say_spot(NONE)
        self._enable()

    def _enable(self) -> None:
        shown = self._pages.currentWidget() is self._figure_page
        self.side.setEnabled(shown)
        for action_id, action in self._actions.items():
            # their keys are those of the question's buttons too
            action.setEnabled(shown or action_id in ALWAYS)
        self.spot.setVisible(shown)

    def _say_spot(self, spot: int) -> None:
        words = POINT if spot == NONE else self.canvas.spots.words(spot)
        key = self.canvas.key
        show_text(self.spot, f"{words}{'  (marked)' if key and key in self.marks else ''}")

    def _clicked(self, _spot: int, shift: bool) -> None:
        if shift:
            self._mark(self.canvas.key)
        else:
            self._open_case()

    def _open_case(self) -> None:
        key = self.canvas.key
        if not key or self.numbers is None:
            self._say("No single case is chosen: Right goes to the first one" if not key else "")
            return
        sheet = CaseSheet(
            case_rows(self.numbers, self.choice, key), self, marked=key in self.marks, has_images=self._has_images
        )

        def mark() -> None:
            self._mark(key)
            sheet.show_marked(marked=key in self.marks)

        def images() -> None:
            sheet.reject()
            self.images_asked.emit(key.partition("/")[0])

        sheet.mark_asked.connect(mark)
        sheet.images_asked.connect(images)
        sheet.exec()

    def _mark(self, key: str) -> None:
        if not key:
            self._say("No single case is chosen: Right goes to the first one")
            return
        if key in self.marks:
            del self.marks[key]
        else:
            self.marks[key] = None
        self.canvas.show_marks(self.marks)
        self.side.show_marks(tuple(self.marks))
        self._say_spot(self.canvas.chosen)

    def _give(self) -> None:
        if not self.marks:
            self._say("No case is marked: M marks the one that is chosen")
            return
        if self._desk.give is None:
            self._say("Only the coordinator's study can give cases: this copy has no vault.db", FAILED)
            return
        assert self.numbers is not None, "what is marked is among numbers"  # noqa: S101 - for the type checker
        dialog = GiveDialog(self.numbers, self.choice, tuple(self.marks), self)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        try:
            told = self._desk.give(dialog.reader, dialog.two, tuple(self.marks))
        except RamrisError as refusal:
            self._say(f"Not given: {refusal}", FAILED)
            return
        self.marks.clear()
        self.canvas.show_marks(())
        self.side.show_marks(())
        self.load()
        self._say(told, DONE)

    def _ask_where(self) -> None:
        name = f"{self._desk.folder.name}-{self.choice.kind.value}.svg"
        filters = "Figure or its points (*.svg *.png *.csv)"
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the figure", name, filters, options=QFileDialog.Option.DontUseNativeDialog
        )
        if chosen:
            self.save(Path(chosen))

    def _show_refusal(self, why: str) -> None:
        self._say("")
        self.words.show_words("The numbers can't be shown", why)
        self._pages.setCurrentWidget(self.words)
        self._enable()

    def _say(self, words: str, tone: str = PLAIN) -> None:
        show_text(self.notice, words)
        restyle(self.notice, "tone", tone)
        self.notice.setVisible(bool(words))

    def _fault(self, error: BaseException) -> None:
        """On the worker's thread: a fault of ours."""
        code, location = fault_line(type(error), error.__traceback__)
        self._refused.emit(f"Fault {code} of the program itself, {location}")
