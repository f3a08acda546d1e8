"""Vault of an open study: bound to its record at each act of the coordinator, verified, and adopted with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection

from storage.database.engine import Store, nothing_around
from storage.errors import NotSaved, RecordDamaged, StudyError
from storage.record import chain, study_lock, vault_ends
from storage.vault.identity_words import refuse_names
from storage.vault.vault import Vault
from storage.vault.vault_audit import VaultAudit

ADOPTING: Final = (
    "If vault.db was exchanged, `ramris study restore-vault` puts its last copy back; if what stands in it is right, "
    "`ramris study adopt-vault --why TEXT` takes it as it is"
)
_OLDER: Final = "it is from before version 0.3.0 and had no chain"


def refuse_changed(vault: Vault, record: Connection) -> None:
    """Refuse what rests on a vault that doesn't hold: RecordDamaged, naming what differs by code."""
    found = vault.audit(record)
    if not found.holds:
        raise RecordDamaged(f"vault.db was changed past the program: {'; '.join(found.wrong)}. {ADOPTING}")


class VaultKeeping:
    """The part of the coordinator's door that keeps vault and record together."""

    vault: Vault
    _store: Store

    def audit_vault(self) -> VaultAudit:
        """Whether the vault's rows are what its chain says, and its chain what the record says."""
        with self._store.reading() as connection:
            return self.vault.audit(connection)

    def refuse_changed_vault(self) -> None:
        """Refuse to say who is who from a vault that doesn't hold. Raises as `refuse_changed`."""
        with self._store.reading() as connection:
            refuse_changed(self.vault, connection)

    def adopt_vault(self, why: str) -> tuple[str, ...]:
        """Take all rows of the vault as they stand, the reason on the record; what wasn't what its chain said.

        Raises:
            StudyError: no reason, or nothing differs.
            NotSaved: the disk didn't take it; nothing was changed.
        """
        reason = study_lock.checked_reason(why, needed=True)
        refuse_names(self.vault, reason)
        found = self.audit_vault()
        if found.holds:
            raise StudyError("The vault is what its chain says; there is nothing to take as it is")
        self._adopt(reason, found.differing)
        return found.differing

    def _bind_vault(self) -> None:
        """Bind changes of the vault to the record and acts to the vault's chain; an old vault gets its chain."""
        self._store.around_writing = self._with_vault_end
        with self._store.reading() as connection:
            self.vault.record_head = chain.head(connection)
            unknown = not vault_ends.noted(connection).acts
        if unknown and self.vault.end().number == 0:
            # on a disk that can't be written it stays without, and the audit says so
            with suppress(NotSaved):
                self._adopt(_OLDER, ())

    def _adopt(self, why: str, differed: tuple[str, ...]) -> None:
        end = self.vault.adopt()
        # without its end noted first: that it was adopted is what the record says of this one
        self._store.around_writing = nothing_around
        try:
            with self._store.writing() as connection:
                vault_ends.note_adopted(connection, end, why, list(differed))
        finally:
            self._store.around_writing = self._with_vault_end

    @contextmanager
    def _with_vault_end(self, connection: Connection) -> Iterator[None]:
        # as it is committed: what this transaction adds may yet be taken back
        self.vault.record_head = chain.head(connection)
        vault_ends.note(connection, self.vault.end())
        yield

    def _note_vault(self) -> None:
        """Put on the record what was changed behind the last act; what can't be written now is told by the audit."""
        with suppress(StudyError):
            end = self.vault.end()
            with self._store.reading() as connection:
                due = vault_ends.is_due(connection, end)
            if due:
                with self._store.writing():
                    pass
