"""Reasons for parking a case: a closed list, as data. Pure."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from scoring.toml_file import shipped_toml


class ParkReason(Struct, frozen=True, forbid_unknown_fields=True):
    """A code for the record and the words for people."""

    code: str
    text: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    reason: tuple[ParkReason, ...]


@cache
def park_reasons() -> tuple[ParkReason, ...]:
    """The reasons that come with the program, in the order in which they are offered."""
    return shipped_toml("scoring.readings", "park_reasons.toml", _File).reason
