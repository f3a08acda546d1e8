"""Warnings that must stand beside the figures of compared readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.agreement.table import FEW
from scoring.comparison.compare import TotalAgreement

SITES_ARE_NOT_TOTALS: Final = (
    "Single sites agree far less than totals, and kappa is low where most grades are 0: report them separately"
)


def unfinished_repeats(pairs: int, unfinished: int) -> tuple[str, ...]:
    """That repeats are still to be read, if some are."""
    if not unfinished:
        return ()
    warning = (
        f"{unfinished} of {pairs + unfinished} re-reads {'is' if unfinished == 1 else 'are'} not finished and left "
        "out; a reader who sees figures before the last case may grade differently afterwards"
    )
    return (warning,)


def small_sample(totals: Sequence[TotalAgreement]) -> tuple[str, ...]:
    """That there are few cases, if there are."""
    fewest = min(item.table.n for item in totals)
    if fewest >= FEW:
        return ()
    most = max(item.table.n for item in totals)
    n = f"n = {most}" if fewest == most else f"n = {fewest} to {most}"
    return (f"{n} is under {FEW}: intervals are wide, read each figure with its interval",)


def two_scans_of_one(scans: int, people: int) -> tuple[str, ...]:
    """That some of the scans are of one subject, if some are."""
    if scans == people:
        return ()
    warning = f"the {scans} scans are of {people} subjects: scans of one wrist are alike, so intervals are too narrow"
    return (warning,)
