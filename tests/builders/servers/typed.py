"""A command as it is typed, with what it said."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from workstation.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str


def typed(*arguments: str) -> Said:
    """Run `ramris ...` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(list(arguments))
    return Said(status, out.getvalue(), err.getvalue())
