"""Bands of RAMRIS and of Haavardsholm: the grade that a measured quantity deserves. Pure.

Sources: Ostergaard 2003, J Rheumatol 30:1385 (erosion by tenths, osteitis and synovitis by thirds); Haavardsholm 2007,
Ann Rheum Dis 66:1216 (tenosynovitis by millimetres).
"""

from __future__ import annotations

import math

UNITS = {
    "SYN": "share of the compartment",
    "OST": "share of the bone",
    "ERO": "share of the assessed bone",
    "TEN": "mm",
}


def grade(feature: str, quantity: float) -> int:
    """The grade of a share (0 to 1) or, for TEN, of a sheath's greatest width in mm; 0 only where there is nothing."""
    if quantity <= 0:
        return 0
    if feature == "ERO":
        return max(1, math.ceil(round(quantity * 10, 6)))
    if feature == "TEN":
        return 1 if quantity < 2 else 2 if quantity < 5 else 3  # noqa: PLR2004  the limits of Haavardsholm's table
    return max(1, math.ceil(round(quantity * 3, 6)))
