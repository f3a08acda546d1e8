"""Leftovers of killed commands: folders that they were building, known by name, removed under the lock of it."""

from __future__ import annotations

import glob
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from storage.files.layout import BACKUPS_FOLDER
from storage.files.locks import Held, NoLockFile, held

# where copies of study files lie while a command looks at them, in the study folder
SCRATCH: Final = Path(BACKUPS_FOLDER, "looked-at")


def lock_of(out: Path) -> Path:
    """The file whose lock whoever builds the folder `out` holds; what is built begins with its name."""
    return out.with_name(f".{out.name}.building")


def leftovers_of(out: Path) -> tuple[Path, ...]:
    """What killed ones left of the folder `out`, and what one that is at work builds."""
    return tuple(out.parent.glob(glob.escape(lock_of(out).name) + "-*"))


def remove_left(out: Path) -> None:
    """Remove it all; whoever calls holds the lock."""
    for left in leftovers_of(out):
        shutil.rmtree(left, ignore_errors=True)


def sweep(out: Path) -> None:
    """Remove what killed ones left, unless one is at work or nothing can be removed there; no word in either case."""
    if not leftovers_of(out):
        return
    with suppress(Held, NoLockFile, OSError), held(lock_of(out)):
        remove_left(out)
        if os.name != "nt":
            # as `staging_folder` does: while it is held
            lock_of(out).unlink(missing_ok=True)
