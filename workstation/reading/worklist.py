"""Which case comes first and which lies beside another. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import CaseProgress


def first_case(worklist: Sequence[CaseProgress], last: str | None) -> str | None:
    """The case left last; else the first that isn't finished; else the first; None where there is none."""
    if any(entry.case == last for entry in worklist):
        return last
    for entry in worklist:
        if entry.answered < entry.wanted:
            return entry.case
    return worklist[0].case if worklist else None


def beside(worklist: Sequence[CaseProgress], case: str, by: int) -> str | None:
    """The case `by` places further in the worklist's order, or None behind its ends."""
    codes = [entry.case for entry in worklist]
    place = codes.index(case) + by
    return codes[place] if 0 <= place < len(codes) else None


def unfinished(worklist: Sequence[CaseProgress]) -> int:
    """How many cases still have a blank answer."""
    return sum(entry.answered < entry.wanted for entry in worklist)
