"""Copies of who is who, outside of the study, by count: a vault that is lost can't be made again, and blinds the trial.

Never inside the study folder: a folder without vault.db is complete for a reader, and may be handed on as it is.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from storage.database.faults import cause_of
from storage.errors import NotAStudy, NotSaved, RecordDamaged, StudyError
from storage.files.atomic import write_whole
from storage.files.layout import VAULT_FILE
from storage.vault import sealed_file

NEWEST: Final = 10
_MOMENT: Final = "%Y%m%dT%H%M%S%fZ"


def keep_vault(study: Path, folder: Path, newest: int = NEWEST, at: datetime | None = None) -> Path:
    """Copy the vault of a study into a folder elsewhere, whole and checked, and drop the oldest copies beyond `newest`.

    A vault under a passphrase is copied as it is; nothing is opened, and nobody is asked.

    Args:
        study: the study folder.
        folder: outside of it; it is made.
        newest: how many copies of this study's vault stay, at least 1.
        at: the moment of the copy; None is now.

    Returns:
        The new file, which this account alone can read.

    Raises:
        StudyError: the folder lies inside the study, or there is no vault.
        RecordDamaged: the vault itself is damaged; earlier copies stay.
        NotSaved: it can't be written there.
    """
    vault = study / VAULT_FILE
    if folder.resolve().is_relative_to(study.resolve()):
        raise StudyError("Copies of the vault don't go into the study, which readers get: choose a folder elsewhere")
    if not vault.exists():
        raise NotAStudy(f"There is no {VAULT_FILE} here: a reader's copy has none, and nothing to keep")
    name = name_of(study)
    target = copied(vault, folder, name, at or datetime.now(UTC))
    with suppress(OSError):
        # the copy is made; an old one that can't be removed is one too many
        for old in sorted(folder.glob(f"vault-{name}-????????T????????????Z.db"), reverse=True)[max(1, newest) :]:
            old.unlink(missing_ok=True)
    return target


def name_of(study: Path) -> str:
    """The study's name as it stands in the names of copies."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", study.resolve().name)


def time_of(copy: Path) -> datetime | None:
    """When a copy was made, by its name; None when it isn't the name of one."""
    try:
        return datetime.strptime(copy.stem.rpartition("-")[2], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def copied(vault: Path, folder: Path, name: str, at: datetime) -> Path:
    """Copy a vault into a folder, which is made, whole and for this account alone; the new file.

    Raises:
        RecordDamaged: the vault itself is damaged.
        NotSaved: it can't be written there.
    """
    target = folder / f"vault-{name}-{at.astimezone(UTC).strftime(_MOMENT)}.db"
    try:
        image = vault.read_bytes() if sealed_file.is_sealed(vault) else checked_image(vault)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f".vault-{name}-*"):
            # of one that was killed; were another one writing now, it would hear that its file is gone
            left.unlink(missing_ok=True)
        write_whole(target, image)
    except (OSError, sqlite3.Error) as error:
        cause = cause_of(error)
    else:
        return target
    raise NotSaved(f"No copy of the vault was made: {cause}. The vault and earlier copies are as they were")


def checked_image(vault: Path) -> bytes:
    """What is committed in a plain vault; RecordDamaged where SQLite finds it broken."""
    with closing(sqlite3.connect(vault)) as connection:
        image = connection.serialize()
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(image)
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise RecordDamaged(f"{VAULT_FILE} is damaged ({found}); nothing was changed: use an earlier copy of it")
    return image
