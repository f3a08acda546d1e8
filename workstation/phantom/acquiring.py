"""Acquisition of each slice on its matrix, from a hand and a layout: slice profile, coil, fat suppression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.anatomy.tissues import FAT_LEFT, Material, fat_density, fat_factor, signal, water_signal
from workstation.phantom.counting import Counts, count
from workstation.phantom.hand import Hand
from workstation.phantom.painting import paint
from workstation.phantom.protocol import Layout, SeriesPlan
from workstation.phantom.surveying import Colours, survey

PROFILE = ((-0.36, 0.27), (0.0, 0.46), (0.36, 0.27))
"""Slabs that make up one slice: place as a share of its thickness, and weight; flanks fall as a real pulse's."""

_SLAB = 0.36
"""Thickness of each slab as a share of the slice's, so that they meet."""

_MIDDLE = 1


@dataclass(frozen=True, slots=True)
class Clean:
    """One slice without noise. water, fat: series x rows x columns, in units of each series' brightest tissue.

    body: where the hand is. counts: what the slice's middle sheet holds of each lesion.
    """

    water: NDArray[np.float32]
    fat: NDArray[np.float32]
    body: NDArray[np.bool_]
    counts: Counts


def clean_slices(hand: Hand, layout: Layout, plans: tuple[SeriesPlan, ...]) -> Iterator[Clean]:
    """The slices of a layout in order along the normal, for all series that share it."""
    brightest = np.array([max(signal(m.value, plan.sequence) for m in Material) for plan in plans], np.float32)
    # one picture per series for the water, and one of the fat, which all series share
    colours: Colours = {
        m: np.array([*(water_signal(m.value, p.sequence) for p in plans), fat_density(m.value)], np.float32)
        for m in Material
    }
    factors = np.array([fat_factor(plan.sequence) for plan in plans], np.float32)
    pixel = layout.acquired_mm / hand.skeleton.size
    for index in range(layout.slices):
        total = np.zeros((len(plans) + 1, layout.acquired, layout.acquired), np.float32)
        counts: Counts = {}
        for step, (offset, weight) in enumerate(PROFILE):
            at = points(hand, layout, index + offset * layout.thickness_mm / layout.spacing_mm)
            surveyed = survey(hand, at, pixel, _SLAB * layout.thickness_mm / hand.skeleton.size)
            if surveyed is not None:
                paint(hand, surveyed, colours, total, weight)
                if step == _MIDDLE:
                    counts = count(hand, surveyed.at, surveyed.distances)
        middle = points(hand, layout, index)
        shade = _coil(middle)
        left = np.stack([_fat_left(middle) if p.sequence.fat_suppressed else np.ones_like(shade) for p in plans])
        scale = shade / brightest[:, None, None]
        fat = total[-1] * factors[:, None, None] * left * scale
        yield Clean(total[:-1] * scale, fat, _around(total.max(axis=0) > 0), counts)


def points(hand: Hand, layout: Layout, index: float, size: int | None = None) -> Points:
    """The places of a slice's points (rows x columns) in the hand's axes; as acquired unless `size` is given."""
    n = layout.acquired if size is None else size
    origin = hand.to_model(layout.position(index))
    step = layout.acquired_mm * layout.acquired / n
    across = hand.to_model(layout.position(index) + layout.right * step) - origin
    along = hand.to_model(layout.position(index) + layout.down * step) - origin
    steps = np.arange(n)
    axes = [(origin[k] + along[k] * steps[:, None] + across[k] * steps[None, :]).astype(np.float32) for k in range(3)]
    return Points(axes[0], axes[1], axes[2])


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
