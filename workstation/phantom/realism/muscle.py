"""Muscle from within: fat in feathered streaks along the fibres, which run to a tendon at either end. Pure.

The fibres of a bundle come apart in its belly and together at its ends, so streaks are looked up in places that are
measured from the bundle's axis and drawn together with its width. Architecture of the small muscles of the hand:
Jacobson 1992, J Hand Surg 17A:804 (fibres run nearly the whole length of a muscle, at small angles to its tendon).
"""

from __future__ import annotations

import numpy as np

from workstation.phantom.anatomy.facets import Chain, Solid
from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.realism.looks import Looks

_NARROWEST = 0.3
"""Width of a bundle's ends against its belly, at least: nearer to the end all is tendon."""

_BEFORE_END_MM = 9.0
"""How far into the muscle the tendon at its end can be followed."""


def along_fibres(shape: Solid, at: Points) -> tuple[Points, Field]:
    """Places counted along the fibres of a bundle, from its axis, as in its belly; and how near its ends, 0 to 1.

    A shape without an axis has fibres that run across it and down, side by side.
    """
    if not isinstance(shape, Chain):
        low, high = shape.box()
        middle_x, middle_y = ((np.float32(a + b) / 2) for a, b in zip(low[:2], high[:2], strict=True))
        down = (at.z - np.float32(low[2])) * np.float32(0.7)
        return Points(at.y - middle_y, down, at.x - middle_x), np.zeros_like(at.x)
    links = sorted(shape.links, key=lambda link: link[0][2])
    z = np.array([middle[2] for middle, _ in links])
    rows = np.array([(*middle[:2], radius) for middle, radius in links]).T
    x, y, wide = (np.interp(at.z, z, row).astype(np.float32) for row in rows)
    widest = np.float32(max(radius for _, radius in links))
    drawn_apart = widest / np.maximum(wide, np.float32(_NARROWEST) * widest)
    before = np.minimum(at.z - np.float32(z[0]), np.float32(z[-1]) - at.z)
    near_end = np.clip(1 - before / np.float32(_BEFORE_END_MM), 0, 1)
    return Points((at.x - x) * drawn_apart, (at.y - y) * drawn_apart, at.z), near_end


def feather(looks: Looks, along: Points, number: int) -> Field:
    """Share of fat between the fibres: fine streaks, and soft septa that come and go. number: of the bundle."""
    much = np.float32(looks.effects.flesh)
    offset = 101.0 + 11.0 * number
    fine = looks.fine.at(along, (1.0, 1.0, 9.0), offset)
    # septa: walls along the fibres, with borders that are not cut
    bent = looks.coarse.at(along, (0.8, 0.8, 7.0), offset)
    there = np.clip(np.float32(0.45) + np.float32(0.7) * looks.coarse.at(along, (1.0, 1.0, 4.0), offset + 7.0), 0, 1)
    septa = np.clip(1 - np.abs(bent) / np.float32(0.36), 0, 1) ** 2 * there
    result: Field = np.clip(np.float32(0.055) + much * (np.float32(0.07) * fine + np.float32(0.55) * septa), 0, 0.6)
    return result


def end_tendon(looks: Looks, along: Points, near_end: Field) -> Field:
    """Share of the tendon that a bundle's fibres run to: a leaf on its axis, broader and denser towards the end."""
    bent = np.float32(0.8) * looks.coarse.at(along, (1.0, 1.0, 3.0), 241.0)
    across = np.sqrt((along.x - bent) ** 2 * np.float32(0.12) + (along.y + bent) ** 2)
    leaf = np.clip((np.float32(0.25) + np.float32(0.55) * near_end - across) * np.float32(2.0), 0, 1)
    result: Field = np.float32(0.8) * leaf * np.clip(near_end * np.float32(1.4), 0, 1)
    return result
