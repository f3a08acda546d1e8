"""Output by codes only: while a reader's process runs, nothing that a library says leaves it.

An exception's text, a warning, a log record and a message of Qt may quote a path or a value. Each is told as what kind
it is and where in our own code it came from; both come from the source of programs, never from what they work on.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Final, TextIO

from scoring.errors import RamrisError
from workstation.runtime.faults import fault_line, named_kind

# the libraries whose logs can come; anything else is "a library"
_KNOWN: Final = frozenset({"alembic", "concurrent", "asyncio", "matplotlib", "numpy", "py", "sqlalchemy"})


class Fault(RamrisError):
    """The program itself failed; the message is a code and a place."""


@contextlib.contextmanager
def codes_only() -> Iterator[None]:
    """Hold back what libraries say while the block runs, and turn what fails in it into a code.

    Raises:
        Fault: an exception that is no refusal of ours; it has no other exception behind it.
    """
    hooks = threading.excepthook, sys.unraisablehook, warnings.showwarning, logging.lastResort
    was_dumping = faulthandler.is_enabled()
    threading.excepthook, sys.unraisablehook = _of_a_thread, _of_nobody
    warnings.showwarning = _warned
    logging.lastResort = None
    handler = _Levels()
    logging.getLogger().addHandler(handler)
    # it would print where the program lies, which is somebody's home folder
    faulthandler.disable()
    _no_core_dumps()
    try:
        yield
    except (RamrisError, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may not leave
        code, location = fault_line(type(error), error.__traceback__)
    else:
        return
    finally:
        threading.excepthook, sys.unraisablehook, warnings.showwarning, logging.lastResort = hooks
        logging.getLogger().removeHandler(handler)
        if was_dumping and sys.__stderr__ is not None:
            # sys.stderr may be no file, where something stands in for it
            faulthandler.enable(file=sys.__stderr__)
    fault = Fault(f"fault {code} of the program itself, {location}")
    try:
        raise fault
    except Fault:
        # a context manager ends while the exception is still being handled, so Python would chain it
        fault.__context__ = None
        raise


class _Levels(logging.Handler):
    """Of a log record its level and whose it is."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line, without the record's text; below a warning nothing."""
        if record.levelno >= logging.WARNING:
            library = record.name.partition(".")[0]
            _line_out(f"log {record.levelname} of {library if library in _KNOWN else 'a library'}")


def _of_a_thread(failed: threading.ExceptHookArgs) -> None:
    _fault(failed.exc_type, failed.exc_traceback)


def _of_nobody(failed: sys.UnraisableHookArgs) -> None:
    _fault(failed.exc_type, failed.exc_traceback)


def _fault(kind: type[BaseException], trace: TracebackType | None) -> None:
    if not issubclass(kind, SystemExit):
        code, location = fault_line(kind, trace)
        _line_out(f"fault {code}, {location}")


def _warned(  # noqa: PLR0917 - as Python calls it
    message: Warning | str,  # noqa: ARG001 - Python hands over all of these by name
    category: type[Warning],
    filename: str,  # noqa: ARG001 - see above
    lineno: int,  # noqa: ARG001 - see above
    file: TextIO | None = None,  # noqa: ARG001 - see above
    line: str | None = None,  # noqa: ARG001 - see above
) -> None:
    _line_out(f"warning {named_kind(category)}")


def _line_out(line: str) -> None:
    sys.stderr.write(f"ramris: {line}\n")


def _no_core_dumps() -> None:
    # a core file would hold pixels and codes, and lies where nobody looks for it
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX alone has it

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
