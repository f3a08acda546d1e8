"""Allotment of a study's subjects to readers who share it: drawn parts, and a drawn subset that two readers read. Pure.

All cases of one subject are in one part: two readers who share a study don't each get half of a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from msgspec import Struct

from scoring.design.secret_seed import SecretSeed
from scoring.errors import DesignRefused

MOST_PARTS: Final = 100
_SHARE: Final = re.compile(r"(\d{1,3})/(\d{1,3})")
_NUMBER: Final = re.compile(r"\d{1,6}")
_PERCENT: Final = re.compile(r"\d{1,3}(\.\d{1,4})?%")
_ALL: Final = 100


class Share(Struct, frozen=True):
    """One part of a study that is divided: the second of two is `Share(2, 2)`."""

    part: int
    of: int

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.part}/{self.of}"


class Overlap(Struct, frozen=True):
    """How many subjects two readers are to have in common: a number, or a share in percent of what the others have."""

    number: Decimal
    percent: bool = False

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.number}{'%' if self.percent else ''}"

    def of(self, there: int) -> int:
        """How many that is of so many; half a subject is one."""
        if not self.percent:
            return int(self.number)
        return int((self.number * there / _ALL).quantize(Decimal(1), ROUND_HALF_UP))


def share_from(text: str) -> Share:
    """`1/2` -> the first of two parts; DesignRefused for what isn't one."""
    found = _SHARE.fullmatch(text.strip())
    share = Share(int(found[1]), int(found[2])) if found else Share(0, 0)
    if not (share.of <= MOST_PARTS and 1 <= share.part <= share.of):
        raise DesignRefused(
            f"share {text!a}: write PART/PARTS, such as 1/2 for the first reader and 2/2 for the second; "
            f"at most {MOST_PARTS} parts"
        )
    return share


def overlap_from(text: str) -> Overlap:
    """`20` or `20%` -> that; DesignRefused for what is neither, for nothing, and for more than all."""
    typed = text.strip().replace(" ", "")
    percent = _PERCENT.fullmatch(typed) is not None
    number = Decimal(typed.rstrip("%")) if percent or _NUMBER.fullmatch(typed) else Decimal(0)
    if not number or (percent and number > _ALL):
        raise DesignRefused(f"overlap {text!a}: a number of subjects, such as 20, or percent, such as 20%")
    return Overlap(number, percent)


def divided(subjects: Collection[str], of: int, held: Mapping[str, int], seed: SecretSeed) -> dict[str, int]:
    """In which of so many parts each subject is that isn't in one yet: by lot, parts as equal as can be.

    Args:
        subjects: all that are to be divided, those of `held` too.
        of: how many parts.
        held: the part of each subject that was divided before; it keeps that part.
        seed: of this division.
    """
    sizes = dict.fromkeys(range(1, of + 1), 0)
    for part in held.values():
        sizes[part] += 1
    drawn = sorted(set(subjects) - held.keys())
    source = seed.source(f"parts of {of}")
    source.shuffle(drawn)
    found = {}
    for subject in drawn:
        least = min(sizes.values())
        # by lot among the smallest: the first reader isn't the one who gets the odd subject
        part = source.choice([number for number, size in sizes.items() if size == least])
        sizes[part] += 1
        found[subject] = part
    return found


def drawn_overlap(subjects: Collection[str], count: int, seed: SecretSeed) -> tuple[str, ...]:
    """So many of the subjects, each as likely as another.

    Raises:
        ValueError: there are fewer.
    """
    return tuple(sorted(seed.source("overlap").sample(sorted(subjects), count)))
