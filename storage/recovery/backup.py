"""Backups: whole, verified copies of study.db beside it, made while it is in use, thinned out with age.

Only study.db is copied: identities are in vault.db alone and never come here. Of a record on a server the backup is a
study.db with the same rows.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from storage.audit import verification
from storage.clock import now
from storage.database.faults import cause_of
from storage.errors import NotSaved
from storage.files.atomic import sync_folder
from storage.files.layout import BACKUPS_FOLDER, STUDY_FILE
from storage.files.locks import Held, NoLockFile, held
from storage.files.record_url import is_on_server
from storage.record import chain
from storage.record.study_file import open_study_at, open_study_file
from storage.recovery.copied_record import copy_from_server
from storage.recovery.policy import (
    Backup,
    BackupPolicy,
    backup_of,
    named,
    newest_first,
    shipped_policy,
    to_drop,
)

LOCK_FILE: Final = "backups.lock"
_MAKING: Final = ".study-"
_BUSY_S: Final = 5.0
_WAIT_S: Final = 20.0
# the counter of changes and the version that wrote it differ between a file and its copy: sqlite.org/fileformat2.html
_COUNTERS: Final = (slice(24, 28), slice(92, 100))


def backups_of(study: Path) -> tuple[Backup, ...]:
    """The backups in the study folder, newest first."""
    found = (backup_of(file) for file in (study / BACKUPS_FOLDER).glob("study-*.db"))
    return newest_first(backup for backup in found if backup is not None)


def back_up(study: Path, policy: BackupPolicy | None = None, at: datetime | None = None) -> Backup | None:
    """Copy what is committed in study.db to backups/, verify the copy, and drop what the policy doesn't keep.

    Nobody has to wait for it: it reads through SQLite's online backup, and may run beside an open room.

    Args:
        study: the study folder.
        policy: what is kept; None is the one of backups.toml.
        at: the moment of the backup; None is now.

    Returns:
        The backup; None when the newest one holds the same already.

    Raises:
        NotSaved: it couldn't be written; the study and earlier backups are as they were.
        RecordDamaged: the study itself is damaged; it was left as it is, and so were the backups.
    """
    moment = at or now()
    folder = study / BACKUPS_FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with held(folder / LOCK_FILE, _WAIT_S):
            for left in folder.glob(f"{_MAKING}*"):
                # of one that was killed
                left.unlink(missing_ok=True)
            made = _made(study, folder, moment)
            for old in to_drop(backups_of(study), policy or shipped_policy(), moment):
                old.file.unlink(missing_ok=True)
    except Held:
        cause = "another backup of this study is being made"
    except NoLockFile:
        cause = "the folder can't be written (read-only, or not yours)"
    except (OSError, sqlite3.Error) as error:
        cause = cause_of(error)
    else:
        return made
    raise NotSaved(f"No backup was made: {cause}. Every answer is in the study itself; earlier backups are kept")


def back_up_answers(study: Path) -> Backup | None:
    """`back_up` unless the newest backup holds the same answers: places alone are not worth a copy."""
    store, _ = open_study_file(study)
    try:
        with store.reading() as connection:
            head = chain.head(connection).hash
    finally:
        store.close()
    newest = next(iter(backups_of(study)), None)
    return None if newest is not None and head.startswith(newest.head) else back_up(study)


def verified(file: Path) -> tuple[int, str]:
    """(number of events, head of the record) of a copy, after its pages and its whole record were verified.

    Raises:
        RecordDamaged, NotAStudy, SchemaTooNew: it can't be used.
    """
    store, row = open_study_at(file)
    try:
        with store.reading() as connection:
            return verification.verify(connection, row.scheme).events, chain.head(connection).hash
    finally:
        store.close()


def _made(study: Path, folder: Path, moment: datetime) -> Backup | None:
    handle, name = tempfile.mkstemp(prefix=_MAKING, dir=folder)
    os.close(handle)
    making = Path(name)
    try:
        if is_on_server(study):
            copy_from_server(study, making)
        else:
            _copy(study / STUDY_FILE, making)
        newest = next(iter(backups_of(study)), None)
        if newest is not None and _same(newest.file, making):
            return None
        events, head = verified(making)
        with making.open("rb+") as file:
            os.fsync(file.fileno())
        backup = Backup(folder / named(moment, events, head), moment.replace(microsecond=0), events, head[:12])
        making.replace(backup.file)
        sync_folder(folder)
        return backup
    finally:
        for leftover in (making, Path(f"{name}-journal")):
            leftover.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_S)) as connection,
        closing(sqlite3.connect(target)) as copy,
    ):
        connection.backup(copy)


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same, page for page."""
    if one.stat().st_size != other.stat().st_size:
        return False
    contents = [bytearray(file.read_bytes()) for file in (one, other)]
    for content in contents:
        for part in _COUNTERS:
            content[part] = bytes(part.stop - part.start)
    return contents[0] == contents[1]
