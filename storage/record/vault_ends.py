"""Ends of the vault's chain on the record: where it stood at acts of the coordinator. Nothing of what the vault holds.

The record knows no vault; it is told a number and a hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from storage.database import study_schema as tables
from storage.record import acts

CHANGED: Final = "vault_changed"
ADOPTED: Final = "vault_adopted"
RESTORED: Final = "vault_restored"
OF_THE_VAULT: Final = (CHANGED, ADOPTED, RESTORED)
# the secret alone stands in it: nobody is known yet, and a new study needs no act for that
_WORTH_NOTING: Final = 2


class VaultEnd(NamedTuple):
    """The last change of the vault that was noted: its number and its hash."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Noted:
    """What the record says of the vault. ends: since it was adopted or restored last, oldest first; acts: all of it."""

    ends: tuple[VaultEnd, ...]
    acts: tuple[acts.Act, ...]

    @property
    def last(self) -> VaultEnd | None:
        """The newest end, None before the first."""
        return self.ends[-1] if self.ends else None


def noted(connection: Connection) -> Noted:
    """All that this record says of its vault; what came from copies isn't of it."""
    act, origin = tables.act, tables.origin.c
    merged = select(origin.seq).where(origin.chain == "act")
    query = select(act).where(act.c.kind.in_(OF_THE_VAULT), act.c.seq.not_in(merged))
    found = tuple(acts.Act(**row) for row in connection.execute(query.order_by(act.c.seq)).mappings())
    ends: list[VaultEnd] = []
    for item in found:
        if item.kind != CHANGED:
            ends.clear()
        if item.kind != RESTORED:
            ends.append(VaultEnd(item.said["number"], item.said["sha256"]))
    return Noted(tuple(ends), found)


def is_due(connection: Connection, end: VaultEnd) -> bool:
    """Whether the record knows of fewer changes of the vault."""
    known = noted(connection)
    least = known.last.number + 1 if known.last else 1 if known.acts else _WORTH_NOTING
    return end.number >= least


def note(connection: Connection, end: VaultEnd) -> None:
    """Put the end of the vault's chain on the record, unless it stands there, or a later one."""
    if is_due(connection, end):
        acts.append(connection, acts.Deed(CHANGED, acts.COORDINATOR, {"number": end.number, "sha256": end.hash}))


def note_adopted(connection: Connection, end: VaultEnd, why: str, differed: list[str]) -> None:
    """Put on the record that all rows of the vault were taken as they stood, why, and which differed (by code)."""
    said = {"number": end.number, "sha256": end.hash, "why": why, "differed": differed}
    acts.append(connection, acts.Deed(ADOPTED, acts.COORDINATOR, said))


def note_restored(connection: Connection, copy: str) -> None:
    """Put on the record that a copy took the vault's place: its chain may end earlier than the one before it."""
    acts.append(connection, acts.Deed(RESTORED, acts.COORDINATOR, {"from": copy}))
