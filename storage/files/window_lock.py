"""Window lock: one window on a study at a time; whoever grades has it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from storage.errors import InUse
from storage.files.locks import Held, NoLockFile, held
from storage.files.record_url import holds_study

LOCK_FILE: Final = "window.lock"


@contextmanager
def sole_window(study: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Have the study in that folder alone among rooms, entries and whatever replaces its file.

    Where the lock's file can't be made the study is on read-only ground: nothing can be saved there, so nothing can
    collide, and the block goes on without it.

    Args:
        study: the folder; where it holds no study nothing is made, and the opening will say so.
        wait_s: how long to wait for another one to end.

    Raises:
        InUse: another one has the study open.
    """
    with ExitStack() as stack:
        if not _taken(stack, study, wait_s):
            # the reader's side hears this too: no folder, no name
            raise InUse(
                "This study is open in another window, or `ramris enter` is running (only one at a time, so that no "
                "grade is given twice). Close the other one and try again"
            )
        yield


def _taken(stack: ExitStack, study: Path, wait_s: float) -> bool:
    if not holds_study(study):
        return True
    try:
        stack.enter_context(held(study / LOCK_FILE, wait_s))
    except NoLockFile:
        return True
    except Held:
        return False
    return True
