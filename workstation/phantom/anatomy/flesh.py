"""The soft parts: outline, muscles, ulnar nerve, vessels and tunnel as shapes. Pure.

Axes as in `fields.Points`. Places after the wrist cross sections of Gray's Anatomy (1918, public domain).
"""

from __future__ import annotations

import numpy as np

from workstation.phantom.anatomy.fields import (
    Cone,
    Ellipsoid,
    Field,
    Point,
    Points,
    RoundedBox,
    Shape,
    rise,
    smooth_union,
)
from workstation.phantom.anatomy.tissues import Material

SKIN_MM = 1.3
SUBCUTANEOUS_MM = 4.2
_OVER_SWELLING_MM = 3.0
"""How much skin and fat stay over a swollen sheath."""

# Along the hand: centre x, centre y, half width, half depth of the outline without the thumb.
_OUTLINE_Z = (-90.0, -55.0, -35.0, -15.0, 5.0, 25.0, 60.0)
_CENTRE_X = (-2.0, 0.0, 1.5, 1.5, 1.0, -1.0, -3.0)
_CENTRE_Y = (-2.0, -1.0, -0.8, -2.2, -3.2, -4.0, -4.5)
_HALF_WIDTH = (34.0, 30.5, 29.0, 29.5, 32.0, 36.0, 38.0)
_HALF_DEPTH = (25.0, 21.5, 19.5, 19.5, 20.5, 20.5, 16.0)

# The same where there is less fat over the back of the hand.
_SLIM_Y = (-2.0, -1.9, -2.6, -4.2, -5.5, -6.5, -6.8)
_SLIM_DEPTH = (24.5, 21.3, 19.1, 18.0, 18.1, 17.2, 13.4)
_SLIM_WIDTH = (33.0, 28.6, 26.6, 26.4, 28.4, 32.4, 34.4)
_ROUND = 2.65
"""Exponent of the outline: 2 is an ellipse, and the greater the nearer to a box."""

# The balls of the thumb and of the little finger, which stand out of the palm, and how far their feet run out.
_BALLS: tuple[tuple[Cone, float], ...] = (
    (Cone((18.0, -14.5, 4.0), (30.0, -22.0, 40.0), 6.4, 12.5), 9.0),
    (Cone((-18.0, -12.0, -8.0), (-23.0, -14.0, 40.0), 6.5, 10.8), 8.0),
)
_SLIM_OVER_SWELLING_MM, _OVER_FIRM_MM = 0.6, 0.8
"""The same in the slim hand, and what stays at least over tendons and a nerve that nothing swells round."""

_HOLLOW = Ellipsoid((3.5, -24.0, 27.0), (13.0, 9.0, 21.0))
_HOLLOW_MM = 2.4
"""The hollow of the palm, between its balls, and how deep it is."""

MUSCLES: tuple[Shape, ...] = (
    Ellipsoid((-2.0, -9.8, -54.0), (17.5, 3.6, 21.0)),  # pronator quadratus
    Ellipsoid((24.0, -17.5, 25.0), (11.5, 7.5, 19.0), -25.0),  # thenar: abductor and flexor
    Ellipsoid((18.0, -14.5, 28.0), (9.0, 6.5, 16.0), -22.0),  # thenar: opponens
    Ellipsoid((-21.5, -12.5, 26.0), (8.5, 8.5, 22.0), 8.0),  # hypothenar
    # interossei: they fill the spaces between the shafts, and stand out a little on the palm's side
    RoundedBox((-3.2, -0.4, 53.0), (18.4, 5.9, 29.0), 5.8, -3.0),
    Cone((4.6, -5.2, 30.0), (5.6, -6.0, 60.0), 2.2, 3.4),
    Cone((-6.4, -5.0, 30.0), (-7.4, -5.8, 60.0), 2.0, 3.2),
    Cone((-15.4, -5.2, 30.0), (-18.6, -6.0, 60.0), 2.0, 3.2),
    # the first one, between thumb and index
    Cone((21.0, -3.0, 21.0), (26.0, -3.6, 54.0), 3.2, 8.0),
    Ellipsoid((9.0, -8.4, 46.0), (16.0, 3.4, 22.0)),  # adductor of the thumb
    # lumbricals, each from the radial side of a deep flexor
    *(
        Cone((at + 1.7, -12.4, 24.0), (at + spread, -12.8, 50.0), 0.8, 1.5)
        for at, spread in ((5.2, 8.0), (1.7, 3.5), (-1.8, -2.5), (-5.3, -8.5))
    ),
)

TUNNEL = Ellipsoid((2.8, -14.0, 3.0), (13.6, 6.4, 22.0))
# Ligaments in the proximal part of the gaps beside the lunate: dark where the rest of the gap is cartilage.
TIES: tuple[Shape, ...] = (
    RoundedBox((3.2, 0.5, -19.5), (1.8, 8.5, 2.2), 1.0),  # scapholunate
    RoundedBox((-11.0, 0.5, -15.8), (1.8, 7.5, 2.2), 1.0),  # lunotriquetral
)
# What fills the corner between the disc, the ulnar styloid and the triquetrum.
MENISCUS = Ellipsoid((-17.6, 2.4, -18.6), (3.8, 5.6, 3.6))
APONEUROSIS = RoundedBox((3.0, -19.0, 33.0), (12.0, 0.6, 15.0), 0.5)

_VEINS = 2.0
"""How far an artery's two veins lie from it."""


def _artery(start: Point, end: Point, radius: float) -> tuple[tuple[Material, Shape], ...]:
    """An artery with its two companion veins."""
    veins = tuple(
        (
            Material.VEIN,
            Cone((start[0] + side, start[1] - 0.4, start[2]), (end[0] + side, end[1] - 0.4, end[2]), 0.6, 0.6),
        )
        for side in (-_VEINS, _VEINS)
    )
    return ((Material.ARTERY, Cone(start, end, radius, radius)), *veins)


STRANDS: tuple[tuple[Material, Shape], ...] = (
    # ulnar nerve, to the ulnar side of its artery in Guyon's canal
    (Material.NERVE, Cone((-13.6, -15.0, -50.0), (-14.2, -17.4, -4.0), 1.1, 1.1)),
    *_artery((-10.6, -15.6, -50.0), (-10.6, -18.4, -4.0), 1.1),
    *_artery((-10.6, -18.4, -4.0), (-6.5, -19.8, 24.0), 0.9),
    *_artery((19.5, -11.8, -60.0), (20.0, -12.4, -22.0), 1.3),
    *_artery((20.0, -12.4, -22.0), (29.5, -4.0, -1.0), 1.1),
    # veins under the skin of the back
    (Material.VEIN, Cone((24.5, 6.0, -60.0), (25.0, 7.6, -20.0), 1.2, 1.2)),
    (Material.VEIN, Cone((25.0, 7.6, -20.0), (22.0, 11.8, 20.0), 1.2, 1.0)),
    (Material.VEIN, Cone((-6.5, 15.6, -60.0), (-9.0, 14.6, 0.0), 0.9, 0.9)),
    (Material.VEIN, Cone((-9.0, 14.6, 0.0), (-15.5, 12.4, 45.0), 0.9, 0.8)),
    (Material.VEIN, Cone((-22.5, 8.5, -60.0), (-24.5, 6.5, 10.0), 0.9, 0.9)),
)


def outline(at: Points, swelling: Field, *, firm: Field | None = None, slim: bool = False) -> Field:
    """Signed distance to the skin's surface; swollen sheaths push it out (`swelling`: distance to the nearest).

    slim: with less fat over the back of the hand. firm: distance to the tendons and the nerve, over which a slim hand's
    skin lies without a hump.
    """
    along = (_SLIM_Y, _SLIM_WIDTH, _SLIM_DEPTH) if slim else (_CENTRE_Y, _HALF_WIDTH, _HALF_DEPTH)
    centre_x, centre_y, half_width, half_depth = (
        np.interp(at.z, _OUTLINE_Z, values).astype(np.float32) for values in (_CENTRE_X, *along)
    )
    x, y = (at.x - centre_x) / half_width, (at.y - centre_y) / half_depth
    # Between an ellipse and a box: the wrist is flatter front and back than an ellipse.
    power = _ROUND if slim else 2.6
    k0 = (np.abs(x) ** np.float32(power) + np.abs(y) ** np.float32(power)) ** np.float32(1 / power)
    result: Field
    if slim:
        # over how fast it changes, so that a millimetre under the skin is one at the sides too
        inside = np.maximum(k0, np.float32(0.3))
        slope_x = (np.abs(x) / inside) ** np.float32(power - 1) / half_width
        slope_y = (np.abs(y) / inside) ** np.float32(power - 1) / half_depth
        result = (k0 - 1) / np.maximum(np.sqrt(slope_x * slope_x + slope_y * slope_y), np.float32(1 / 40))
    else:
        result = (k0 - 1) * np.minimum(half_width, half_depth)
    if slim:
        thumb = Cone((25.0, -12.0, 6.0), (45.0, -20.0, 60.0), 8.4, 12.5).distance(at)
        result = smooth_union(result, thumb, 12.0)
        for ball, blend_mm in _BALLS:
            result = smooth_union(result, ball.distance(at), blend_mm)
        result = result + np.float32(_HOLLOW_MM) * rise(-_HOLLOW.distance(at), 8.0)
        over = swelling - np.float32(_SLIM_OVER_SWELLING_MM)
        if firm is not None:
            # one rounding for both: a sheath that heals must not let the skin fall by more than it was swollen
            over = np.minimum(over, firm - np.float32(_OVER_FIRM_MM))
        return smooth_union(result, over, 6.0)
    thumb = Cone((25.0, -11.0, 2.0), (45.0, -20.0, 60.0), 13.0, 13.0).distance(at)
    result = smooth_union(result, thumb, 8.0)
    return smooth_union(result, swelling - np.float32(_OVER_SWELLING_MM), 6.0)
