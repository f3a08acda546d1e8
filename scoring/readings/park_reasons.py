"""Reasons for parking a case: a closed list, as data. Pure."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec


class ParkReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code for the record and the words for people."""

    code: str
    text: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: tuple[ParkReason, ...]


@cache
def park_reasons() -> tuple[ParkReason, ...]:
    """The reasons that come with the program, in the order in which they are offered."""
    text = (files("scoring.readings") / "park_reasons.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File).reason
