"""Worklist as a reader goes through it: the case that comes first, and the ones before and after another. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import CaseProgress


def first_case(worklist: Sequence[CaseProgress], last: str | None) -> str | None:
    """The case left last while it takes answers, else the first draft; None where there is none.

    Of several drafts the one that was begun comes first, then what is read and waits for its signature, then what
    nobody has begun. Where all is signed or parked, it is the case left last, else the first.
    """
    drafts = [entry for entry in worklist if entry.status == "draft"]
    if any(entry.case == last for entry in drafts):
        return last
    if drafts:
        # min takes the first of equals, so the worklist's order decides
        return min(drafts, key=_how_far).case
    if any(entry.case == last for entry in worklist):
        return last
    return worklist[0].case if worklist else None


def _how_far(entry: CaseProgress) -> int:
    if 0 < entry.answered < entry.wanted:
        return 0
    return 1 if entry.answered else 2


def next_to_sign(worklist: Sequence[CaseProgress], after: str) -> str | None:
    """The next draft behind a case in the worklist's order, beginning again at the top; None when there is none."""
    return next(iter(drafts_behind(worklist, after)), None)


def drafts_behind(worklist: Sequence[CaseProgress], after: str) -> tuple[str, ...]:
    """All other drafts, in the order in which a reader comes to them from a case."""
    codes = [entry.case for entry in worklist]
    start = codes.index(after) + 1 if after in codes else 0
    turned = [*worklist[start:], *worklist[:start]]
    return tuple(entry.case for entry in turned if entry.status == "draft" and entry.case != after)


def unsigned(worklist: Sequence[CaseProgress]) -> int:
    """How many cases aren't signed, parked ones among them."""
    return sum(entry.status != "signed" for entry in worklist)


def neighbour(worklist: Sequence[CaseProgress], case: str, by: int) -> str | None:
    """The case `by` places further in the worklist's order, or None behind its ends.

    From a case that has left the worklist it goes to the one that a reader would open first.
    """
    codes = [entry.case for entry in worklist]
    if case not in codes:
        return first_case(worklist, None)
    position = codes.index(case) + by
    return codes[position] if 0 <= position < len(codes) else None


def end_of_list(worklist: Sequence[CaseProgress], by: int) -> str:
    """What to say where there is no case further on (or back): whether all is read, or how much isn't."""
    blank = sum(entry.answered < entry.wanted for entry in worklist)
    if not blank:
        return "Every case on your worklist is read."
    end = "last" if by > 0 else "first"
    return f"This is the {end} case; {blank} of {len(worklist)} cases still have blank sites. Ctrl+O lists them."
