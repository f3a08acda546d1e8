"""Outlines of bone and lesion: the share of a bone's volume that a lesion takes up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import floor
from typing import ClassVar

from scoring.schemes.bands import band_of
from scoring.schemes.scheme import Feature, Scheme, Site
from scoring.values import replace
from workstation.imaging.growing import AGAIN, grown
from workstation.imaging.measuring import LEAST_POINTS, PlanePoint, overlap, share_percent
from workstation.imaging.measuring import Ring as PlaneRing
from workstation.imaging.rings import NEAR_MM, area_mm2, distance_mm, pulled
from workstation.reading.tools.tool import Drag, FromClick, Hue, Mark, Measured, NotHere, Picture, Ring, Shape, Tool

BONE, LESION = "bone", "lesion"
# where a click's region is narrower it is cut: bones meet where cartilage is thin, and a small lesion is narrow itself
BRIDGES_MM = {BONE: 3.0, LESION: 0.8}
NO_LESION_YET = "The bone is outlined. Shift+M, then the lesion, for its share."


class Outline(Mark, frozen=True, forbid_unknown_fields=True):
    """A ring round a part of one slice: bone or lesion."""

    kept_as: ClassVar[str] = "outlines"
    many: ClassVar[bool] = True

    part: str
    ring: tuple[PlanePoint, ...]

    @property
    def points(self) -> tuple[PlanePoint, ...]:
        """The ring's."""
        return self.ring

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The ring in the colour of its part, its area beside it."""
        area = f"{area_mm2(self.ring):,.0f} mm\N{SUPERSCRIPT TWO}"
        return (Ring(self.ring, Hue.BONE if self.part == BONE else Hue.LESION, area),)

    @property
    def whole(self) -> bool:
        """Whether it encloses anything."""
        return len(self.ring) >= LEAST_POINTS

    def replaces(self, other: Mark) -> bool:
        """Whether it is the old ring drawn again; one beside it is a second lesion, or another part of the bone."""
        if not isinstance(other, Outline):
            return False
        same = (self.series, self.slice_index, self.part) == (other.series, other.slice_index, other.part)
        return same and overlap(self.ring, other.ring)

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """Per cent of the outlined bone that the lesion takes up; None while no bone is outlined.

        No number while no lesion is: that a bone has been outlined says nothing of how ill it is.
        """
        outlines = [mark for mark in marks if isinstance(mark, Outline)]
        by_series: dict[str, int] = defaultdict(int)
        for outline in outlines:
            by_series[outline.series] += outline.part == BONE
        if not any(by_series.values()):
            return None
        # slices of different stacks are differently thick: the stack with most outlines of bone counts
        series = max(by_series, key=lambda code: by_series[code])
        lesions = _rings(outlines, series, LESION)
        share = share_percent(_rings(outlines, series, BONE), lesions)
        if share is None:
            return None
        if not lesions:
            return Measured("", None, NO_LESION_YET, aside=True)
        value = round(share, 1)
        return Measured("share_percent", value, f"{value:.1f} % of the outlined bone")


def _rings(outlines: Sequence[Outline], series: str, part: str) -> dict[int, list[PlaneRing]]:
    found: dict[int, list[PlaneRing]] = defaultdict(list)
    for outline in outlines:
        if (outline.series, outline.part) == (series, part):
            found[outline.slice_index].append(outline.ring)
    return found


def _drawn(part: str) -> Callable[[Drag], Outline | None]:
    def draw(drag: Drag) -> Outline | None:
        outline = Outline(drag.series, drag.slice_index, part, drag.points)
        return outline if outline.whole else None

    return draw


def _grown(part: str) -> Callable[[Drag, Picture], FromClick | None]:
    def click(drag: Drag, picture: Picture) -> FromClick | None:
        (left, top), (row_mm, column_mm) = picture.grid.corner_mm, picture.grid.spacing_mm
        right, down = drag.last
        seed = (floor((down - top) / row_mm), floor((right - left) / column_mm))
        again = AGAIN if part == BONE else ()
        found = grown(picture.values, seed, picture.window, picture.grid.spacing_mm, BRIDGES_MM[part], again=again)
        if found is None:
            return None
        ring = tuple((left + (column + 0.5) * column_mm, top + (row + 0.5) * row_mm) for row, column in found.ring)
        return FromClick(Outline(drag.series, drag.slice_index, part, ring), found.bounded)

    return click


def _pulled(part: str) -> Callable[[Drag, Sequence[Mark]], Outline | None]:
    def pull(drag: Drag, marks: Sequence[Mark]) -> Outline | None:
        start = drag.points[0]
        for mark in marks:
            here = isinstance(mark, Outline) and (mark.series, mark.slice_index, mark.part) == (
                drag.series,
                drag.slice_index,
                part,
            )
            if here and isinstance(mark, Outline) and distance_mm(mark.ring, start) <= NEAR_MM:
                return replace(mark, ring=pulled(mark.ring, start, drag.last))
        return None

    return pull


def _refusal(scheme: Scheme, feature: Feature, _site: Site) -> NotHere | None:
    band = band_of(scheme, feature.code)
    if band is not None and band.quantity == "share_percent":
        return None
    return NotHere(f"No outlines here: {feature.name} isn't graded by its share of a bone in this scheme.")


TOOLS = (
    Tool(
        BONE,
        Outline,
        "Click the bone on each slice, or draw round it; drag a border to mend it. Then Shift+M for the lesion.",
        _drawn(BONE),
        _refusal,
        _grown(BONE),
        _pulled(BONE),
    ),
    Tool(
        LESION,
        Outline,
        "Click the lesion on each slice, or draw round it; drag a border to mend it. Shift+M ends it.",
        _drawn(LESION),
        _refusal,
        _grown(LESION),
        _pulled(LESION),
    ),
)
