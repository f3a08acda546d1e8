"""A fault of the program, named without quoting anything that could identify anyone. No Qt."""

from __future__ import annotations

from hashlib import sha256
from types import TracebackType


def fault_line(kind: type[BaseException], trace: TracebackType | None) -> tuple[str, str]:
    """(code, place) of a fault: the code is short and the same each time, the place is our module and line."""
    place = "unknown"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.split(".", maxsplit=1)[0] in {"workstation", "storage", "scoring"}:
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    code = sha256(f"{kind.__name__} {place}".encode()).hexdigest()[:6].upper()
    return code, f"{kind.__name__} at {place}"
