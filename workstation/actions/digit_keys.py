"""Digits and letters by their position on the keyboard, whatever the layout writes on them. Pure.

On a French or Belgian keyboard digits are shifted, on a Czech one the row gives letters with signs: the key is
the same. Russian, Greek and Hebrew ones have letters of their own where others have Latin ones. Sources: X11 and
Wayland number keys 8 above the codes of Linux (KEY_1 is 2: input-event-codes.h; xkb adds 8); Windows gives scan code
set 1; a Mac tells no scan code, its virtual keys are by position (kVK_ANSI_1: HIToolbox, Events.h).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ROW: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
_XKB: Final = MappingProxyType({10 + index: digit for index, digit in enumerate(_ROW)})
_SET_1: Final = MappingProxyType({2 + index: digit for index, digit in enumerate(_ROW)})
_MAC: Final = MappingProxyType(dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29), _ROW, strict=True)))
_ROWS: Final = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_XKB_LETTERS: Final = MappingProxyType(
    {first + at: letter for first, row in zip((24, 38, 52), _ROWS, strict=True) for at, letter in enumerate(row)}
)
_SET_1_LETTERS: Final = MappingProxyType({code - 8: letter for code, letter in _XKB_LETTERS.items()})
_MAC_LETTERS: Final = MappingProxyType(
    dict(
        zip(
            (12, 13, 14, 15, 17, 16, 32, 34, 31, 35, 0, 1, 2, 3, 5, 4, 38, 40, 37, 6, 7, 8, 9, 11, 45, 46),
            "".join(_ROWS),
            strict=True,
        )
    )
)
# the names that Qt has for what shows its windows
_SCAN_CODES: Final[Mapping[str, Mapping[int, int]]] = MappingProxyType(
    {"xcb": _XKB, "wayland": _XKB, "wayland-egl": _XKB, "windows": _SET_1}
)
_LETTERS: Final[Mapping[str, Mapping[int, str]]] = MappingProxyType(
    {"xcb": _XKB_LETTERS, "wayland": _XKB_LETTERS, "wayland-egl": _XKB_LETTERS, "windows": _SET_1_LETTERS}
)


def digit_at(platform: str, scan_code: int, virtual_key: int) -> int | None:
    """The digit of a key in the row above the letters; None of every other key, and where codes mean nothing known."""
    if platform == "cocoa":
        return _MAC.get(virtual_key)
    return _SCAN_CODES.get(platform, {}).get(scan_code)


def letter_at(platform: str, scan_code: int, virtual_key: int) -> str:
    """The letter that a keyboard of the United States has there; "" of every other key, and where nothing is known."""
    if platform == "cocoa":
        return _MAC_LETTERS.get(virtual_key, "")
    return _LETTERS.get(platform, {}).get(scan_code, "")
