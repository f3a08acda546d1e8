"""From a hand and a layout to the stored values of each series: slices, coil, noise, twelve bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.fields import Points
from workstation.phantom.hand import Hand
from workstation.phantom.painting import Colours, paint
from workstation.phantom.protocol import Layout, SeriesPlan
from workstation.phantom.tissues import Material, signal

SUB_SLICES = 4
"""Thin sheets that are averaged into one slice: partial volume through the slice."""

NOISE = 0.011
"""Standard deviation of the noise in each of the two channels, as a share of the brightest tissue."""

BRIGHTEST = 600.0
"""Stored value of the brightest tissue in the middle of the coil; leaves head room below 4095."""


@dataclass(frozen=True, slots=True)
class Clean:
    """One slice without noise: contrast x rows x columns, signal 0 to about 1, and where the hand is."""

    signals: NDArray[np.float32]
    body: NDArray[np.bool_]


def clean_slices(hand: Hand, layout: Layout, plans: tuple[SeriesPlan, ...]) -> Iterator[Clean]:
    """The slices of a layout in order along the normal, for all series that share it."""
    colours: Colours = {
        material: np.array([signal(material.value, plan.sequence) for plan in plans], np.float32)
        for material in Material
    }
    brightest = np.array([max(float(values[k]) for values in colours.values()) for k in range(len(plans))])
    for index in range(layout.slices):
        total = np.zeros((len(plans), layout.size, layout.size), np.float32)
        for step in range(SUB_SLICES):
            offset = ((step + 0.5) / SUB_SLICES - 0.5) * layout.thickness_mm / layout.spacing_mm
            total += paint(hand, points(hand, layout, index + offset), layout.pixel_mm, colours)
        total /= SUB_SLICES
        shaded = total * _coil(layout, hand, index) / brightest[:, None, None].astype(np.float32)
        yield Clean(shaded.astype(np.float32), _around(total.max(axis=0) > 0))


def stored(clean: NDArray[np.float32], body: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.uint16]:
    """Stored values of a slice: Rician noise inside the hand, 0 outside (as the scanner's coil correction leaves it).

    Source of the noise's form: Gudbjartsson 1995, Magn Reson Med 34:910.
    """
    real = clean + NOISE * random.standard_normal(clean.shape, np.float32)
    imaginary = NOISE * random.standard_normal(clean.shape, np.float32)
    magnitude = np.sqrt(real * real + imaginary * imaginary) * np.float32(BRIGHTEST)
    values: NDArray[np.uint16] = np.where(body, np.clip(np.rint(magnitude), 0, 4095), 0).astype(np.uint16)
    return values


def points(hand: Hand, layout: Layout, index: float) -> Points:
    """The places of a slice's pixels (rows x columns) in the hand's axes."""
    back = hand.placed.rotation.T
    origin = back @ (layout.position(index) - hand.placed.translation_mm)
    across, along = back @ layout.right * layout.pixel_mm, back @ layout.down * layout.pixel_mm
    steps = np.arange(layout.size)
    axes = [(origin[k] + along[k] * steps[:, None] + across[k] * steps[None, :]).astype(np.float32) for k in range(3)]
    return Points(axes[0], axes[1], axes[2])


def _coil(layout: Layout, hand: Hand, index: int) -> NDArray[np.float32]:
    """Sensitivity of a wrist coil, 1 in the middle, some tenths less 50 mm along the arm."""
    at = points(hand, layout, index)
    shade: NDArray[np.float32] = np.exp(-((at.z / 62) ** 2) * np.float32(0.5)) * (1 - at.x * np.float32(0.0022))
    return shade


def _around(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask grown by one pixel."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    return grown
