"""A dataset that was deflated as a whole, inflated by us within a cap: pydicom would inflate whatever there is.

PS3.5 A.5: everything behind the file meta group is one raw deflate stream of explicit little endian.
"""

from __future__ import annotations

import zlib

from workstation.intake.errors import FileUnusable
from workstation.intake.headers.elements import Odd, meta

# MR images shrink to a third, black ones to a twentieth
LARGEST_RATIO = 50
LARGEST = 256 << 20
# below this no ratio does harm
SMALL = 1 << 20
META_AT = 132
WHAT = "DICOM file"


def inflated(data: bytes) -> bytes:
    """The dataset of a file in the deflated transfer syntax; never more than the cap is held.

    Raises:
        FileUnusable: it unpacks to more than any image does, is cut short, or isn't a deflate stream.
    """
    try:
        _, _, start = meta(data, META_AT)
    except Odd:
        start = None
    if start is None:
        raise FileUnusable("deflated, and its file meta group can't be read", what=WHAT)
    packed = data[start:]
    cap = min(LARGEST, max(SMALL, LARGEST_RATIO * len(packed)))
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found: bytes | None = stream.decompress(packed, cap)
    except zlib.error:
        found = None
    if found is None:
        raise FileUnusable("the file is damaged: it can't be inflated", what=WHAT)
    if stream.unconsumed_tail:
        raise FileUnusable(
            f"deflated to less than a {LARGEST_RATIO}th or of more than 256 MiB, which no image is", what=WHAT
        )
    if not stream.eof:
        raise FileUnusable("the file is incomplete: it ends within its deflated part", what=WHAT)
    return found
