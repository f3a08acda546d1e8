"""Nesting of sequences, told from the bytes alone, before anybody reads them level by level.

pydicom descends by recursion and gives up where Python's stack ends (near 250 levels; pydicom issue 2330); the limit
here is that of DCMTK. No scanner's header and no structured report comes near it. PS3.5 7.5 (sequences and items).
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from workstation.intake.headers.elements import LONG_VRS, SHORT_VRS, UNDEFINED, Odd, meta

MOST_LEVELS: Final = 64
TOO_DEEP: Final = f"sequences lie in each other more than {MOST_LEVELS} levels deep"
_MAGIC_ENDS: Final = 132
_ITEM, _ITEM_END, _SEQUENCE_END, _PIXELS = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD), (0x7FE0, 0x0010)
_ITEM_BYTES: Final = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
_IMPLICIT: Final = "1.2.840.10008.1.2"
_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How elements are written: whether without a VR, and which byte of a number comes first."""

    implicit: bool = False
    big_endian: bool = False


def too_deep(data: bytes, start: int | None = None, end: int | None = None, encoding: Encoding | None = None) -> bool:
    """Whether sequences lie deeper in each other than `MOST_LEVELS`; never raises, whatever the bytes are.

    Args:
        data: a file from its beginning.
        start: where the dataset begins; None is behind the file meta group, if it has one.
        end: where to stop looking; None is PixelData, or where the bytes can't be understood any more.
        encoding: of the dataset; None is what the file says, or what its first element looks like.
    """
    last = len(data) if end is None else end
    # each level needs an item: hardly a file has so many, and to count them costs next to nothing
    if max(data.count(item, 0, last) for item in _ITEM_BYTES) <= MOST_LEVELS:
        return False
    if start is None or encoding is None:
        start, encoding = _beginning(data)
    walk, pos = _Walk(data, last, encoding), start
    with suppress(struct.error):
        while (following := walk.step(pos)) is not None:
            if walk.levels > MOST_LEVELS:
                return True
            pos = following
    return False


def _beginning(data: bytes) -> tuple[int, Encoding]:
    at, syntax = (_MAGIC_ENDS if data[_MAGIC_ENDS - 4 : _MAGIC_ENDS] == b"DICM" else 0), ""
    with suppress(Odd):
        syntax, _, at = meta(data, at)
    big = syntax == _BIG_ENDIAN
    typed = data[at + 4 : at + 6] in SHORT_VRS | LONG_VRS
    return at, Encoding(implicit=syntax == _IMPLICIT or (not big and not typed), big_endian=big)


class _Walk:
    """Over elements and items, with a stack of where each sequence and each item ends, instead of by recursion."""

    def __init__(self, data: bytes, last: int, encoding: Encoding) -> None:
        self._data, self._last, self._encoding = data, last, encoding
        order = ">" if encoding.big_endian else "<"
        self._tag = struct.Struct(f"{order}HH").unpack_from
        self._short = struct.Struct(f"{order}H").unpack_from
        self._long = struct.Struct(f"{order}I").unpack_from
        # sequences and items by turns: where each ends (None is where a delimiter says so), and whether it has no VRs
        self._open: list[tuple[int | None, bool]] = []

    @property
    def levels(self) -> int:
        return (len(self._open) + 1) // 2

    def step(self, pos: int) -> int | None:
        """Where the next element or item begins; None where there is none, or none that can be understood."""
        while self._open and (limit := self._open[-1][0]) is not None and pos >= limit:
            self._open.pop()
        if pos >= self._last:
            return None
        tag = self._tag(self._data, pos)
        if len(self._open) % 2:
            return self._in_sequence(tag, pos)
        if self._open and tag == _ITEM_END:
            self._open.pop()
            return pos + 8
        return None if tag == _PIXELS and not self._open else self._element(pos)

    def _in_sequence(self, tag: tuple[int, ...], pos: int) -> int | None:
        if tag == _SEQUENCE_END:
            self._open.pop()
        elif tag == _ITEM:
            self._enter(pos + 8, self._long(self._data, pos + 4)[0], implicit=self._open[-1][1])
        else:
            return None
        return pos + 8

    def _element(self, pos: int) -> int | None:
        implicit = self._open[-1][1] if self._open else self._encoding.implicit
        vr = b"" if implicit else self._data[pos + 4 : pos + 6]
        if vr in SHORT_VRS:
            return pos + 8 + int(self._short(self._data, pos + 6)[0])
        if vr and vr not in LONG_VRS:
            return None
        value = pos + (12 if vr else 8)
        length = int(self._long(self._data, value - 4)[0])
        if length != UNDEFINED and not self._is_sequence(value, length, vr):
            return value + length
        # of unknown VR and undefined length is a sequence without VRs: PS3.5 6.2.2, note 2
        self._enter(value, length, implicit=implicit or vr == b"UN")
        return value

    def _enter(self, pos: int, length: int, *, implicit: bool) -> None:
        self._open.append((None if length == UNDEFINED else pos + length, implicit))

    def _is_sequence(self, value: int, length: int, vr: bytes) -> bool:
        """Whether the value of a defined length is items; without a VR it is one when it begins as one and fits."""
        if vr:
            return vr == b"SQ"
        begins = self._data[value : value + 4] == _ITEM_BYTES[0]
        return begins and length >= 8 and value + length <= self._last  # noqa: PLR2004 - the bytes of an empty item
