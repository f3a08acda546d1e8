"""Cysts in bones and canals of vessels, which are no erosions: no break leads to the one, the other is thin.

Changes that resemble erosions are seen in some bones of healthy wrists (Ejbjerg 2004, Arthritis Rheum 50:1097).
"""

from __future__ import annotations

import numpy as np

from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.facets import Chain
from workstation.phantom.anatomy.fields import Ellipsoid, Points

_WITH_CYST, _WITH_CANAL = 0.05, 0.12
_WALL_MM, _LEAST_MM = 1.1, 0.6
"""What is left round a cyst of its own wall, marrow and cortex; and the least radius of one."""

_CARPALS = ("SCA", "LUN", "CAP", "HAM", "TRQ", "TRM", "TRD")

Cysts = dict[str, tuple[Ellipsoid, ...]]
Canals = dict[str, tuple[Chain, ...]]


def drawn(skeleton: Skeleton, strength: float, random: np.random.Generator) -> tuple[Cysts, Canals]:
    """By bone the cysts and canals of a person; most bones have neither. A cyst is no larger than its bone has room."""
    cysts: Cysts = {}
    canals: Canals = {}
    for code in _CARPALS:
        chance, other = random.random(2)
        x, y, z = np.array(skeleton.bones[code].inside) + random.uniform(-1.2, 1.2, 3)
        radius = float(random.uniform(0.9, 1.9))
        centre = Points(*(np.array([axis], np.float32) for axis in (x, y, z)))
        room = float(-skeleton.distance(code, centre)[0]) - _WALL_MM
        radius = min(radius, room / 1.1)
        if chance < _WITH_CYST * strength and radius >= _LEAST_MM:
            cysts[code] = (Ellipsoid((float(x), float(y), float(z)), (radius, 0.85 * radius, 1.1 * radius)),)
        # vessels enter at the back of the hand
        if other < _WITH_CANAL * strength:
            start, end = (float(x), float(y), float(z)), (float(x) + 1.0, float(y) + 10.0, float(z) + 0.8)
            canals[code] = (Chain(((start, 0.2), (end, 0.35))),)
    return cysts, canals
