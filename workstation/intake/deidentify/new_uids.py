"""New UIDs in the header of a blinded file, all else byte for byte. Reads what `blind` writes, and nothing more."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

from storage.errors import RecordDamaged
from workstation.intake.headers.elements import LONG_VRS, SHORT_VRS

_START: Final = 132
_META_LENGTH: Final = b"\x02\x00\x00\x00"
_META_GROUP: Final = b"\x02\x00"
_PIXELS: Final = b"\xe0\x7f\x10\x00"
# ours are below 2.25 (PS3.5 B.2); those of the standard, such as the SOP class, aren't
_OURS: Final = b"2.25."


def renamed(header: bytes, uid: Callable[[str], str]) -> bytes:
    """The same header with every UID that was made for this study put through `uid`.

    Args:
        header: of a file that `blind` wrote, up to its first pixel.
        uid: old to new.

    Raises:
        RecordDamaged: it isn't such a header; nothing may be handed out that wasn't understood whole.
    """
    if header[128:_START] != b"DICM":
        raise _not_ours()
    meta: list[bytes] = []
    rest: list[bytes] = []
    for tag, vr, value, whole in _elements(header):
        element = _with_value(tag, uid(value.rstrip(b"\0").decode("ascii"))) if _is_ours(vr, value) else whole
        if tag != _META_LENGTH:
            (meta if tag[:2] == _META_GROUP else rest).append(element)
    length = _META_LENGTH + b"UL" + struct.pack("<HI", 4, sum(map(len, meta)))
    return b"".join([header[:_START], length, *meta, *rest])


def _is_ours(vr: bytes, value: bytes) -> bool:
    return vr == b"UI" and value.startswith(_OURS)


def _with_value(tag: bytes, uid: str) -> bytes:
    value = uid.encode("ascii")
    value += b"\0" * (len(value) % 2)
    return tag + b"UI" + struct.pack("<H", len(value)) + value


def _elements(header: bytes) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """(tag, VR, value, all bytes) of each element, explicit little endian; of the pixels only their beginning."""
    at = _START
    while at < len(header):
        tag, vr = header[at : at + 4], header[at + 4 : at + 6]
        if tag == _PIXELS and at + 12 == len(header):
            yield tag, vr, b"", header[at:]
            return
        long = vr in LONG_VRS
        start = at + (12 if long else 8)
        if not (long or vr in SHORT_VRS) or start > len(header):
            break
        size = struct.unpack_from("<I", header, at + 8)[0] if long else struct.unpack_from("<H", header, at + 6)[0]
        end = start + size
        if end > len(header):
            break
        yield tag, vr, header[start:end], header[at:end]
        at = end
    raise _not_ours()


def _not_ours() -> RecordDamaged:
    return RecordDamaged("Not handed over: an image isn't as it was written; import its folder again")
