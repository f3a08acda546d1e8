"""The command line. Exit status: 0 done, 1 done with findings that need a person, 2 refused in one line on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import BytesIO, TextIOWrapper

from workstation.cli.plain_reading import read_plainly
from workstation.runtime.console import take_any_text
from workstation.runtime.utf8 import prefer_utf8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; refusals are one line on stderr, never a traceback."""
    if sys.stdin is None:
        # closed by whoever started it: nothing comes in
        sys.stdin = TextIOWrapper(BytesIO(), encoding="utf-8")
    take_any_text(sys.stdout, sys.stderr)
    prefer_utf8()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = read_plainly(given)
        return _by_click(given) if status is None else status
    except BrokenPipeError:
        from workstation.cli.shared import REFUSED

        # whoever read our output has gone; what was acknowledged is on disk
        sys.stderr.close()
        return REFUSED
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("RAMRIS_DEBUG"):
            raise
        from workstation.cli.by_click import told
        from workstation.cli.shared import complain

        if isinstance(error, KeyboardInterrupt):
            # as click does: the line that says so stands below the ^C of the terminal
            sys.stderr.write("\n")
        line, status = told(error, given)
        complain(line)
        return status


def _by_click(arguments: Sequence[str]) -> int:
    # click and what it needs take as long to import as a case's images to paint (docs/decisions/0079)
    from workstation.cli.by_click import run

    return run(arguments)
