"""PNG of grey or coloured pixels, by the standard library: the sheets need pictures where no window is.

Source: W3C, Portable Network Graphics (Second Edition), 2003: 5.3 chunks, 9.2 filter 0, 11.2.2 IHDR.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray


def png_of(colours: NDArray[np.uint8]) -> bytes:
    """The file.

    Args:
        colours: (row, column, 3), red, green and blue.
    """
    rows, columns, _ = colours.shape
    # each row begins with the number of its filter: none
    lines = np.zeros((rows, 1 + 3 * columns), np.uint8)
    lines[:, 1:] = colours.reshape(rows, 3 * columns)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
