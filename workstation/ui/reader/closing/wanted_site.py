"""Site that the feedback of a calibration sends to, and where the reference saw it."""

from __future__ import annotations

from msgspec import Struct

from scoring.readings.reading import SiteKey
from storage.records import Vector3


class WantedSite(Struct, frozen=True):
    """Where to go: the site, and the point (LPS mm) at which the reference saw it; None where it saw it nowhere."""

    key: SiteKey
    point_mm: Vector3 | None
