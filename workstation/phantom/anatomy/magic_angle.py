"""Magic angle: how grey a tendon is by the angle that it runs at to the scanner's field. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Field, Point
from workstation.phantom.anatomy.tendons import STATION_MM, Tube
from workstation.phantom.anatomy.tissues import Material

_ECHO_MS = 17.0
"""Of the T1 series: what an angle leaves of the signal hangs on it."""


def askew(tubes: tuple[Tube, ...], z: Field, field: Point = (0.0, 0.0, 1.0)) -> Field:
    """Share of its signal at the magic angle that the tendons of one area give at each level, as they run there.

    field: direction of the magnetic field in the model's axes. What relaxes water held along fibres goes by
    (3 cos^2 - 1)^2 of their angle to the field (Fullerton 1985, Radiology 155:433); the share is that at the echo
    time of a T1 series.
    """
    levels = np.arange(-72.0, 62.0, STATION_MM)
    found = np.zeros(len(levels))
    for tube in tubes:
        run = np.stack([np.gradient(tube.x, tube.z), np.gradient(tube.y, tube.z), np.ones(len(tube.z))])
        cosine = np.array(field) @ run / np.linalg.norm(run, axis=0) / np.linalg.norm(field)
        found = np.maximum(found, np.interp(levels, tube.z, at_angle(cosine), left=0.0, right=0.0))
    result: Field = np.interp(z, levels, found).astype(np.float32)
    return result


def at_angle(cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the signal at the magic angle of a tendon whose fibres have that cosine to the field, 0 along it."""
    along, free = (1 / tissue.value.t2_ms for tissue in (Material.TENDON, Material.ASKEW_TENDON))
    held = ((3 * cosine**2 - 1) / 2) ** 2
    left = np.exp(-_ECHO_MS * (free + (along - free) * held))
    least, most = np.exp(-_ECHO_MS * along), np.exp(-_ECHO_MS * free)
    found: NDArray[np.float64] = (left - least) / (most - least)
    return found
