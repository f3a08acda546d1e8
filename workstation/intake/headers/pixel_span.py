"""Span of an image's pixels in its file, checked: all that the layout asks for are there, and no others."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, Final

from workstation.intake.errors import FileUnusable
from workstation.intake.frames import PixelLayout
from workstation.intake.headers.elements import UNDEFINED
from workstation.intake.headers.header import Pixels, header_of
from workstation.intake.headers.pixel_layout import NATIVE, check_size, frame_bytes

ITEM: Final = b"\xfe\xff\x00\xe0"
SEQUENCE_END: Final = b"\xfe\xff\xdd\xe0"
# an encoder may write a frame in several; nobody cuts an image into so many
MOST_FRAGMENTS: Final = 200_000
AT_ONCE: Final = 1 << 20


def span_of(pixels: Pixels | None, layout: PixelLayout, file: BinaryIO, size: int) -> tuple[int, int]:
    """Start and end of the pixels in the bytes of a file: of exact native ones, or of all fragments.

    Args:
        pixels: from the header.
        layout: what the header asks for.
        file: the bytes; only what can't be told without is read.
        size: how many there are.

    Raises:
        FileUnusable: no pixels, too few, or many more than the layout asks for.
    """
    check_size(layout)
    if pixels is None or pixels.length == 0:
        raise FileUnusable("the file is incomplete: it has no pixel data")
    if layout.transfer_syntax not in NATIVE:
        return pixels.start, _end_of_fragments(pixels, file, size)
    if pixels.length is None:
        raise FileUnusable("PixelData: in fragments, which its transfer syntax doesn't have")
    end = pixels.start + frame_bytes(layout) * layout.frames
    there = min(pixels.start + pixels.length, size)
    if there < end:
        raise FileUnusable("the file is incomplete: fewer pixels than Rows and Columns ask for")
    # a padding byte may be anything, and some write zeros up to a whole block
    if there > end + 1 and not _is_zero(file, end, there):
        raise FileUnusable("more pixels than Rows and Columns ask for")
    return pixels.start, end


def pixel_bytes(data: bytes, layout: PixelLayout) -> memoryview:
    """The pixels of a file from all its bytes, as they lie in it or in what it has deflated.

    Raises:
        FileUnusable: see `span_of` and `header_of`.
        Exception: whatever pydicom raises on a damaged file.
    """
    header = header_of(data)
    inside = data if header.inflated is None else header.inflated
    start, end = span_of(header.pixels, layout, BytesIO(inside), len(inside))
    return memoryview(inside)[start:end]


def _end_of_fragments(pixels: Pixels, file: BinaryIO, size: int) -> int:
    """Where the last fragment ends: PS3.5 A.4."""
    pos = pixels.start
    limit = size if pixels.length is None else pos + pixels.length
    for _ in range(MOST_FRAGMENTS):
        if pixels.length is not None and pos == limit <= size:
            return pos
        file.seek(pos)
        head = file.read(8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] == SEQUENCE_END:
            return pos
        if pos + 8 > min(limit, size):
            break
        if head[:4] != ITEM or length == UNDEFINED:
            raise FileUnusable("the file is damaged: its compressed pixels can't be told apart")
        pos += 8 + length
    raise FileUnusable("the file is incomplete: its compressed pixels don't end")


def _is_zero(file: BinaryIO, start: int, end: int) -> bool:
    file.seek(start)
    while start < end and (part := file.read(min(AT_ONCE, end - start))):
        if part.strip(b"\0"):
            return False
        start += len(part)
    return True
