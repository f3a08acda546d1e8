"""Backups while a reader works: in a process of their own, so that no key waits for one, and a last one at the end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Say
from workstation.runtime import own_process

if TYPE_CHECKING:
    from storage.study.reader import ReaderStudy

Start = Callable[[Sequence[str]], "subprocess.Popen[bytes]"]
# a backup that takes longer goes on by itself; the last one then finds its work done
PATIENCE_S = 20


class SessionBackups:
    """Starts a backup at each signature and after so many answers; one at a time."""

    def __init__(self, directory: Path, after_answers: int, start: Start) -> None:
        self._command = own_process.of_program(["study", "backup", str(directory)])
        self._after = after_answers
        self._start = start
        self._since = 0
        self._due = False
        self._running: subprocess.Popen[bytes] | None = None

    def saved(self, answers: int, signed: bool = False) -> None:
        """So many answers more are on disk, or a signature. Never raises: a backup that can't start costs no answer."""
        self._since += answers
        self._due = self._due or signed or self._since >= self._after
        if self._due and (self._running is None or self._running.poll() is not None):
            self._since, self._due = 0, False
            try:
                self._running = self._start(self._command)
            except OSError:
                # the one at the end tries again and says why it can't
                self._running = None

    def ended(self) -> None:
        """Wait for one that is being made."""
        if self._running is not None:
            try:
                self._running.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._running = None


@contextmanager
def backed_up(
    directory: Path, study: ReaderStudy, complain: Say, also: Callable[[int, bool], None] | None = None
) -> Iterator[None]:
    """Back the study up while the block runs and when it has ended; one that fails is told and costs nothing else.

    also: hears of each commit too.
    """
    from scoring.errors import RamrisError
    from storage.recovery.backup import back_up_answers
    from storage.recovery.policy import shipped_policy

    session = SessionBackups(directory, shipped_policy().after_answers, _start)

    def saved(answers: int, signed: bool) -> None:
        session.saved(answers, signed)
        if also is not None:
            also(answers, signed)

    study.when_saved(saved)
    told: Say = _silent
    try:
        yield
        # where the session itself ended in a refusal, that is the one line to be read
        told = complain
    finally:
        session.ended()
        try:
            back_up_answers(directory)
        except RamrisError as refusal:
            told(str(refusal))


def _silent(_line: str) -> None:
    pass


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    from workstation.app.process import own_environment

    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=own_environment(), stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 - ourselves
