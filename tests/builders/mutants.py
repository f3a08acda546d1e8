"""Damaged copies of DICOM files, the same for a seed: flipped bits, cuts, lying lengths, parts moved and spliced."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

# where headers of classic files end, mostly
HEADER = 6_000
LIES = (
    b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff", b"\0\0", b"\x7f\xff\xff\xff", b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\x28\x00\x10\x00", b"\xe0\x7f\x10\x00", b"SQ", b"UN", b"OW", b"nan", b"inf", b"\\", b"1e99", b"-1",
)  # fmt: skip
Dice = random.Random


def mutants(originals: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """That many damaged copies."""
    dice = random.Random(seed)
    for _ in range(count):
        data = bytearray(dice.choice(originals))
        yield bytes(dice.choice(_KINDS)(data, dice, dice.choice(originals)))


def _flipped(data: bytearray, dice: Dice, _other: bytes) -> bytearray:
    for _ in range(dice.choice((1, 2, 8, 64))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return data


def _flipped_in_front(data: bytearray, dice: Dice, _other: bytes) -> bytearray:
    for _ in range(dice.choice((1, 2, 8))):
        data[dice.randrange(min(len(data), HEADER))] ^= 1 << dice.randrange(8)
    return data


def _cut(data: bytearray, dice: Dice, _other: bytes) -> bytearray:
    return data[: dice.randrange(len(data))]


def _lying(data: bytearray, dice: Dice, _other: bytes) -> bytearray:
    for _ in range(dice.choice((1, 1, 3))):
        lie = dice.choice(LIES)
        at = dice.randrange(min(len(data), HEADER))
        data[at : at + len(lie)] = lie
    return data


def _without_a_part(data: bytearray, dice: Dice, _other: bytes) -> bytearray:
    at = dice.randrange(min(len(data), HEADER))
    del data[at : at + dice.randrange(1, 200)]
    return data


def _doubled(data: bytearray, dice: Dice, _other: bytes) -> bytearray:
    front = min(len(data), HEADER)
    at, begin = dice.randrange(front), dice.randrange(front)
    data[at:at] = data[begin : begin + dice.randrange(1, 200)]
    return data


def _spliced(data: bytearray, dice: Dice, other: bytes) -> bytearray:
    return data[: dice.randrange(len(data))] + other[dice.randrange(len(other)) :]


_KINDS: tuple[Callable[[bytearray, Dice, bytes], bytearray], ...] = (
    _flipped, _flipped_in_front, _cut, _lying, _without_a_part, _doubled, _spliced,
)  # fmt: skip
