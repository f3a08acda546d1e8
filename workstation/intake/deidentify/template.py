"""A DICOM header in explicit little endian with gaps for the values in which the slices of a series differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from workstation.intake.headers.elements import META_GROUP, Odd, explicit_element

PREAMBLE = 128
START = PREAMBLE + len(b"DICM")
GROUP_LENGTH = b"\x02\x00\x00\x00"
META_UID, SLICE_UID = b"\x02\x00\x03\x00", b"\x08\x00\x18\x00"
NUMBER, POSITION = b"\x20\x00\x13\x00", b"\x20\x00\x32\x00"
# VRs whose values are filled to an even length by a NUL; the others by a blank: PS3.5 6.2
NUL_FILLED = frozenset({b"UI"})


class BlindingFailed(Exception):
    """The file written isn't what was meant: a bug, never a matter of the input."""


@dataclass(frozen=True, slots=True)
class Template:
    """What stands before, between and behind the gaps; `gaps` are tags with their VR, in order.

    The length of the file meta group is computed: `meta_length` is what it counts outside of the gap in it.
    """

    parts: tuple[bytes, ...]
    gaps: tuple[bytes, ...]
    meta_length: int

    @classmethod
    def of(cls, header: bytes, tags: tuple[bytes, ...]) -> Self:
        """Make a template of a header without PixelData, which begins with its file meta group's length.

        Raises:
            BlindingFailed: one of the tags isn't there once, or the header isn't plain.
        """
        parts, gaps = [], []
        pos = done = START
        meta_length = 0
        # the walk looks at twelve bytes at a time
        padded = header + bytes(4)
        while pos < len(header):
            tag = header[pos : pos + 4]
            try:
                vr, start, length = explicit_element(padded, pos)
            except Odd as error:
                raise BlindingFailed("a header was written that isn't plain") from error
            if tag == GROUP_LENGTH:
                done = start + length
            elif tag in tags:
                parts.append(header[done:pos])
                gaps.append(tag + vr)
                done = start + length
            elif tag[:2] == META_GROUP:
                meta_length += start + length - pos
            pos = start + length
        if sorted(gap[:4] for gap in gaps) != sorted(tags):
            raise BlindingFailed("a value that differs between slices isn't in the header that was written")
        return cls((*parts, header[done:]), tuple(gaps), meta_length)

    def filled(self, values: Mapping[bytes, str]) -> bytes:
        """The header with the values of a slice, by tag; ASCII."""
        elements = [_element(gap, values[gap[:4]]) for gap in self.gaps]
        meta = sum(len(item) for item in elements if item.startswith(META_GROUP)) + self.meta_length
        whole = [bytes(PREAMBLE), b"DICM", GROUP_LENGTH, b"UL\x04\x00", meta.to_bytes(4, "little")]
        for part, element in zip(self.parts, elements, strict=False):
            whole += (part, element)
        return b"".join([*whole, self.parts[-1]])


def _element(gap: bytes, value: str) -> bytes:
    raw = value.encode("ascii")
    if len(raw) % 2:
        raw += b"\0" if gap[4:6] in NUL_FILLED else b" "
    return gap + len(raw).to_bytes(2, "little") + raw
