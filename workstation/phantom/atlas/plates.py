"""Plates of the atlas: which feature, site and grade each picture shows, and how ill that site is in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.phantom.anatomy.tendons import AREAS
from workstation.phantom.lesions import CAPSULES, READING_ORDER
from workstation.phantom.plan import Illness

SITES = {"SYN": tuple(CAPSULES), "TEN": AREAS, "OST": READING_ORDER, "ERO": READING_ORDER}

TARGETS: dict[str, tuple[float, ...]] = {
    "SYN": (0.0, 0.17, 0.50, 0.83),
    "TEN": (0.0, 1.2, 2.6, 5.5),
    "OST": (0.0, 0.17, 0.50, 0.83),
    "ERO": (0.0, *(round(tenth / 10 - 0.05, 2) for tenth in range(1, 11))),
}
"""By feature how ill a site is at each grade: the middle of the band, as a share; for TEN millimetres.

The widths of tenosynovitis have the same grade by Haavardsholm's limits (2 and 5 mm) and by OMERACT's (1.5 and 3 mm).
"""

SERIES_OF = {"SYN": ("T1FSGD", "AX"), "TEN": ("T1FSGD", "AX"), "OST": ("T2FS", "COR"), "ERO": ("T1", "COR")}
"""Kind and plane of the series that a feature is judged on first."""


@dataclass(frozen=True, slots=True)
class Plate:
    """One picture: what it shows. target: a share of the site, for TEN the sheath's greatest width in mm."""

    feature: str
    site: str
    grade: int
    target: float

    @property
    def name(self) -> str:
        """The name of its file, as the reading room reads such names."""
        return f"{self.feature}-{self.site}-{self.grade}.png"

    def illness(self) -> Illness:
        """A wrist that is ill at this site alone, of this feature alone."""
        none = {feature: dict.fromkeys(sites, 0.0) for feature, sites in SITES.items()}
        none[self.feature][self.site] = self.target
        return Illness(none["ERO"], none["OST"], none["SYN"], none["TEN"])


def plates() -> Iterator[Plate]:
    """Every plate, in reading order, grades rising."""
    for feature, sites in SITES.items():
        for site in sites:
            for grade, target in enumerate(TARGETS[feature]):
                yield Plate(feature, site, grade, target)
