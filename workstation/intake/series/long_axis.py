"""Long axis of what is imaged: where a limb runs through the whole picture, and where it is cut across. Pure.

A forearm leaves the picture at two opposite edges where its slices lie along it, and at none where they cut it. Told
from the few hundred points of a series that `likeness` keeps; where a picture is tight all around, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workstation.intake.decisions.limb import CUT, FRONT_BACK, HEAD_FEET, LEFT_RIGHT
from workstation.intake.series.likeness import POINTS

# LPS
AXES = (LEFT_RIGHT, FRONT_BACK, HEAD_FEET)
# of the brightest points; noise lies far below, suppressed fat and marrow above it
TISSUE = 0.2
# of the points along an edge: a finger and a half at least, and a wrap or two
RUNS_OUT, STAYS_IN = 3 / POINTS, 1 / POINTS
Orientation = tuple[float, float, float, float, float, float]


def runs_along(sums: Sequence[int | None], orientation: Orientation) -> str:
    """The patient axis along which a limb runs through the pictures of a series, CUT, or "" where neither is plain.

    Args:
        sums: of a series, row by row, None where it is padding.
        orientation: direction of increasing column, then of increasing row, LPS.
    """
    if len(sums) != POINTS * POINTS:
        return ""
    values = np.array([0 if value is None else value for value in sums], np.float64).reshape(POINTS, POINTS)
    dark, bright = np.percentile(values, (5, 95))
    if bright <= dark:
        return ""
    tissue = values > dark + TISSUE * (bright - dark)
    down = [float(edge.mean()) for edge in (tissue[0], tissue[-1])]
    right = [float(edge.mean()) for edge in (tissue[:, 0], tissue[:, -1])]
    if max(*down, *right) <= STAYS_IN:
        return CUT
    for along, aside, direction in ((down, right, orientation[3:]), (right, down, orientation[:3])):
        if min(along) >= RUNS_OUT and max(aside) <= STAYS_IN:
            return AXES[int(np.argmax(np.abs(direction)))]
    return ""
