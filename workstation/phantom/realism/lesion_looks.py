"""Looks of the lesions: how much of each pixel's signal is the lesion's, uneven inside and soft at the border. Pure.

The border of each lies where its share is half of what it is inside: what is counted doesn't change by how it looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workstation.phantom.anatomy.fields import Field, Points, coverage
from workstation.phantom.realism.looks import Looks

_LEVELS = {"OST": (0.24, 0.62), "ERO": (0.40, 1.0), "SYN": (0.46, 1.0), "TEN": (0.38, 1.0)}
"""Least and greatest share of the lesion's own signal, from site to site."""

_SOFT_MM = {"OST": 5.0, "ERO": 1.6, "SYN": 2.2, "TEN": 1.0}
_OLD = 0.12
"""Share of a bone from which an erosion has a rim of dense bone; smaller ones are young."""


def level(looks: Looks, feature: str, code: str) -> float:
    """How bright the lesion of a site is, as a share of its tissue's own signal."""
    low, high = _LEVELS[feature]
    found = low + (high - low) * looks.levels[feature, code]
    return (
        1 - min(looks.effects.lesions, 1.0) * (1 - found)
        if looks.effects.lesions <= 1
        else found**looks.effects.lesions
    )


@dataclass(frozen=True, slots=True)
class Look:
    """cover: share of each pixel within the lesion. bright: share of its tissue's signal there."""

    cover: Field
    bright: Field


def osteitis(looks: Looks, code: str, at: Points, depth: Field) -> Look:
    """Feathery: streaks along the trabeculae, brightest at one spot, half-hearted at the rim."""
    streaks = looks.fine.at(at, (1.6, 1.6, 4.0), 41.0)
    clouds = looks.coarse.at(at, (0.4, 0.4, 0.5), 11.0)
    ragged = depth + np.float32(0.5) * clouds
    graded = np.float32(0.72) + np.float32(0.5) * np.clip(-depth / np.float32(7.0), 0, 1)
    uneven = 1 + np.float32(0.13) * streaks + np.float32(0.16) * clouds
    bright = np.float32(level(looks, "OST", code)) * graded * uneven
    return Look(coverage(ragged, _SOFT_MM["OST"]), np.clip(bright, 0, 1))


def erosion(looks: Looks, code: str, at: Points, depth: Field) -> Look:
    """Pannus of one level, with darker strands in it."""
    strands = looks.fine.at(at, (1.4, 1.4, 1.4), 23.0)
    clouds = looks.coarse.at(at, (0.35, 0.35, 0.35), 29.0)
    bright = np.float32(level(looks, "ERO", code)) * (1 + np.float32(0.13) * strands + np.float32(0.16) * clouds)
    return Look(coverage(depth, _SOFT_MM["ERO"]), np.clip(bright, 0, 1))


def rim(looks: Looks, at: Points, depth: Field, share: float) -> Field:
    """Share of dense bone round an erosion: none round a young one, and never all round."""
    if share < _OLD:
        return np.zeros_like(depth)
    much = np.clip(np.float32(0.5) + np.float32(0.6) * looks.coarse.at(at, (0.4, 0.4, 0.4), 37.0), 0, 1)
    ring = np.clip(1 - np.abs(depth - np.float32(0.7)) / np.float32(0.6), 0, 1)
    result: Field = np.float32(0.65) * ring * much
    return result


def synovitis(looks: Looks, code: str, at: Points, depth: Field) -> Look:
    """Thick folds that enhance unevenly."""
    folds = looks.fine.at(at, (2.0, 2.0, 2.0), 47.0)
    clouds = looks.coarse.at(at, (0.4, 0.4, 0.4), 43.0)
    bright = np.float32(level(looks, "SYN", code)) * (1 + np.float32(0.12) * folds + np.float32(0.16) * clouds)
    return Look(coverage(depth + np.float32(0.25) * folds, _SOFT_MM["SYN"]), np.clip(bright, 0, 1))


def effusion(looks: Looks, at: Points, space: Field, depth: Field) -> Field:
    """Share of fluid beside the inflamed synovium, in pockets of the same compartment."""
    pockets = np.clip(looks.coarse.at(at, (0.6, 0.6, 0.6), 61.0) * np.float32(1.4) - np.float32(0.3), 0, 1)
    beside = np.clip(depth / np.float32(0.8), 0, 1) * np.clip((np.float32(4.0) - depth) / 2, 0, 1)
    result: Field = np.float32(0.75) * coverage(space, 1.0) * beside * pockets
    return result


def sheath(looks: Looks, area: str, at: Points, depth: Field) -> Look:
    """Swelling of a sheath: uneven along it, with fluid here and tissue there."""
    along = looks.coarse.at(at, (0.4, 0.4, 0.8), 67.0)
    folds = looks.fine.at(at, (1.6, 1.6, 3.0), 71.0)
    # fluid between leaves of synovium: those are darker, and run from the sheath's wall to the tendon
    leaves = np.clip(1 - np.abs(looks.coarse.at(at, (0.45, 0.45, 1.6), 73.0)) / np.float32(0.30), 0, 1)
    uneven = 1 + np.float32(0.34) * along + np.float32(0.20) * folds - np.float32(0.52) * leaves
    bright = np.float32(level(looks, "TEN", area)) * uneven
    return Look(coverage(depth, _SOFT_MM["TEN"]), np.clip(bright, 0, 1))
