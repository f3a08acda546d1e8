"""The scale that scores lie on, given as MIN,MAX."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from scoring.agreement.errors import ScaleRefused

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class ScaleRange:
    """Lowest and highest score that exist, both included; for change -maximum and maximum."""

    minimum: float
    maximum: float

    @property
    def nothing(self) -> float:
        """The score for "nothing there": 0 where the scale has it, else its lowest."""
        return 0.0 if self.minimum <= 0.0 <= self.maximum else self.minimum


def parse_scale(text: str) -> ScaleRange:
    """The scale of "MIN,MAX", such as "0,3" or "-45,45".

    Raises:
        ScaleRefused: not two numbers, or the first isn't below the second.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and all(NUMBER.fullmatch(part) for part in parts):  # noqa: PLR2004 - a minimum and a maximum
        minimum, maximum = (float(part) for part in parts)
        if minimum < maximum and math.isfinite(maximum - minimum):
            return ScaleRange(minimum, maximum)
    raise ScaleRefused(f"scale {text!r} is not MIN,MAX with MIN below MAX: give two numbers, such as 0,3")
