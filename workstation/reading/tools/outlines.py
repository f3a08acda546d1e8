"""Outlines of bone and lesion: the share of a bone's volume that a lesion takes up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import ClassVar

from scoring.schemes.bands import band_of
from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.imaging.measuring import LEAST_POINTS, PlanePoint, overlap, share_percent
from workstation.imaging.measuring import Ring as PlaneRing
from workstation.reading.tools.tool import Drag, Hue, Mark, Measured, NotHere, Ring, Shape, Tool

BONE, LESION = "bone", "lesion"


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
        """The ring in the colour of its part."""
        return (Ring(self.ring, Hue.BONE if self.part == BONE else Hue.LESION),)

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
        """Per cent of the outlined bone that the lesion takes up; None while no bone is outlined."""
        outlines = [mark for mark in marks if isinstance(mark, Outline)]
        by_series: dict[str, int] = defaultdict(int)
        for outline in outlines:
            by_series[outline.series] += outline.part == BONE
        if not any(by_series.values()):
            return None
        # slices of different stacks are differently thick: the stack with most outlines of bone counts
        series = max(by_series, key=lambda code: by_series[code])
        share = share_percent(_rings(outlines, series, BONE), _rings(outlines, series, LESION))
        if share is None:
            return None
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


def _refusal(scheme: Scheme, feature: Feature, _site: Site) -> NotHere | None:
    band = band_of(scheme, feature.code)
    if band is not None and band.quantity == "share_percent":
        return None
    return NotHere(f"No outlines here: {feature.name} isn't graded by its share of a bone in this scheme.")


TOOLS = (
    Tool(
        BONE,
        Outline,
        "Outline the bone on each slice, then press Shift+M for the lesion.",
        _drawn(BONE),
        _refusal,
    ),
    Tool(LESION, Outline, "Outline the lesion on each slice. Shift+M ends it.", _drawn(LESION), _refusal),
)
