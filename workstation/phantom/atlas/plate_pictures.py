"""Drawing of the plates: one wrist, ill at one site at a time, cut out round the site in the light of the room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.light.ground import Grounds
from workstation.imaging.light.window import common_high
from workstation.imaging.reducing import Grid
from workstation.phantom.acquiring import points
from workstation.phantom.atlas.lesion import Ring, depth_on, rings
from workstation.phantom.atlas.plates import SERIES_OF, TARGETS, Plate
from workstation.phantom.hand import Hand, ill_hand
from workstation.phantom.people import Scan, pair
from workstation.phantom.protocol import SERIES, Layout
from workstation.phantom.realism.difficulty import EFFECT_NAMES, EFFECTS, Difficulty
from workstation.phantom.rendering import Job, drawn_slices
from workstation.phantom.surveying import survey

SEED, NUMBER, SIZE = 73, 2, 384
LEFT_OUT = frozenset({"motion", "bend", "zipper", "wrap", "metal", "cysts"})
EFFECTS_OF = EFFECTS[Difficulty.TYPICAL].without(*(name for name in EFFECT_NAMES if name in LEFT_OUT))
"""As real scans are, but that nobody moved, nothing lies over the picture, and there are no cysts."""

LEVEL = 0.8
"""How bright each lesion is among those that occur: an atlas shows what can be seen."""

ACROSS_MM = {"SYN": 52.0, "TEN": 36.0, "OST": 40.0, "ERO": 40.0}
"""Side of a picture."""

_LOOKED_AT, _FINE = 96, 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture. grey: rows x columns. rings: the lesion's outline in its pixels. quantity: what was counted."""

    grey: NDArray[np.uint8]
    rings: tuple[Ring, ...]
    quantity: float


def draw(plate: Plate) -> Drawn:
    """The picture of a plate."""
    scan, job = person(), _job()
    kind, plane = SERIES_OF[plate.feature]
    layout = scan.layouts[plane]
    hand = _ill(plate)
    index, middle = _where(plate.feature, plate.site)
    values = next(
        picture for _, plan, picture in drawn_slices(job, replace(scan, hand=hand), plane, [index]) if plan.kind == kind
    )
    half = round(ACROSS_MM[plate.feature] / layout.pixel_mm / 2)
    column, row = (min(max(round(at), half), SIZE - half) for at in middle)
    cut = values[row - half : row + half, column - half : column + half]
    return Drawn(
        np.clip(np.rint(cut * (255.0 / _highs()[kind, plane])), 0, 255).astype(np.uint8),
        tuple(
            tuple((x - column + half, y - row + half) for x, y in ring) for ring in _rings(hand, layout, index, plate)
        ),
        hand.lesions.quantities()[plate.feature, plate.site],
    )


def _job() -> Job:
    # nothing is written there
    return Job(Path(), SEED, NUMBER, 1, SIZE, effects=EFFECTS_OF)


@lru_cache(maxsize=1)
def person() -> Scan:
    """Whose wrist it is: nobody of the sample or of a cohort."""
    scan = pair(SEED, NUMBER, SIZE, effects=EFFECTS_OF).scans[0]
    looks = scan.hand.looks
    if looks is None:
        return scan
    even = replace(looks, levels=dict.fromkeys(looks.levels, LEVEL))
    return replace(scan, hand=replace(scan.hand, looks=even))


def _ill(plate: Plate) -> Hand:
    well = person().hand
    return ill_hand(plate.illness(), well.skeleton, well.tubes, well.texture, well.pose, well.side, looks=well.looks)


@lru_cache(maxsize=64)
def _where(feature: str, site: str) -> tuple[int, tuple[float, float]]:
    """The slice of a site that shows its least lesion and a middling one well, and the site's middle there.

    All grades of a site are cut from the same place, so that they can be compared. The middle is column and row.
    """
    layout = person().layouts[SERIES_OF[feature][1]]
    hands = [_ill(Plate(feature, site, grade, TARGETS[feature][grade])) for grade in (1, 3)]
    ill = np.zeros((2, layout.slices))
    for k, hand in enumerate(hands):
        for number in range(layout.slices):
            surveyed = survey(hand, points(hand, layout, number, _LOOKED_AT), _pixel(hand, layout, _LOOKED_AT))
            if surveyed is not None:
                ill[k, number] = (depth_on(hand, surveyed, feature, site) < 0).sum()
    index = int((ill / np.maximum(ill.max(axis=1, keepdims=True), 1)).min(axis=0).argmax())
    return index, _middle(hands[0], layout, index, feature, site)


def _middle(hand: Hand, layout: Layout, index: int, feature: str, site: str) -> tuple[float, float]:
    surveyed = survey(hand, points(hand, layout, index), _pixel(hand, layout, layout.acquired))
    if surveyed is None:
        return SIZE / 2, SIZE / 2
    if feature in {"OST", "ERO"}:
        part, distance = surveyed.distances.bones[site]
        shown = np.zeros(surveyed.at.x.shape, bool)
        shown[part] = distance < 0
        if hand.skeleton.bones[site].articular is not None:
            # of a long bone the end, where it is scored
            shown &= depth_on(_ill(Plate(feature, site, 3, 0.99)), surveyed, feature, site) < 0
    elif feature == "TEN":
        shown = surveyed.distances.areas[site] < 0
    else:
        shown = surveyed.distances.bone < 0
    rows, columns = np.nonzero(shown)
    scale = SIZE / layout.acquired
    row, column = surveyed.part[0].start + rows.mean(), surveyed.part[1].start + columns.mean()
    return float(column) * scale, float(row) * scale


def _rings(hand: Hand, layout: Layout, index: int, plate: Plate) -> tuple[Ring, ...]:
    size = SIZE * _FINE
    surveyed = survey(hand, points(hand, layout, index, size), _pixel(hand, layout, size))
    if surveyed is None:
        return ()
    top, left = surveyed.part[0].start, surveyed.part[1].start
    found = rings(depth_on(hand, surveyed, plate.feature, plate.site))
    return tuple(tuple(((x + left) / _FINE, (y + top) / _FINE) for x, y in ring) for ring in found)


def _pixel(hand: Hand, layout: Layout, size: int) -> float:
    return layout.acquired_mm * layout.acquired / size / hand.skeleton.size


@lru_cache(maxsize=1)
def _highs() -> dict[tuple[str, str], float]:
    """What is white in each series: as the room finds it for a whole visit, of this wrist as ill as people are."""
    scan, job = person(), replace(_job(), size=_LOOKED_AT)
    small = pair(SEED, NUMBER, _LOOKED_AT, effects=EFFECTS_OF).scans[0]
    small = replace(small, hand=replace(small.hand, looks=scan.hand.looks))
    voxels: dict[tuple[str, str], list[NDArray[np.float32]]] = {}
    for plane, layout in small.layouts.items():
        for _, plan, values in drawn_slices(job, small, plane, range(layout.slices)):
            voxels.setdefault((plan.kind, plane), []).append(values.astype(np.float32))
    grids = {name: _grid(np.stack(slices), small.layouts[name[1]]) for name, slices in voxels.items()}
    grounds = Grounds(grids)
    bright = {name: grounds.brightness(name) for name in grids}
    dark = {(plan.kind, plan.plane): plan.sequence.fat_suppressed for plan in SERIES}
    return {name: common_high(one, one, 1.0, dark=dark[name]) for name, one in bright.items()}


def _grid(voxels: NDArray[np.float32], layout: Layout) -> Grid:
    def vector(axis: NDArray[np.float64]) -> tuple[float, float, float]:
        return float(axis[0]), float(axis[1]), float(axis[2])

    return Grid(
        voxels,
        (layout.pixel_mm, layout.pixel_mm, layout.spacing_mm),
        (vector(layout.right), vector(layout.down), vector(layout.normal)),
        vector(layout.first),
    )
