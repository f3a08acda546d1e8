"""Time that a case was read, from where the reading room keeps it: beside the record, so it isn't sealed with it."""

from __future__ import annotations

import json


def seconds_of(bookmark: str | None) -> int | None:
    """Seconds with pauses over 90 s left out, as the room counts them (`reading.session.timing`); None: none are kept.

    bookmark: what the room kept last of the case. Text of another origin counts as nothing.
    """
    if not bookmark:
        return None
    try:
        kept = json.loads(bookmark)
    except (ValueError, RecursionError):
        return None
    found = kept.get("active_s") if isinstance(kept, dict) else None
    # True is an int to Python
    return found if type(found) is int and found >= 0 else None
