"""Alignment of cells: the same part of the wrist in the middle of all, as far as the zoom leaves room. Pure.

Stacks are laid anew at each visit, some millimetres or a centimetre elsewhere. Whole images stand in their cells as
they are; zoomed in, each is shifted so that zoom and pan show the same anatomy at both visits, by the link in use, and
in all series of a visit. A shift moves whole images across the screen; nothing that is scored is resampled for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from scoring.values import replace
from storage.records import Vector3
from workstation.imaging.geometry import add, dot
from workstation.imaging.wrist.outline import middle_of
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.view_state import ViewState
from workstation.ui.reader.images.view import CellView, SeriesView

Rows = list[list[CellView]]


def aligned(rows: Rows, view: ViewState, shown_mm: Mapping[str, tuple[float, float]]) -> Rows:
    """The cells with what belongs together at one place. shown_mm: by plane width and height of what a cell shows."""
    if view.camera.zoom <= 1:
        # what is to be seen of each image fits into its cell
        return rows
    planes = {cell.series.pane for row in rows for cell in row if _belongs(cell)}
    anchors = {plane: _anchors(rows, plane, view) for plane in planes}
    return [[_shifted(cell, anchors, shown_mm) for cell in row] for row in rows]


def middle_mm(cell: SeriesView, view: ViewState) -> Vector3:
    """The place in the middle of a cell before it was panned, LPS."""
    right, down = view.camera.pan_mm.get(cell.series.pane, (0.0, 0.0))
    centre, stack = cell.stack.centre_mm, cell.stack
    across = cell.centre_mm[0] + right - dot(centre, stack.right)
    along = cell.centre_mm[1] + down - dot(centre, stack.down)
    return add(add(centre, stack.right, across), stack.down, along)


def _belongs(cell: CellView) -> TypeGuard[SeriesView]:
    """Whether the cell's coordinates are those of its visit."""
    return isinstance(cell, SeriesView) and not cell.own_coordinates and bool(cell.series.frame)


def _anchors(rows: Rows, plane: str, view: ViewState) -> Mapping[int, Vector3]:
    """By visit the place that all its cells of a plane are to have in the middle: that of the uppermost series."""
    found: dict[int, Vector3] = {}
    for row in rows:
        for cell in row:
            if _belongs(cell) and cell.series.pane == plane:
                found.setdefault(cell.visit, middle_of(cell.box, cell.stack))
    if view.link.linked and BASELINE in found:
        found[FOLLOW_UP] = view.link.relation(found[BASELINE])
    return found


def _shifted(
    cell: CellView, anchors: Mapping[str, Mapping[int, Vector3]], shown_mm: Mapping[str, tuple[float, float]]
) -> CellView:
    if not _belongs(cell):
        return cell
    away = add(anchors[cell.series.pane][cell.visit], middle_of(cell.box, cell.stack), -1.0)
    wanted = (dot(away, cell.stack.right), dot(away, cell.stack.down))
    # no farther than to the edge of the box: what fits into the cell stays in it whole
    shown = shown_mm[cell.series.pane]
    room = [max(0.0, (cell.box.size_mm[axis] - shown[axis]) / 2) for axis in (0, 1)]
    right, down = (min(max(wanted[axis], -room[axis]), room[axis]) for axis in (0, 1))
    if not right and not down:
        return cell
    return replace(cell, centre_mm=(cell.centre_mm[0] + right, cell.centre_mm[1] + down))
