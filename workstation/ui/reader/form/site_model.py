"""The model of the table of sites: what each cell shows, and how it looks."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QWidget,
)

from scoring.readings.reading import Graded, SiteKey
from scoring.readings.strict_totals import site_change
from scoring.readings.visit_words import difference_word
from scoring.schemes.scheme import Site, SiteCode
from workstation.reading.answers.hide_baseline import hides, hides_baseline
from workstation.reading.answers.other_readings import beside_words, short_words
from workstation.reading.answers.viewings import seen_now, slices_lacked, slices_words
from workstation.reading.state import Focus, SessionState
from workstation.reading.wording import as_known, visit_name
from workstation.ui.reader.form.wording import HIDDEN, UNREAD, answer_text, change_text, spoken
from workstation.ui.shared import theme

CODE, NAME, BASELINE, FOLLOW_UP, CHANGE = range(5)
HEADINGS = ("", "Site", "Baseline", "Follow-up", "Change")
VISIT_OF = {BASELINE: 1, FOLLOW_UP: 2}
CENTRED = frozenset({BASELINE, FOLLOW_UP, CHANGE})

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class Look(Struct, frozen=True):
    """How a cell looks: its words in letters of that size, and what stands beside them (`SiteModel` says what)."""

    text: str
    colour: str
    size_px: int
    bold: bool
    raised: bool
    in_focus: bool
    slices: str = ""
    beside: str = ""

    @property
    def font(self) -> QFont:
        """Of the words."""
        font = QFont()
        font.setPixelSize(self.size_px)
        font.setBold(self.bold)
        return font


class SiteModel(QAbstractTableModel):
    """One row a site; what is shown comes from the state alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state: SessionState | None = None
        # of the state shown, and of text of the size that is worn now
        self._looks: dict[tuple[int, int], Look] = {}

    @property
    def state(self) -> SessionState | None:
        """What is drawn now."""
        return self._state

    def show(self, state: SessionState) -> None:
        """Draw this state."""
        before = self._state
        self._looks.clear()
        if (
            before is None
            or before.case is not state.case
            or before.scheme is not state.scheme
            or before.focus.feature != state.focus.feature
        ):
            self.beginResetModel()
            self._state = state
            self.endResetModel()
            return
        before, self._state = self._state, state
        if before is None or not _alike(before, state):
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, CHANGE))
            return
        seen_more = _seen_more(before, state)
        for row, site in enumerate(state.feature.sites):
            if _looks_other(before, state, site.code, seen_more=seen_more):
                # cell by cell, since Qt paints the whole table anew for a range
                for column in range(len(HEADINGS)):
                    self.dataChanged.emit(self.index(row, column), self.index(row, column))

    def site(self, row: int) -> Site:
        """The site of a row."""
        if self._state is None:
            raise IndexError(row)
        return self._state.feature.sites[row]

    def focus_at(self, index: Index) -> Focus | None:
        """The answer under a cell; a cell of code, name or change stands for the visit in focus."""
        if self._state is None or not index.isValid():
            return None
        visit = VISIT_OF.get(index.column(), self._state.focus.visit)
        return Focus(self._state.focus.feature, self.site(index.row()).code, visit)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the feature has sites."""
        return 0 if self._state is None or parent.isValid() else len(self._state.feature.sites)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Code, name, baseline, follow-up, change."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return self._heading(section)
        if role == Role.AccessibleTextRole:
            return self._heading(section) or "Code"
        if role == Role.TextAlignmentRole:
            return _aligned(section)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Text, colours and what a screen reader says of one cell."""
        state = self._state
        if state is None or not index.isValid():
            return None
        match role:
            case Role.DisplayRole:
                return self.look(index.row(), index.column()).text
            case Role.AccessibleTextRole | Role.ToolTipRole:
                return self._spoken(state, index)
            case Role.ForegroundRole:
                return QColor(self.look(index.row(), index.column()).colour)
            case Role.FontRole:
                return self.look(index.row(), index.column()).font
            case _:
                return _aligned(index.column()) if role == Role.TextAlignmentRole else None

    def _heading(self, section: int) -> str:
        if self._state is None:
            return HEADINGS[section]
        case = self._state.case
        return difference_word(ordered=case.ordered) if section == CHANGE else as_known(case, HEADINGS[section])

    def look(self, row: int, column: int) -> Look:
        """How a cell looks in the state shown: found once, since Qt asks for it many times."""
        found = self._looks.get((row, column))
        if found is None:
            if self._state is None:
                raise IndexError(row)
            found = self._looks[row, column] = _look(self._state, self.site(row), column)
        return found

    def forget_looks(self) -> None:
        """Text of another size is worn, or other colours."""
        self._looks.clear()

    def _key(self, state: SessionState, index: Index, visit: int) -> SiteKey:
        return SiteKey(visit, state.focus.feature, self.site(index.row()).code)

    def _spoken(self, state: SessionState, index: Index) -> str:
        name, column = self.site(index.row()).name, index.column()
        if column in VISIT_OF:
            visit = VISIT_OF[column]
            here = ", in focus" if self.focus_at(index) == state.focus else ""
            key = self._key(state, index, visit)
            if hides(state, key):
                return f"{name}, {visit_name(state, visit)}: {HIDDEN}"
            others = beside_words(state, key)
            answer = spoken(state.feature.scale, state.reading.answer(key))
            said = f"{answer}{slices_words(state, key)}{_noted(state, key)}"
            said += f"; {others}" if others else ""
            return f"{name}, {visit_name(state, visit)}: {said}{here}"
        if column == CHANGE:
            word = difference_word(ordered=state.case.ordered).lower()
            return f"{name}, {word}: {self.look(index.row(), column).text or 'none yet'}"
        return f"{self.site(index.row()).code} {name}"


def _alike(one: SessionState, other: SessionState) -> bool:
    """Whether two states differ in answers and focus alone, as far as the table shows them."""
    hidden = (hides_baseline(one), hides_baseline(other))
    return (
        one.case is other.case
        and one.focus.feature == other.focus.feature
        and one.notes is other.notes
        and hidden[0] == hidden[1]
    )


def _seen_more(before: SessionState, now: SessionState) -> bool:
    """Whether more of any slice was in sight since: time alone, which every key adds to, changes no count."""
    was, seen = before.view.seen, now.view.seen
    return was is not seen and any(code not in was or was[code].parts is not seen[code].parts for code in seen)


def _looks_other(before: SessionState, now: SessionState, site: SiteCode, *, seen_more: bool) -> bool:
    """Whether the row of a site is to be painted anew: it has, had or gets the focus, or another answer."""
    if before.focus != now.focus and site in {before.focus.site, now.focus.site}:
        return True
    keys = [SiteKey(visit, now.focus.feature, site) for visit in VISIT_OF.values()]
    if seen_more and any(seen_now(before, key) != seen_now(now, key) for key in keys):
        return True
    return any(before.reading.answer(key) != now.reading.answer(key) for key in keys)


def _noted(state: SessionState, key: SiteKey) -> str:
    note = state.notes.get(key)
    if note is None:
        return ""
    return (", unsure" if note.unsure else "") + (f", note: {note.text}" if note.text else "")


def _look(state: SessionState, site: Site, column: int) -> Look:
    raised = site.code == state.focus.site
    if column == CODE:
        return Look(site.code, theme.DIM, theme.SMALL_PX, bold=False, raised=raised, in_focus=False)
    if column == NAME:
        # what stands before a colon is the short name; the grade card has the whole one
        words, colour = site.name.partition(":")[0], theme.BRIGHT if raised else theme.TEXT
        return Look(words, colour, theme.TEXT_PX, bold=raised, raised=raised, in_focus=False)
    if column == CHANGE:
        change = None if hides_baseline(state) else site_change(state.reading, state.focus.feature, site.code)
        words = change_text(change)
        colour = theme.DIM if words == "0" else theme.BRIGHT
        return Look(words, colour, theme.TEXT_PX, bold=False, raised=raised, in_focus=False)
    key = SiteKey(VISIT_OF[column], state.focus.feature, site.code)
    answer, hidden = state.reading.answer(key), hides(state, key)
    words = HIDDEN if hidden else answer_text(state.feature.scale, answer) + _marks(state, key)
    return Look(
        words,
        theme.DIM if hidden or not isinstance(answer, Graded) else theme.BRIGHT,
        theme.UNREAD_PX if words == UNREAD else theme.TEXT_PX,
        bold=True,
        raised=raised,
        in_focus=raised and key.visit == state.focus.visit,
        slices="" if hidden else _slices(state, key),
        beside=short_words(state, key),
    )


def _marks(state: SessionState, key: SiteKey) -> str:
    note = state.notes.get(key)
    return "" if note is None else (" ?" if note.unsure else "") + (" *" if note.text else "")


def _slices(state: SessionState, key: SiteKey) -> str:
    """Such as 5/8 where a 0 stands and five of its site's eight slices have been seen; else nothing."""
    found = slices_lacked(state, key)
    return "" if found is None else f"{found[0]}/{found[1]}"


def _aligned(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignHCenter if column in CENTRED else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
