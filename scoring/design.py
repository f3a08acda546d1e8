"""Seeded draws: in which order a reader gets the cases, and under which codes. Pure; a seed gives one draw for ever."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random

# No look-alikes (0 O, 1 I L, 2 Z, 5 S, 8 B) and no vowels, so no words. A letter stands first, so that no table
# program takes a code for a number (3E479 is one).
LETTERS = "CDFGHJKMNPQRTVWXY"
ALPHABET = LETTERS + "34679"
CODE_LENGTH = 5


def draw_worklist(subjects: Sequence[str], seed: int) -> tuple[str, ...]:
    """The subjects in drawn order; it depends on which subjects and on the seed, not on the order given."""
    drawn = sorted(subjects)
    Random(f"worklist {seed}").shuffle(drawn)
    return tuple(drawn)


def case_codes(count: int, taken: Collection[str], seed: int) -> tuple[str, ...]:
    """`count` new codes, none of them taken. They say nothing of subject, order or round."""
    source = Random(f"case codes {seed}")
    used = set(taken)
    drawn: list[str] = []
    while len(drawn) < count:
        code = source.choice(LETTERS) + "".join(source.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
        if code not in used:
            used.add(code)
            drawn.append(code)
    return tuple(drawn)
