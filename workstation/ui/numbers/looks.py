"""Looks of the figures: dark in the window, on white where one is saved. Okabe and Ito's colours, safe for all eyes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workstation.numbers.figure import Tint
from workstation.ui.shared import theme


@dataclass(frozen=True, slots=True)
class Looks:
    """Colours. less, more: of the smallest and the largest change; none: of no change; nothing: where none is known."""

    ground: str
    ink: str
    dim: str
    grid: str
    chosen: str
    tints: Mapping[Tint, str]
    less: str
    none: str
    more: str
    nothing: str

    def shade(self, share: float) -> str:
        """The colour of a change, -1 to 1 of the largest."""
        low, high = (self.none, self.more) if share >= 0 else (self.none, self.less)
        part = min(1.0, abs(share))
        mixed = [round(a + (b - a) * part) for a, b in zip(_rgb(low), _rgb(high), strict=True)]
        return "#" + "".join(f"{value:02x}" for value in mixed)

    def shades(self) -> NDArray[np.uint8]:
        """255 colours from less to more, with alpha."""
        return np.array([[*_rgb(self.shade(step / 127 - 1)), 255] for step in range(255)], dtype=np.uint8)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def is_dark(colour: str) -> bool:
    """Whether light letters are read better on it."""
    red, green, blue = _rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140  # noqa: PLR2004 - ITU-R BT.601 luma, a little over half


DARK: Final = Looks(
    ground=theme.BACKGROUND,
    ink=theme.TEXT,
    dim=theme.DIM,
    grid=theme.LINE,
    chosen=theme.BRIGHT,
    tints={
        Tint.FIRST: "#56b4e9",
        Tint.SECOND: "#e69f00",
        Tint.THIRD: "#2fc49a",
        Tint.FOURTH: "#e29cc4",
        Tint.LIMIT: "#ff8f6b",
        Tint.QUIET: "#5b6672",
    },
    less="#56b4e9",
    none="#26303a",
    more="#ff8f4d",
    nothing="#101418",
)
PAPER: Final = Looks(
    ground="#ffffff",
    ink="#1a1f26",
    dim="#6b7480",
    grid="#d9dde2",
    chosen="#1a1f26",
    tints={
        Tint.FIRST: "#0072b2",
        Tint.SECOND: "#e69f00",
        Tint.THIRD: "#009e73",
        Tint.FOURTH: "#cc79a7",
        Tint.LIMIT: "#d55e00",
        Tint.QUIET: "#a9b1ba",
    },
    less="#2166ac",
    none="#f7f7f7",
    more="#c2500a",
    nothing="#ffffff",
)
