"""Inputs of a sample size: what they may be, and people who are lost on the way. Pure."""

from __future__ import annotations

import math
from typing import Final

from scoring.errors import RamrisError

# what a root leaves of a whole number: 50.000000001 people are 50
_ROUNDING = 1e-9
# more people than any study has; beyond it there is no whole number to be counted up to
MOST: Final = 10_000_000


class SizeRefused(RamrisError):
    """An input from which no size follows; the message names it and what it may be."""


def checked_share(name: str, value: float) -> float:
    """The value, between 0 and 1 without them.

    Raises:
        SizeRefused: it isn't.
    """
    if not 0.0 < value < 1.0:
        raise SizeRefused(f"{name} {value:g}: give a share between 0 and 1, such as 0.8")
    return value


def checked_positive(name: str, value: float) -> float:
    """The value, above 0 and finite.

    Raises:
        SizeRefused: it isn't.
    """
    if not 0.0 < value < math.inf:
        raise SizeRefused(f"{name} {value:g}: give a number above 0")
    return value


def checked_readings(readings: int) -> int:
    """How often each is read: 2 or more.

    Raises:
        SizeRefused: fewer.
    """
    if readings < 2:  # noqa: PLR2004 - a pair
        raise SizeRefused(f"readings {readings}: an ICC needs 2 or more of each")
    return readings


def whole(size: float) -> int:
    """The smallest whole number that is enough.

    Raises:
        SizeRefused: more than any study has.
    """
    if not size <= MOST:
        raise SizeRefused(f"these inputs ask for more than {MOST:,}; give others")
    return math.ceil(size - _ROUNDING)


def with_dropout(size: int, dropout: float) -> int:
    """How many to begin with so that `size` are left when a share `dropout` is lost; 0 is nobody.

    Raises:
        SizeRefused: the share isn't 0 up to but not 1.
    """
    if not 0.0 <= dropout < 1.0:
        raise SizeRefused(f"dropout {dropout:g}: give a share from 0 up to but not 1, such as 0.1")
    return whole(size / (1.0 - dropout))
