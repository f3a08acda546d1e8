"""Grid of Qt with cells and headings in it: those that are shown, and as large as they would be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from workstation.ui.reader.cells.grid import COLUMN_PX, LINE_PX, Grid

# the frame round a visit's cells
FRAME_PX = 2
_GAP_PX = 2
# room for the frame of either visit
_APART_PX = 2

# of a cell, and of one that says that there is no image
LEAST_PX, _SLIM_PX = (120, 100), (COLUMN_PX, LINE_PX)

# the hanging's row and the visit
At = tuple[int, int]


def new_grid(page: QWidget) -> QGridLayout:
    """The grid of a page of images."""
    grid = QGridLayout(page)
    grid.setContentsMargins(FRAME_PX, FRAME_PX, FRAME_PX, FRAME_PX)
    grid.setSpacing(_GAP_PX)
    return grid


def put(grid: QGridLayout, cells: Grid, headings: Mapping[int, QWidget], widgets: Iterable[tuple[At, QWidget]]) -> None:
    """Put headings, by visit, and cells into their places."""
    for number, heading in headings.items():
        grid.addWidget(heading, *cells.heading(number), 1, cells.block)
        heading.show()
    for (row, number), cell in widgets:
        cell.setMinimumSize(*(_SLIM_PX if cells.is_slim(row) else LEAST_PX))
        grid.addWidget(cell, *cells.cell_at(row, number))
        cell.show()


def stretch(grid: QGridLayout, cells: Grid, in_sight: Collection[At], *, visits: int) -> None:
    """Share the room out to the lines and columns that have a cell with an image in sight, or any cell where none has.

    Two visits lie a little apart. What has no image gets a line, or a narrow column.
    """
    taken = [cells.cell_at(*at) for at in in_sight]
    wide = [cells.cell_at(*at) for at in in_sight if not cells.is_slim(at[0])] or taken
    (lines, columns), (all_lines, all_columns) = _lines_of(wide), _lines_of(taken)
    gap_line, gap_column = cells.gap if len(taken) > 1 and visits > 1 else (None, None)
    for line in range(grid.rowCount()):
        grid.setRowStretch(line, int(line in lines))
        slim = LINE_PX if line in all_lines - lines else 0
        grid.setRowMinimumHeight(line, _APART_PX if line == gap_line else slim)
    for column in range(grid.columnCount()):
        grid.setColumnStretch(column, int(column in columns))
        slim = COLUMN_PX if column in all_columns - columns else 0
        grid.setColumnMinimumWidth(column, _APART_PX if column == gap_column else slim)


def _lines_of(taken: Iterable[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """The lines and the columns of these."""
    lines, columns = set[int](), set[int]()
    for line, column in taken:
        lines.add(line)
        columns.add(column)
    return lines, columns


def sizes(cells: Grid, visits: Collection[int], room: QSize, heading_px: int) -> dict[At, QSize]:
    """How large each cell of the visits would be in a page of that size, all of them in sight: Qt itself says so."""
    page = QWidget()
    grid = new_grid(page)
    headings = {number: QWidget(page) for number in visits}
    for heading in headings.values():
        heading.setFixedHeight(heading_px)
    widgets = {(row, number): QWidget(page) for row in range(cells.series) for number in visits}
    for widget in widgets.values():
        widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
    put(grid, cells, headings, widgets.items())
    stretch(grid, cells, widgets, visits=len(visits))
    grid.setGeometry(QRect(0, 0, room.width(), room.height()))
    found = {at: widget.size() for at, widget in widgets.items()}
    page.deleteLater()
    return found
