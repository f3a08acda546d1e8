"""Layout of stored values in a file, checked before anything is allocated by what a header claims."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from workstation.intake.errors import FileUnusable
from workstation.intake.frames import PixelLayout
from workstation.intake.headers import tags
from workstation.intake.headers.padding import padding_of

NATIVE = frozenset({str(uid) for uid in (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)})
LOSSY = frozenset({str(uid) for uid in (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000)})
LOSSLESS = frozenset(
    {str(uid) for uid in (JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, RLELossless)}
)
DEFLATED = str(DeflatedExplicitVRLittleEndian)
BIG_ENDIAN = str(ExplicitVRBigEndian)
LARGEST_SIDE = 8192
MOST_FRAMES = 20_000
LARGEST_BYTES = 1 << 30


def layout_of(dataset: Dataset, transfer_syntax: str) -> PixelLayout:
    """The layout of a grey-scale image.

    Raises:
        FileUnusable: an attribute is absent or outside what can be shown; the message names it.
    """
    if transfer_syntax not in NATIVE | LOSSY | LOSSLESS:
        # a name of the standard, never the text of the file
        known = UID(transfer_syntax)
        name = f": {known.name}" if not known.is_private and known.name != known else ""
        raise FileUnusable(f"the pixels are in a transfer syntax that is not supported{name}")
    if (tags.whole(dataset, "SamplesPerPixel") or 1) != 1:
        raise FileUnusable("SamplesPerPixel: not a grey-scale image")
    photometric = tags.text(dataset, "PhotometricInterpretation").upper()
    if photometric not in {"MONOCHROME1", "MONOCHROME2"}:
        raise FileUnusable("PhotometricInterpretation: not a grey-scale image")
    allocated = _within(dataset, "BitsAllocated", (8, 16, 32))
    stored = _within(dataset, "BitsStored", range(1, allocated + 1))
    signed = _within(dataset, "PixelRepresentation", (0, 1)) == 1
    return PixelLayout(
        transfer_syntax=transfer_syntax,
        rows=_within(dataset, "Rows", range(1, LARGEST_SIDE + 1)),
        columns=_within(dataset, "Columns", range(1, LARGEST_SIDE + 1)),
        frames=_within(dataset, "NumberOfFrames", range(1, MOST_FRAMES + 1)) if _has_frames(dataset) else 1,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=_within(dataset, "HighBit", range(stored - 1, allocated))
        if tags.has(dataset, "HighBit")
        else stored - 1,
        signed=signed,
        inverted=photometric == "MONOCHROME1",
        lossy=transfer_syntax in LOSSY or tags.text(dataset, "LossyImageCompression") == "01",
        padding=padding_of(dataset, stored, signed=signed),
    )


def check_size(layout: PixelLayout) -> None:
    """Refuse what would take more memory than any series has.

    Raises:
        FileUnusable: it would.
    """
    if frame_bytes(layout) * layout.frames > LARGEST_BYTES:
        raise FileUnusable("Rows, Columns and NumberOfFrames ask for more than 1 GiB")


def frame_bytes(layout: PixelLayout) -> int:
    """Bytes of one decoded frame."""
    return layout.rows * layout.columns * layout.bits_allocated // 8


def _has_frames(dataset: Dataset) -> bool:
    return tags.has(dataset, "NumberOfFrames") and tags.texts(dataset, "NumberOfFrames") != ()


def _within(dataset: Dataset, keyword: str, allowed: range | tuple[int, ...]) -> int:
    found = tags.whole(dataset, keyword)
    if found is None or found not in allowed:
        span = f"{allowed[0]} to {allowed[-1]}" if isinstance(allowed, range) else ", ".join(map(str, allowed))
        raise FileUnusable(f"{keyword}: missing or not one of {span}")
    return found
