"""Digit keys by their position on the keyboard, whatever the layout writes on them. Pure.

On a French or Belgian keyboard digits are shifted, on a Czech one the row gives letters with signs: the key is
the same. Sources: X11 and Wayland number keys 8 above the codes of Linux (KEY_1 is 2: input-event-codes.h; xkb adds 8);
Windows gives scan code set 1; a Mac tells no scan code, its virtual keys are by position (kVK_ANSI_1: HIToolbox,
Events.h).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ROW: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
_XKB: Final = MappingProxyType({10 + index: digit for index, digit in enumerate(_ROW)})
_SET_1: Final = MappingProxyType({2 + index: digit for index, digit in enumerate(_ROW)})
_MAC: Final = MappingProxyType(dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29), _ROW, strict=True)))
# the names that Qt has for what shows its windows
_SCAN_CODES: Final[Mapping[str, Mapping[int, int]]] = MappingProxyType(
    {"xcb": _XKB, "wayland": _XKB, "wayland-egl": _XKB, "windows": _SET_1}
)


def digit_at(platform: str, scan_code: int, virtual_key: int) -> int | None:
    """The digit of a key in the row above the letters; None of every other key, and where codes mean nothing known."""
    if platform == "cocoa":
        return _MAC.get(virtual_key)
    return _SCAN_CODES.get(platform, {}).get(scan_code)
