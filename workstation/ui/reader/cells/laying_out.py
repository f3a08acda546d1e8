"""Grid of Qt with cells and headings in it: those that are shown, and as large as they would be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from workstation.ui.reader.cells.grid import Grid

# the frame round a visit's cells
FRAME_PX = 2
_GAP_PX = 2
# room for the frame of either visit
_APART_PX = 2

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
        grid.addWidget(cell, *cells.cell_at(row, number))
        cell.show()


def stretch(grid: QGridLayout, cells: Grid, in_sight: Collection[At], *, visits: int) -> None:
    """Share the room out to the lines and columns that have a cell in sight; two visits lie a little apart."""
    taken = [cells.cell_at(*at) for at in in_sight]
    lines, columns = {line for line, _ in taken}, {column for _, column in taken}
    gap_line, gap_column = cells.gap if len(taken) > 1 and visits > 1 else (None, None)
    for line in range(grid.rowCount()):
        grid.setRowStretch(line, int(line in lines))
        grid.setRowMinimumHeight(line, _APART_PX if line == gap_line else 0)
    for column in range(grid.columnCount()):
        grid.setColumnStretch(column, int(column in columns))
        grid.setColumnMinimumWidth(column, _APART_PX if column == gap_column else 0)


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
