"""The page beside the images where a case is signed or parked: what was found, what is asked, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from scoring.readings.checks import Level
from scoring.readings.park_reasons import ParkReason
from scoring.readings.reading import SiteKey
from storage.clock import with_zone
from storage.signing.sheet import LONGEST_ANSWER, Signature, SigningSheet
from workstation.reading.answers.review import summary
from workstation.reading.state import SessionState
from workstation.ui.reader.closing.review_table import ReviewTable, is_for_table
from workstation.ui.reader.closing.wanted_site import WantedSite
from workstation.ui.reader.form.totals_panel import TotalsPanel
from workstation.ui.shared import icons, theme
from workstation.ui.shared.labels import plain_label, restyle, show_text

SIGN, PARK, GO_ON, BACK = "Sign", "Park", "Next case", "Back (Esc)"
SHEET = "Save the read sheet (S)"
HEAD_PIECE = 32
# Qt's own QWIDGETSIZE_MAX
UNBOUND_PX = (1 << 24) - 1
HINT = "All scores: arrows, Space for the next to look at, Return or a click to go there, Esc back."
ICONS = {SIGN: "signature", PARK: "circle-parking", GO_ON: "arrow-right"}


if TYPE_CHECKING:
    from storage.study.calibrating.stand import Stand
    from workstation.ui.reader.closing.feedback import FeedbackList


class Answers(Struct, frozen=True):
    """The reader's words to each finding that asks for some, by its id."""

    by_finding: dict[str, str]


class ClosingPage(QFrame):
    """Return goes from line to line and then does it, Escape goes back. One of three: to sign, to park, or done."""

    signed = Signal(Answers, str)
    parked = Signal(str)
    went_on = Signal()
    sheet_wanted = Signal()
    left = Signal()
    wanted = Signal(SiteKey)
    reference_wanted = Signal(WantedSite)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self.setMinimumWidth(400)
        self._lines: dict[str, QLineEdit] = {}
        self._case = ""
        self._passphrase: QLineEdit | None = None
        self._reasons: QListWidget | None = None
        self._table: ReviewTable | None = None
        self._differing: FeedbackList | None = None
        # what was typed before a site was looked at again, by case and check
        self._typed: dict[tuple[str, str], str] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(10)
        self._title = plain_label(name="caseCode")
        column.addWidget(self._title)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._area, 2)
        self._review = QVBoxLayout()
        column.addLayout(self._review, 3)
        self._said = plain_label(name="notice", wrap=True)
        column.addWidget(self._said)
        row = QHBoxLayout()
        self._do = self._button(SIGN)
        self._back = self._button(BACK)
        icons.put(self._back, "x")
        self._do.clicked.connect(self._done)
        self._back.clicked.connect(self.left)
        row.addWidget(self._do)
        row.addWidget(self._back)
        self._sheet = self._button(SHEET)
        icons.put(self._sheet, "notebook-pen")
        self._sheet.clicked.connect(self.sheet_wanted)
        row.addWidget(self._sheet)
        row.addStretch(1)
        column.addLayout(row)

    def ask_to_sign(self, sheet: SigningSheet, state: SessionState, back_at: SiteKey | None = None) -> None:
        """Show the totals of `state`, what the checks found, every score, and what the signature means.

        back_at: the site that was looked at again from here; None where the page is opened for the first time.
        """
        inside, column = self._begin(f"Sign case {sheet.case}", SIGN)
        totals = TotalsPanel(inside)
        totals.render_state(state)
        column.addWidget(totals)
        told = summary(state)
        if told:
            column.addWidget(plain_label(told, role="bright", wrap=True))
        if not sheet.findings:
            column.addWidget(plain_label("The checks found no problem.", wrap=True))
        for number, finding in enumerate(sheet.findings, 1):
            column.addWidget(plain_label(f"{number}. {finding.text}", role="bright", wrap=True))
            if finding.level is Level.ANSWER:
                self._lines[finding.id] = line = self._line(
                    inside, f"Answer to: {finding.text}", "Your answer, in words"
                )
                line.setText(self._typed.get((sheet.case, finding.id), ""))
                column.addWidget(line)
        self._table = ReviewTable(state, sheet.findings, self)
        self._table.wanted.connect(self._look_again)
        self._table.installEventFilter(self)
        self._review.addWidget(plain_label(HINT, role="small", wrap=True))
        self._review.addWidget(self._table, 1)
        if not sheet.blocked:
            self._add_signature(self, self._review, sheet)
        self._case = sheet.case
        self._show(inside, enabled=not sheet.blocked)
        self._table.stand_on(back_at)
        if back_at is not None:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        if sheet.blocked:
            self.say("Correct this before you sign. Esc goes back to the scores.", refused=True)

    def ask_to_park(self, case: str, reasons: Sequence[ParkReason]) -> None:
        """Show the closed list of reasons."""
        inside, column = self._begin(f"Park case {case}", PARK)
        column.addWidget(
            plain_label(
                "The case waits for the coordinator, and you go on with the next one. Answers are kept. Choose why:",
                wrap=True,
            )
        )
        self._reasons = QListWidget(inside)
        self._reasons.setObjectName("cases")
        self._reasons.setAccessibleName("Reasons")
        self._reasons.setWordWrap(True)
        self._reasons.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for reason in reasons:
            item = QListWidgetItem(reason.text)
            item.setData(Qt.ItemDataRole.UserRole, reason.code)
            self._reasons.addItem(item)
        self._reasons.setCurrentRow(0)
        self._reasons.installEventFilter(self)
        column.addWidget(self._reasons, 1)
        self._show(inside)

    def show_signed(self, signature: Signature, left: int, *, with_sheet: bool = False) -> None:
        """Say that it is signed, with the head that proves it, and what is left; offer its read sheet."""
        inside, column = self._begin(f"Case {signature.case} is signed", GO_ON)
        picture = plain_label()
        picture.setPixmap(icons.pixmap("circle-check-big", 40, theme.SAVED, self.devicePixelRatioF()))
        column.addWidget(picture)
        for text in (
            f"By {signature.name or signature.reader}, {with_zone(signature.at_utc)}.",
            "You can't change it any more. The coordinator can reopen it, with a reason.",
            "Head of the record with this signature:",
        ):
            column.addWidget(plain_label(text, wrap=True))
        column.addWidget(_head(signature.head))
        column.addWidget(plain_label(_left(left), role="bright", wrap=True))
        self._show(inside, back=False)
        self._sheet.setVisible(with_sheet)

    def show_feedback(self, stand: Stand, back_at: SiteKey | None = None) -> None:
        """Say how a signed case of a calibration lies to the reference, and what of the gates is passed.

        back_at: the site that was looked at from here; None where the page is opened for the first time.
        """
        # imported when a calibration asks: nobody else's start waits for it
        from workstation.ui.reader.closing.feedback import ALL_SAME, HINT, FeedbackList, add_feedback  # noqa: PLC0415

        case = "" if stand.case is None else stand.case.case
        inside, column = self._begin(f"Case {case} is signed" if case else "Calibration", GO_ON)
        add_feedback(stand, column)
        self._share(3, 2)
        self._case = case
        self._differing = FeedbackList(stand, self)
        self._differing.wanted.connect(self.reference_wanted)
        self._differing.installEventFilter(self)
        said = HINT if self._differing.count() else ALL_SAME
        self._review.addWidget(plain_label(said, role="small", wrap=True))
        self._review.addWidget(self._differing, 1)
        self._show(inside)
        if back_at is not None:
            self._differing.stand_on(back_at)
            self._differing.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str, *, refused: bool) -> None:
        """The line at the bottom."""
        show_text(self._said, text, f"Refused: {text}" if refused else text)
        restyle(self._said, "kind", "refused" if refused else "told")

    def _share(self, above: int, below: int) -> None:
        """Of the height, how much what is told has, and how much the lines below it."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout), "made so"  # noqa: S101 - for the type checker
        column.setStretch(1, above)
        column.setStretch(2, below)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return in a line or in the list, and Escape anywhere; a key that is held, or a second click, does nothing."""
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(watched, QPushButton):
            # the first click has done it, and another button may stand here now
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and not self._back.isHidden():
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_S and not self._sheet.isHidden() and not event.isAutoRepeat():
                self.sheet_wanted.emit()
                return True
            lines = self._table or self._differing
            if lines is not None and watched is not lines and is_for_table(event, watched):
                lines.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and watched is not lines:
                if not event.isAutoRepeat():
                    self._entered(watched)
                return True
        return super().eventFilter(watched, event)

    def _add_signature(self, inside: QWidget, column: QVBoxLayout, sheet: SigningSheet) -> None:
        again = " It was signed before and reopened. Each change since then is an amendment." if sheet.amends else ""
        column.addWidget(
            plain_label(f"\N{LEFT DOUBLE QUOTATION MARK}{sheet.meaning}\N{RIGHT DOUBLE QUOTATION MARK}", wrap=True)
        )
        who = f"{sheet.name} ({sheet.reader})" if sheet.name else sheet.reader
        column.addWidget(plain_label(f"You sign as {who}, with the time of signing.{again}", wrap=True))
        if sheet.asks_passphrase:
            self._passphrase = self._line(inside, "Passphrase", "Passphrase", LONGEST_ANSWER * 5)
            self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
            column.addWidget(self._passphrase)
        column.addWidget(plain_label("Head of the record before it:", role="small"))
        column.addWidget(_head(sheet.head))

    def _begin(self, title: str, do: str) -> tuple[QWidget, QVBoxLayout]:
        self._lines, self._passphrase, self._reasons, self._table = {}, None, None, None
        self._differing = None
        while (item := self._review.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._area.setMaximumHeight(UNBOUND_PX)
        self._share(2, 3)
        self._sheet.hide()
        show_text(self._title, title)
        self.setAccessibleName(title)
        self._do.setText(f"{do} (Return)")
        self._do.setAccessibleName(do)
        icons.put(self._do, ICONS[do], "BRIGHT")
        self.say("", refused=False)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        return inside, column

    def _show(self, inside: QWidget, *, enabled: bool = True, back: bool = True) -> None:
        layout = inside.layout()
        if isinstance(layout, QVBoxLayout) and self._reasons is None:
            layout.addStretch(1)
        self._area.setWidget(inside)
        for index in range(self._review.count()):
            item = self._review.itemAt(index)
            widget = None if item is None else item.widget()
            if widget is not None:
                # a layout shows what is new in it only when the event loop comes round
                widget.show()
        if self._table is not None:
            # no more than it needs: the table has the rest
            self._area.setMaximumHeight(inside.heightForWidth(self.width() - 56) + 4)
        self._do.setVisible(enabled)
        self._back.setVisible(back)
        first = next(iter(self._stops()), self._do if enabled else self._back)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stops(self) -> list[QWidget]:
        passphrase = [self._passphrase] if self._passphrase is not None else []
        return [*self._lines.values(), *passphrase, *([self._reasons] if self._reasons is not None else [])]

    def _entered(self, watched: QObject) -> None:
        if watched is self._back:
            self.left.emit()
            return
        if watched is self._sheet:
            self.sheet_wanted.emit()
            return
        stops = self._stops()
        index = next((number for number, stop in enumerate(stops) if stop is watched), len(stops))
        if index + 1 < len(stops):
            stops[index + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._done()

    def _done(self) -> None:
        if self._reasons is not None:
            item = self._reasons.currentItem()
            self.parked.emit(item.data(Qt.ItemDataRole.UserRole))
        elif self._do.accessibleName() == GO_ON:
            self.went_on.emit()
        else:
            words = ""
            if self._passphrase is not None:
                words = self._passphrase.text()
                # where it was another one, the next is typed over it and not behind it
                self._passphrase.selectAll()
            self.signed.emit(Answers({name: line.text() for name, line in self._lines.items()}), words)

    def _look_again(self, key: SiteKey) -> None:
        self._typed |= {(self._case, name): line.text() for name, line in self._lines.items()}
        self.wanted.emit(key)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName("closing")
        button.installEventFilter(self)
        return button

    def _line(self, parent: QWidget, name: str, hint: str, longest: int = LONGEST_ANSWER) -> QLineEdit:
        line = QLineEdit(parent)
        line.setObjectName("answer")
        line.setAccessibleName(name)
        line.setPlaceholderText(hint)
        line.setMaxLength(longest)
        line.installEventFilter(self)
        return line


def _head(digest: str) -> QWidget:
    """A hash in two lines, so that it can be read out or written down."""
    label = plain_label(f"{digest[:HEAD_PIECE]}\n{digest[HEAD_PIECE:]}", name="head")
    label.setAccessibleName(digest)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _left(count: int) -> str:
    if not count:
        return "Every case on your worklist is signed. Nothing is left to do."
    return "1 case is not signed yet." if count == 1 else f"{count} cases are not signed yet."
