"""Ctrl+C as a wish to stop at the next safe place, instead of an exception in the middle of a write."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Interrupt:
    """While entered, the first SIGINT or SIGTERM is remembered; a second SIGINT acts as it always did."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._remember)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # it is what signal.signal returned
        self._before.clear()

    def asked(self) -> bool:
        """Whether a stop was asked for."""
        return self._asked.is_set()

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self._asked.set()
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)
