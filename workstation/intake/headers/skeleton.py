"""Skeleton of the headers of one series: what they have byte for byte alike, and the spots where they differ.

A header that fits it is read in some twenty steps instead of element by element.
Made from a header that was walked. One that doesn't fit is walked too, and the skeleton made again without what
differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from struct import Struct, error
from typing import Self

from workstation.intake.headers.quick_header import (  # fmt: skip
    META_GROUP,
    UNDEFINED,
    Odd,
    Pixels,
    Short,
    Step,
    Want,
    explicit_element,
    implicit_element,
    items,
    rebuilt,
)

# the first bytes of an element: tag, VR and length in two bytes, or reserved bytes and length in four: PS3.5 7.1
LONG_HEADER = 12
_TWO = Struct("<H").unpack_from
_FOUR = Struct("<I").unpack_from


class Form(Enum):
    """How the length of an element that differs is written, or that it must be searched."""

    SHORT = 1
    LONG = 2
    SEQUENCE = 3


# bytes in front; form; under which tag the value is kept, or how a sequence begins; what a sequence must give
Part = tuple[bytes, Form, bytes | None, bytes | None]


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was walked element by element."""

    data: bytes
    passed: Sequence[Step]
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The parts in front of each difference, and what is behind the last one up to the value of PixelData.

    may_nest: whether a difference can hold sequences, so that a header that fits may be nested deeper than the first.
    """

    header: Header
    differing: frozenset[int]
    parts: tuple[Part, ...]
    end: bytes
    inner: Mapping[bytes, Want]
    implicit: bool
    may_nest: bool

    @classmethod
    def of(cls, header: Header, differing: frozenset[int], inner: Mapping[bytes, Want], *, implicit: bool) -> Self:
        """What a header has in common with others that differ in the elements of those numbers.

        Args:
            header: with the file meta group.
            differing: from `may_differ` or `differences`.
            inner: what is picked from sequences that are searched.
            implicit: whether elements have no VR.
        """
        parts = []
        done = 0
        for number in sorted(differing):
            part, done = _part(header, header.passed[number], done, inner, implicit=implicit)
            parts.append(part)
        may_nest = any(form is not Form.SHORT for _, form, _, _ in parts)
        return cls(header, differing, tuple(parts), header.data[done : header.pixels.start], inner, implicit, may_nest)

    def match(self, data: bytes) -> tuple[dict[bytes, bytes], Pixels] | None:
        """The values that are wanted of a header that fits, and where its pixels are; None when it doesn't fit."""
        try:
            return self._matched(data)
        except error:
            # the bytes end within a length
            return None

    def _matched(self, data: bytes) -> tuple[dict[bytes, bytes], Pixels] | None:
        values: dict[bytes, bytes] = {}
        short = Form.SHORT
        pos = 0
        for before, form, key, must_give in self.parts:
            if not data.startswith(before, pos):
                return None
            pos += len(before)
            if form is short:
                start = pos + 2
                pos = start + _TWO(data, pos)[0]
            elif form is Form.LONG:
                start = pos + 4
                pos = start + _FOUR(data, pos)[0]
            else:
                after = self._searched(data, pos, must_give) if data.startswith(key or b"", pos) else None
                if after is None:
                    return None
                pos = after
                continue
            if key is not None:
                values[key] = data[start:pos]
        if not data.startswith(self.end, pos):
            return None
        return values, Pixels(pos + len(self.end), self.header.pixels.length)

    def _searched(self, data: bytes, pos: int, must_give: bytes | None) -> int | None:
        """Where a sequence ends that may differ outside of what is picked from it; None when that differs too."""
        reading = implicit_element if self.implicit else explicit_element
        try:
            _, start, length = reading(data, pos)
            end, chosen = items(data, start, length, None if must_give is None else self.inner, reading, 0)
        except (Odd, Short):
            return None
        if must_give is not None and rebuilt(data[pos:start], length, chosen) != must_give:
            return None
        return end


def may_differ(header: Header, tags: frozenset[bytes]) -> frozenset[int]:
    """Numbers of the elements with those tags, and of those whose value is kept for each file."""
    data = header.data
    return frozenset(
        number
        for number, (at, _, _, want) in enumerate(header.passed)
        if want is Want.VALUE or data[at : at + 4] in tags
    )


def differences(first: Header, other: Header, *, implicit: bool) -> frozenset[int] | None:
    """Numbers of the elements in which two headers differ; None when they don't have the same elements."""
    if len(first.passed) != len(other.passed):
        return None
    found = set()
    a, b = first.data, other.data
    for number, (mine, theirs) in enumerate(zip(first.passed, other.passed, strict=True)):
        if a[mine[0] : mine[2]] != b[theirs[0] : theirs[2]]:
            if _key(first, mine, implicit=implicit) != _key(other, theirs, implicit=implicit):
                return None
            found.add(number)
    return frozenset(found)


def meta_steps(data: bytes, pos: int) -> list[Step]:
    """The elements of the file meta group, which begins at `pos` and was read before without complaint."""
    steps: list[Step] = []
    while data[pos : pos + 2] == META_GROUP:
        _, value, length = explicit_element(data, pos)
        steps.append((pos, value, value + length, None))
        pos = value + length
    return steps


def _key(header: Header, step: Step, *, implicit: bool) -> bytes:
    """Tag, and VR where there is one: what must be equal for two elements to be one and the same."""
    return header.data[step[0] : step[0] + (4 if implicit else 6)]


def _part(header: Header, step: Step, done: int, inner: Mapping[bytes, Want], *, implicit: bool) -> tuple[Part, int]:
    at, value, end, want = step
    data = header.data
    length = int.from_bytes(data[value - 4 : value], "little")
    is_short = not implicit and value - at < LONG_HEADER
    if is_short and want is not Want.FIRST_ITEM:
        return (data[done : value - 2], Form.SHORT, data[at : at + 4] if want is Want.VALUE else None, None), end
    if want is Want.FIRST_ITEM or length == UNDEFINED:
        must_give = None
        if want is Want.FIRST_ITEM:
            reading = implicit_element if implicit else explicit_element
            _, start, length = reading(data, at)
            _, chosen = items(data, start, length, inner, reading, 0)
            must_give = rebuilt(data[at:start], length, chosen)
        return (data[done:at], Form.SEQUENCE, _key(header, step, implicit=implicit), must_give), end
    return (data[done : value - 4], Form.LONG, data[at : at + 4] if want is Want.VALUE else None, None), end
