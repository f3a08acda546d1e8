"""Orientation of a slice: the side of the patient that each edge faces, as letters.

LPS: +x is left, +y posterior, +z towards the head (PS3.3 C.7.6.2.1.1).
"""

from __future__ import annotations

from functools import lru_cache
from math import radians, sin, sqrt

from msgspec import Struct

from storage.records import Vector3
from workstation.imaging.geometry import Stack

_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
# a direction more than this off a patient axis is oblique and gets a second letter
_OBLIQUE_DEGREES = 20.0


class EdgeLetters(Struct, frozen=True):
    """One or two of R L A P H F at each edge of a slice as it is shown; the stronger letter first."""

    left: str
    right: str
    top: str
    bottom: str


def edge_letters(stack: Stack) -> EdgeLetters:
    """Letters of a stack shown with its columns to the right and its rows down."""
    return _edge_letters(stack.right, stack.down)


# asked for with each turn of the wheel, and a case has three planes
@lru_cache(maxsize=64)
def _edge_letters(right: Vector3, down: Vector3) -> EdgeLetters:
    return EdgeLetters(letters(_opposite(right)), letters(right), letters(_opposite(down)), letters(down))


def letters(direction: Vector3) -> str:
    """The patient side that a direction points to; a second letter when it is oblique.

    Wrists lie a few degrees off the magnet's axes; up to 20 degrees off reads as straight.
    """
    length = sqrt(sum(part * part for part in direction))
    if not length:
        return ""
    shares = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    limit = sin(radians(_OBLIQUE_DEGREES)) * length
    named = [axis for rank, axis in enumerate(shares) if rank == 0 or (rank == 1 and abs(direction[axis]) > limit)]
    return "".join(_LETTERS[axis][0 if direction[axis] > 0 else 1] for axis in named)


def plane_of(normal: Vector3) -> str:
    """AX, COR or SAG by the main axis of the normal (LPS: x sagittal, y coronal, z axial)."""
    return max(zip(map(abs, normal), ("SAG", "COR", "AX"), strict=True))[1]


def _opposite(direction: Vector3) -> Vector3:
    return (-direction[0], -direction[1], -direction[2])
