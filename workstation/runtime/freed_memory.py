"""Freed memory given back to the system: glibc keeps it, below what is still in use, until it is asked for it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give back what was freed, where the C library can do that; elsewhere nothing happens. Takes some ms.

    Source: malloc_trim(3). The lock of Python is let go of meanwhile.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], object] | None:
    try:
        # the C library of this very process; Windows and macOS have no such function
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    trim.argtypes = [ctypes.c_size_t]
    return trim
