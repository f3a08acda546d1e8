"""Safekeeping of a study in the coordinator's hands: backups, copies of the vault, and the way back from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.audit.disagreements import Disagreement
    from storage.records import Assignment
    from storage.recovery.custody import Custody
    from storage.recovery.merge import Merged
    from storage.recovery.policy import Backup
    from storage.recovery.restore import Restored
    from storage.recovery.salvage import Salvaged
    from storage.vault.vault_backups import VaultRestored


def back_up(directory: Path) -> str | None:
    """The name of the backup that was made; None when the newest one holds the same already."""
    from storage.record.study_file import open_study_file
    from storage.recovery.backup import back_up as make

    # opened first: what isn't a study is refused in words, and an older one is brought to this program's schema
    open_study_file(directory)[0].close()
    made = make(directory)
    return None if made is None else made.file.name


def backups(directory: Path) -> tuple[Backup, ...]:
    """The backups of a study folder, newest first; also where study.db itself can't be opened."""
    from storage.recovery.backup import backups_of

    return backups_of(directory)


def restore(directory: Path, name: str | None, why: str) -> Restored:
    """Put a backup in the place of study.db."""
    from storage.recovery.restore import restore as put_back

    return put_back(directory, name, why)


def keep_vault(directory: Path, folder: Path, newest: int) -> Path:
    """Copy who is who to a folder outside of the study; the file that was made."""
    from storage.vault.copies import keep_vault as keep

    return keep(directory, folder, newest)


def vault_copies(directory: Path) -> tuple[Path, ...]:
    """The copies of who is who that were made unasked, newest first."""
    from storage.vault import vault_backups

    folder = vault_backups.folder_for(directory, _token(directory))
    return () if folder is None else vault_backups.copies(folder)


def restore_vault(directory: Path, name: str | None) -> VaultRestored:
    """Put one of them in the place of vault.db."""
    from storage.vault import vault_backups

    return vault_backups.restore(directory, _token(directory), name)


def _token(directory: Path) -> str:
    from storage.record.study_file import open_study_file

    store, row = open_study_file(directory)
    store.close()
    return row.token


def custody(directory: Path) -> Custody:
    """What was restored, salvaged and merged, and whether an older copy lies in place."""
    from storage.recovery.custody import custody as told

    return told(directory)


def salvage(directory: Path, out: Path) -> Salvaged:
    """Make a new study of what a damaged one still shows."""
    from storage.recovery.salvage import salvage as bring_over

    return bring_over(directory, out)


def merge(directory: Path, others: Sequence[Path], other_images_why: str) -> tuple[Merged, ...]:
    """Bring the records of copies into the study; for a reason also answers that were given on other images."""
    from storage.recovery.merge import merge as bring_together
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.coordinating import kept_safe_or_told

    if other_images_why:
        with CoordinatorStudy.open(directory) as study:
            study.check_reason(other_images_why)
    merged = bring_together(directory, others, other_images_why=other_images_why)
    kept_safe_or_told(directory, _token(directory))
    return merged


def adjudicate(
    directory: Path, adjudicator: str, readers: tuple[str, str] | None, threshold: str, seed: int | None
) -> tuple[Assignment, ...]:
    """Give a third reader the cases on which two differ."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        return study.adjudicate(adjudicator, readers, threshold, seed)


def disagreements(directory: Path, readers: tuple[str, str] | None, threshold: str) -> tuple[Disagreement, ...]:
    """Where two readers' finished first readings differ."""
    from storage.audit.disagreements import disagreements as differences

    return differences(directory, readers, threshold)
