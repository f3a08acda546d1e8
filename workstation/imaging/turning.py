"""Turn of a picture for showing: by whole quarter turns, mirrored or not. Pure; stored coordinates stay.

A turn is one of eight words, "" as stored. The numbers are degrees clockwise; "mirrored" is left for right, before it
is turned.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from storage.records import Vector3

STORED = ""
MIRRORED = "mirrored"

Axes = tuple[int, int, int, int]
"""Right and down on the screen by those of the stored picture: right = a right + b down, down = c right + d down."""

TURNS: Mapping[str, Axes] = MappingProxyType(
    {
        STORED: (1, 0, 0, 1),
        "90": (0, -1, 1, 0),
        "180": (-1, 0, 0, -1),
        "270": (0, 1, -1, 0),
        MIRRORED: (-1, 0, 0, 1),
        "mirrored-90": (0, -1, -1, 0),
        "mirrored-180": (1, 0, 0, -1),
        "mirrored-270": (0, 1, 1, 0),
    }
)


def axes_of(turn: str) -> Axes:
    """Of a word; one that isn't known turns nothing."""
    return TURNS.get(turn, TURNS[STORED])


def directions(right: Vector3, down: Vector3, turn: str) -> tuple[Vector3, Vector3]:
    """Right and down on the screen, of a picture whose stored ones these are."""
    a, b, c, d = axes_of(turn)
    return _sum(right, a, down, b), _sum(right, c, down, d)


def _sum(one: Vector3, by: int, other: Vector3, times: int) -> Vector3:
    # adding 0.0 turns -0.0 into 0.0
    x, y, z = (by * mine + times * theirs + 0.0 for mine, theirs in zip(one, other, strict=True))
    return (x, y, z)
