"""Twelve-bit slices as lossless code streams, one coder per transfer syntax."""

from __future__ import annotations

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.pixels.encoders.base import RLELosslessEncoder
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
    rows, columns = values.shape
    stream: bytes = RLELosslessEncoder.encode(
        values.astype("<u2").tobytes(),
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        bits_allocated=16,
        bits_stored=BITS_STORED,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
        number_of_frames=1,
    )
    return stream
