"""Proposal of a registration: a relation between the visits with a quality that means something, or why not. Pure.

The quality is measured, not modelled: axial and coronal T1 are registered apart, each knowing nothing of the other, and
how far their two answers lie apart at the wrist is how far one of them must be off.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from storage.records import Vector3
from workstation.imaging.rigid import Rigid

# Synthetic pairs of one wrist give 0.95 and more, two different wrists 0.24 to 0.91: it tells a bad fit, no identity
LEAST_CORRELATION = 0.85
LEAST_OVERLAP = 0.6
# half a slice of 3 mm: farther apart than this the proposal could show the neighbouring slice
MOST_APART_MM = 1.5
# a hand that was laid anew doesn't turn farther; a registration that says so has found something else
MOST_DEGREES = 35.0
REACH_MM = 25.0


class OnePlane(Struct, frozen=True):
    """What registering one plane's T1 found."""

    movement: Rigid
    correlation: float
    overlap: float
    centre_mm: Vector3


class Proposal(Struct, frozen=True):
    """How the wrist moved, baseline to follow-up, and how well that is known.

    apart_mm: how far the answers of the planes lie apart, None where one plane alone could be registered.
    """

    movement: Rigid
    correlation: float
    apart_mm: float | None

    @property
    def quality(self) -> str:
        """In words of a reader."""
        alike = f"similarity of the T1 images {self.correlation:.0%}"
        return alike if self.apart_mm is None else f"axial and coronal T1 agree to {self.apart_mm:.1f} mm, {alike}"


class Declined(Struct, frozen=True):
    """No proposal, and why."""

    reason: str


def decided(found: Mapping[str, OnePlane]) -> Proposal | Declined:
    """The proposal of what was found per plane ("AX", "COR"), or why there is none.

    The axial answer is proposed where there is one, the other is its check.
    """
    if not found:
        return Declined("both visits need a T1 series of the same plane")
    for plane in found.values():
        fault = _fault(plane)
        if fault:
            return Declined(fault)
    first, *others = (found[name] for name in sorted(found))
    apart = [first.movement.apart_mm(other.movement, first.centre_mm, REACH_MM) for other in others]
    if apart and not max(apart) <= MOST_APART_MM:
        return Declined(f"axial and coronal T1 differ by {max(apart):.1f} mm ({MOST_APART_MM} mm is allowed)")
    return Proposal(first.movement, min(plane.correlation for plane in found.values()), max(apart, default=None))


def _fault(plane: OnePlane) -> str:
    # written so that what isn't a number is a fault too
    if not plane.overlap >= LEAST_OVERLAP:
        return f"only {plane.overlap:.0%} of the wrist is in both visits' images ({LEAST_OVERLAP:.0%} is needed)"
    if not plane.correlation >= LEAST_CORRELATION:
        return f"the T1 images differ too much: similarity {plane.correlation:.0%} ({LEAST_CORRELATION:.0%} is needed)"
    if not plane.movement.degrees <= MOST_DEGREES:
        return f"the wrist would have turned by {plane.movement.degrees:.0f} degrees ({MOST_DEGREES:.0f} are the limit)"
    return ""
