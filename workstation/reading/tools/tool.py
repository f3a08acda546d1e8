"""Drawing tool and its marks, as values: the windows paint shapes, and nothing else of a tool.

Points are millimetres in the plane of a slice, (right, down) from the origin of the patient system.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import ClassVar

from msgspec import Struct

from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.imaging.measuring import PlanePoint


class Hue(Enum):
    """The colours that a shape may have; the window knows which they are."""

    AID = "aid"
    BONE = "bone"
    LESION = "lesion"


class Line(Struct, frozen=True):
    """A straight line. ticks: small lines across both ends."""

    start: PlanePoint
    end: PlanePoint
    dashed: bool = False
    ticks: bool = False
    hue: Hue = Hue.AID


class Circle(Struct, frozen=True):
    """A circle."""

    middle: PlanePoint
    radius_mm: float
    hue: Hue = Hue.AID


class Ring(Struct, frozen=True):
    """A closed line through points."""

    points: tuple[PlanePoint, ...]
    hue: Hue = Hue.AID


Shape = Line | Circle | Ring


class Measured(Struct, frozen=True):
    """What marks of one kind measure. value: None where they only guide the eye."""

    quantity: str
    value: float | None
    words: str


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """What was drawn on one slice of a series.

    kept_as: the name of its kind in what is kept with a grade, which stays for good. many: more than one is kept.
    """

    kept_as: ClassVar[str]
    many: ClassVar[bool] = False

    series: str
    slice_index: int

    @property
    def points(self) -> tuple[PlanePoint, ...]:
        """All of its points."""
        raise NotImplementedError

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """How it looks on its slice, painted in this order."""
        raise NotImplementedError

    @property
    def whole(self) -> bool:
        """Whether it is enough of a mark to be kept."""
        return True

    def replaces(self, other: Mark) -> bool:
        """Whether `other`, of its kind, is drawn anew by this one."""
        return self.kept_as == other.kept_as

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """What all marks of the kind at one site measure together; None where that is nothing."""
        raise NotImplementedError


class NotHere(Struct, frozen=True):
    """A tool measures nothing at a site, and why."""

    why: str


class Drag(Struct, frozen=True):
    """A drag over one slice: where it has been, not closer than a hand can draw, and where it is now."""

    series: str
    slice_index: int
    points: tuple[PlanePoint, ...]
    last: PlanePoint


class Tool(Struct, frozen=True):
    """One tool.

    id: what commands call it. mark: the kind of mark that it draws. line: said when it is taken. draw: what a drag is
    so far, None while it is nothing yet. refusal: why it measures nothing at a site of a feature; None where it does.
    """

    id: str
    mark: type[Mark]
    line: str
    draw: Callable[[Drag], Mark | None]
    refusal: Callable[[Scheme, Feature, Site], NotHere | None]
