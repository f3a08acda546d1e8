"""Coordinator's lock: one window of a coordinator writes to a study at a time; another one only reads meanwhile.

A record on a server takes several at once, and needs none: each act is one transaction there, behind the one before.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from storage.files.layout import STUDY_FILE
from storage.files.locks import Held, NoLockFile, held
from storage.files.record_url import is_on_server

LOCK_FILE: Final = "coordinator.lock"


class CoordinatorLock:
    """The lock of the study in a folder, for one window. It is taken and let go on one thread.

    The system lets go of it when the process ends, however it ends, so a crash leaves nothing behind.
    """

    def __init__(self, study: Path) -> None:
        self._file = study / LOCK_FILE
        self._stack = ExitStack()
        self.mine = False

    def take(self) -> bool:
        """Have it, or know that another window has it. What can't be written needs no lock: nothing is saved there."""
        if not self.mine and not is_on_server(self._file.parent) and self._file.with_name(STUDY_FILE).exists():
            try:
                self._stack.enter_context(held(self._file))
            except Held:
                return False
            except NoLockFile:
                pass
            self.mine = True
        return True

    def let_go(self) -> None:
        """Another window may write."""
        self._stack.close()
        self.mine = False


def window_elsewhere(study: Path) -> bool:
    """Whether a coordinator's window has the study open for writing; not to be asked by a window itself."""
    lock = CoordinatorLock(study)
    try:
        return not lock.take()
    finally:
        lock.let_go()
