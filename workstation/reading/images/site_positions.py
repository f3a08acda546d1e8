"""Positions and extents of a scheme's sites in a body of middle size, where the scheme gives them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from scoring.schemes.folder import POSITIONS_FILE, part_of
from scoring.schemes.scheme import Scheme
from scoring.toml_file import TomlLocation, read_toml
from storage.records import Vector3


class Positions(Struct, frozen=True):
    """By site code.

    sites: millimetres (towards the thumb's side, the back of the hand, the fingers) from the middle, of a wrist the
    capitate. half_mm: how far a site reaches each way from its middle, mm along the stack that it is judged on.
    """

    sites: Mapping[str, Vector3]
    half_mm: Mapping[str, float]


# longer than a body
_MOST_MM: Final = 3000
NOWHERE: Final = Positions(MappingProxyType({}), MappingProxyType({}))


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    sites: dict[str, Vector3]
    half_mm: dict[str, float] = field(default_factory=dict)


def positions_of(scheme: Scheme) -> Positions:
    """Where the sites of a scheme are expected; nothing where it doesn't say."""
    text = part_of(scheme, POSITIONS_FILE)
    return NOWHERE if text is None else _read(text)


@cache
def _read(text: str) -> Positions:
    return positions_from(text, POSITIONS_FILE)


def positions_from(text: str, file: str) -> Positions:
    """The positions that a TOML text says; TomlRefused names file and location of a mistake."""
    found, location = read_toml(text, _File, file), TomlLocation(file)
    location.line("source", found.source)
    for site, at in found.sites.items():
        if not all(abs(part) < _MOST_MM for part in at):
            location.at("sites", site).refuse(f"three numbers in mm, below {_MOST_MM}")
    for site, half in found.half_mm.items():
        if not 0 < half < _MOST_MM:
            location.at("half_mm", site).refuse("more than 0 mm is needed here")
    return Positions(MappingProxyType(found.sites), MappingProxyType(found.half_mm))
