"""Finding of a visit's outline in one plane: by T1 and PD, which show tissue best, else by all that the plane has.

It depends on the visit's images alone, never on what was loaded first, so a case looks the same each time it is opened,
to each reader, and when it comes again as a repeat. Pure NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from numpy.typing import NDArray

from storage.records import SeriesRecord
from workstation.imaging.geometry import Stack
from workstation.imaging.wrist.grounds import KINDS, grounds
from workstation.imaging.wrist.outline import Box, Outline, field_of
from workstation.imaging.wrist.tissue_box import tissue_box

# what boxes of two series may differ by at an edge, as a part of the image, before both count
ALIKE = 0.10
_EDGE_MM = 1e-3


def found_outline(plane: Sequence[SeriesRecord], volumes: Mapping[str, NDArray[Any]]) -> Outline | None:
    """The outline of the wrist in a plane; None where the whole images are to be shown.

    Args:
        plane: a visit's series of one plane and frame of reference.
        volumes: (slice, row, column) as they are shown, by series code; those of `grounds`, as far as they can be had.
    """
    shown = [series for series in grounds(plane) if series.code in volumes]
    found = [(Stack.of(series), tissue_box(series, volumes[series.code])) for series in shown]
    believed = [(stack, box) for stack, box in found if box is not None]
    # without T1 and PD none may be left out: what one shows is dark in another
    if not believed or found[0][1] is None or (shown[0].kind not in KINDS and len(believed) < len(found)):
        return None
    leading, first = believed[0]
    boxes = [first, *(Outline.of(box, stack).on(leading) for stack, box in believed[1:])]
    field = field_of(leading)
    if len(boxes) > 1 and (shown[0].kind not in KINDS or not _alike(boxes, field)):
        first = reduce(Box.united, boxes)
    fields = [Outline.of(field_of(stack), stack).on(leading) for stack in map(Stack.of, plane) if stack.positions_mm]
    return Outline.of(_as_far_as_shown(first, field, reduce(Box.united, fields, field)), leading)


def _alike(boxes: Sequence[Box], field: Box) -> bool:
    wide, high = (ALIKE * size for size in field.size_mm)
    first = boxes[0]
    return all(
        max(abs(box.left - first.left), abs(box.right - first.right)) <= wide
        and max(abs(box.top - first.top), abs(box.bottom - first.bottom)) <= high
        for box in boxes
    )


def _as_far_as_shown(box: Box, field: Box, farthest: Box) -> Box:
    """Where tissue leaves the leading image it goes on as far as any image of the plane shows it."""
    return Box(
        min(box.left, farthest.left) if box.left <= field.left + _EDGE_MM else box.left,
        min(box.top, farthest.top) if box.top <= field.top + _EDGE_MM else box.top,
        max(box.right, farthest.right) if box.right >= field.right - _EDGE_MM else box.right,
        max(box.bottom, farthest.bottom) if box.bottom >= field.bottom - _EDGE_MM else box.bottom,
    )
