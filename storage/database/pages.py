"""Pages of a SQLite file read directly, where the tree above them is damaged and SQL can't reach the rows. Pure.

Which table a row belonged to isn't known here. Rows of the record prove themselves: each is hashed with its own fields.
Format: sqlite.org/fileformat2.html, "B-tree Pages" and "Record Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

Value = int | float | str | bytes | None
Row = tuple[int, tuple[Value, ...]]

_TABLE_LEAF: Final = 0x0D
_HEADER: Final = 100
_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_REAL, _ZERO, _ONE, _FIRST_BLOB = 7, 8, 9, 12


def rows(content: bytes) -> Iterator[Row]:
    """Every (rowid, values) on a leaf page of any table; what can't be read is passed over."""
    size = int.from_bytes(content[16:18], "big")
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):  # noqa: PLR2004 - the smallest page; all are powers of two
        return
    for start in range(0, len(content) - size + 1, size):
        page = content[start : start + size]
        first = _HEADER if start == 0 else 0
        if page[first] == _TABLE_LEAF:
            yield from _cells(content, page, first, size)


def _cells(content: bytes, page: bytes, first: int, size: int) -> Iterator[Row]:
    count = int.from_bytes(page[first + 3 : first + 5], "big")
    pointers = page[first + 8 : first + 8 + 2 * count]
    for at in range(0, len(pointers) - 1, 2):
        try:
            yield _cell(content, page, int.from_bytes(pointers[at : at + 2], "big"), size)
        except (IndexError, ValueError, struct.error):
            # damaged: the other cells of the page may be whole
            continue


def _cell(content: bytes, page: bytes, at: int, size: int) -> Row:
    length, at = _varint(page, at)
    rowid, at = _varint(page, at)
    usable = size - content[20]
    most = usable - 35
    if length <= most:
        return rowid, _values(page[at : at + length], length)
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= most else least
    payload = bytearray(page[at : at + local])
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    while following and len(payload) < length:
        start = (following - 1) * size
        overflow = content[start : start + usable]
        following = int.from_bytes(overflow[:4], "big")
        payload += overflow[4:]
        if len(overflow) < usable:
            break
    return rowid, _values(bytes(payload[:length]), length)


def _values(payload: bytes, length: int) -> tuple[Value, ...]:
    if len(payload) < length:
        raise ValueError
    header, at = _varint(payload, 0)
    body = header
    found: list[Value] = []
    while at < header:
        kind, at = _varint(payload, at)
        value, body = _value(payload, kind, body)
        found.append(value)
    return tuple(found)


def _value(payload: bytes, kind: int, at: int) -> tuple[Value, int]:
    if kind in {0, _ZERO, _ONE}:
        return (None if kind == 0 else kind - _ZERO), at
    if kind in _INTEGER_BYTES:
        end = at + _INTEGER_BYTES[kind]
        return int.from_bytes(_part(payload, at, end), "big", signed=True), end
    if kind == _REAL:
        return struct.unpack(">d", _part(payload, at, at + 8))[0], at + 8
    if kind < _FIRST_BLOB:
        raise ValueError
    end = at + (kind - _FIRST_BLOB) // 2
    part = _part(payload, at, end)
    return (part.decode() if kind % 2 else part), end


def _part(payload: bytes, start: int, end: int) -> bytes:
    part = payload[start:end]
    if len(part) != end - start:
        raise ValueError
    return part


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = content[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the top bit says that more follow
            return value, at + step + 1
    value = value << 8 | content[at + 8]
    return (value - (1 << 64) if value >> 63 else value), at + 9
