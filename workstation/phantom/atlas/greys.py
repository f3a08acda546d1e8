"""Grey picture as the bytes of a PNG file, with words in it. Pure; the same bytes for the same zlib."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
STEP = 4
"""Greys are rounded to every fourth: below the noise of any picture here, and half the bytes."""


def png(grey: NDArray[np.uint8], words: Mapping[str, str]) -> bytes:
    """The file of a picture (rows x columns, 0 black to 255 white). words: by keyword, Latin-1."""
    rows, columns = grey.shape
    kept = np.minimum(np.rint(grey / STEP) * STEP, 255).astype(np.uint8)
    lines = np.zeros((rows, columns + 1), np.uint8)
    lines[:, 1:] = kept
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    texts = [(b"tEXt", key.encode("latin-1") + b"\0" + text.encode("latin-1")) for key, text in words.items()]
    parts = [(b"IHDR", header), *texts, (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
