"""Twelve-bit slices as lossless code streams, one coder per transfer syntax."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

BITS_STORED = 12

TRANSFER_SYNTAXES = {
    "jpeg-ls": JPEGLSLossless,
    "jpeg-lossless": JPEGLosslessSV1,
    "jpeg-2000": JPEG2000Lossless,
    "rle": RLELossless,
}


def compressed(values: NDArray[np.uint16], name: str) -> bytes:
    """The code stream of one slice (rows x columns) in the transfer syntax of that name; nothing is lost."""
    match name:
        case "jpeg-ls":
            return bytes(imagecodecs.jpegls_encode(values))
        case "jpeg-lossless":
            # predictor 1: the selection value that SV1 names
            return bytes(imagecodecs.jpeg_encode(values, lossless=True, predictor=1, bitspersample=BITS_STORED))
        case "jpeg-2000":
            return bytes(
                imagecodecs.jpeg2k_encode(
                    values, level=0, codecformat="j2k", reversible=True, bitspersample=BITS_STORED
                )
            )
        case "rle":
            return _run_lengths(values)
    raise ValueError(f"no coder {name!r} (there are {', '.join(TRANSFER_SYNTAXES)})")


def _run_lengths(values: NDArray[np.uint16]) -> bytes:
    """Two segments, high bytes then low bytes, each row packed for itself: PS3.5 annex G."""
    segments = []
    for plane in (values >> 8, values & 0xFF):
        packed = b"".join(imagecodecs.packbits_encode(row.tobytes()) for row in plane.astype(np.uint8))
        segments.append(packed + b"\0" * (len(packed) % 2))
    header = struct.pack("<16L", 2, 64, 64 + len(segments[0]), *(0,) * 13)
    return header + b"".join(segments)
