"""Progress of work as it is told while it runs: a line for people, and how far it is (done, total, stage)."""

from collections.abc import Callable

Say = Callable[[str], None]
Progress = Callable[[int, int, str], None]
