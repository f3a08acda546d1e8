"""Drawing tool and its marks, as values: the windows paint shapes, and nothing else of a tool.

Points are millimetres in the plane of a slice, (right, down) from the origin of the patient system.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, ClassVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.imaging.measuring import PlanePoint


class Hue(Enum):
    """The colours that a shape may have; the window knows which they are."""

    AID = "aid"
    BONE = "bone"
    LESION = "lesion"


class Line(Struct, frozen=True):
    """A straight line. ticks: small lines across both ends. words: what stands at its end."""

    start: PlanePoint
    end: PlanePoint
    dashed: bool = False
    ticks: bool = False
    hue: Hue = Hue.AID
    words: str = ""


class Circle(Struct, frozen=True):
    """A circle."""

    middle: PlanePoint
    radius_mm: float
    hue: Hue = Hue.AID


class Ring(Struct, frozen=True):
    """A closed line through points. words: what stands beside it."""

    points: tuple[PlanePoint, ...]
    hue: Hue = Hue.AID
    words: str = ""


class Oval(Struct, frozen=True):
    """An ellipse along the edges of the image, by its middle and half axes. words: what stands beside it."""

    middle: PlanePoint
    half: PlanePoint
    words: str = ""
    hue: Hue = Hue.AID


Shape = Line | Circle | Ring | Oval


class PixelGrid(Struct, frozen=True):
    """Where the pixels of a slice lie in its plane: corner_mm of the first, spacing_mm (row, column)."""

    corner_mm: PlanePoint
    spacing_mm: tuple[float, float]

    def centres(self, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Down of each row, and right of each column, of their middles in mm; to be put against each other."""
        (right, down), (row_mm, column_mm) = self.corner_mm, self.spacing_mm
        rows, columns = shape
        return (down + (np.arange(rows) + 0.5) * row_mm)[:, np.newaxis], right + (np.arange(columns) + 0.5) * column_mm


class Measured(Struct, frozen=True):
    """What marks of one kind measure. value: None where they only guide the eye.

    aside: the words don't stand in the images, where they would lie over what is looked at.
    """

    quantity: str
    value: float | None
    words: str
    aside: bool = False


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

    def beside(self, new: Mark) -> Mark | None:
        """What stays of it when another one is drawn; None where that replaces it."""
        return None if new.replaces(self) else self

    def valued(self, _grid: PixelGrid, _values: NDArray[Any]) -> Mark:
        """With what the pixels of its slice say, (row, column) as they are stored; most marks ask for nothing."""
        return self

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


class Picture(Struct, frozen=True):
    """A slice as it is stored, where its pixels lie, and the values that are shown black and white."""

    values: NDArray[Any]
    grid: PixelGrid
    window: tuple[float, float]


class FromClick(Struct, frozen=True):
    """What a click drew. bounded: it would have gone on beyond what one click may draw."""

    mark: Mark
    bounded: bool


class Tool(Struct, frozen=True):
    """One tool.

    id: what commands call it. mark: the kind of mark that it draws. line: said when it is taken. draw: what a drag is
    so far, None while it is nothing yet. refusal: why it measures nothing at a site of a feature; None where it does.
    click: what a click draws on a picture, by (series, slice) and where it was; None where that is nothing.
    pull: what a drag makes of what is drawn there already; None where it draws something new.
    """

    id: str
    mark: type[Mark]
    line: str
    draw: Callable[[Drag], Mark | None]
    refusal: Callable[[Scheme, Feature, Site], NotHere | None]
    click: Callable[[Drag, Picture], FromClick | None] | None = None
    pull: Callable[[Drag, Sequence[Mark]], Mark | None] | None = None
