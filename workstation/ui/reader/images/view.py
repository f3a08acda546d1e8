"""View of one cell, as values. `arranging` computes them from the state.

Coordinates in a plane are millimetres along the row and column axes of its stack, (right, down), measured from the
origin of the patient system.
"""

from __future__ import annotations

from math import ceil, floor

from msgspec import Struct

from scoring.readings.visit_words import worded
from scoring.schemes.modalities import KIND_WORDS, PLANE_WORDS, XR, modality_of_plane
from storage.records import SeriesRecord
from workstation.hanging.words import VISITS
from workstation.imaging.gaps import Gap, gaps
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.rigid import Rigid
from workstation.imaging.wrist.outline import Box
from workstation.reading.command import Command
from workstation.reading.images.reformatting import MoveThrough
from workstation.reading.images.view import Scroll
from workstation.reading.marks import Marks
from workstation.reading.seen_slices import Part
from workstation.reading.view_state import Window

_SPOKEN_KINDS = {
    "T1": "T1",
    "T2FS": "T2 fat-suppressed",
    "PD": "proton density",
    "T1FSGD": "T1 post-contrast",
}

PlanePoint = tuple[float, float]
# no plane of a file: what is cut has scale and shift of its own
REFORMATTED = "reformatted"
# what a notch of the wheel moves a cut plane by
_CUT_STEP_MM = 1.0
# of a thousandth: an image that just fits its cell is seen whole
_ROUNDING = 1e-6


class Segment(Struct, frozen=True):
    """Where another plane's slice cuts this one. `registered`: it is a slice of the other visit, by registration."""

    start_mm: PlanePoint
    end_mm: PlanePoint
    registered: bool = False


class Mark(Struct, frozen=True):
    """Where the cursor lies in this slice's plane. `registered`: it was put at the other visit."""

    at_mm: PlanePoint
    registered: bool


class Circle(Struct, frozen=True):
    """The ring round the site in focus, as this slice cuts it. `expected`: the site is only expected there."""

    middle_mm: PlanePoint
    radius_mm: float
    expected: bool


class EmptyView(Struct, frozen=True):
    """A cell without a series, and why."""

    visit: int
    caption: str
    reason: str
    ordered: bool = True
    alone: bool = False

    @property
    def accessible_name(self) -> str:
        """The cell in words."""
        return worded(f"{VISITS[self.visit]}, {self.reason}", ordered=self.ordered, alone=self.alone)


class Compared(Struct, frozen=True):
    """The same series of the other visit, laid over a cell's own. share: how much of it, from 0 to 1, is seen.

    movement: from the cell's visit to the other; where it is given the difference is shown, else None. gain: how many
    times brighter unchanged tissue is at the other visit.
    """

    other: SeriesView
    share: float = 1.0
    movement: Rigid | None = None
    gain: float = 1.0


class SeriesView(Struct, frozen=True):
    """A cell with one slice of a series.

    inverted: white is low. ordered: which visit came first is known. guest: it stands in the cell of the other visit.
    source: the series that a plane is cut through, where it is reformatted; `series` then says how the plane is shown.
    overview: of a radiograph, the whole of it is wanted in a corner while a part is shown.
    light: how its grey is matched with the other visit's. tool: what a drag draws here; idle_tool: one is in hand that
    draws elsewhere.

    expected: it shows where the site in focus is expected, and the reader has chosen nothing of it.
    box: what of it is to fit into the cell. centre_mm: what lies in the middle of the cell.
    beyond_mm: how far the visit's cursor is from the slice shown when it lies outside the stack, else 0. missing_mm:
    the same where it lies in a gap, on a slice that isn't there.
    """

    visit: int
    caption: str
    note: str
    series: SeriesRecord
    stack: Stack
    index: int
    beyond_mm: float
    window: Window
    box: Box
    centre_mm: PlanePoint
    crossings: tuple[Segment, ...] = ()
    cursor: Mark | None = None
    ring: Circle | None = None
    own_coordinates: bool = False
    inverted: bool = False
    ordered: bool = True
    alone: bool = False
    smooth: bool = True
    guest: bool = False
    expected: bool = False
    missing_mm: float = 0.0
    marks: Marks | None = None
    measured: str = ""
    tool: str = ""
    idle_tool: bool = False
    light: str = ""
    compared: Compared | None = None
    overview: bool = False
    source: SeriesRecord | None = None

    @property
    def corner_mm(self) -> PlanePoint:
        """The upper left corner of the first pixel of the slice shown."""
        origin = self.stack.positions_mm[self.index]
        row_mm, column_mm = self.stack.spacing_mm
        return (dot(origin, self.stack.right) - column_mm / 2, dot(origin, self.stack.down) - row_mm / 2)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the slice, whole pixels."""
        row_mm, column_mm = self.stack.spacing_mm
        return (self.stack.columns * column_mm, self.stack.rows * row_mm)

    def part_within(self, half_mm: tuple[float, float]) -> Part:
        """The part of the image that lies no farther from the middle of the cell, in thousandths of the image."""
        edges = []
        for axis in (0, 1):
            first, size = self.corner_mm[axis], self.size_mm[axis]
            ends = ((self.centre_mm[axis] + way * half_mm[axis] - first) / size for way in (-1, 1))
            near, far = (min(max(end, 0.0), 1.0) * 1000 for end in ends)
            # inwards, so that no more counts than can be seen
            edges.append((ceil(near - _ROUNDING), floor(far + _ROUNDING)))
        (left, right), (top, bottom) = edges
        return (left, top, right, bottom)

    def moved_by(self, notches: int, *, alone: bool = False) -> Command:
        """What a wheel wants that turns by so many notches: slices, or a cut plane moved."""
        if self.source is None:
            return Scroll(self.visit, self.series.code, notches, alone=alone)
        mm = notches * _CUT_STEP_MM
        return MoveThrough(self.visit, self.source.code, self.stack.normal, mm, alone=alone)

    @property
    def position_mm(self) -> float:
        """Where the slice lies along the normal, from the middle slice of its stack."""
        heights = self.stack.heights_mm
        return heights[self.index] - heights[len(heights) // 2]

    @property
    def is_radiograph(self) -> bool:
        """Whether it is a projection: no slice of it lies anywhere in the patient."""
        return modality_of_plane(self.series.plane) is XR

    @property
    def position_text(self) -> str:
        """The line at the bottom: slice and place; of a radiograph where its millimetres are measured."""
        if self.is_radiograph:
            return "mm at the detector"
        if self.source is not None:
            # that it is reformatted stands in its title; with that here, too, a narrow cell has no place for its ruler
            return f"{self.source.slice_spacing_mm or 0:.1f} mm slices"
        height = f"{self.position_mm:+.1f} mm" if round(self.position_mm, 1) else "0.0 mm"
        alone = "  |  scrolls alone" if self.own_coordinates else ""
        return f"slice {self.index + 1} of {len(self.stack.positions_mm)}  |  {height}{alone}"

    @property
    def beyond_text(self) -> str:
        """Says that an end slice stands in for a place outside the stack, or nothing."""
        return f"{self.beyond_mm:.0f} mm outside this stack" if self.beyond_mm else ""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where slices of this series are missing."""
        return gaps(self.stack.heights_mm, self.series.slice_spacing_mm)

    @property
    def gap_text(self) -> str:
        """What a missing slice means for the one shown; where it lies, for the others; or nothing."""
        if self.missing_mm:
            return f"slice missing here; the nearest is {self.missing_mm:.1f} mm away"
        for gap in self.gaps:
            if self.index in {gap.after, gap.after + 1}:
                other = gap.after + 2 if self.index == gap.after else gap.after + 1
                return f"gap: {gap.mm:.1f} mm to slice {other}"
        pairs = ", ".join(f"{gap.after + 1} and {gap.after + 2}" for gap in self.gaps)
        return f"gap between slices {pairs}" if pairs else ""

    @property
    def warns(self) -> bool:
        """Whether the slice shown isn't the one of the place that is looked at."""
        return bool(self.beyond_mm or self.missing_mm)

    @property
    def above_text(self) -> str:
        """The small line over it: what the reader must know of this slice, or nothing."""
        proposed = "expected position" if self.expected else ""
        return "  |  ".join(part for part in (self.beyond_text, self.gap_text, proposed) if part)

    @property
    def window_text(self) -> str:
        """Width and level, stored values."""
        width, level = self.window.high - self.window.low, (self.window.high + self.window.low) / 2
        return f"W {width:.0f}  L {level:.0f}"

    @property
    def accessible_name(self) -> str:
        """The cell in words: visit, plane, kind, slice."""
        kind = _SPOKEN_KINDS.get(self.series.kind) or KIND_WORDS.get(self.series.kind, "series of unknown kind")
        plane = PLANE_WORDS.get(self.series.plane, "oblique")
        if self.source is not None:
            visit = worded(VISITS[self.visit], ordered=self.ordered, alone=self.alone)
            return f"{visit}, {self.caption}, {self.source.slice_spacing_mm or 0:.1f} mm slices"
        where = f"{plane} {kind}"
        where = where if self.is_radiograph else f"{where}, slice {self.index + 1} of {len(self.stack.positions_mm)}"
        proposed = ", expected position" if self.expected else ""
        gap = f", {self.gap_text}" if self.gap_text else ""
        light = f", {self.light}" if self.light else ""
        return f"{worded(VISITS[self.visit], ordered=self.ordered, alone=self.alone)}, {where}{proposed}{gap}{light}"


CellView = SeriesView | EmptyView
