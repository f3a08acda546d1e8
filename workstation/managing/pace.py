"""Pace of work and the time it will take, in words. Pure."""

from __future__ import annotations

from workstation.managing.state import Work

# before this the rate says nothing
LEAST_S = 1.0
MINUTE_S = 60
HOUR_S = 3600


def share(work: Work) -> float | None:
    """How much of the stage is done, 0 to 1; None while that isn't known."""
    return work.done / work.total if work.total else None


def pace(work: Work) -> str:
    """`1,204 of 5,880 files, 310 a second, 15 s left`; what isn't known yet is left out."""
    if not work.total:
        return ""
    parts = [f"{work.done:,} of {work.total:,}"]
    passed = work.now_s - work.started_s
    if work.done and passed >= LEAST_S:
        rate = work.done / passed
        parts.append(f"{rate:,.0f} a second" if rate >= 1 else f"{rate * MINUTE_S:,.0f} a minute")
        parts.append(f"{duration((work.total - work.done) / rate)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Rounded as people say it."""
    if seconds < MINUTE_S:
        return f"{max(1, round(seconds))} s"
    if seconds < HOUR_S:
        return f"{round(seconds / MINUTE_S)} min"
    return f"{seconds / HOUR_S:.1f} h"
