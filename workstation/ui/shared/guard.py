"""Guard against faults of the program: one line with a code, and nothing that could identify anyone.

An exception's text may hold a path or a name, so it is never shown or written; the code and the line of our own
module are enough to find the fault.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from workstation.runtime.faults import fault_line

QUIET_S = 10.0

# Qt names these itself; what it says with them may quote a file
QT_KINDS = {
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "error",
    QtMsgType.QtFatalMsg: "fatal error",
}

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def install(tell: Callable[[str], None], damage: Callable[[], str | None] = lambda: None) -> Hook:
    """From now on `tell` gets one line for each exception that nothing else caught. Returns the hook put in place.

    damage: what in the study's files isn't as the program writes it, in a line; None where the fault must be ours.

    The same fault at the same place within some seconds is told once: a paint that fails would tell it sixty times a
    second, and each telling would paint again.
    """
    last: dict[str, float] = {}

    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        code, location = fault_line(kind, trace)
        now, before = time.monotonic(), last.get(f"{code} {location}", -inf)
        last[f"{code} {location}"] = now
        if now - before < QUIET_S:
            return
        sys.stderr.write(f"ramris: fault {code}, {location}\n")
        tell(damage() or f"Something failed inside the program (fault {code}). Grades shown are saved. Try again.")

    sys.excepthook = hook
    return hook


@contextmanager
def quiet_qt() -> Iterator[None]:
    """While the block runs, a message of Qt is told as what kind it is; below a warning it isn't told at all."""
    before = qInstallMessageHandler(_told_of_qt)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _told_of_qt(kind: QtMsgType, _context: QMessageLogContext, _text: str) -> None:
    if kind in QT_KINDS:
        sys.stderr.write(f"ramris: Qt {QT_KINDS[kind]}\n")
