"""The score form: everything beside the images. Draws the state; asks by signals; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from scoring.readings.reading import SiteKey
from workstation.reading.answers.focus_moves import GoTo, MoveFeature
from workstation.reading.answers.notes import LONGEST_NOTE
from workstation.reading.command import Command
from workstation.reading.progress import case_progress
from workstation.reading.session.session import LastSave
from workstation.reading.session.timing import in_words
from workstation.reading.state import Focus, SessionState
from workstation.reading.wording import as_known, named
from workstation.ui.reader.form.feature_strip import FeatureStrip
from workstation.ui.reader.form.grade_card import GradeCard
from workstation.ui.reader.form.height import (
    LEAST_FIGURE_PX,
    MOST_FIGURE_PX,
    Columns,
    Needs,
    columns,
    figure_px,
    gap_px,
    share,
)
from workstation.ui.reader.form.site_table import SiteTable
from workstation.ui.reader.form.totals_panel import TotalsPanel
from workstation.ui.reader.form.words_edit import WordsEdit
from workstation.ui.reader.form.wrist_diagram import WristDiagram
from workstation.ui.shared import icons, theme
from workstation.ui.shared.labels import SignLabel, plain_label, restyle, show_text

IDLE = "F1 shows all keys."
# margins and rules together
SIDES_PX, AROUND_PX = 28, 12
COLUMNS_APART_PX = 18
# of two columns: where they are narrow the table needs more width than the words of the grades, which wrap
SHARES = {Columns.ONE: (1, 0), Columns.UPPER: (4, 3), Columns.TWO: (1, 1)}
# two lines of the answer to each key
NOTICE_PX = 34
SAVED_WORDS = {
    LastSave.NONE_YET: "",
    LastSave.SAVED: "Saved",
    LastSave.FAILED: "Not saved",
    LastSave.REFUSED: "Not saved",
}

REFUSED_SIGN, TOLD_SIGN = "triangle-alert", "info"


class FormView(QFrame):
    """Case and progress, features, sites, grades, totals, and the line that answers each key."""

    wanted = Signal(Command)
    cases_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self.setAccessibleName("Score form")
        self.words = WordsEdit(self)
        self.strip = FeatureStrip(self)
        self.table = SiteTable(self)
        self.card = GradeCard(self)
        self.diagram = WristDiagram(self)
        self._figure = False
        self.totals = TotalsPanel(self)
        self._notice = plain_label(name="notice", wrap=True)
        self._notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._said = SignLabel()
        self._saved = plain_label(name="saved")
        self._saved_sign = SignLabel()
        self._read = self._sent = ""
        self._saved.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._lay_out()
        self.fit_text()
        self.diagram.asked.connect(self._site_asked)
        self.diagram.side_told.connect(self.wanted)
        self.strip.asked.connect(self._feature_asked)
        self.table.asked.connect(self._site_asked)

    def render_state(self, state: SessionState, last_save: LastSave) -> None:
        """Draw this state; may be called twice without harm."""
        progress = case_progress(state)
        self._case.setText(state.case.code)
        self._case.setAccessibleName(f"Case {state.case.code}. Opens the list of cases.")
        spent = in_words(state.view.active_s)
        self._read = f"{progress.answered} of {progress.wanted} read{', ' if spent else ''}{spent}"
        self._show_progress()
        self.strip.render_state(state)
        self.table.render_state(state)
        self.card.render_state(state)
        self._figure = state.view.form.figure
        self.diagram.render_state(state)
        self.totals.render_state(state)
        refused = state.notice is not None and state.notice.refused
        show_text(
            self._notice, IDLE if state.notice is None else _worded(state, state.notice.text), _accessible_notice(state)
        )
        restyle(self._notice, "kind", "refused" if refused else "idle" if state.notice is None else "told")
        self._fit_notice()
        show_text(self._saved, SAVED_WORDS[last_save], SAVED_WORDS[last_save] or "Nothing entered yet")
        restyle(self._saved, "outcome", last_save.name.lower())
        # a shape beside the colour: what failed is told without telling red from green
        told = None if state.notice is None else (TOLD_SIGN, theme.ACCENT)
        self._said.show_sign((REFUSED_SIGN, theme.REFUSED) if refused else told)
        self._saved_sign.show_sign(_saved_sign(last_save))
        self._share_height()

    def _fit_notice(self) -> None:
        """Smaller words where two lines of the usual size don't hold them: a third would push the grades."""
        font = QFont(self._notice.font())
        font.setPixelSize(theme.TEXT_PX)
        room, wrapped = QRect(0, 0, self._notice.width(), self.height()), Qt.TextFlag.TextWordWrap
        needed = QFontMetrics(font).boundingRect(room, wrapped, self._notice.text()).height()
        restyle(self._notice, "long", "true" if needed > theme.scaled(NOTICE_PX) else "")

    def show_sent(self, line: str) -> None:
        """How far what was read has been sent, below how far it is read; "" where nothing is sent."""
        if line != self._sent:
            # two lines that the head of the form has room for: nothing below moves by a pixel
            self._progress.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
            self._progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._sent = line
            self._show_progress()

    def _show_progress(self) -> None:
        show_text(self._progress, f"{self._read}\n{self._sent}" if self._sent else self._read)

    def fit_text(self) -> None:
        """Take sizes and colours as they are worn now; what is drawn follows with the next state."""
        self.setMinimumWidth(theme.scaled(400))
        self._notice.setMinimumHeight(theme.scaled(NOTICE_PX))
        icons.put(self._case, "chevron-down", "DIM")
        self.strip.fit_text()
        self.table.fit_text()
        self.card.fit_text()
        self.totals.fit_text()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Table and card share the height anew."""
        super().resizeEvent(event)
        self._share_height()
        self._fit_words()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, wherever on the form."""
        self.menu_asked.emit(event.globalPos())

    def _fit_words(self) -> None:
        """Over the totals, above the line that answers: no grade moves under the mouse while words are typed."""
        bottom = self.height() - theme.scaled(NOTICE_PX) - 8
        self.words.stand_in(QRect(0, 0, self.width(), bottom), self.totals.geometry())

    @property
    def parts(self) -> Mapping[str, QWidget]:
        """What can be pointed at, by name."""
        return {
            "strip": self.strip,
            "table": self.table,
            "card": self.card,
            "diagram": self.diagram,
            "totals": self.totals,
            "notice": self._notice,
        }

    def ask_for_words(self, state: SessionState, name: str) -> None:
        """Open the line for words for the site in focus; `name` is the code's."""
        self.words.open(_worded(state, f"{name}: {named(state.scheme, state.focus.key)}"))
        self._fit_words()

    def ask_for_note(self, state: SessionState, key: SiteKey) -> None:
        """Open the line for words for a note at a site."""
        note = state.notes.get(key)
        title = _worded(state, f"Note: {named(state.scheme, key)}")
        self.words.open(title, note.text if note else "", LONGEST_NOTE)
        self._fit_words()

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 14, 6)
        top = QHBoxLayout()
        self._case = QPushButton(self)
        self._case.setObjectName("caseCode")
        self._case.setFlat(True)
        self._case.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._case.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._case.setCursor(Qt.CursorShape.PointingHandCursor)
        self._case.clicked.connect(self.cases_asked)
        self._progress = plain_label(name="progress")
        top.addWidget(self._case)
        top.addStretch(1)
        top.addWidget(self._progress, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(top)
        column.addWidget(self.strip)
        self._beside = beside = QHBoxLayout()
        self._left, self._right, self._below = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        beside.addLayout(self._left, 1)
        beside.addLayout(self._right)
        column.addLayout(beside, 1)
        column.addLayout(self._below)
        self._rule = _rule(self)
        self._columns: Columns | None = None
        self._stand()
        column.addWidget(_rule(self))
        bottom = QHBoxLayout()
        bottom.addWidget(self._said, 0, Qt.AlignmentFlag.AlignVCenter)
        bottom.addWidget(self._notice, 1)
        bottom.addWidget(self._saved_sign, 0, Qt.AlignmentFlag.AlignVCenter)
        bottom.addWidget(self._saved, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(bottom)

    def _stand(self) -> None:
        """Have the parts stand as the width wants it."""
        now = columns(round(self.width() / theme.scale()))
        if now is self._columns:
            return
        self._columns = now
        for index, share_of_width in enumerate(SHARES[now]):
            self._beside.setStretch(index, share_of_width)
        self._beside.setSpacing(0 if now is Columns.ONE else COLUMNS_APART_PX)
        totals: tuple[QWidget, ...] = (self._rule, self.totals)
        ways: dict[Columns, tuple[tuple[QWidget, ...], ...]] = {
            Columns.ONE: ((self.table, self.card, self.diagram, *totals), (), ()),
            Columns.UPPER: ((self.table,), (self.card,), (self.diagram, *totals)),
            Columns.TWO: ((self.table, *totals), (self.card, self.diagram), ()),
        }
        for layout, parts in zip((self._left, self._right, self._below), ways[now], strict=True):
            while layout.count():
                layout.takeAt(0)
            for part in parts:
                layout.addWidget(part, int(part is self.card))
            if parts and self.card not in parts and layout is not self._below:
                layout.addStretch(1)

    def _share_height(self) -> None:
        self._stand()
        gap = gap_px(self.height())
        for layout in (self._column, self._left, self._right, self._below):
            layout.setSpacing(gap)
        # not what the line at the bottom wants for its words: they would move the grades under the mouse
        fixed = (
            self._case.sizeHint().height()
            + self.strip.sizeHint().height()
            + theme.scaled(NOTICE_PX)
            + AROUND_PX
            + 8 * gap
        )
        totals, short = self.totals.heights()
        wide = self.width() - SIDES_PX
        now = columns(round(self.width() / theme.scale()))
        left, other = SHARES[now]
        right = wide if now is Columns.ONE else (wide - COLUMNS_APART_PX) * other // (left + other)
        words = self.card.least_height(right)
        most = figure_px(right if now is Columns.TWO else wide)
        rows, header = self.table.model().rowCount(), self.table.horizontalHeader().height()
        explained = self.card.explained_height(right)
        shares = share(
            Needs(self.height(), fixed, words, totals, short, rows, header, now, most, theme.scale(), explained)
        )
        self.table.setFixedHeight(shares.table_px)
        self.totals.show_short(shares.short_totals)
        # words and drawing both where there is room; else one of them, as the reader chose
        both = shares.figure_px > 0
        self.card.setVisible(both or not self._figure)
        self.diagram.setVisible(both or self._figure)
        if both:
            self.diagram.setFixedHeight(shares.figure_px)
        else:
            self.diagram.setMinimumHeight(LEAST_FIGURE_PX)
            self.diagram.setMaximumHeight(MOST_FIGURE_PX)
        # at once, so that nothing is painted at the places of the feature before
        self._column.activate()

    def _feature_asked(self, by: int) -> None:
        self.wanted.emit(MoveFeature(by))

    def _site_asked(self, focus: Focus) -> None:
        self.wanted.emit(GoTo(focus))


def _saved_sign(last_save: LastSave) -> tuple[str, str] | None:
    match last_save:
        case LastSave.SAVED:
            return "check", theme.SAVED
        case LastSave.FAILED:
            return REFUSED_SIGN, theme.REFUSED
        case LastSave.REFUSED:
            return "lock", theme.REFUSED
        case _:
            return None


def _accessible_notice(state: SessionState) -> str:
    if state.notice is None:
        return IDLE
    text = _worded(state, state.notice.text)
    return f"Refused: {text}" if state.notice.refused else text


def _worded(state: SessionState, text: str) -> str:
    """As the reader may hear it: lines are written for baseline and follow-up."""
    return as_known(state.case, text)


def _rule(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line
