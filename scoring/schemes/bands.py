"""Bands of a scheme: the grade for a measured width or share, where the scheme gives numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import isfinite
from typing import Final

from msgspec import Struct

from scoring.schemes.folder import BANDS_FILE, part_of
from scoring.schemes.scheme import Scheme
from scoring.toml_file import TomlLocation, read_toml

QUANTITIES = ("width_mm", "share_percent")
_MOST_DECIMALS: Final = 6
_MOST_SLICES: Final = 100


class Band(Struct, frozen=True, forbid_unknown_fields=True, rename={"lowest": "from"}):
    """The least value of grade 1, 2, ... of a feature; `decimals`: how the scheme writes the quantity.

    slices: on how many consecutive slices it must be seen to count at all.
    """

    feature: str
    quantity: str
    decimals: int
    lowest: tuple[float, ...]
    source: str
    slices: int = 1

    def grade(self, value: float) -> int:
        """The grade of a measured value; 0 where there is nothing, and below the least value of grade 1.

        It is rounded as the scheme writes it, so that the number on the screen and the grade beside it agree. Where
        grade 1 begins at 0, whatever is more than nothing is at least that.
        """
        if not value > 0:
            return 0
        shown = Decimal(repr(value)).quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
        return sum(shown >= Decimal(repr(least)) for least in self.lowest)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    band: tuple[Band, ...]


def band_of(scheme: Scheme, feature: str) -> Band | None:
    """The band of a scheme's feature; None where the scheme gives no numbers for it."""
    text = part_of(scheme, BANDS_FILE)
    return None if text is None else next((band for band in _read(text) if band.feature == feature), None)


def bands_from(text: str, file: str) -> tuple[Band, ...]:
    """The bands of a TOML text.

    Raises:
        TomlRefused: not TOML, a field missing or unknown, limits that don't rise, a quantity that isn't measured.
    """
    bands = read_toml(text, _File, file).band
    for number, band in enumerate(bands):
        location = TomlLocation(file).at("band", number)
        if band.quantity not in QUANTITIES:
            location.at("quantity").refuse(f"no '{band.quantity}' is measured ({', '.join(QUANTITIES)})")
        if not 0 <= band.decimals <= _MOST_DECIMALS:
            location.at("decimals").refuse(f"{band.decimals}: from 0 to {_MOST_DECIMALS}")
        if not 1 <= band.slices <= _MOST_SLICES:
            location.at("slices").refuse(f"{band.slices}: from 1 to {_MOST_SLICES}")
        if not all(isfinite(least) for least in band.lowest):
            location.at("from").refuse("the limits are finite numbers")
        if not band.lowest or list(band.lowest) != sorted(set(band.lowest)):
            location.at("from").refuse("the limits must rise")
    return bands


@cache
def _read(text: str) -> tuple[Band, ...]:
    return bands_from(text, BANDS_FILE)
