"""Moments of a visit: which of its series came first, also where the visit goes on over midnight. Pure.

Headers are compared by their times of day. A visit takes an hour or two: where all of its times lie in the evening or
in the early morning, and some in each, those of the morning are of the next day.
"""

from __future__ import annotations

from collections.abc import Collection

# moments are digits, HHMMSS and a fraction
EVENING, MORNING = "18", "06"
NEXT_DAY = "9"


def in_one_visit(moment: str, others: Collection[str]) -> str:
    """Digits that sort by time among the moments of a visit, "" where the moment is unknown; others: all of them."""
    known = [item for item in others if item]
    early, late = any(item < MORNING for item in known), any(item >= EVENING for item in known)
    over_midnight = early and late and all(item < MORNING or item >= EVENING for item in known)
    return f"{NEXT_DAY}{moment}" if over_midnight and moment and moment < MORNING else moment
