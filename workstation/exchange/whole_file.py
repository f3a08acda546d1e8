"""Completeness of a DICOM file: each length fits, each sequence is closed. pydicom reads a cut one in part.

Source: DICOM PS3.5 7.1 (elements) and 7.5 (sequences and items).
"""

from __future__ import annotations

import struct

from workstation.intake.headers.elements import LONG_VRS, UNDEFINED

_ITEM, _ITEM_END, _SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)
_SHORT, _LONG = 8, 12


class _Cut(Exception):
    """The file ends, or goes on, where it mustn't."""


def is_whole(data: bytes, start: int, *, implicit: bool) -> bool:
    """Whether elements fill the file from `start` to its end. Little endian; sequences no deeper than `nesting` allows.

    What lies in a sequence of a given length isn't looked at: that it fits is enough.
    """
    try:
        return _elements(data, start, len(data), implicit=implicit, closed=False) == len(data)
    except (_Cut, struct.error):
        return False


def _elements(data: bytes, pos: int, end: int, *, implicit: bool, closed: bool) -> int:
    """Behind the last element; `closed` by the end of an item, else at `end`."""
    while closed or pos < end:
        tag = struct.unpack_from("<HH", data, pos)
        if tag == _ITEM_END and closed:
            return pos + _SHORT
        vr = data[pos + 4 : pos + 6]
        if implicit:
            head, (length,) = _SHORT, struct.unpack_from("<I", data, pos + 4)
        elif vr in LONG_VRS:
            head, (length,) = _LONG, struct.unpack_from("<I", data, pos + 8)
        else:
            head, (length,) = _SHORT, struct.unpack_from("<H", data, pos + 6)
        pos += head
        pos = _items(data, pos, end, implicit=implicit) if length == UNDEFINED else pos + length
        if pos > end:
            raise _Cut
    return pos


def _items(data: bytes, pos: int, end: int, *, implicit: bool) -> int:
    """Behind a sequence of undefined length."""
    while True:
        tag = struct.unpack_from("<HH", data, pos)
        (length,) = struct.unpack_from("<I", data, pos + 4)
        pos += _SHORT
        if tag == _SEQUENCE_END:
            return pos
        if tag != _ITEM:
            raise _Cut
        pos = _elements(data, pos, end, implicit=implicit, closed=True) if length == UNDEFINED else pos + length
