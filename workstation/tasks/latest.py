"""Work in the background, of which only the latest counts. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from workstation.tasks.token import Cancelled, Token

Work = Callable[[Token], None]


class Latest:
    """Runs one piece of work at a time on a thread of its own; a newer one cancels the one before.

    Work delivers its own results, for example through a queued Qt signal, and asks `token.checkpoint()` before each
    delivery. An exception that escapes the work is a bug: `failed` gets it, on the worker's thread.
    """

    def __init__(self, name: str, failed: Callable[[BaseException], None]) -> None:
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._failed = failed
        self._token = Token()

    def start(self, work: Work) -> Token:
        """Cancel what runs or waits, and run `work` next. RuntimeError after `shutdown`."""
        self.cancel()
        token = self._token = Token()
        self._threads.submit(_run, work, token).add_done_callback(self._ended)
        return token

    def cancel(self) -> None:
        """Nothing that was started is wanted any more."""
        self._token.cancel()

    def shutdown(self) -> None:
        """Cancel, and wait until the thread has ended. Safe to call twice."""
        self.cancel()
        self._threads.shutdown(wait=True)

    def _ended(self, job: Future[None]) -> None:
        error = job.exception()
        if error is not None:
            self._failed(error)


def _run(work: Work, token: Token) -> None:
    try:
        token.checkpoint()
        work(token)
    except Cancelled:
        # the newer work, or nobody, is waited for: that is what cancelling means
        return
