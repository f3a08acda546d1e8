"""Positions and extents of the sites of a wrist in a hand of middle size, from TOML files. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from scoring.toml_file import shipped_toml
from storage.records import Vector3


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    sites: dict[str, Vector3]


@cache
def wrist_positions() -> Mapping[str, Vector3]:
    """Site code -> millimetres (towards the thumb's side, the back of the hand, the fingers) from the capitate."""
    return MappingProxyType(shipped_toml("workstation.reading.images", "expected_positions.toml", _File).sites)


class _Extents(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    half_mm: dict[str, float]


@cache
def half_extents_mm() -> Mapping[str, float]:
    """Site code -> how far it reaches each way from its middle, mm along the stack that it is judged on."""
    return MappingProxyType(shipped_toml("workstation.reading.images", "site_extents.toml", _Extents).half_mm)
