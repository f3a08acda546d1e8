"""A fault of the program, named without quoting anything that could identify anyone. No Qt."""

from __future__ import annotations

from hashlib import sha256
from types import TracebackType

OURS = frozenset({"workstation", "storage", "scoring"})
# whose exceptions are told by name; that of any other is its nearest ancestor among these
NAMED = OURS | {"builtins", "sqlite3", "sqlalchemy", "numpy", "msgspec", "click", "subprocess", "json", "tomllib"}


def named_kind(kind: type[BaseException]) -> str:
    """The name of an exception's class, from a closed set of modules: a class can be made, and named, by anything."""
    return next(ancestor.__name__ for ancestor in kind.__mro__ if _root(ancestor.__module__) in NAMED)


def _root(module: str) -> str:
    return module.partition(".")[0]


def fault_line(kind: type[BaseException], trace: TracebackType | None) -> tuple[str, str]:
    """(code, place) of a fault: the code is short and the same each time, the place is our module and line."""
    location = "unknown"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if _root(module) in OURS:
            location = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    name = named_kind(kind)
    code = sha256(f"{name} {location}".encode()).hexdigest()[:6].upper()
    return code, f"{name} at {location}"
