"""A plain walk over the bytes of a header that picks the elements asked for; anything odd is left to pydicom.

Only what scanners usually write is understood: little endian, VRs of the standard, lengths that fit. The walk types
nothing and allocates nothing by what a length claims. PS3.5 7.1 (elements), 7.5 (sequences and items).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

UNDEFINED = 0xFFFFFFFF
MOST_NESTED = 16
META_GROUP = b"\x02\x00"
SYNTAX, STORAGE = b"\x02\x00\x10\x00", b"\x02\x00\x02\x00"
PIXELS = b"\xe0\x7f\x10\x00"
ITEM, ITEM_END, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0"
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
PIXEL_VRS = frozenset({b"OB", b"OW"})
# VR, start of the value, length
Element = Callable[[bytes, int], tuple[bytes, int, int]]
_TYPED = struct.Struct("<4s2sH").unpack_from
_PLAIN = struct.Struct("<4sI").unpack_from
_TWO = struct.Struct("<H").unpack_from
_FOUR = struct.Struct("<I").unpack_from


class Odd(Exception):
    """Something that this walk doesn't know; pydicom may."""


class Short(Exception):
    """The bytes end too early: at least `needed` of the file are wanted."""

    def __init__(self, needed: int) -> None:
        super().__init__(needed)
        self.needed = needed


class Want(Enum):
    """What is done with an element: kept, its value kept apart, its first item searched, odd, or the end."""

    WHOLE = 1
    VALUE = 2
    FIRST_ITEM = 3
    ODD = 4
    PIXELS = 5


# where the tag, the value and the end of an element are, and what was wanted of it
Step = tuple[int, int, int, Want | None]


@dataclass(slots=True)
class Picked:
    """What a walk found. whole: elements as they lie in the file; values: by tag; passed: all elements in order."""

    whole: list[bytes] = field(default_factory=list)
    values: dict[bytes, bytes] = field(default_factory=dict)
    passed: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pixels:
    """Where the value of PixelData starts, and how long it says to be (UNDEFINED when in fragments)."""

    start: int
    length: int


def meta(data: bytes, pos: int) -> tuple[str, str, int]:
    """Transfer syntax, storage class, and where the dataset starts.

    Args:
        data: the file from its start.
        pos: of the first element of the file meta group, which is always explicit little endian: PS3.10 7.1.
    """
    found: dict[bytes, bytes] = {}
    while data[pos : pos + 2] == META_GROUP:
        tag = data[pos : pos + 4]
        _, start, length = explicit_element(data, pos)
        if length == UNDEFINED:
            raise Odd
        pos = start + length
        if pos > len(data):
            raise Short(pos)
        found[tag] = data[start:pos]
    return _uid(found.get(SYNTAX, b"")), _uid(found.get(STORAGE, b"")), pos


def walk(  # noqa: C901, PLR0912 - written in one piece: calls would double the time of every element
    data: bytes,
    pos: int,
    wanted: Mapping[bytes, Want],
    inner: Mapping[bytes, Want],
    *,
    implicit: bool,
) -> tuple[Picked, Pixels]:
    """Everything wanted in front of PixelData, and where that is.

    Args:
        data: the file from its start, as much as was read.
        pos: where the dataset starts.
        wanted: what to pick, by the four bytes of the tag; PixelData among it as the end.
        inner: the same for the items of elements whose first item is searched.
        implicit: whether elements have no VR.

    Raises:
        Short: the walk ran off the bytes.
        Odd: something that isn't understood.
    """
    picked = Picked()
    whole, values, passed, size = picked.whole, picked.values, picked.passed, len(data)
    reading = implicit_element if implicit else explicit_element
    if implicit and data[pos + 4 : pos + 6].isalpha():
        raise Odd
    try:
        while True:
            # most elements are passed over here: this loop is where the time goes
            if implicit:
                tag, length = _PLAIN(data, pos)
            else:
                tag, vr, length = _TYPED(data, pos)
            start = pos + 8
            plain = length != UNDEFINED if implicit else vr in SHORT_VRS
            if not plain and not implicit:
                _, start, length = explicit_element(data, pos)
                plain = length != UNDEFINED
            end = start + length
            if plain and tag not in wanted:
                passed.append((pos, start, end, None))
                pos = end
                continue
            want = wanted.get(tag)
            if want is Want.PIXELS:
                if not implicit and vr not in PIXEL_VRS:
                    raise Odd
                return picked, Pixels(start, length)
            if not plain or want is Want.FIRST_ITEM:
                _check_sequence(tag, data[pos + 4 : pos + 6], implicit=implicit)
                first = inner if want is Want.FIRST_ITEM else None
                end, chosen = items(data, start, length, first, reading, 0)
                if first is not None:
                    whole.append(rebuilt(data[pos:start], length, chosen))
            elif end > size:
                raise Short(end)
            if want is Want.WHOLE:
                whole.append(data[pos:end])
            elif want is Want.VALUE:
                values[tag] = data[start:end]
            elif want is Want.ODD:
                raise Odd
            passed.append((pos, start, end, want))
            pos = end
    except struct.error:
        raise Short(pos + 12) from None


def items(  # noqa: PLR0917 - the state of a walk that must not become an object per sequence
    data: bytes, pos: int, length: int, first: Mapping[bytes, Want] | None, reading: Element, depth: int
) -> tuple[int, list[bytes]]:
    """Where a sequence ends, and what was wanted of its first item."""
    if depth > MOST_NESTED:
        raise Odd
    limit = None if length == UNDEFINED else pos + length
    if limit is not None and limit > len(data):
        raise Short(limit)
    chosen: list[bytes] = []
    while limit is None or pos < limit:
        if pos + 8 > len(data):
            raise Short(pos + 8)
        tag, inside = data[pos : pos + 4], _FOUR(data, pos + 4)[0]
        pos += 8
        if tag == SEQUENCE_END and limit is None and inside == 0:
            return pos, chosen
        if tag != ITEM:
            raise Odd
        if inside != UNDEFINED and first is None:
            pos += inside
        else:
            pos = _item(data, pos, inside, first or {}, reading, depth, chosen)
        first = None
        if limit is not None and pos > limit:
            raise Odd
    return pos, chosen


def _item(  # noqa: PLR0917 - as above
    data: bytes, pos: int, length: int, wanted: Mapping[bytes, Want], reading: Element, depth: int, chosen: list[bytes]
) -> int:
    """Where an item ends; what is wanted of it goes to `chosen`."""
    limit = None if length == UNDEFINED else pos + length
    while limit is None or pos < limit:
        tag = data[pos : pos + 4]
        if tag == ITEM_END and limit is None:
            return pos + 8
        vr, start, inside = reading(data, pos)
        if inside == UNDEFINED:
            _check_sequence(tag, vr, implicit=reading is implicit_element)
            end, _ = items(data, start, inside, None, reading, depth + 1)
        else:
            end = start + inside
        if end > len(data):
            raise Short(end)
        if tag in wanted:
            chosen.append(data[pos:end])
        pos = end
    if pos != limit:
        raise Odd
    return pos


def _check_sequence(tag: bytes, vr: bytes, *, implicit: bool) -> None:
    if tag[:2] == ITEM[:2] or (not implicit and vr != b"SQ"):
        raise Odd


def rebuilt(header: bytes, length: int, chosen: list[bytes]) -> bytes:
    """The sequence again, with one item that holds what was chosen; its length stays defined or undefined."""
    inner = b"".join(chosen)
    item = ITEM + len(inner).to_bytes(4, "little") + inner
    if length == UNDEFINED:
        return header + item + SEQUENCE_END + bytes(4)
    return header[:-4] + len(item).to_bytes(4, "little") + item


def explicit_element(data: bytes, pos: int) -> tuple[bytes, int, int]:
    """VR, start of the value and its length, of an element that has a VR."""
    if pos + 12 > len(data):
        raise Short(pos + 12)
    vr = data[pos + 4 : pos + 6]
    if vr in SHORT_VRS:
        return vr, pos + 8, _TWO(data, pos + 6)[0]
    if vr in LONG_VRS:
        return vr, pos + 12, _FOUR(data, pos + 8)[0]
    raise Odd


def implicit_element(data: bytes, pos: int) -> tuple[bytes, int, int]:
    """The same for an element without a VR."""
    if pos + 8 > len(data):
        raise Short(pos + 8)
    return b"", pos + 8, _FOUR(data, pos + 4)[0]


def _uid(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("latin-1")
