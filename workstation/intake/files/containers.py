"""Files that hold images and aren't DICOM, told by their first bytes: what each is, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TO_UNPACK: Final = "it can't be read as it is; unpack it and import the folder"
# signature, and what that is: the formats' own descriptions, as collected in file(1)'s magic
PACKED: Final = (
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\x00", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard archive"),
)
ISO_AT: Final = 0x8001
ISO: Final = b"CD001"
# sizeof_hdr: 348 of NIfTI-1 (and Analyze 7.5), 540 of NIfTI-2, in one byte order or the other: nifti1.h, nifti2.h
NIFTI: Final = (b"\x5c\x01\0\0", b"\0\0\x01\x5c", b"\x1c\x02\0\0", b"\0\0\x02\x1c")
NIFTI_NAMES: Final = (".nii", ".hdr", ".nii.gz")
NIFTI_MAGIC_AT: Final = {344: (b"n+1\0", b"ni1\0"), 4: (b"n+2\0", b"ni2\0")}
PAR: Final = b"DATA DESCRIPTION FILE"
LONGEST_START: Final = 1024


def start_of(path: Path) -> bytes:
    """The first bytes of a file, b"" where it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_START)
    except OSError:
        return b""


def named(path: Path, start: bytes) -> tuple[str, str] | None:
    """What a file is that isn't DICOM, and what to do; None where that isn't known.

    Args:
        path: of the file, or of a member of an archive.
        start: its first bytes.
    """
    for signature, what in PACKED:
        if start.startswith(signature):
            return what, TO_UNPACK
    if _is_nifti(path, start):
        return (
            "NIfTI file",
            "it has no patient, date or scan; ask the site for the DICOM files it was made from",
        )
    if PAR in start or (path.suffix.lower() == ".rec" and _has_par(path)):
        return "PAR/REC file of a Philips scanner", "it isn't DICOM; ask the site to export DICOM from the scanner"
    if _is_iso(path):
        return "disc image (ISO)", "open it as a disc, or unpack it, and import what is in it"
    return None


def _is_nifti(path: Path, start: bytes) -> bool:
    if not start.startswith(NIFTI):
        return False
    magic = any(start[at : at + 4] in magics for at, magics in NIFTI_MAGIC_AT.items())
    return magic or path.name.lower().endswith(NIFTI_NAMES)


def _has_par(path: Path) -> bool:
    return any(path.with_suffix(suffix).is_file() for suffix in (".par", ".PAR", ".Par"))


def _is_iso(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(ISO_AT)
            return file.read(len(ISO)) == ISO
    except OSError:
        return False
