"""The names of backups as anchors: an older copy that was put in the place of study.db knows less than they do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from storage.clock import written
from storage.record import acts, chain
from storage.recovery.policy import Backup

WARNING: Final = (
    "This study holds less than its last backup: an older copy may have been put in its place. Tell the coordinator "
    "before you grade; `ramris audit` says more."
)


def that_know_more(connection: Connection, backups: Iterable[Backup]) -> list[Backup]:
    """The backups whose state this record never went through; what a restoring left behind is told of by its own act.

    A backup's name says how many events it holds and how their head begins.
    """
    latest = max((act.at_utc for act in acts.of_kind(connection, "restored")), default="")
    return [
        backup
        for backup in backups
        if written(backup.at) > latest and not chain.went_through(connection, backup.events, backup.head)
    ]
