"""Figures of grades looked at while cases are read: one rule for every door, and what goes on the record of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from scoring.schemes.scheme import Scheme
from storage.clock import now
from storage.database.engine import Store
from storage.errors import StudyError
from storage.files.layout import VAULT_FILE
from storage.record import acts, study_lock
from storage.record.study_file import open_study_file
from storage.vault.identity_words import refuse_names
from storage.vault.vault import Vault
from storage.worklists import progress_board


class FiguresKeeping:
    """The part of a coordinator's study that knows whether figures could still sway a reader."""

    scheme: Scheme
    vault: Vault
    _store: Store

    def open_readings(self) -> int:
        """How many readings lack answers, by whichever scheme; none under the lock, where no grade can change."""
        with self._store.reading() as connection:
            return open_readings(connection, self.scheme)

    def note_figures_seen(self, what: str, why: str) -> None:
        """Put on the record which figures are looked at while cases are read, and why; nothing where none is.

        Raises:
            StudyError: no reason, or one that names somebody.
        """
        with self._store.writing() as connection:
            count = open_readings(connection, self.scheme)
            if not count:
                return
            if not why.strip():
                raise StudyError(asked(count))
            reason = study_lock.checked_reason(why, needed=True)
            refuse_names(self.vault, reason)
            detail = {"open": count, "what": what, "why": reason}
            acts.append_once(connection, acts.Deed("figures_seen", acts.COORDINATOR, detail))


def open_readings_in(folder: Path) -> int:
    """`FiguresKeeping.open_readings` of the study in a folder; its vault stays shut."""
    store, row = open_study_file(folder)
    try:
        with store.reading() as connection:
            return open_readings(connection, row.scheme)
    finally:
        store.close()


def refuse_in_a_copy(folder: Path, count: int) -> None:
    """Refuse figures where so many readings are open and the folder is a reader's: nobody could put it on the record.

    Raises:
        StudyError: it has no vault.db.
    """
    if count and not (folder / VAULT_FILE).exists():
        lack = f"{count} reading{' lacks' if count == 1 else 's lack'} answers"
        raise StudyError(
            f"While cases are still being read, figures are for the coordinator only: {lack} and this copy has no "
            "vault.db. Run it on the coordinator's study, or here when all cases are read"
        )


# what the record says where a command was given none
NO_REASON = "no reason was given"


def untold(count: int) -> str:
    """What is said where a command shows figures and was given no reason, while so many readings are open."""
    return (
        f"Cases are still being read: {count} reading{' lacks' if count == 1 else 's lack'} answers, and who knows "
        "these figures can sway a reader. The record says that they were seen; give it the reason with --why TEXT"
    )


def asked(count: int) -> str:
    """What is said where figures are wanted without a reason, while so many readings are open."""
    return (
        f"Cases are still being read: {count} reading{' lacks' if count == 1 else 's lack'} answers, and who knows "
        "these figures can sway a reader. To see them all the same, give the reason: --why TEXT; it goes on the record"
    )


def open_readings(connection: Connection, scheme: Scheme) -> int:
    """How many readings lack answers that may still be given."""
    if study_lock.held(connection) is not None:
        return 0
    return sum(line.cases - line.read for line in progress_board.board(connection, scheme, now()))
