"""Counts of each lesion in a sheet of voxels, at the resolution at which it is drawn. Pure."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.bones import assessed
from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.lesions import CAPSULES, compartment
from workstation.phantom.realism import lesion_looks

if TYPE_CHECKING:
    from workstation.phantom.hand import Hand
    from workstation.phantom.surveying import Distances

Counts = Mapping[tuple[str, str], tuple[float, float]]
"""By feature and site: voxels that are ill, and in all; for TEN the greatest width in mm, and voxels that are ill."""

LEAST_CONTRAST = 5.0
"""How many times the noise a voxel must stand out by to be seen, as one of a region that all does (Rose 1948 asks for
three to five of a whole object)."""

JUDGED_ON = {"SYN": "AX", "OST": "COR", "ERO": "COR", "TEN": "AX"}
"""The plane on which a feature is judged first, and so counted (scoring rules: synovitis axial, bones coronal)."""


def count(hand: Hand, at: Points, distances: Distances) -> Counts:
    """The counts of one sheet; a voxel belongs to what its centre lies in."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    phases, lesions, size = hand.skeleton.phases, hand.lesions, hand.skeleton.size
    for feature, growths in (("OST", lesions.osteitis), ("ERO", lesions.erosions)):
        for code, growth in growths.items():
            if code in distances.bones:
                part, distance = distances.bones[code]
                here = at.crop(*part)
                bone = (distance < 0) & assessed(hand.skeleton.bones[code], here, size)
                found[feature, code] = _share(bone, growth.depth(here, phases))
    for code, growth in lesions.synovitis.items():
        near = at.within(CAPSULES[code][0].box())
        here = at.where(near)
        space = compartment(code, here, distances.bone[near], distances.tendon[near], hand.skeleton) < 0
        found["SYN", code] = _share(space, growth.depth(here, phases))
    for area, sheath in lesions.sheaths.items():
        if area in distances.areas:
            own = distances.areas[area]
            ill = (sheath.depth(at, own) < 0) & (own > 0) & (distances.bone > 0) & (distances.others(area) > 0)
            found["TEN", area] = (float(own[ill].max(initial=0.0)) * size, float(ill.sum()))
    return found


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a lesion with all of its tissue's signal stands out by.

    over_noise: times the noise, by feature. shade: the coil's, over the whole sheet, 1 in the middle of the wrist.
    """

    over_noise: Mapping[str, float]
    shade: Field


def visible(hand: Hand, at: Points, distances: Distances, contrast: Contrast) -> Counts:
    """Of each lesion in a sheet the voxels that stand out of the noise, and all; for TEN the greatest width of each."""
    looks = hand.looks
    if looks is None or not looks.effects.lesions:
        return {}
    found: dict[tuple[str, str], tuple[float, float]] = {}
    phases, lesions, size = hand.skeleton.phases, hand.lesions, hand.skeleton.size

    def put(key: tuple[str, str], look: lesion_looks.Look, ill: NDArray[np.bool_], shade: Field) -> NDArray[np.bool_]:
        stands_out = look.cover * look.bright * shade * np.float32(contrast.over_noise[key[0]])
        seen: NDArray[np.bool_] = ill & (stands_out >= LEAST_CONTRAST)
        found[key] = (float(seen.sum()), float(ill.sum()))
        return seen

    for feature, growths, look_of in (
        ("OST", lesions.osteitis, lesion_looks.osteitis),
        ("ERO", lesions.erosions, lesion_looks.erosion),
    ):
        for code, growth in growths.items():
            if feature in contrast.over_noise and code in distances.bones:
                part, distance = distances.bones[code]
                here = at.crop(*part)
                depth = growth.depth(here, phases)
                ill = (distance < 0) & (depth < 0) & assessed(hand.skeleton.bones[code], here, size)
                put((feature, code), look_of(looks, code, here, depth), ill, contrast.shade[part])
    for code, growth in lesions.synovitis.items():
        near = at.within(CAPSULES[code][0].box())
        if "SYN" in contrast.over_noise and near.any():
            here = at.where(near)
            space = compartment(code, here, distances.bone[near], distances.tendon[near], hand.skeleton)
            depth = np.maximum(space, growth.depth(here, phases))
            put(("SYN", code), lesion_looks.synovitis(looks, code, here, depth), depth < 0, contrast.shade[near])
    for area, sheath in lesions.sheaths.items():
        if "TEN" in contrast.over_noise and area in distances.areas:
            own = distances.areas[area]
            depth = sheath.depth(at, own)
            ill = (depth < 0) & (own > 0) & (distances.bone > 0) & (distances.others(area) > 0)
            seen = put(("TEN", area), lesion_looks.sheath(looks, area, at, depth), ill, contrast.shade)
            found["TEN", area] = (float(own[seen].max(initial=0.0)) * size, float(own[ill].max(initial=0.0)) * size)
    return found


def seen_of(sheets: Sequence[Counts], quantities: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """How much of each quantity is visible over all sheets of a stack; for TEN the greatest width that is."""
    seen: dict[tuple[str, str], float] = {}
    every: dict[tuple[str, str], float] = {}
    for sheet in sheets:
        for key, (part, whole) in sheet.items():
            gathered = max if key[0] == "TEN" else operator.add
            seen[key], every[key] = gathered(seen.get(key, 0.0), part), gathered(every.get(key, 0.0), whole)
    return {key: quantities[key] * value / every[key] if every[key] else 0.0 for key, value in seen.items()}


def together(sheets: list[Counts]) -> dict[tuple[str, str], float]:
    """The quantity of each site over all sheets of a stack: a share, for TEN the greatest width in mm."""
    ill: dict[tuple[str, str], float] = {}
    every: dict[tuple[str, str], float] = {}
    for sheet in sheets:
        for key, (part, whole) in sheet.items():
            ill[key] = max(ill.get(key, 0.0), part) if key[0] == "TEN" else ill.get(key, 0.0) + part
            every[key] = every.get(key, 0.0) + whole
    return {key: value if key[0] == "TEN" else value / max(every[key], 1.0) for key, value in ill.items()}


def _share(whole: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], depth: Field) -> tuple[float, float]:
    return float((whole & (depth < 0)).sum()), float(whole.sum())
