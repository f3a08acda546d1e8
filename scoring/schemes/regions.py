"""Regions of sites in an image: where each site is expected within what is shown of a hand or a foot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from scoring.schemes.folder import LAYOUT_FILE, part_of
from scoring.schemes.scheme import Scheme
from scoring.toml_file import TomlLocation, read_toml

Share = tuple[float, float]

# longer than a body
_MOST_MM = 3000


class Regions(Struct, frozen=True, forbid_unknown_fields=True):
    """Where sites are. size_mm: of the square that is shown of a site. at: its middle, by site.

    As parts of the width and height of what the outline of the hand or foot holds, from its left upper corner.
    """

    size_mm: float
    at: Mapping[str, Share]


class _File(Struct, frozen=True):
    regions: Regions | None = None


def regions_of(scheme: Scheme) -> Regions | None:
    """The regions that a scheme's layout gives; None where it gives none."""
    text = part_of(scheme, LAYOUT_FILE)
    return None if text is None else _read(text)


def check_regions(regions: Regions, location: TomlLocation) -> None:
    """Refuse what lies outside of the outline, or has no size: TomlRefused names it."""
    if not 0 < regions.size_mm < _MOST_MM:
        location.at("size_mm").refuse(f"a number above 0 is needed here, below {_MOST_MM}")
    for site, at in regions.at.items():
        if not all(0 <= part <= 1 for part in at):
            location.at("at", site).refuse("two parts of the outline, each from 0 to 1")


@cache
def _read(text: str) -> Regions | None:
    return read_toml(text, _File, LAYOUT_FILE).regions
