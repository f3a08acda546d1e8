"""The subjects of a study as rows: what each visit has, and what is to be done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont

from storage.vault.choices import About
from workstation.intake.findings import Level
from workstation.managing.filtering import matches
from workstation.managing.state import ManagingState, SeriesStatus, SubjectLine
from workstation.ui.shared import theme
from workstation.ui.shared.coordinator_style import ATTENTION

HEADERS = ("Subject", "Baseline", "Follow-up", "To do", "Patient ID, folders")
TO_DO, WHO = 3, 4
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class SubjectModel(QAbstractTableModel):
    """Rows by subject code. `show` takes a whole state and changes only what differs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._typed = ""
        # off until it is asked for, and off again at the next start: nobody's ID comes on a screen by accident
        self.names_shown = False
        self._state = ManagingState()
        self._subjects: tuple[SubjectLine, ...] = ()
        self._visits: list[tuple[str, str]] = []
        self._to_do: list[tuple[str, bool]] = []

    def show(self, state: ManagingState) -> bool:
        """Take over the subjects of a state that match what was typed; whether the rows are others than before."""
        self._state = state
        everybody = state.study.subjects if state.study else ()
        words = _to_do(everybody, state)
        rows = [
            (subject, told)
            for subject, told in zip(everybody, words, strict=True)
            if matches(self._typed, subject.code, subject.folders, f"{told[0]} {_gone(subject)}")
        ]
        subjects, to_do = tuple(subject for subject, _ in rows), [told for _, told in rows]
        if subjects != self._subjects:
            self.beginResetModel()
            self._subjects, self._to_do = subjects, to_do
            wanted = len(state.study.wanted) if state.study else 0
            # once for all paints
            self._visits = [(_visit(subject, 0, wanted), _visit(subject, 1, wanted)) for subject in subjects]
            self.endResetModel()
            return True
        if to_do != self._to_do:
            self._to_do = to_do
            self.dataChanged.emit(self.index(0, TO_DO), self.index(len(subjects) - 1, TO_DO))
        return False

    def filter(self, typed: str) -> bool:
        """Show those subjects alone that these words mean; whether the rows are others than before."""
        self._typed = typed
        return self.show(self._state)

    def show_names(self, *, shown: bool) -> None:
        """Whether patient IDs and folders are given to whoever draws or speaks the rows."""
        self.names_shown = shown
        if self._subjects:
            self.dataChanged.emit(self.index(0, WHO), self.index(len(self._subjects) - 1, WHO))

    @property
    def shown(self) -> tuple[SubjectLine, ...]:
        """The subjects of the rows."""
        return self._subjects

    def subject(self, row: int) -> SubjectLine | None:
        """The subject of a row."""
        return self._subjects[row] if 0 <= row < len(self._subjects) else None

    def row_of(self, code: str) -> int:
        """The row of a subject, 0 where it isn't among them."""
        return next((row for row, subject in enumerate(self._subjects) if subject.code == code), 0)

    def rowCount(self, parent: Index = ROOT) -> int:
        """One a subject."""
        return 0 if parent.isValid() else len(self._subjects)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Those of the headers."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        """The columns by name."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        """A cell's text, its colour, and the whole row in words for screen readers."""
        row, column = index.row(), index.column()
        code, (first, second), (to_do, _) = self._subjects[row].code, self._visits[row], self._to_do[row]
        if role == Qt.ItemDataRole.DisplayRole:
            return (code, first, second, to_do, self.who(row))[column]
        if role in {Qt.ItemDataRole.FontRole, Qt.ItemDataRole.ForegroundRole}:
            return self._look(row, column, role)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            who = f", {self.who(row)}" if self.names_shown else ""
            return f"Subject {code}, baseline {first}, follow-up {second}, {to_do}{who}"
        if role == Qt.ItemDataRole.ToolTipRole and column == WHO:
            return self.who(row) or None
        return None

    def _look(self, row: int, column: int, role: int) -> QBrush | QFont | None:
        """Font or colour of a cell; a subject that is out is struck through and dim."""
        out, (to_do, asks) = self._subjects[row].out, self._to_do[row]
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setStrikeOut(True)
            return font if out and column == 0 else None
        if out:
            return QBrush(QColor(theme.DIM))
        colour = ATTENTION if asks else theme.SAVED if to_do == "ready" else theme.DIM
        return QBrush(QColor(colour)) if column == TO_DO else None

    def who(self, row: int) -> str:
        """Whose row it is, as far as that is shown."""
        subject = self._subjects[row]
        return f"{subject.patient or 'no ID'}, {subject.folders}" if self.names_shown else ""


def _gone(subject: SubjectLine) -> str:
    """What of it is removed or excluded, in words that the filter finds."""
    return " ".join([subject.out, *(visit.out for visit in subject.visits), *(item.out for item in subject.series)])


def _visit(subject: SubjectLine, index: int, wanted: int) -> str:
    """How many of the series that are wanted a visit has."""
    if index >= len(subject.visits):
        return "none"
    if subject.visits[index].out:
        return subject.visits[index].out
    series = [item for item in subject.visits[index].series if item.status is SeriesStatus.IN and not item.out]
    kinds = {(item.kind, item.plane) for item in series if item.kind != "OTHER"}
    more = len(subject.visits) - 2 if index else 0
    return f"{len(kinds)} of {wanted}" + (f" (+{more})" if more > 0 else "")


def _to_do(subjects: tuple[SubjectLine, ...], state: ManagingState) -> list[tuple[str, bool]]:
    """(words, whether they ask for something) for each subject."""
    accepted = state.accepted
    # counted as something to choose
    asking = {item.code for subject in subjects for item in subject.series if item.asks}
    asked = {about.of(code) for about in (About.KIND, About.TEXT) for code in asking}
    counts = Counter(
        code
        for item in state.findings or ()
        if item.level is not Level.NOTE and item.id not in accepted and item.question not in asked
        for code in item.subjects
    )
    return [_words(subject, counts[subject.code], checked=state.findings is not None) for subject in subjects]


def _words(subject: SubjectLine, findings: int, *, checked: bool) -> tuple[str, bool]:
    if subject.out:
        return subject.out, False
    choose = sum(item.asks for item in subject.series)
    parts = [f"choose {choose}"] if choose else []
    parts += [f"{findings} found"] if findings else []
    if parts:
        return ", ".join(parts), True
    if not checked:
        return "checking", False
    return ("read" if subject.read else "ready"), False
