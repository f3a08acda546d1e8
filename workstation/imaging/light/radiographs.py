"""Matching of two radiographs of one hand or foot: the same greys for the same part of the limb's pixels. Pure NumPy.

No pixel of a radiograph lies on one of another, and exposure, detector and processing shift values as well as
stretch them. So the pixels of the limb are put into order at both visits, and a straight line is laid through the
values of equal rank: soft tissue and bone are as much of a hand at either visit, erosions are a few of its pixels.
Where ranks don't lie on a line, or not the same part is in both, nothing is matched and each is shown as it was.

Sources: L.G. Nyúl, J.K. Udupa 1999, Magn Reson Med 42:1072 (landmarks of histograms); N. Otsu 1979, IEEE Trans Syst
Man Cybern 9:62 (limb and ground).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from scoring.schemes.modalities import XR, modality_of_plane
from storage.records import SeriesRecord
from workstation.imaging.geometry import Stack
from workstation.imaging.halving import halves_of
from workstation.imaging.light.lit import Lit, Scale
from workstation.imaging.light.tissue import otsu

# the ranks that the line is laid through: below lies the skin's edge, above what a marker or a ring may be
_RANKS = np.linspace(10, 90, 33)
# what is white and black, by rank of the limb
_BLACK, _WHITE = 1.0, 99.8
# beyond black, as a part of what lies between: the skin's edge isn't lost in it
_BELOW = 0.08
# how far from the line the ranks may lie, as a part of what lies between the first and the last
_OFF_LINE = 0.04
# how much more of the limb one may show
_MORE = 1.6
_LEAST_PIXELS, _MOST_OF_IMAGE = 2_000, 0.97
# what touches the edge of the image and is as bright as the brightest is the collimator's shadow, not limb
_SHADOW, _OF_THE_LINE = 0.97, 0.9

NO_LIMB = "no hand or foot is told from its ground"
ANOTHER_PART = "not the same part is in both"
OTHER_GREYS = "its greys are spread otherwise"
ALONE = "only at this visit"
SEVERAL = "several of its kind are at a visit"
UNKNOWN = "its kind is unknown"

Visit = Sequence[SeriesRecord]


class _Limb(Struct, frozen=True, eq=False):
    """The signal of the limb's pixels in ascending order, and how many square mm they are."""

    signal: NDArray[np.float32]
    area_mm2: float

    def at(self, ranks: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """The signal at these percents of the pixels."""
        return np.asarray(np.percentile(self.signal, ranks))


def radiographs_lit(first: Visit, second: Visit, volumes: Mapping[str, NDArray[Any]]) -> dict[str, Lit]:
    """The light of every radiograph of a pair, by its code.

    Args:
        first: the series of one visit.
        second: those of the other.
        volumes: (1, row, column), stored values as they are shown, by series code. What isn't there isn't lit.
    """
    found: dict[str, Lit] = {}
    sides = [[one for one in visit if is_radiograph(one) and one.code in volumes] for visit in (first, second)]
    names = [[(one.kind, one.plane) for one in visit] for visit in sides]
    for visit, mine, others in zip(sides, names, names[::-1], strict=True):
        for one in visit:
            name = (one.kind, one.plane)
            if one.kind == "OTHER":
                found[one.code] = _as_it_was(one, UNKNOWN)
            elif name not in others:
                found[one.code] = _as_it_was(one, ALONE)
            elif max(mine.count(name), others.count(name)) > 1:
                found[one.code] = _as_it_was(one, SEVERAL)
    for one in sides[0]:
        other = next((it for it in sides[1] if (it.kind, it.plane) == (one.kind, one.plane)), None)
        if other is not None and one.code not in found:
            found[one.code], found[other.code] = _pair(one, other, volumes)
    return found


def is_radiograph(series: SeriesRecord) -> bool:
    """Whether it is a projection."""
    return modality_of_plane(series.plane) is XR


def _pair(one: SeriesRecord, other: SeriesRecord, volumes: Mapping[str, NDArray[Any]]) -> tuple[Lit, Lit]:
    limbs = [_limb(series, volumes[series.code]) for series in (one, other)]
    here, there = limbs
    if here is None or there is None:
        return _as_it_was(one, NO_LIMB), _as_it_was(other, NO_LIMB)
    if max(here.area_mm2, there.area_mm2) > _MORE * min(here.area_mm2, there.area_mm2):
        return _as_it_was(one, ANOTHER_PART), _as_it_was(other, ANOTHER_PART)
    mine, theirs = here.at(_RANKS), there.at(_RANKS)
    span, their_span = float(mine[-1] - mine[0]), float(theirs[-1] - theirs[0])
    if not (span > 0 and their_span > 0):
        return _as_it_was(one, OTHER_GREYS), _as_it_was(other, OTHER_GREYS)
    gain, shift = (float(value) for value in np.polyfit(mine, theirs, 1))
    off = float(np.sqrt(np.mean((gain * mine + shift - theirs) ** 2))) / their_span
    if not gain > 0 or off > _OFF_LINE:
        return _as_it_was(one, OTHER_GREYS), _as_it_was(other, OTHER_GREYS)
    low = min(float(here.at(_BLACK)), (float(there.at(_BLACK)) - shift) / gain)
    high = max(float(here.at(_WHITE)), (float(there.at(_WHITE)) - shift) / gain)
    low -= _BELOW * (high - low)
    count = min(here.signal.size, there.signal.size)
    own = _window(one, low, high)
    as_seen = _window(other, gain * low + shift, gain * high + shift)
    # the same numbers as they are stored; where the one is stored the other way round, as they are seen
    equal = own if one.inverted == other.inverted else _window(other, low, high)
    return Lit(*own, 1.0, *own, count), Lit(*as_seen, gain, *equal, count)


def _window(series: SeriesRecord, low: float, high: float) -> tuple[float, float]:
    scale = Scale.of(series)
    ends = sorted((scale.stored(low), scale.stored(high)))
    return ends[0], ends[1]


def _as_it_was(series: SeriesRecord, why: str) -> Lit:
    """What it opens with where it is compared with none: what its file or its percentiles say."""
    low, high = series.window_low, max(series.window_high, series.window_low + 1.0)
    return Lit(low, high, 1.0, low, high, 0, why)


def _limb(series: SeriesRecord, volume: NDArray[Any]) -> _Limb | None:
    """Its pixels, of the picture at half or a quarter of its size; None where it isn't told from its ground."""
    halves = halves_of(volume, 0)
    scale, small = Scale.of(series), halves[-1]
    signal = (small.astype(np.float32) - np.float32(scale.zero)) * np.float32(scale.sign)
    signal -= signal.min()
    open_beam = ~_shadow(signal)
    ground = otsu(signal[open_beam])
    limb = open_beam & (signal > ground / 2 + float(np.percentile(signal[open_beam], 5)) / 2)
    found = np.sort((small.astype(np.float32)[limb] - np.float32(scale.zero)) * np.float32(scale.sign))
    # nothing but limb is no limb: where does it end?
    if found.size < _LEAST_PIXELS or found.size > _MOST_OF_IMAGE * signal.size:
        return None
    row_mm, column_mm = Stack.of(series).spacing_mm
    each = row_mm * column_mm * (volume[0].size / small.size)
    return _Limb(found, float(found.size * each))


def _shadow(signal: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The collimator's shadow: whole rows and columns from an edge inwards that are as bright as the brightest."""
    bright = signal >= _SHADOW * float(np.percentile(signal, 99.95))
    hidden = np.zeros(signal.shape, np.bool_)
    for axis in (0, 1):
        whole = bright.mean(axis=1 - axis) > _OF_THE_LINE
        ends = np.flatnonzero(~whole)
        if not ends.size:
            continue
        lines = np.arange(len(whole))
        outside = (lines < ends[0]) | (lines > ends[-1])
        hidden |= outside[:, np.newaxis] if axis == 0 else outside[np.newaxis, :]
    return hidden
