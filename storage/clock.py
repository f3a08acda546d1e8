"""Times as the record writes them, and when a re-read is due. Always UTC: a study may travel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def written(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z; all are of one length, so their order as text is that of time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def due(last_answer: str, after_days: int) -> str:
    """The first midnight (UTC) when `after_days` times 24 hours have passed since the last answer, as written.

    A midnight, because a case that appears N days to the minute after another one was read would say which.
    """
    earliest = datetime.fromisoformat(last_answer) + timedelta(days=after_days)
    midnight = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
    return written(midnight if midnight == earliest else midnight + timedelta(days=1))


def with_zone(at_utc: str) -> str:
    """A moment of the record for people: to the second in UTC, and on the clock of this machine with its offset."""
    moment = datetime.fromisoformat(at_utc)
    local = moment.astimezone().isoformat(" ", "seconds")
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, local time {local}"
