"""Pixels as a person sees them: their padding dark, turned the standard way. What is stored stays as it is."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.padding import Imaged, blackened
from workstation.imaging.turning import STORED, TURNS, axes_of
from workstation.imaging.volume import Volume


class Shown(Imaged, Protocol):
    """A series of the index, whole or at a glance."""

    @property
    def turn(self) -> str:
        """One of `turning.TURNS`."""


def as_shown(volume: Volume, series: Shown) -> Volume:
    """(slice, row, column) of a series; the same one where there is nothing to do."""
    return turned(blackened(volume, series), series.turn)


def turned(volume: Volume, turn: str) -> Volume:
    """(slice, row, column) turned; the same one where it isn't."""
    axes = axes_of(turn)
    if axes == TURNS[STORED]:
        return volume
    a, b, c, d = axes
    # its rows run along stored columns where right on the screen is up or down there
    shown = volume.transpose(0, 2, 1) if b else volume
    shown = shown[:, :: (c or d), :: (a or b)]
    result = np.ascontiguousarray(shown)
    result.flags.writeable = False
    return result


def as_stored(picture: NDArray[Any], turn: str) -> NDArray[Any]:
    """(row, column) of a slice as it is shown, back as it lies in its file; a view where that is enough."""
    a, b, c, d = axes_of(turn)
    back = picture[:: (c or d), :: (a or b)]
    return back.T if b else back
