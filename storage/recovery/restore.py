"""A backup in the place of study.db: only with nothing lost, or with a reason, and never without a trace."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scoring.errors import RamrisError
from storage.audit.proven_rows import CHAINS, ProvenRows, proven_rows
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.database.faults import cause_of
from storage.errors import NotAStudy, NotSaved, RecordDamaged, StudyError
from storage.files.atomic import sync_folder
from storage.files.import_lock import import_lock
from storage.files.layout import BACKUPS_FOLDER, STUDY_FILE
from storage.files.record_url import refuse_on_server
from storage.files.scratch import scratch_folder
from storage.files.window_lock import sole_window
from storage.record import acts, chain
from storage.record.study_file import open_study_at
from storage.recovery.backup import backups_of, verified
from storage.recovery.policy import Backup

_STAGED: Final = ".study.db.restoring"
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: the backup that is the study now, the kept file, and how many rows of its record are gone."""

    backup: Backup
    kept: str
    lost: int


def restore(study: Path, name: str | None = None, why: str = "") -> Restored:
    """Put a backup in the place of study.db; the file that was there is kept in backups/.

    The record of the restored study says that it was restored, from what, what it replaced, and why.

    Args:
        study: the study folder.
        name: of a file in backups/; None is the newest one that verifies.
        why: needed when the file in place holds answers that the backup doesn't.

    Raises:
        NotAStudy: neither a study nor a backup is there.
        StudyError: no such backup, or answers would be lost and no reason is given.
        RecordDamaged: that backup is damaged.
        InUse: a window is open on the study.
        NotSaved: the disk didn't take it; what was there is in place or in backups/.
    """
    refuse_on_server(study, "restored")
    if not (study / STUDY_FILE).exists() and not backups_of(study):
        raise NotAStudy(f"This folder holds neither {STUDY_FILE} nor backups of it; name the folder of a study")
    with ExitStack() as stack:
        stack.enter_context(sole_window(study))
        stack.enter_context(import_lock(study))
        staged = study / _STAGED
        try:
            backup = _staged(study, staged, name)
            with scratch_folder(study) as scratch:
                missing = _lost(study / STUDY_FILE, staged, scratch)
                _refuse_loss(backup, missing, why)
                kept = _note(staged, backup, missing, why, _told_of(study / STUDY_FILE, scratch))
            _exchange(study, staged, kept)
        except (OSError, sqlite3.Error) as error:
            cause = cause_of(error)
        else:
            return Restored(backup, kept, len(missing))
        finally:
            for left in study.glob(f"{_STAGED}*"):
                left.unlink(missing_ok=True)
    raise NotSaved(f"Not restored: {cause}. {STUDY_FILE} is as it was, or whole in {BACKUPS_FOLDER}; free the disk")


def _staged(study: Path, staged: Path, name: str | None) -> Backup:
    """Copy the backup that was asked for, or the newest that is whole, and bring the copy to this schema."""
    known = backups_of(study)
    wanted = [backup for backup in known if name in {None, backup.file.name}]
    if not wanted:
        have = f"there are {len(known)}: `ramris study restore DIR --list`" if known else "there are none"
        raise StudyError(f"No backup {name or ''} in {BACKUPS_FOLDER}; {have}".replace("  ", " "))
    refusal: RamrisError | None = None
    for backup in wanted:
        shutil.copyfile(backup.file, staged)
        staged.chmod(0o600)
        try:
            verified(staged)
            if _is(staged, backup):
                return backup
        except RamrisError as error:
            refusal = error
            continue
        refusal = RecordDamaged(f"{backup.file.name} doesn't hold what its name says")
    raise RecordDamaged(f"No backup was restored: {refusal}")


def _is(staged: Path, backup: Backup) -> bool:
    """Whether it holds what the backup's name says; an upgrade may have added acts behind that."""
    store, _ = open_study_at(staged)
    try:
        with store.reading() as connection:
            last = chain.last(connection, tables.event).seq
            return last == backup.events and chain.went_through(connection, backup.events, backup.head)
    finally:
        store.close()


def _lost(current: Path, staged: Path, scratch: Path) -> list[str]:
    """The case (or the kind, where there is none) of each row of the record that the backup doesn't hold."""
    if not current.exists():
        return []
    seen, kept = proven_rows(current, scratch), proven_rows(staged, scratch)
    return [
        str(fields["case"] or fields["kind"])
        for table in CHAINS
        for digest, fields in seen.of(table).items()
        if digest not in kept.of(table)
    ]


def _refuse_loss(backup: Backup, missing: Sequence[str], why: str) -> None:
    if missing and not why.strip():
        named = sorted(set(missing))
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise StudyError(
            f"Not restored: {STUDY_FILE} holds {len(missing)} rows of the record (answers, signatures, assignments) "
            f"that {backup.file.name} doesn't: {', '.join(named[:_NAMED])}{more}. They would be lost. "
            "`ramris study salvage` saves what a damaged file still shows; or say why they may be lost: --why TEXT"
        )


def _note(staged: Path, backup: Backup, missing: Sequence[str], why: str, replaced: Mapping[str, object]) -> str:
    """Write into the record of the new file what it replaces; the name under which that is kept."""
    moment = now()
    kept = f"replaced-{moment.strftime('%Y%m%dT%H%M%S%fZ')}.db"
    store, _ = open_study_at(staged)
    try:
        with store.writing() as connection:
            detail = {
                "from": backup.file.name,
                "backup_at_utc": written(backup.at),
                "kept": kept,
                "replaced": dict(replaced),
                "lost": len(missing),
                "why": why.strip(),
            }
            acts.append(connection, acts.Deed("restored", acts.COORDINATOR, detail))
    finally:
        store.close()
    return kept


def _told_of(current: Path, scratch: Path) -> dict[str, object]:
    """How far the file in place went: its highest proven event."""
    if not current.exists():
        return {"events": 0, "head": ""}
    found: ProvenRows = proven_rows(current, scratch)
    last = max(found.events.values(), key=lambda fields: fields["seq"], default=None)
    return {"events": 0, "head": ""} if last is None else {"events": last["seq"], "head": last["hash"]}


def _exchange(study: Path, staged: Path, kept: str) -> None:
    """Keep what is there, with its journal if it has one, and give the staged file its name.

    The old journal must go before the new file comes: SQLite would play it back into a file that it doesn't belong to.
    A kill in between leaves the old file, whole in backups/ too; the same command again finishes.
    """
    current, folder = study / STUDY_FILE, study / BACKUPS_FOLDER
    journal = current.with_name(f"{STUDY_FILE}-journal")
    for source, name in ((current, kept), (journal, f"{kept}-journal")):
        if source.exists() and source.stat().st_size:
            shutil.copyfile(source, folder / name)
            (folder / name).chmod(0o600)
            _to_disk(folder / name)
    sync_folder(folder)
    _to_disk(staged)
    journal.unlink(missing_ok=True)
    sync_folder(study)
    staged.replace(current)
    sync_folder(study)


def _to_disk(file: Path) -> None:
    # for writing, since Windows flushes no other handles
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
