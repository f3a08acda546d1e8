"""A folder that has its name only when it is whole; what a killed one left of it goes with the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from storage.errors import InUse
from storage.files.leftovers import lock_of, remove_left
from storage.files.locks import Held, NoLockFile, held


@contextmanager
def staging_folder(out: Path) -> Iterator[Path]:
    """A new folder beside `out` to build in, private to this account; the caller gives it its name within the block.

    Raises:
        InUse: another command is writing `out`.
        OSError: the folder above can't be written.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    lock = lock_of(out)
    with ExitStack() as stack:
        if not _taken(stack, lock):
            raise InUse(f"{out.name} is being written by another command; wait until it has ended, or stop it")
        remove_left(out)
        building = Path(tempfile.mkdtemp(prefix=f"{lock.name}-", dir=out.parent))
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
            if os.name != "nt":
                # while it is held: nobody waits for it, and whoever comes next makes another one
                lock.unlink(missing_ok=True)
    if os.name == "nt":
        # Windows removes no open file, and none that another one has taken meanwhile
        with suppress(OSError):
            lock.unlink(missing_ok=True)


def _taken(stack: ExitStack, lock: Path) -> bool:
    try:
        stack.enter_context(held(lock))
    except NoLockFile:
        # the folder can't be written: making the other one says why
        return True
    except Held:
        return False
    return True
