"""Change between two visits, rounded: decimal scores that changed alike must be ties. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

# 4.62 - 3.51 and 2.11 - 1.00 differ in the sixteenth digit, and would get ranks of their own; no score has so many
DECIMALS: Final = 9


def change_between(baseline: ArrayLike, follow_up: ArrayLike) -> NDArray[np.float64]:
    """Follow-up minus baseline; nan where either is."""
    changed: NDArray[np.float64] = np.subtract(follow_up, baseline, dtype=np.float64)
    return np.round(changed, DECIMALS)
