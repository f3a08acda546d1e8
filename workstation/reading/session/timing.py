"""Time that a case was read, idle time left out. Pure: the time comes from whoever has a clock."""

from __future__ import annotations

# a reader looks at one picture without a key or a wheel for a minute at most; what is longer is a telephone
IDLE_S = 90.0


def read_for(active_s: float, last_s: float | None, now_s: float) -> float:
    """The seconds read after something was done at `now_s`, the last thing before at `last_s` (None: nothing yet).

    A pause longer than IDLE_S, or a clock that went back, adds nothing.
    """
    if last_s is None or not 0 <= now_s - last_s <= IDLE_S:
        return active_s
    return active_s + now_s - last_s


def in_words(active_s: float) -> str:
    """Whole minutes, such as "12 min"; empty in the first one."""
    minutes = int(active_s // 60)
    return f"{minutes} min" if minutes else ""
