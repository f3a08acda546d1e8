"""Outline of a visit's wrist in one plane: a rectangle in patient space, and what it is on any stack of that plane."""

from __future__ import annotations

from msgspec import Struct

from storage.records import Vector3
from workstation.imaging.geometry import Stack, add, dot


class Box(Struct, frozen=True):
    """A rectangle in the plane of a stack: millimetres along its rows and columns from the patient's origin."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return (self.right - self.left, self.bottom - self.top)

    @property
    def middle(self) -> tuple[float, float]:
        """Right and down."""
        return ((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def united(self, other: Box) -> Box:
        """The smallest that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class Outline(Struct, frozen=True, forbid_unknown_fields=True):
    """A corner, and the two sides that begin there, LPS millimetres. It lies in the middle of its stack."""

    corner_mm: Vector3
    across_mm: Vector3
    along_mm: Vector3

    @classmethod
    def of(cls, box: Box, stack: Stack) -> Outline:
        """A box of this stack."""
        centre = stack.centre_mm
        corner = add(centre, stack.right, box.left - dot(centre, stack.right))
        corner = add(corner, stack.down, box.top - dot(centre, stack.down))
        wide, high = box.size_mm
        nowhere = (0.0, 0.0, 0.0)
        return cls(corner, add(nowhere, stack.right, wide), add(nowhere, stack.down, high))

    def on(self, stack: Stack) -> Box:
        """The box of this stack that holds it, however the stack is turned."""
        other = add(self.corner_mm, self.across_mm)
        corners = (self.corner_mm, other, add(self.corner_mm, self.along_mm), add(other, self.along_mm))
        right, down = ([dot(corner, way) for corner in corners] for way in (stack.right, stack.down))
        return Box(min(right), min(down), max(right), max(down))


def field_of(stack: Stack) -> Box:
    """The whole image of a stack, its pixels whole."""
    row_mm, column_mm = stack.spacing_mm
    left = dot(stack.centre_mm, stack.right) - stack.columns * column_mm / 2
    top = dot(stack.centre_mm, stack.down) - stack.rows * row_mm / 2
    return Box(left, top, left + stack.columns * column_mm, top + stack.rows * row_mm)


def middle_of(box: Box, stack: Stack) -> Vector3:
    """The middle of a box of this stack, LPS millimetres, halfway through the stack."""
    centre, (right, down) = stack.centre_mm, box.middle
    across = add(centre, stack.right, right - dot(centre, stack.right))
    return add(across, stack.down, down - dot(centre, stack.down))
