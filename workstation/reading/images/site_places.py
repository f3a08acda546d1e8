"""Positions of the sites of a wrist in a hand of middle size, from wrist_places.toml. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from storage.records import Vector3


@cache
def wrist_places() -> Mapping[str, Vector3]:
    """Site code -> millimetres (towards the thumb's side, the back of the hand, the fingers) from the capitate."""
    return load_places(files("workstation.reading.images").joinpath("wrist_places.toml").read_text("utf-8"))


def load_places(text: str) -> Mapping[str, Vector3]:
    """The places of that TOML text.

    Raises:
        KeyError, TypeError, ValueError: the file says too little; it is ours, and a test loads it.
    """
    found: dict[str, Vector3] = {}
    for site, (radial, dorsal, distal) in tomllib.loads(text)["sites"].items():
        found[site] = (float(radial), float(dorsal), float(distal))
    return MappingProxyType(found)
