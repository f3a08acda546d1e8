"""Typed values of the plain elements of a header, by the rules that pydicom has for them; the rest is left to it.

Only what the quick scan asks for is known, and only where there is one reading of the bytes: ASCII text, decimal
numbers as PS3.5 6.2 writes them, little-endian binary ones.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from functools import cache

from pydicom.datadict import dictionary_VR

from workstation.intake.headers.quick_header import ITEM, ITEM_END, LONG_VRS, SEQUENCE_END, SHORT_VRS, UNDEFINED, Odd

TEXTS = frozenset(b"AE AS CS DA DT LO SH TM UI".split())
REAL = re.compile(r" *[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? *")
WHOLE = re.compile(r" *[+-]?[0-9]{1,10} *")
BINARY = {b"US": "H", b"SS": "h", b"UL": "I", b"SL": "i", b"FL": "f", b"FD": "d"}
CHARACTER_SET = 0x00080005
# those in which an ASCII byte is what it looks like
CHARACTER_SETS = frozenset(
    b" ISO_IR_6 ISO_IR_100 ISO_IR_101 ISO_IR_109 ISO_IR_148 ISO_IR_192 GB18030 ISO_2022_IR_6 ISO_2022_IR_100".split(
        b" "
    )
)
PRIVATE = 1


class PlainHeader:
    """Elements by tag, typed when they are asked for; of a tag that comes twice the last one counts, as in pydicom."""

    __slots__ = ("_values",)

    def __init__(self, elements: Iterable[bytes], *, implicit: bool) -> None:
        """Take elements as they lie in a little-endian file.

        Raises:
            Odd: one of them is for pydicom to read.
        """
        self._values: dict[int, tuple[bytes, bytes]] = {}
        for element in elements:
            group, number = _PAIR(element)
            tag = group << 16 | number
            if implicit:
                if group & PRIVATE:
                    raise Odd
                vr, value = _vr(tag), element[8:]
            else:
                vr = element[4:6]
                value = element[12:] if vr in LONG_VRS else element[8:]
            self._values[tag] = (vr, value)
        found = self._values.get(CHARACTER_SET)
        if found and found[1].strip(b" \0").replace(b" ", b"_") not in CHARACTER_SETS:
            raise Odd
        if implicit and any(vr == b"SQ" for vr, _ in self._values.values()):
            raise Odd

    def has(self, tag: int) -> bool:
        """Whether the element is there."""
        return tag in self._values

    def value(self, tag: int) -> object:
        """Text, texts, number, numbers or items; None when the element is absent or an empty number.

        Raises:
            Odd: the bytes are for pydicom to read.
        """
        found = self._values.get(tag)
        return None if found is None else _typed(*found)


_PAIR = struct.Struct("<HH").unpack_from
_SIZE = struct.Struct("<I").unpack_from
_SHORT = struct.Struct("<H").unpack_from


@cache
def _vr(tag: int) -> bytes:
    return dictionary_VR(tag).encode()


def _typed(vr: bytes, value: bytes) -> object:
    if vr in {b"DS", b"IS"}:
        return _decimals(value, WHOLE if vr == b"IS" else REAL)
    if vr in TEXTS or vr == b"PN":
        return _texts(value, vr)
    if vr == b"SQ":
        return _items(value)
    kind = BINARY.get(vr)
    if kind is None:
        raise Odd
    return _binary(value, kind)


def _texts(value: bytes, vr: bytes) -> object:
    if not value.isascii() or b"\x1b" in value or (vr == b"PN" and b"=" in value):
        raise Odd
    text = value.decode("ascii").rstrip("\0 ")
    return text.split("\\") if "\\" in text else text


def _decimals(value: bytes, form: re.Pattern[str]) -> object:
    if not value.strip():
        return None
    if not value.isascii():
        raise Odd
    parts = value.decode("ascii").split("\\")
    if not all(form.fullmatch(part) for part in parts):
        raise Odd
    return parts if len(parts) > 1 else parts[0]


def _binary(value: bytes, kind: str) -> object:
    if not value:
        return None
    size = struct.calcsize(kind)
    if len(value) % size:
        raise Odd
    numbers = list(struct.unpack(f"<{len(value) // size}{kind}", value))
    return numbers if len(numbers) > 1 else numbers[0]


def _items(value: bytes) -> Sequence[PlainHeader]:
    """The items of a sequence whose bytes are complete; of defined or undefined length: PS3.5 7.5."""
    found: list[PlainHeader] = []
    pos = 0
    while pos < len(value) and value[pos : pos + 4] != SEQUENCE_END:
        if value[pos : pos + 4] != ITEM or pos + 8 > len(value):
            raise Odd
        length = _SIZE(value, pos + 4)[0]
        pos += 8
        elements, pos = _elements(value, pos, None if length == UNDEFINED else pos + length)
        found.append(PlainHeader(elements, implicit=False))
    return found


def _elements(value: bytes, pos: int, limit: int | None) -> tuple[list[bytes], int]:
    """The elements of an item and where it ends; what is nested deeper is for pydicom."""
    found: list[bytes] = []
    while limit is None or pos < limit:
        if limit is None and value[pos : pos + 4] == ITEM_END:
            return found, pos + 8
        vr = value[pos + 4 : pos + 6]
        if vr == b"SQ" or pos + 12 > len(value) or vr not in SHORT_VRS | LONG_VRS:
            raise Odd
        end = pos + 12 + _SIZE(value, pos + 8)[0] if vr in LONG_VRS else pos + 8 + _SHORT(value, pos + 6)[0]
        if end > (len(value) if limit is None else limit):
            raise Odd
        found.append(value[pos:end])
        pos = end
    return found, pos
