"""Facing of a drawing: on which side the thumb is, and how each layer's sections lie, by where its sites lie in a body.

Pure. A scheme that gives positions needs no other word about it: bones that lie farther towards the fingers are drawn
higher in a coronal view, tendons that lie farther towards the back of the hand in an axial section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Final

from msgspec import Struct

from workstation.diagram.outlines import Diagram, Outline

Position = tuple[float, float, float]
# below this a drawing says nothing about a direction: its sites would lie by another rule
_LEAST: Final = 0.7
_RADIAL, _DORSAL, _DISTAL = range(3)
CORONAL, AXIAL = "COR", "AX"


class Facing(Struct, frozen=True):
    """thumb: +1 where it is on the right of the drawing, else -1. plane: COR or AX. top: +1 where the drawing's top is
    the fingers' end of a coronal view, or the back of the hand in an axial section; else -1.
    """

    thumb: int
    plane: str
    top: int


def facing(diagram: Diagram, positions: Mapping[str, Position], layer: str) -> Facing | None:
    """How a layer faces; None where its sites don't say.

    positions: of the scheme's sites, mm towards the thumb's side, the back of the hand and the fingers.
    """
    # joints lie in the middle of the hand: which side the thumb is on the whole drawing says
    thumb = _likeness([(item.label[0], at[_RADIAL]) for item, at in _known(diagram.outlines, positions)])
    sites = list(_known((item for item in diagram.outlines if item.layer == layer), positions))
    down = [item.label[1] for item, _ in sites]
    distal = _likeness(list(zip(down, (at[_DISTAL] for _, at in sites), strict=True)))
    dorsal = _likeness(list(zip(down, (at[_DORSAL] for _, at in sites), strict=True)))
    plane, along = (CORONAL, distal) if abs(distal) >= abs(dorsal) else (AXIAL, dorsal)
    if abs(thumb) < _LEAST or abs(along) < _LEAST:
        return None
    # y grows downwards
    return Facing(1 if thumb > 0 else -1, plane, -1 if along > 0 else 1)


def _known(
    outlines: Sequence[Outline] | Iterator[Outline], positions: Mapping[str, Position]
) -> Iterator[tuple[Outline, Position]]:
    return ((item, positions[item.site]) for item in outlines if item.site in positions)


def _likeness(pairs: Sequence[tuple[float, float]]) -> float:
    """Pearson's correlation; 0 where either doesn't vary."""
    if not pairs:
        return 0.0
    ones, others = zip(*pairs, strict=True)
    first, second = sum(ones) / len(ones), sum(others) / len(others)
    product = sum((one - first) * (other - second) for one, other in pairs)
    spread = sqrt(sum((one - first) ** 2 for one in ones) * sum((other - second) ** 2 for other in others))
    return product / spread if spread else 0.0
