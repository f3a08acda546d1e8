"""The soft parts: outline, muscles, nerve, vessels, tunnel and disc as shapes. Pure.

Axes as in `fields.Points`. Places after the wrist cross sections of Gray's Anatomy (1918, public domain).
"""

from __future__ import annotations

import numpy as np

from workstation.phantom.fields import Cone, Ellipsoid, Field, Points, RoundedBox, Shape, smooth_union
from workstation.phantom.tissues import Material

SKIN_MM = 1.3
SUBCUTANEOUS_MM = 4.2

# Along the hand: centre x, centre y, half width, half depth of the outline without the thumb.
_OUTLINE_Z = (-90.0, -55.0, -35.0, -15.0, 5.0, 25.0, 60.0)
_CENTRE_X = (-2.0, 0.0, 1.5, 1.5, 1.0, -1.0, -3.0)
_CENTRE_Y = (-2.0, -1.0, -0.8, -2.2, -3.2, -4.0, -4.5)
_HALF_WIDTH = (34.0, 30.5, 29.0, 29.5, 32.0, 36.0, 38.0)
_HALF_DEPTH = (25.0, 21.5, 19.5, 19.5, 20.5, 20.5, 16.0)

MUSCLES: tuple[Shape, ...] = (
    Ellipsoid((-2.0, -9.8, -54.0), (17.5, 3.6, 21.0)),  # pronator quadratus
    Ellipsoid((23.0, -17.5, 25.0), (10.5, 7.0, 18.0), -25.0),  # thenar
    Ellipsoid((-21.5, -13.0, 24.0), (7.5, 7.0, 21.0), 8.0),  # hypothenar
    # interossei, one in each space between metacarpals
    Cone((6.6, -0.5, 24.0), (8.2, -1.0, 46.0), 1.2, 4.8),
    Cone((-4.4, -0.5, 24.0), (-5.2, -1.0, 46.0), 1.0, 4.0),
    Cone((-13.6, -1.0, 24.0), (-17.0, -2.0, 46.0), 1.0, 4.2),
    Cone((20.5, -3.0, 22.0), (25.0, -4.0, 50.0), 1.5, 6.5),
    Ellipsoid((10.0, -8.8, 48.0), (15.0, 3.2, 21.0)),  # adductor of the thumb
)

TUNNEL = Ellipsoid((2.8, -14.0, 3.0), (13.6, 6.4, 22.0))
DISC = RoundedBox((-13.0, 1.5, -23.4), (7.6, 5.6, 0.9), 0.8)

STRANDS: tuple[tuple[Material, Shape], ...] = (
    (Material.NERVE, Cone((0.5, -17.2, -60.0), (3.6, -18.4, 2.0), 1.5, 1.5)),
    (Material.NERVE, Cone((3.6, -18.4, 2.0), (4.6, -18.0, 22.0), 1.5, 1.2)),
    (Material.NERVE, Cone((-13.6, -15.0, -50.0), (-13.6, -17.2, -4.0), 1.1, 1.1)),
    (Material.VESSEL, Cone((-11.6, -15.6, -50.0), (-11.4, -18.2, -4.0), 1.1, 1.1)),
    (Material.VESSEL, Cone((-11.4, -18.2, -4.0), (-7.0, -19.4, 24.0), 1.1, 0.9)),
    (Material.VESSEL, Cone((19.5, -11.8, -60.0), (20.0, -12.4, -22.0), 1.3, 1.3)),
    (Material.VESSEL, Cone((20.0, -12.4, -22.0), (28.5, -4.0, 0.0), 1.2, 1.1)),
    (Material.VESSEL, Cone((24.5, 6.0, -60.0), (25.0, 7.6, -20.0), 1.2, 1.2)),
    (Material.VESSEL, Cone((25.0, 7.6, -20.0), (22.0, 11.8, 20.0), 1.2, 1.0)),
    (Material.VESSEL, Cone((-6.5, 15.6, -60.0), (-9.0, 14.6, 0.0), 0.9, 0.9)),
    (Material.VESSEL, Cone((-9.0, 14.6, 0.0), (-15.5, 12.4, 45.0), 0.9, 0.8)),
    (Material.VESSEL, Cone((-22.5, 8.5, -60.0), (-24.5, 6.5, 10.0), 0.9, 0.9)),
)


def outline(at: Points, swelling: Field) -> Field:
    """Signed distance to the skin's surface; swollen sheaths push it out (`swelling`: distance to the nearest)."""
    centre_x, centre_y, half_width, half_depth = (
        np.interp(at.z, _OUTLINE_Z, values).astype(np.float32)
        for values in (_CENTRE_X, _CENTRE_Y, _HALF_WIDTH, _HALF_DEPTH)
    )
    x, y = (at.x - centre_x) / half_width, (at.y - centre_y) / half_depth
    # Between an ellipse and a box: the wrist is flatter front and back than an ellipse.
    k0 = (np.abs(x) ** np.float32(2.6) + np.abs(y) ** np.float32(2.6)) ** np.float32(1 / 2.6)
    result: Field = (k0 - 1) * np.minimum(half_width, half_depth)
    thumb = Cone((25.0, -11.0, 2.0), (45.0, -20.0, 60.0), 13.0, 13.0).distance(at)
    result = smooth_union(result, thumb, 8.0)
    return smooth_union(result, swelling - np.float32(2.0), 5.0)
