"""The series of one subject as a grid: a row for each visit, a column for each kind and plane, so that gaps show."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workstation.managing.state import SeriesLine, SeriesStatus, SubjectLine

SERIES_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Kind = tuple[str, str]
VISITS = {1: "Baseline", 2: "Follow-up"}


class SeriesModel(QAbstractTableModel):
    """`show` puts another subject in; an empty cell is a series that the protocol asks for and the visit lacks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[SubjectLine | None, tuple[Kind, ...]] = (None, ())
        self._columns: list[Kind] = []
        self._rows: list[list[SeriesLine | None]] = []
        self._visits: list[int] = []

    def show(self, subject: SubjectLine | None, wanted: tuple[Kind, ...]) -> bool:
        """Take over a subject; whether anything is other than before."""
        if (subject, wanted) == self._shown:
            return False
        self.beginResetModel()
        self._shown = (subject, wanted)
        self._visits = [visit.number for visit in subject.visits] if subject else []
        by_visit = [_by_kind(visit.series) for visit in subject.visits] if subject else []
        self._columns = _columns(by_visit, wanted) if subject else []
        self._rows = [_row(found, self._columns) for found in by_visit]
        self.endResetModel()
        return True

    def series(self, index: Index) -> SeriesLine | None:
        """What stands in a cell."""
        return self._rows[index.row()][index.column()] if index.isValid() else None

    def index_of(self, code: str) -> QModelIndex:
        """Where a series stands; an invalid index where it doesn't."""
        for row, line in enumerate(self._rows):
            for column, item in enumerate(line):
                if item is not None and item.code == code:
                    return self.index(row, column)
        return QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        """One a visit."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """One a kind and plane."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        """Kinds above, visits beside."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return " ".join(self._columns[section])
        number = self._visits[section]
        return VISITS.get(number, f"Visit {number}")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        """The series itself for the delegate, and in words for screen readers."""
        series = self._rows[index.row()][index.column()]
        if role == SERIES_ROLE:
            return series
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            visit = self.headerData(index.row(), Qt.Orientation.Vertical)
            kind = " ".join(self._columns[index.column()])
            return f"{visit}, {kind}: {in_words(series)}"
        return None


def in_words(series: SeriesLine | None) -> str:
    """A cell as it is read out."""
    if series is None:
        return "none"
    state = f", {series.out}" if series.out else "" if series.status is SeriesStatus.IN else f", {series.status}"
    unsure = ", please choose its kind" if series.candidates else ""
    return f"{series.code}, {series.slices} slices{state}{unsure}"


def _by_kind(series: tuple[SeriesLine, ...]) -> dict[Kind, list[SeriesLine]]:
    found: dict[Kind, list[SeriesLine]] = {}
    for item in series:
        found.setdefault((item.kind, item.plane), []).append(item)
    return found


def _columns(visits: list[dict[Kind, list[SeriesLine]]], wanted: tuple[Kind, ...]) -> list[Kind]:
    """What the protocol wants first, then what else there is; a kind that stands twice has two columns."""
    others = sorted({kind for found in visits for kind in found} - set(wanted))
    return [
        kind for kind in (*wanted, *others) for _ in range(max([1, *(len(found.get(kind, ())) for found in visits)]))
    ]


def _row(found: dict[Kind, list[SeriesLine]], columns: list[Kind]) -> list[SeriesLine | None]:
    left = {kind: list(items) for kind, items in found.items()}
    return [left[kind].pop(0) if left.get(kind) else None for kind in columns]
