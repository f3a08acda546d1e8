"""Marks that measure a site: a width, a depth guide, outlines of bone and lesion. Frozen; as JSON.

Points are millimetres in the plane of the slice named, (right, down) from the origin of the patient system.
"""

from __future__ import annotations

from collections import defaultdict
from math import isfinite

import msgspec

from workstation.imaging.measuring import PlanePoint, Ring, share_percent, width_mm

TOOLS = ("width", "depth", "bone", "lesion")
PARTS = ("bone", "lesion")


class Width(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A calliper from `start` to `end`."""

    series: str
    slice_index: int
    start: PlanePoint
    end: PlanePoint

    @property
    def mm(self) -> float:
        """How wide."""
        return width_mm(self.start, self.end)


class Depth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place on the articular surface, and a place towards the shaft."""

    series: str
    slice_index: int
    surface: PlanePoint
    towards: PlanePoint


class Outline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ring round a part of one slice: bone or lesion."""

    series: str
    slice_index: int
    part: str
    ring: tuple[PlanePoint, ...]


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is drawn at one site of one visit.

    expected: the grade was given where its site is expected (`expected_places`), and the reader had moved nothing.
    """

    width: Width | None = None
    depth: Depth | None = None
    outlines: tuple[Outline, ...] = ()
    expected: bool = False

    @property
    def share(self) -> float | None:
        """Per cent of the outlined bone that the lesion takes up; None while no bone is outlined."""
        by_series: dict[str, int] = defaultdict(int)
        for outline in self.outlines:
            by_series[outline.series] += outline.part == "bone"
        if not any(by_series.values()):
            return None
        # slices of different stacks are differently thick: the stack with most outlines of bone counts
        series = max(by_series, key=lambda code: by_series[code])
        return share_percent(self._rings(series, "bone"), self._rings(series, "lesion"))

    @property
    def measured(self) -> tuple[str, float | None]:
        """What is kept with the grade: the quantity's name and its value; ("", None) where nothing was measured."""
        if self.width is not None:
            return "width_mm", round(self.width.mm, 2)
        share = self.share
        return ("", None) if share is None else ("share_percent", round(share, 1))

    def _rings(self, series: str, part: str) -> dict[int, list[Ring]]:
        found: dict[int, list[Ring]] = defaultdict(list)
        for outline in self.outlines:
            if (outline.series, outline.part) == (series, part):
                found[outline.slice_index].append(outline.ring)
        return found


def marks_text(marks: Marks) -> str:
    """As JSON; empty for nothing."""
    return "" if marks == Marks() else msgspec.json.encode(marks).decode()


def marks_from(text: str) -> Marks:
    """The inverse; what isn't ours, or isn't finite, is no marks. Never raises."""
    if not text:
        return Marks()
    try:
        marks = msgspec.json.decode(text, type=Marks)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return Marks()
    points = [point for outline in marks.outlines for point in outline.ring]
    if marks.width is not None:
        points += [marks.width.start, marks.width.end]
    if marks.depth is not None:
        points += [marks.depth.surface, marks.depth.towards]
    return marks if all(isfinite(value) for point in points for value in point) else Marks()
