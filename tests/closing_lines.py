"""Last lines of a run: what was not tested on this machine, and why, in words; grouped by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def not_tested(reasons: Iterable[str]) -> list[str]:
    """A line for each reason, the commonest first.

    Args:
        reasons: one of each test that was skipped, as pytest tells it.
    """
    counted = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    if not counted:
        return ["not tested: nothing was skipped"]
    return [
        f"not tested: {count} {'test' if count == 1 else 'tests'}, because {reason}"
        for reason, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
