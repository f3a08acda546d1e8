"""Elements as they lie in a little-endian file, told from the bytes alone: PS3.5 7.1; odd ones are left to pydicom."""

from __future__ import annotations

import struct

UNDEFINED = 0xFFFFFFFF
META_GROUP = b"\x02\x00"
SYNTAX, STORAGE = b"\x02\x00\x10\x00", b"\x02\x00\x02\x00"
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_TWO = struct.Struct("<H").unpack_from
_FOUR = struct.Struct("<I").unpack_from


class Odd(Exception):
    """Something that isn't understood here, or bytes that end too early."""


def meta(data: bytes, pos: int) -> tuple[str, str, int]:
    """Transfer syntax, storage class, and where the dataset starts.

    Args:
        data: the file from its start.
        pos: of the first element of the file meta group, which is always explicit little endian: PS3.10 7.1.

    Raises:
        Odd: a VR that isn't known, an undefined length, or bytes that end too early.
    """
    found: dict[bytes, bytes] = {}
    while data[pos : pos + 2] == META_GROUP:
        tag = data[pos : pos + 4]
        _, start, length = explicit_element(data, pos)
        pos = start + length
        if length == UNDEFINED or pos > len(data):
            raise Odd
        found[tag] = data[start:pos]
    return _uid(found.get(SYNTAX, b"")), _uid(found.get(STORAGE, b"")), pos


def explicit_element(data: bytes, pos: int) -> tuple[bytes, int, int]:
    """VR, start of the value and its length, of an element that has a VR.

    Raises:
        Odd: a VR that isn't known, or fewer than twelve bytes.
    """
    if pos + 12 > len(data):
        raise Odd
    vr = data[pos + 4 : pos + 6]
    if vr in SHORT_VRS:
        return vr, pos + 8, _TWO(data, pos + 6)[0]
    if vr in LONG_VRS:
        return vr, pos + 12, _FOUR(data, pos + 8)[0]
    raise Odd


def _uid(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("latin-1")
