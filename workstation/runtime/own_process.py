"""Command lines of this program's own processes: from a checkout, installed, or frozen into a folder without Python.

Frozen, `sys.executable` is the program itself and no interpreter: it takes no `-m`. Its entry gives a module
of `WORKERS` the process where the first argument asks for that, and no other module.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

DECODER: Final = "workstation.intake.pixels.decode_worker"
REGISTRAR: Final = "workstation.registering.worker"
# each has a `main()`, which `workstation.__main__` calls in a bundle
WORKERS: Final = (DECODER, REGISTRAR)
RUN_MODULE: Final = "--run-module"
# where Python finds the program; frozen, it looks nowhere else
PACKAGE_ROOT = Path(__file__).parents[2]


def is_frozen() -> bool:
    """Whether the program runs from a bundle."""
    return bool(getattr(sys, "frozen", False))


def of_program(arguments: Sequence[str]) -> list[str]:
    """The command line of `ramris ARGUMENTS`."""
    return [sys.executable, *arguments] if is_frozen() else [sys.executable, "-m", "workstation", *arguments]


def of_worker(module: str) -> list[str]:
    """The command line of one of `WORKERS`; LookupError for any other module."""
    if module not in WORKERS:
        raise LookupError(module)
    # -P keeps the working folder, which may be a patient's, from being searched for modules; a frozen one searches none
    return [sys.executable, RUN_MODULE, module] if is_frozen() else [sys.executable, "-P", "-m", module]


def start_worker(module: str, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process of one of `WORKERS`, spoken to by its standard input and output; `variables` are set for it alone."""
    environment = {**os.environ, **variables, "PYTHONPATH": import_path()}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
        of_worker(module), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )


def import_path() -> str:
    """What PYTHONPATH must say for a process of ours, wherever it stands."""
    others = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return os.pathsep.join([str(PACKAGE_ROOT), *(str(Path(other).resolve()) for other in others)])
