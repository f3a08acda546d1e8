"""Seen slices: which slices of a case stood on the screen, which part of them, and for how long. Pure.

Kept for the whole case and not for a site, since whoever scrolled through the wrist once has seen it: a slice counts
for a site when the site's position was in the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

# thousandths of the image's width and height: (left, top, right, bottom)
Part = tuple[int, int, int, int]
WHOLE: Part = (0, 0, 1000, 1000)
# what passes faster than this while a stack is scrolled isn't looked at
LEAST_MS = 150
# a slice that stands longer without a key or the mouse has nobody in front of it
LONGEST_MS = 90_000
# of one series: who pans without end shows new parts without end
MOST_PARTS = 24


class Glance(Struct, frozen=True):
    """A slice that stands in a cell. ms: since it was told last; whole_ms: since it came there."""

    series: str
    index: int
    part: Part
    ms: float
    whole_ms: float


class SeenSeries(Struct, frozen=True):
    """Of one series: each part that was in sight with the slices seen so, and how long each slice was, in ms."""

    parts: Mapping[Part, frozenset[int]]
    ms: Mapping[int, int]

    def at(self, position: tuple[int, int]) -> frozenset[int]:
        """The slices on which that position, in thousandths of the image, was in sight."""
        return frozenset().union(
            *(slices for part, slices in self.parts.items() if _holds(part, (*position, *position)))
        )


NOTHING_SEEN = SeenSeries(MappingProxyType({}), MappingProxyType({}))
Seen = Mapping[str, SeenSeries]


def with_glances(seen: Seen, glances: Iterable[Glance]) -> Seen:
    """What was seen, with these; the same value where none of them counts."""
    found = dict(seen)
    for glance in glances:
        if glance.whole_ms >= LEAST_MS:
            found[glance.series] = _with(found.get(glance.series, NOTHING_SEEN), glance)
    return MappingProxyType(found) if any(found[code] is not seen.get(code) for code in found) else seen


def _with(series: SeenSeries, glance: Glance) -> SeenSeries:
    ms = round(min(glance.ms, LONGEST_MS))
    known = any(_holds(part, glance.part) and glance.index in slices for part, slices in series.parts.items())
    if known and not ms:
        return series
    times = MappingProxyType({**series.ms, glance.index: series.ms.get(glance.index, 0) + ms})
    if known:
        return SeenSeries(series.parts, times)
    parts = {
        # what a larger part shows needn't be kept of a smaller one
        part: slices - {glance.index} if _holds(glance.part, part) else slices
        for part, slices in series.parts.items()
    }
    parts[glance.part] = parts.get(glance.part, frozenset()) | {glance.index}
    kept = sorted((part for part in parts if parts[part]), key=lambda part: -len(parts[part]))[:MOST_PARTS]
    return SeenSeries(MappingProxyType({part: parts[part] for part in kept}), times)


def _holds(outer: Part, inner: Part) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
