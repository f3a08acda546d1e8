"""Figure as a value: points, lines, bars, a map of sites or drawn wrists; and as a table of what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from scoring.comparison.grades import Array
from scoring.comparison.points import SiteMean
from workstation.diagram.outlines import Diagram

Row = Sequence[object]


class Tint(Enum):
    """What a colour stands for; the window and a saved picture have their own of each."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LIMIT = "limit"
    QUIET = "quiet"


READERS = (Tint.FIRST, Tint.SECOND, Tint.THIRD, Tint.FOURTH)


@dataclass(frozen=True, slots=True)
class Told:
    """What stands around a figure. counts: how many it shows, and what was left out; notes: what it says, in words.

    warns: the notes say something that a coordinator should look into.
    """

    title: str
    counts: str
    notes: tuple[str, ...] = ()
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Dots:
    """Points. keys: the enrolment of each; words: of one of them; marked: those that stand out, drawn as diamonds."""

    name: str
    x: Array
    y: Array
    keys: tuple[str, ...]
    words: Callable[[int], str] = field(compare=False, repr=False)
    marked: NDArray[np.bool_]
    tint: Tint = Tint.FIRST


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line over the whole figure: at a value of y or of x, or where both are equal (value None)."""

    value: float | None
    words: str = ""
    upright: bool = False
    dashed: bool = False
    tint: Tint = Tint.LIMIT


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points."""

    name: str
    x: Array
    y: Array
    tint: Tint
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Points and lines. y_names: what stands in place of the numbers 0, 1, 2 ... on the upright axis, if anything."""

    told: Told
    x_label: str
    y_label: str
    dots: tuple[Dots, ...]
    lines: tuple[Line, ...] = ()
    curves: tuple[Curve, ...] = ()
    y_names: tuple[str, ...] = ()
    joined: bool = False

    def table(self) -> Iterator[Row]:
        """A row for each point, then one for each line and each corner of a curve."""
        yield "what", "name", "enrolment", self.x_label, self.y_label, "marked"
        for dots in self.dots:
            for key, x, y, marked in zip(dots.keys, dots.x, dots.y, dots.marked, strict=True):
                yield "point", dots.name, key, float(x), float(y), int(marked)
        for line in self.lines:
            if line.value is not None:
                yield "line", line.words, "", *((line.value, "") if line.upright else ("", line.value)), ""
        for curve in self.curves:
            for x, y in zip(curve.x, curve.y, strict=True):
                yield "curve", curve.name, "", float(x), float(y), ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A group of bars for each of `groups`, one for each of `names`; values names x groups, nan where there is none."""

    told: Told
    x_label: str
    y_label: str
    groups: tuple[str, ...]
    names: tuple[str, ...]
    values: Array
    counts: tuple[int, ...]

    def table(self) -> Iterator[Row]:
        """A row for each bar."""
        yield "name", self.x_label, self.y_label, "n"
        for name, row, count in zip(self.names, self.values, self.counts, strict=True):
            for group, value in zip(self.groups, row, strict=True):
                yield name, group, "" if np.isnan(value) else float(value), count


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Change of each site (rows) in each pair (columns), nan where it isn't known. features: (code, how many rows)."""

    told: Told
    features: tuple[tuple[str, int], ...]
    sites: tuple[str, ...]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    values: Array

    @property
    def reach(self) -> float:
        """The largest change in either direction, 1 or more."""
        found = np.abs(self.values[np.isfinite(self.values)])
        return max(1.0, float(found.max())) if found.size else 1.0

    def row_names(self) -> Iterator[tuple[str, str]]:
        """(feature, site) of each row."""
        sites = iter(self.sites)
        for feature, count in self.features:
            for _ in range(count):
                yield feature, next(sites)

    def table(self) -> Iterator[Row]:
        """A row for each site of each pair."""
        yield "feature", "site", "enrolment", "change"
        for (feature, site), row in zip(self.row_names(), self.values, strict=True):
            for key, value in zip(self.keys, row, strict=True):
                yield feature, site, key, "" if np.isnan(value) else float(value)


@dataclass(frozen=True, slots=True)
class Wrists:
    """The scheme's drawing for each feature that it has (code, name), its sites coloured by mean change."""

    told: Told
    diagram: Diagram
    features: tuple[tuple[str, str], ...]
    means: tuple[dict[str, SiteMean], ...]

    def table(self) -> Iterator[Row]:
        """A row for each site."""
        yield "feature", "site", "mean change", "n"
        for (feature, _), means in zip(self.features, self.means, strict=True):
            for site, item in means.items():
                yield feature, site, "" if item.mean is None else item.mean, item.n


@dataclass(frozen=True, slots=True)
class Nothing:
    """No figure can be drawn: why, and what to do next."""

    told: Told
    why: str

    def table(self) -> Iterator[Row]:
        """No row."""
        yield from ()


Figure = Plot | Bars | SiteMap | Wrists | Nothing
