"""How ill each site is meant to be at each visit, drawn from a seed. Pure.

Shares and widths lie well inside their bands, so that a truth grade doesn't hang on the last voxel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workstation.phantom.bones import BONES
from workstation.phantom.tendons import AREAS

COMPARTMENTS = ("DRUJ", "RC", "IC-CMC")

_EROSION = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.04, 0.05, 0.06, 0.08, 0.085, 0.13, 0.16, 0.24, 0.36)
_EROSION_LATER = {0.04: 0.08, 0.06: 0.14, 0.085: 0.085, 0.13: 0.17, 0.24: 0.34, 0.36: 0.46}
_OSTEITIS = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.08, 0.15, 0.22, 0.28, 0.45, 0.55, 0.80)
_OSTEITIS_LATER = {0.15: 0.0, 0.22: 0.48, 0.28: 0.12, 0.55: 0.25, 0.80: 0.74}
_SYNOVITIS = (0.20, 0.50, 0.80)
_SYNOVITIS_LATER = {0.20: 0.0, 0.80: 0.55}
_SHEATH = (0.0, 0.0, 0.0, 0.0, 1.3, 1.5, 1.6, 2.8, 3.6, 5.8)
_SHEATH_LATER = {1.3: 0.0, 1.6: 2.7, 3.6: 1.4, 5.8: 3.5}


@dataclass(frozen=True, slots=True)
class Illness:
    """Targets of one visit by site: shares for bones and compartments, greatest sheath width in mm for areas."""

    erosion: Mapping[str, float]
    osteitis: Mapping[str, float]
    synovitis: Mapping[str, float]
    sheath_mm: Mapping[str, float]


def draw(random: np.random.Generator) -> tuple[Illness, Illness]:
    """Baseline and follow-up of one person: which site is how ill, and which of them changed. Erosions don't heal."""
    bones = tuple(bone.code for bone in BONES)
    erosion = _dealt(random, bones, _EROSION)
    osteitis = _dealt(random, bones, _OSTEITIS)
    synovitis = _dealt(random, COMPARTMENTS, _SYNOVITIS)
    sheath = _dealt(random, AREAS, _SHEATH)
    later = {code: _EROSION_LATER.get(share, share) for code, share in erosion.items()}
    first_whole = next(code for code in bones if erosion[code] == 0)
    later[first_whole] = 0.05
    return Illness(erosion, osteitis, synovitis, sheath), Illness(
        later,
        {code: _OSTEITIS_LATER.get(share, share) for code, share in osteitis.items()},
        {code: _SYNOVITIS_LATER.get(share, share) for code, share in synovitis.items()},
        {code: _SHEATH_LATER.get(width, width) for code, width in sheath.items()},
    )


def _dealt(random: np.random.Generator, sites: tuple[str, ...], amounts: tuple[float, ...]) -> dict[str, float]:
    order = random.permutation(len(amounts))
    return {site: amounts[k] for site, k in zip(sites, order, strict=True)}
