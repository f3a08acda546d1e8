"""Counts of each lesion in a sheet of voxels, at the resolution at which it is drawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from workstation.phantom.anatomy.bones import assessed
from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.lesions import CAPSULES, compartment

if TYPE_CHECKING:
    from workstation.phantom.hand import Hand
    from workstation.phantom.surveying import Distances

Counts = Mapping[tuple[str, str], tuple[float, float]]
"""By feature and site: voxels that are ill, and in all; for TEN the greatest width in mm, and voxels that are ill."""

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
