"""Positions of the sites of a wrist in a hand of middle size, from expected_positions.toml. Pure."""

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
