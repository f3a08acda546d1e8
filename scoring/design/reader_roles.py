"""Readers' roles in a design: whose first readings the study is scored by. Pure.

Who is primary is said by the design, never by the order in which somebody typed. Until it is said, it is the reader who
was assigned first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from scoring.design.read_design import ReadDesign
from scoring.values import replace

PRIMARY: Final = "PRIMARY"
INTER: Final = "INTER"
PURPOSES: Final = (PRIMARY, INTER)


class FirstReading(Struct, frozen=True):
    """A first reading: its case, what is read in it (`unit`), whose, and by which draw it was given."""

    case: str
    unit: tuple[str | int, ...]
    reader: str
    draw: int


def primary_readers(design: ReadDesign) -> tuple[str, ...]:
    """Those whom the design names, or the first who was assigned, is a person and isn't for agreement alone."""
    others = {*design.inter, *(program.reader for program in design.programs)}
    return design.primary or tuple(reader for reader in design.readers if reader not in others)[:1]


def primary_cases(design: ReadDesign, firsts: Iterable[FirstReading]) -> frozenset[str]:
    """The cases that are the study's primary readings: of what several primary readers have, the one given first."""
    who = primary_readers(design)
    if not design.readers:
        # nobody was drawn for, so nobody can be said to be first: what is there was read for the study
        return frozenset(item.case for item in firsts)
    found: dict[tuple[str | int, ...], str] = {}
    for item in sorted(firsts, key=lambda item: item.draw):
        if item.reader in who:
            found.setdefault(item.unit, item.case)
    return frozenset(found.values())


def purpose_of(design: ReadDesign, reader: str) -> str:
    """What first readings of a reader are for. One of several primary readers reads for agreement what another has."""
    return PRIMARY if reader in primary_readers(design.by_scheme(design.further_of(reader))) else INTER


def with_purpose(design: ReadDesign, reader: str, purpose: str) -> ReadDesign:
    """The design in which first readings of a reader are for that; who is primary already stays so."""
    if design.further:
        # who is primary of one scheme says nothing of another's readers
        mine = design.by_scheme(design.further_of(reader))
        after = with_purpose(replace(mine, further=()), reader, purpose)
        if (after.primary, after.inter) == (mine.primary, mine.inter):
            return design
        primary = tuple(name for name in design.primary if name not in mine.primary)
        inter = tuple(name for name in design.inter if name not in mine.inter)
        return replace(design, primary=(*primary, *after.primary), inter=(*inter, *after.inter))
    if purpose == PRIMARY:
        held = primary_readers(design)
        primary = held if reader in held else (*held, reader)
        # what holds by itself needs no words
        primary = design.primary if primary == held else primary
        return replace(design, primary=primary, inter=_without(design.inter, reader))
    inter = design.inter if reader in design.inter else (*design.inter, reader)
    return replace(design, primary=_without(design.primary, reader), inter=inter)


def _without(names: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)
