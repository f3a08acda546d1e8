"""Commands of the program, run as a person runs them, in a folder of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workstation.runtime import own_process

# a command that takes longer on the smallest study hangs
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: 0 done, 1 with findings, 2 refused."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line that it said, for a page."""
        lines = (self.err.strip() or self.out.strip()).splitlines()
        return lines[-1] if lines else f"ended with {self.status} and said nothing"


class Commands:
    """Runs `ramris ...` in processes that stand in `folder`, and keep what they keep there."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = dict(environment)

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        """Run one command to its end."""
        done = subprocess.run(  # noqa: S603 - ourselves, no shell
            own_process.of_program(arguments),
            input=stdin,
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start one that is spoken to, and ended by whoever started it."""
        return subprocess.Popen(  # noqa: S603 - ourselves, no shell
            own_process.of_program(arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=self._environment,
            encoding="utf-8",
        )

    @staticmethod
    def told(process: subprocess.Popen[str], line: str) -> str:
        """The line that a process answers a line with; empty where it ended instead."""
        if process.stdin is None or process.stdout is None:
            return ""
        process.stdin.write(line)
        process.stdin.flush()
        return process.stdout.readline().strip()
