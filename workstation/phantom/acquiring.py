"""Acquisition of each slice on its matrix, from a hand and a layout: slice profile, coil, fat suppression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.anatomy.sheet import Colours
from workstation.phantom.anatomy.tissues import FAT_LEFT, Material, fat_density, fat_factor, signal, water_signal
from workstation.phantom.counting import JUDGED_ON, Contrast, Counts, count, visible
from workstation.phantom.hand import Hand
from workstation.phantom.painting import paint
from workstation.phantom.protocol import Layout, SeriesPlan
from workstation.phantom.realism.coil import Coil, flow
from workstation.phantom.realism.manner import PLAIN, Manner
from workstation.phantom.reconstructing import NOISE
from workstation.phantom.surveying import survey

PROFILE = ((-0.36, 0.27), (0.0, 0.46), (0.36, 0.27))
"""Slabs that make up one slice: place as a share of its thickness, and weight; flanks fall as a real pulse's."""

_SLAB = 0.36
"""Thickness of each slab as a share of the slice's, so that they meet."""

_MIDDLE = 1


@dataclass(frozen=True, slots=True)
class Clean:
    """One slice without noise. water, fat: series x rows x columns, in units of each series' brightest tissue.

    body: where the hand is. counts, seen: what the slice's middle sheet holds of each lesion, and what is seen of it.
    marrow: its signal in each series, in the same units. even: series x rows x columns, what the console divides each
    picture by. flow: share of each pixel that is an artery's.
    """

    water: NDArray[np.float32]
    fat: NDArray[np.float32]
    body: NDArray[np.bool_]
    counts: Counts
    seen: Counts
    marrow: NDArray[np.float32]
    even: NDArray[np.float32] | None = None
    flow: NDArray[np.float32] | None = None


def clean_slices(
    hand: Hand,
    layout: Layout,
    plans: tuple[SeriesPlan, ...],
    *,
    manners: Sequence[Manner] | None = None,
    coil: Coil | None = None,
    only: Sequence[int] | None = None,
) -> Iterator[Clean]:
    """The slices of a layout in order along the normal, for all series that share it.

    manners: how each series is acquired, as in easy pictures when there is none. coil: whose shading they have. only:
    these slices alone.
    """
    ways = manners or [PLAIN] * len(plans)
    brightest = np.array([max(signal(m.value, plan.sequence) for m in Material) for plan in plans], np.float32)
    colours = _colours(plans)
    factors = np.array([fat_factor(plan.sequence) for plan in plans], np.float32)
    pixel = layout.acquired_mm / hand.skeleton.size
    over_noise = _over_noise(plans, ways, brightest)
    for index in range(layout.slices) if only is None else only:
        total = np.zeros((len(plans) + 2, layout.acquired, layout.acquired), np.float32)
        counts: Counts = {}
        seen: Counts = {}
        for step, (offset, weight) in enumerate(PROFILE):
            at = points(hand, layout, index + offset * layout.thickness_mm / layout.spacing_mm)
            surveyed = survey(hand, at, pixel, _SLAB * layout.thickness_mm / hand.skeleton.size)
            if surveyed is not None:
                paint(hand, surveyed, colours, total, weight)
                if step == _MIDDLE:
                    counts = count(hand, surveyed.at, surveyed.distances)
                    contrast = Contrast(
                        over_noise,
                        _shade(surveyed.at, ways[0], _sensitivity(surveyed.at, ways, coil))
                        * _beside_metal(hand, surveyed.at),
                    )
                    seen = visible(hand, surveyed.at, surveyed.distances, contrast)
        middle = points(hand, layout, index)
        *water, whole, under_skin = total
        left = [_left(hand, middle, plan, way) for plan, way in zip(plans, ways, strict=True)]
        sensitivity = _sensitivity(middle, ways, coil)
        shade = np.stack([_shade(middle, way, sensitivity) for way in ways])
        scale = shade * _beside_metal(hand, middle) / brightest[:, None, None]
        fat = whole * factors[:, None, None] * np.stack(left) * scale
        if any(way.patchy for way in ways):
            fat += under_skin * factors[:, None, None] * _excess(hand, middle, plans, ways, whole > 0) * scale
        yield Clean(
            np.stack(water) * scale,
            fat,
            _around(total.max(axis=0) > 0),
            counts,
            seen,
            np.array([_signal(Material.MARROW, p, w) for p, w in zip(plans, ways, strict=True)], np.float32)
            / brightest,
            _even(sensitivity, ways),
            flow(middle, pixel) if any(way.ghost for way in ways) else None,
        )


def _colours(plans: tuple[SeriesPlan, ...]) -> Colours:
    """One number per series for the water, one of the fat, which all series share, and one of that under the skin."""
    return {
        m: np.array(
            [
                *(water_signal(m.value, p.sequence) for p in plans),
                fat_density(m.value),
                fat_density(m.value) if m is Material.FAT else 0.0,
            ],
            np.float32,
        )
        for m in Material
    }


_SEEN_AS = {
    "OST": ("T2FS", Material.OEDEMA, Material.MARROW),
    "ERO": ("T1", Material.EROSION, Material.MARROW),
    "SYN": ("T1FSGD", Material.SYNOVITIS, Material.NORMAL_SYNOVIUM),
    "TEN": ("T1FSGD", Material.SYNOVITIS, Material.NORMAL_SYNOVIUM),
}
"""On which kind of series a feature is looked for, as what, against what."""


def _over_noise(
    plans: tuple[SeriesPlan, ...], ways: Sequence[Manner], brightest: NDArray[np.float32]
) -> dict[str, float]:
    """By feature that is judged on these series: difference of the lesion's tissue from what it lies in, over noise."""
    found = {}
    for plan, way, top in zip(plans, ways, brightest, strict=True):
        for feature, (kind, ill, well) in _SEEN_AS.items():
            if kind == plan.kind and plan.plane == JUDGED_ON[feature]:
                noise = NOISE * float(top) if way.noise is None else way.noise * _signal(Material.MARROW, plan, way)
                found[feature] = abs(_signal(ill, plan, way) - _signal(well, plan, way)) / noise
    return found


def _signal(material: Material, plan: SeriesPlan, way: Manner) -> float:
    left = way.fat_left if plan.sequence.fat_suppressed else 1.0
    tissue = material.value
    return water_signal(tissue, plan.sequence) + fat_density(tissue) * fat_factor(plan.sequence) * left


def _left(hand: Hand, at: Points, plan: SeriesPlan, way: Manner) -> Field:
    if not plan.sequence.fat_suppressed:
        return np.ones_like(at.x)
    if hand.looks is None or not way.patchy:
        return _fat_left(at)
    much, towards = way.failing
    edge = at.x * np.float32(np.cos(towards) / 34) + at.y * np.float32(np.sin(towards) / 26)
    ends = np.float32(0.3) * np.clip(np.abs(at.z) / 56 - np.float32(0.75), 0, 1) ** 2
    left: Field = (
        way.fat_left + ends + np.float32(much) * np.clip((edge - np.float32(0.35)) * np.float32(1.3), 0, 1) ** 2
    )
    if hand.looks.metal is not None:
        left = np.minimum(left + np.clip(hand.looks.metal.field(at) * np.float32(4.0) - np.float32(0.4), 0, 1), 1)
    return left.astype(np.float32)


def _beside_metal(hand: Hand, at: Points) -> Field | np.float32:
    """What metal leaves of the signal."""
    if hand.looks is None or hand.looks.metal is None:
        return np.float32(1.0)
    return hand.looks.metal.signal(at)


def _excess(
    hand: Hand, at: Points, plans: tuple[SeriesPlan, ...], ways: Sequence[Manner], where: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """What suppression leaves of the fat under the skin beyond what it leaves elsewhere: patchy."""
    found = np.zeros((len(plans), *at.x.shape), np.float32)
    if hand.looks is None:
        return found
    here = at.where(where)
    patches = hand.looks.fine.at(here, (1.8, 1.8, 6.0), 83.0) + np.float32(0.6) * hand.looks.coarse.at(
        here, offset=89.0
    )
    for k, (plan, way) in enumerate(zip(plans, ways, strict=True)):
        if plan.sequence.fat_suppressed:
            found[k][where] = np.float32(0.9 * way.fat_left) * np.exp(np.float32(way.patchy) * patches)
    return found


def _sensitivity(at: Points, ways: Sequence[Manner], coil: Coil | None) -> Field | None:
    """The coil's, where a series shows it."""
    return None if coil is None or not any(way.coil for way in ways) else coil.sensitivity(at)


def _shade(at: Points, way: Manner, sensitivity: Field | None) -> Field:
    if sensitivity is None or not way.coil:
        return _coil(at)
    along = np.exp(-((at.z / 66) ** 2) * np.float32(0.5))
    shade: Field = (along * sensitivity ** np.float32(way.coil)).astype(np.float32)
    return shade


def _even(sensitivity: Field | None, ways: Sequence[Manner]) -> NDArray[np.float32] | None:
    if sensitivity is None or not any(way.coil and way.evened for way in ways):
        return None
    own = np.clip(sensitivity, np.float32(0.4), np.float32(4.0))
    return np.stack([own ** np.float32(way.coil * way.evened) for way in ways])


def points(hand: Hand, layout: Layout, index: float, size: int | None = None) -> Points:
    """The places of a slice's points (rows x columns) in the model; as acquired unless `size` is given."""
    n = layout.acquired if size is None else size
    origin = hand.to_model(layout.position(index))
    step = layout.acquired_mm * layout.acquired / n
    across = hand.to_model(layout.position(index) + layout.right * step) - origin
    along = hand.to_model(layout.position(index) + layout.down * step) - origin
    steps = np.arange(n)
    axes = [(origin[k] + along[k] * steps[:, None] + across[k] * steps[None, :]).astype(np.float32) for k in range(3)]
    found = Points(axes[0], axes[1], axes[2])
    return found if hand.bend is None else hand.bend.straightened(found)


def _coil(at: Points) -> Field:
    """Sensitivity of a wrist coil, 1 in the middle, some tenths less 50 mm along the arm."""
    shade: Field = np.exp(-((at.z / 62) ** 2) * np.float32(0.5)) * (1 - at.x * np.float32(0.0022))
    return shade


def _fat_left(at: Points) -> Field:
    """Share of the fat signal that suppression leaves: worse where the field bends, at the skin and the coil's ends."""
    outwards = np.sqrt(((at.x - 3) / 42) ** 2 + ((at.y + 3) / 40) ** 2 + (at.z / 56) ** 2)
    left: Field = FAT_LEFT + np.float32(0.45) * np.clip(outwards - np.float32(0.72), 0, 1) ** 2
    return left.astype(np.float32)


def _around(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask grown by one pixel."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    return grown
