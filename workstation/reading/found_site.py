"""Found site: where a reader found it, and how much of that the reader chose."""

from __future__ import annotations

from msgspec import Struct

from storage.records import Vector3


class FoundSite(Struct, frozen=True):
    """point_mm: LPS. along: the one unit direction in which they moved to it, None for all three.

    Who scrolls an axial stack says how far along the hand a site lies, and nothing of where across it.
    """

    point_mm: Vector3
    along: Vector3 | None = None
