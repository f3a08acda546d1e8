"""Work that both cores share while the window waits for it: NumPy resamples and windows without Python's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

Job = Callable[[], object]


class BothCores:
    """A second thread beside the one that asks. Ask `shutdown` to end it before the application."""

    def __init__(self) -> None:
        # it begins with the first work that there is for it
        self._second: ThreadPoolExecutor | None = ThreadPoolExecutor(1, "second-core")

    def do(self, jobs: Sequence[Job]) -> None:
        """Do all of them, in any order, and return when they are done."""
        if self._second is None or len(jobs) < 2:  # noqa: PLR2004 - one can't be shared
            _each(jobs)
            return
        others = self._second.submit(_each, jobs[1::2])
        try:
            _each(jobs[::2])
        finally:
            others.result()

    def shutdown(self) -> None:
        """End the thread; what comes then is done by one. Safe to call twice."""
        second, self._second = self._second, None
        if second is not None:
            second.shutdown(wait=True)


def _each(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job()
