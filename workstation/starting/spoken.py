"""Standard error of a process of ours: how far it is while it runs, and why it ended. Pure.

No other line is shown: a library's may quote a path or a name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

# tells a process of ours to say how far it is in lines, where its standard error is no terminal
VARIABLE: Final = "RAMRIS_PROGRESS"
IN_LINES: Final = "lines"
_OURS: Final = "ramris: "
_STEP: Final = "progress: "
_BETWEEN: Final = "\t"
# of a library that warned: a line for whoever mends the program, and nothing that a person could do about
_OF_LIBRARIES: Final = tuple(f"{_OURS}{kind} " for kind in ("Qt", "warning", "log"))


class Step(Struct, frozen=True):
    """How far a process is: `done` of `total` of a stage."""

    done: int
    total: int
    stage: str


def step_line(step: Step) -> str:
    """The line that tells it."""
    return f"{_STEP}{step.done}{_BETWEEN}{step.total}{_BETWEEN}{step.stage}"


def last_step(said: str) -> Step | None:
    """How far the process was at last; None where it told of nothing."""
    for line in reversed(said.splitlines()):
        if line.startswith(_STEP):
            done, _, rest = line.removeprefix(_STEP).partition(_BETWEEN)
            total, _, stage = rest.partition(_BETWEEN)
            if done.isdigit() and total.isdigit():
                return Step(int(done), int(total), stage)
    return None


def ending(status: int, said: str, folder: Path | None) -> str:
    """The line to be shown when the process has ended with that exit status; "" where there is nothing to say.

    folder: what it worked on. Its name may stay in the line, the path to it is taken out.
    """
    lines = [line for line in said.splitlines() if line.startswith(_OURS) and not line.startswith(_OF_LIBRARIES)]
    told = lines[-1] if lines else ""
    line = told.removeprefix(_OURS)
    if folder is not None:
        line = line.replace(f"{folder.parent}{os.sep}".replace(os.sep * 2, os.sep), "")
    if line or status == 0:
        return line
    return f"The window ended without saying why (status {status}). What was saved is kept; open it again"
