"""Depth guide: 1 cm from the articular surface, to which bone lesions of long bones are assessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.imaging.measuring import DEPTH_MM, PlanePoint, depth_line, width_mm
from workstation.reading.tools.tool import Circle, Drag, Line, Mark, Measured, NotHere, Shape, Tool


class Depth(Mark, frozen=True, forbid_unknown_fields=True):
    """A place on the articular surface, and a place towards the shaft."""

    kept_as: ClassVar[str] = "depth"

    surface: PlanePoint
    towards: PlanePoint

    @property
    def points(self) -> tuple[PlanePoint, ...]:
        """Both places."""
        return (self.surface, self.towards)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The line at 1 cm once the direction is clear, and the way there; before that all places 1 cm off."""
        found = depth_line(self.surface, self.towards)
        if found is None:
            return (Circle(self.surface, DEPTH_MM),)
        share = DEPTH_MM / width_mm(self.surface, self.towards)
        right, down = (self.surface[axis] + (self.towards[axis] - self.surface[axis]) * share for axis in (0, 1))
        return (Line(*found), Line(self.surface, (right, down), dashed=True))

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """Nothing; it guides the eye."""
        guides = any(isinstance(mark, Depth) for mark in marks)
        return Measured("", None, "1 cm from the articular surface.", aside=True) if guides else None


def _drawn(drag: Drag) -> Depth:
    return Depth(drag.series, drag.slice_index, drag.points[0], drag.last)


def _refusal(_scheme: Scheme, _feature: Feature, site: Site) -> NotHere | None:
    if site.long_bone:
        return None
    return NotHere(f"No depth guide here: the rule of 1 cm is for bone lesions of long bones. This is {site.name}.")


TOOLS = (
    Tool(
        "depth",
        Depth,
        "Depth guide: drag from the articular surface towards the shaft. Y ends it.",
        _drawn,
        _refusal,
    ),
)
