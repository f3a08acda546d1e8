"""Matching of a pair: for each series the window that shows unchanged tissue alike at both visits, or why not.

Pure NumPy. What is used depends on the case alone, never on what was loaded first, so a case looks the same each time
it is opened, to each reader, and when it comes again as a repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from storage.records import SeriesRecord
from workstation.imaging.light.gain import Seen, gains
from workstation.imaging.light.ground import Grounds
from workstation.imaging.light.lit import Lit
from workstation.imaging.light.overlay import overlaid
from workstation.imaging.light.radiographs import radiographs_lit
from workstation.imaging.light.tissue import signal
from workstation.imaging.light.window import common_high
from workstation.imaging.reducing import Grid, reducible

DARK = frozenset({"T2FS", "T1FSGD"})
UNKNOWN = "OTHER"

Visit = Sequence[SeriesRecord]
Name = tuple[str, str]
"""Kind and plane."""


def lit(first: Visit, second: Visit, volumes: Mapping[str, NDArray[Any]]) -> dict[str, Lit]:
    """The light of every series that is a volume or a radiograph, by its code.

    Args:
        first: the series of one visit.
        second: those of the other.
        volumes: (slice, row, column), stored values as they are shown, by series code. What isn't there isn't lit.
    """
    sides = [[one for one in visit if one.code in volumes and reducible(one)] for visit in (first, second)]
    found: dict[str, Lit] = {}
    for frames in sorted({(one.frame, other.frame) for one in sides[0] for other in sides[1]}):
        pair = [_by_name(visit, frame) for visit, frame in zip(sides, frames, strict=True)]
        found |= _in_one_frame(pair[0], pair[1], volumes)
    for visit, other in (sides, sides[::-1]):
        names = {(series.kind, series.plane) for series in other}
        for series in visit:
            if series.code not in found:
                found[series.code] = _alone(series, volumes, _why_alone(series, names))
    return found | radiographs_lit(first, second, volumes)


def _by_name(visit: Visit, frame: str) -> dict[Name, SeriesRecord]:
    """Of each known kind and plane the series with most slices, the first of equals."""
    found: dict[Name, SeriesRecord] = {}
    for series in visit:
        name = (series.kind, series.plane)
        if series.frame == frame and series.kind != UNKNOWN:
            kept = found.get(name)
            found[name] = series if kept is None or len(series.slices) > len(kept.slices) else kept
    return found


def _in_one_frame(
    first: Mapping[Name, SeriesRecord], second: Mapping[Name, SeriesRecord], volumes: Mapping[str, NDArray[Any]]
) -> dict[str, Lit]:
    names = sorted(first.keys() & second.keys())
    if not names:
        return {}
    grids = [_Grids(visit, volumes) for visit in (first, second)]
    grounds = [Grounds(of_visit) for of_visit in grids]
    leading = grounds[0].best(names)
    movement = overlaid(*grounds[0].ground(leading), *grounds[1].ground(leading))
    found: dict[str, Lit] = {}
    for plane in sorted({plane for _, plane in names}):
        here, there = (
            Seen(
                {kind: of_visit[kind, its] for kind, its in names if its == plane},
                *ground.under(plane),
            )
            for of_visit, ground in zip(grids, grounds, strict=True)
        )
        for kind, gain in gains(here, there, movement).items():
            name = (kind, plane)
            one, other = first[name], second[name]
            if gain.doubt:
                found |= {series.code: _alone(series, volumes, gain.doubt) for series in (one, other)}
                continue
            bright = [ground.brightness(name) for ground in grounds]
            high = common_high(bright[0], bright[1], gain.times, dark=kind in DARK)
            found[one.code] = Lit.of(one, high, 1.0, gain.voxels)
            found[other.code] = Lit.of(other, high * gain.times, gain.times, gain.voxels)
        del here, there
        for of_visit in grids:
            of_visit.let_go(plane)
    return found


class _Grids(Mapping[Name, Grid]):
    """The series of a visit, reduced when they are asked for and held until they are let go of.

    All at once take an eighth of the pixels, on top of all else that the room holds.
    """

    def __init__(self, series: Mapping[Name, SeriesRecord], volumes: Mapping[str, NDArray[Any]]) -> None:
        self._series, self._volumes = series, volumes
        self._made: dict[Name, Grid] = {}

    def __getitem__(self, name: Name) -> Grid:
        if name not in self._made:
            series = self._series[name]
            self._made[name] = signal(series, self._volumes[series.code])
        return self._made[name]

    def __iter__(self) -> Iterator[Name]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    def let_go(self, plane: str) -> None:
        """Those of a plane aren't needed any more; who asks for one all the same gets an equal one."""
        self._made = {name: grid for name, grid in self._made.items() if name[1] != plane}


def _alone(series: SeriesRecord, volumes: Mapping[str, NDArray[Any]], why: str) -> Lit:
    """Its own light, by the same rule, as if the other visit had the very same images."""
    name = (series.kind, series.plane)
    grounds = Grounds({name: signal(series, volumes[series.code])})
    bright = grounds.brightness(name)
    high = common_high(bright, bright, 1.0, dark=series.kind in DARK)
    return Lit.of(series, high, why_not=why)


def _why_alone(series: SeriesRecord, names: set[Name]) -> str:
    if series.kind == UNKNOWN:
        return "its kind is unknown"
    if (series.kind, series.plane) not in names:
        return "only at this visit"
    return "another series of its kind is"
