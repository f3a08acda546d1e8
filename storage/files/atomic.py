"""Atomic writing: whole files under their names, on disk or not there at all."""

from __future__ import annotations

import glob
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from storage.errors import NotSaved


def keep_copy(source: Path, target: Path) -> None:
    """Copy what is committed in `source` to `target`, private to this account; an earlier copy is replaced.

    Raises:
        NotSaved: the copy can't be written; `source` and an earlier copy stay as they are.
    """
    try:
        for left in target.parent.glob(f".{target.name}-*"):
            # of one that was killed; nobody else makes one, since the caller holds the source
            left.unlink(missing_ok=True)
        # VACUUM INTO takes an empty file, and so keeps the permissions that were made for it
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        os.close(handle)
        making = Path(name)
        try:
            with closing(sqlite3.connect(source)) as connection:
                connection.execute("VACUUM INTO ?", (name,))
            # VACUUM INTO doesn't sync what it wrote: sqlite.org/lang_vacuum.html#vacuuminto
            with making.open("rb+") as file:
                os.fsync(file.fileno())
            making.replace(target)
            sync_folder(target.parent)
        finally:
            making.unlink(missing_ok=True)
    except (OSError, sqlite3.Error):
        refusal = NotSaved(
            f"{source.name} must be brought to a newer schema, and the copy {target.name} can't be written before "
            "that; nothing was changed. Free some space, or make the folder writable, and try again"
        )
    else:
        return
    raise refusal


def write_whole(path: Path, *parts: bytes) -> None:
    """Put the parts in place of a file, private to this account: the old one or the new one is there at any moment.

    Raises:
        OSError: it can't be written; the old file stays.
    """
    for left in path.parent.glob("." + glob.escape(path.name) + "-*"):
        # of one that was killed; were another one writing now, it would hear that its file is gone
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    making = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_page(out: Path, content: bytes) -> None:
    """Write a file that others may read, such as a report: whole or not at all.

    Raises:
        NotSaved: it can't be written; an older file stays.
    """
    unfinished = out.with_name(f".{out.name}.writing")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(out)
    except OSError as error:
        reason = error.strerror
    else:
        return
    finally:
        unfinished.unlink(missing_ok=True)
    raise NotSaved(f"Not written: {out.name}: {reason}. Choose a folder that is there and can be written, with space")


def sync_folder(folder: Path) -> None:
    """Put a new name itself on disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
