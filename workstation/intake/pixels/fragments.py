"""The frames of compressed pixel data, as items of fragments: PS3.5 A.4. Lengths are believed only within the bytes."""

from __future__ import annotations

from itertools import pairwise

ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
HEADER = 8
OFFSET_BYTES = 4


def frames_in(value: bytes, frames: int) -> list[bytes]:
    """The code streams of that many frames.

    Args:
        value: of PixelData: the basic offset table's item, then the fragments' items, with or without the delimiter.
        frames: how many there must be.

    Raises:
        ValueError: the items don't fill the bytes, are empty, or can't be told apart into so many frames.
    """
    table, *fragments = _items(value)
    if not fragments or any(not length for _, length in fragments):
        raise ValueError("a fragment is empty, or there is none")
    if frames == 1:
        return [b"".join(value[start : start + length] for start, length in fragments)]
    if len(fragments) == frames:
        return [value[start : start + length] for start, length in fragments]
    return _by_table(value, value[table[0] : sum(table)], fragments, frames)


def _items(value: bytes) -> list[tuple[int, int]]:
    """Start and length of each item's value."""
    found = []
    pos = 0
    while pos < len(value):
        if value[pos : pos + 4] == END:
            break
        length = int.from_bytes(value[pos + 4 : pos + HEADER], "little")
        start = pos + HEADER
        if value[pos : pos + 4] != ITEM or start + length > len(value):
            raise ValueError("the fragments don't fill the bytes that they have")
        found.append((start, length))
        pos = start + length
    if not found:
        raise ValueError("there is no fragment")
    return found


def _by_table(value: bytes, table: bytes, fragments: list[tuple[int, int]], frames: int) -> list[bytes]:
    """More fragments than frames: the table says where each frame's first one is, counted from the first item."""
    offsets = [int.from_bytes(table[at : at + 4], "little") for at in range(0, len(table), OFFSET_BYTES)]
    first = fragments[0][0] - HEADER
    number_at = {start - HEADER - first: number for number, (start, _) in enumerate(fragments)}
    if len(offsets) != frames or any(offset not in number_at for offset in offsets):
        raise ValueError(f"{len(fragments)} fragments can't be told apart into {frames} frames")
    bounds = [*(number_at[offset] for offset in offsets), len(fragments)]
    if bounds[0] != 0 or any(after <= before for before, after in pairwise(bounds)):
        raise ValueError("the frames don't follow each other")
    return [
        b"".join(value[start : start + length] for start, length in fragments[begin:end])
        for begin, end in pairwise(bounds)
    ]
