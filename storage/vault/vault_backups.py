"""Copies of who is who that are made unasked: in a folder of this account, never in or beside a study.

A study folder is handed on, and so may be the folder above it. Each study has its own folder here, named by its token,
so that a study that was moved or renamed goes on with its copies. A vault under a passphrase is copied sealed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from storage.clock import now
from storage.database.faults import cause_of
from storage.errors import NotSaved, RecordDamaged, StudyError
from storage.files.atomic import write_whole
from storage.files.import_lock import import_lock
from storage.files.layout import VAULT_FILE
from storage.files.locations import data_folder
from storage.vault import sealed_file
from storage.vault.copies import checked_image, copied, name_of, time_of

VARIABLE: Final = "RAMRIS_VAULT_COPIES"
NONE: Final = "none"
# the last ones whatever their age, and the last one of each day for some weeks: a slip in choosing is noticed late
NEWEST: Final = 10
DAYS: Final = 28
_TOKEN_DIGITS: Final = 16
_REPLACED: Final = "replaced-"


@dataclass(frozen=True, slots=True)
class VaultRestored:
    """What was done: the copy that is the vault now, and the file that keeps what was in its place ("" nothing was)."""

    copy: Path
    kept: str


def folder_for(study: Path, token: str) -> Path | None:
    """Where the copies of a study's vault go; None where they are switched off, or the study is this account's own.

    Own studies (`ramris open`) lie in the same data folder, and are made again from the scans by the same command.
    """
    chosen = os.environ.get(VARIABLE, "")
    own = data_folder()
    if chosen == NONE or study.resolve().is_relative_to(own.resolve()):
        return None
    folder = (Path(chosen) if chosen else own / "vault-copies") / token[:_TOKEN_DIGITS]
    # somebody may have put it into the study by the variable: readers get that
    return None if folder.resolve().is_relative_to(study.resolve()) else folder


def copies(folder: Path) -> tuple[Path, ...]:
    """The copies in a folder, newest first."""
    found = (path for path in folder.glob("vault-*.db") if time_of(path) is not None)
    return tuple(sorted(found, key=lambda path: (time_of(path), path.name), reverse=True))


def keep(study: Path, token: str, at: datetime | None = None) -> Path | None:
    """Copy the vault unless the newest copy holds the same, and drop what no rule keeps.

    Returns:
        The new file; None when there is nothing to be done.

    Raises:
        RecordDamaged: the vault is damaged; earlier copies stay.
        NotSaved: it can't be written there.
    """
    folder, vault = folder_for(study, token), study / VAULT_FILE
    if folder is None or not vault.exists():
        return None
    newest = next(iter(copies(folder)), None)
    if newest is not None and _same(newest, vault):
        return None
    made = copied(vault, folder, name_of(study), at or now())
    with suppress(OSError):
        # one that can't be removed is one too many, and no reason to refuse
        for old in to_drop(copies(folder), at or now()):
            old.unlink(missing_ok=True)
    return made


def sealed_anew(study: Path, token: str) -> None:
    """After another passphrase was set: keep the vault as it is, and no copy that opens otherwise."""
    folder, vault = folder_for(study, token), study / VAULT_FILE
    with suppress(NotSaved, RecordDamaged):
        # what can't be copied now is copied, or told, when the work ends
        keep(study, token)
    for old in () if folder is None else (*copies(folder), *folder.glob(f"{_REPLACED}*")):
        if not _same(old, vault):
            if not sealed_file.is_sealed(old):
                _wipe(old)
            old.unlink()


def restore(study: Path, token: str, name: str | None = None) -> VaultRestored:
    """Put a copy in the place of vault.db; what is in its place is kept among the copies.

    Args:
        study: its folder; its vault may be damaged or gone.
        token: the study's.
        name: of a copy; None is the newest.

    Raises:
        StudyError: there is no such copy, or it is another study's.
        RecordDamaged: that copy is damaged.
        NotSaved: it can't be written; the vault is as it was.
    """
    folder = folder_for(study, token)
    found = () if folder is None else copies(folder)
    copy = next((path for path in found if name in {None, path.name}), None)
    if folder is None or copy is None:
        raise StudyError(
            f"No copy of the vault {name or ''} here; `ramris study restore-vault DIR --list` shows them. A copy that "
            "keep-vault made goes into the study as vault.db".replace("  ", " ")
        )
    if sealed_file.is_sealed(copy) and sealed_file.study_of(copy) != token:
        raise StudyError(f"{copy.name} belongs to another study; choose another one")
    vault = study / VAULT_FILE
    with import_lock(study):
        try:
            image = copy.read_bytes() if sealed_file.is_sealed(copy) else checked_image(copy)
            kept = _set_aside(vault, folder)
            vault.with_name(f"{VAULT_FILE}-journal").unlink(missing_ok=True)
            write_whole(vault, image)
        except (OSError, sqlite3.Error) as error:
            cause = cause_of(error)
        else:
            return VaultRestored(copy, kept)
    raise NotSaved(f"Not restored: {cause}. {VAULT_FILE} is as it was, and so are the copies")


def to_drop(ordered: Iterable[Path], at: datetime) -> tuple[Path, ...]:
    """Of copies, newest first, those that no rule keeps; one from the future stays, since a clock was wrong."""
    kept: set[str] = set()
    dropped = []
    for number, path in enumerate(ordered):
        made = time_of(path)
        if number < NEWEST or made is None or made > at:
            continue
        day = f"{made:%Y%m%d}"
        if made >= at - timedelta(days=DAYS) and day not in kept:
            kept.add(day)
            continue
        dropped.append(path)
    return tuple(dropped)


def _set_aside(vault: Path, folder: Path) -> str:
    """Keep what is in the vault's place, as it is committed where that can be told, else byte for byte."""
    if not vault.exists():
        return ""
    try:
        image = vault.read_bytes() if sealed_file.is_sealed(vault) else checked_image(vault)
    except (sqlite3.Error, RecordDamaged):
        image = vault.read_bytes()
    name = f"{_REPLACED}{now().astimezone(UTC):%Y%m%dT%H%M%S%fZ}.db"
    write_whole(folder / name, image)
    return name


def _wipe(file: Path) -> None:
    with file.open("r+b") as open_file:
        open_file.write(bytes(file.stat().st_size))
        open_file.flush()
        os.fsync(open_file.fileno())


def _same(copy: Path, vault: Path) -> bool:
    return copy.stat().st_size == vault.stat().st_size and copy.read_bytes() == vault.read_bytes()
