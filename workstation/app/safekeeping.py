"""Safekeeping of a study in the coordinator's hands: backups, copies and proof of the vault, the way back from them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.errors import RamrisError
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from scoring.adjudication.final_progress import Standing
    from storage.audit.disagreements import Disagreement
    from storage.records import Assignment
    from storage.recovery.custody import Custody
    from storage.recovery.merge import Merged
    from storage.recovery.policy import Backup
    from storage.recovery.restore import Restored
    from storage.recovery.salvage import Salvaged
    from storage.study.coordinator import CoordinatorStudy
    from storage.vault.vault_audit import VaultAudit
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


def restore(directory: Path, name: str | None, why: str, passphrase: str = "") -> tuple[Restored, str]:
    """Put a backup in the place of study.db; what was decided since it was made holds again.

    Args:
        directory: the study's.
        name: of the backup; None is the newest that is whole.
        why: needed where answers would be lost.
        passphrase: of the vault, where one was typed; else it is the environment's.

    Returns:
        What was done, and a line for a person where what was decided since doesn't hold yet, else "".
    """
    from storage.recovery.restore import restore as put_back

    done = put_back(directory, name, why)
    try:
        _follow_the_vault(directory, passphrase)
    except RamrisError as refusal:
        # the backup is there whatever the vault says, so not what its refusals say of what was changed
        why_not = str(refusal).partition(". ")[0]
        return done, f"What was decided since that backup doesn't hold yet: {why_not}. The next import brings it in"
    return done, ""


def _follow_the_vault(directory: Path, passphrase: str) -> None:
    """Bring the study to the answers of the vault, which are newer than a backup.

    Raises:
        VaultLocked: it has a passphrase, and none or another one was given; nobody is asked here.
        RamrisError: it can't be opened.
    """
    from storage.errors import VaultLocked
    from storage.files.import_lock import import_lock
    from storage.files.layout import VAULT_FILE
    from storage.study.coordinator import CoordinatorStudy
    from storage.vault import vault_passphrase
    from storage.vault.sealed_file import is_sealed
    from workstation.intake.importing.arrangement import settle

    if not (directory / VAULT_FILE).exists():
        return
    known = passphrase or vault_passphrase.from_environment()
    if is_sealed(directory / VAULT_FILE) and not known:
        raise VaultLocked(
            f"vault.db has a passphrase: give it in {vault_passphrase.VARIABLE}, or in a file that "
            f"{vault_passphrase.FILE_VARIABLE} names"
        )
    with (
        vault_passphrase.answered(passphrase) if passphrase else nullcontext(),
        CoordinatorStudy.open(directory) as study,
    ):
        if not study.lock_held():
            with import_lock(directory):
                settle(study)


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
    """Put one of them in the place of vault.db; the record says so, since its chain may end earlier."""
    from storage.record import vault_ends
    from storage.record.study_file import open_study_file
    from storage.vault import vault_backups

    done = vault_backups.restore(directory, _token(directory), name)
    store, _ = open_study_file(directory)
    try:
        with store.writing("The vault is restored; run the same command again.") as connection:
            vault_ends.note_restored(connection, done.copy.name)
    finally:
        store.close()
    return done


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


def keep_safe(directory: Path) -> None:
    """A copy of the vault behind a merge, or a word that there is none."""
    from workstation.app.coordinating import kept_safe_or_told

    kept_safe_or_told(directory, _token(directory))


def adjudicate(
    directory: Path,
    adjudicator: str,
    readers: tuple[str, str] | None,
    threshold: str,
    seed: int | None,
    *,
    only: tuple[str, ...] = (),
) -> tuple[Assignment, ...]:
    """Give a third reader the cases on which two differ, or those that are named."""
    from workstation.app.coordinating import coordinating

    if only and readers is None:
        raise UsageRefused("--only needs --readers A,B: whose readings are to be settled")
    with coordinating(directory) as study:
        if only and readers is not None:
            return study.adjudicate_chosen(adjudicator, readers, only, seed)
        return study.adjudicate(adjudicator, readers, threshold, seed)


def disagreements(
    directory: Path, readers: tuple[str, str] | None, threshold: str, why: str
) -> tuple[Disagreement, ...]:
    """Where two readers' finished first readings differ; why: the reason, while cases are read."""
    from storage.audit.disagreements import disagreements as differences
    from workstation.app.coordinating import note_seen

    found = differences(directory, readers, threshold)
    note_seen(directory, "disagreements", why)
    return found


def third_readers_rates(directory: Path, why: str) -> Standing:
    """Where final values stand and how readers do beside a third; why: the reason, while cases are read."""
    from workstation.app.coordinating import coordinating, note_seen_of

    with coordinating(directory) as study:
        found = study.third_readers_rates()
        note_seen_of(study, "final values", why)
        return found


def audit_vault(directory: Path, opened: CoordinatorStudy | None = None) -> tuple[str, ...]:
    """Verify vault.db against its chain and the record: what is so, a line each; nothing where there is no vault.

    opened: the study, where it is open already, so that nobody is asked for a passphrase again.

    Raises:
        RecordDamaged: it doesn't hold; names what differs, by codes.
    """
    from storage.errors import RecordDamaged, VaultLocked
    from storage.files.layout import VAULT_FILE
    from storage.study.vault_keeping import ADOPTING
    from workstation.errors import UsageRefused

    if not (directory / VAULT_FILE).exists():
        return ()
    try:
        found = _found(directory) if opened is None else opened.audit_vault()
    except (VaultLocked, UsageRefused) as refusal:
        return (f"The vault wasn't looked at: {refusal}.",)
    if not found.holds:
        raise RecordDamaged(f"vault.db was changed past the program: {'; '.join(found.wrong)}. {ADOPTING}")
    if not found.changes:
        return found.told
    return (f"The vault is as the program left it: {found.changes} changes, each fits the one before.", *found.told)


def _found(directory: Path) -> VaultAudit:
    from storage.record.study_file import open_study_file
    from storage.vault.vault import Vault

    store, row = open_study_file(directory)
    try:
        vault = Vault.open(directory, row.token)
        try:
            with store.reading() as connection:
                return vault.audit(connection)
        finally:
            vault.close()
    finally:
        store.close()


def adopt_vault(directory: Path, why: str) -> tuple[str, ...]:
    """Take the rows of the vault as they stand; those that differed, by code."""
    from storage.files.import_lock import import_lock
    from workstation.app.coordinating import coordinating

    with import_lock(directory), coordinating(directory) as study:
        return study.adopt_vault(why)
