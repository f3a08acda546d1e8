"""Policy of backups: which are kept, by count and by age. Pure; the numbers are in backups.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct

from scoring.toml_file import shipped_toml

_NAME: Final = re.compile(r"study-(?P<at>\d{8}T\d{6}Z)-(?P<events>\d{6,})-(?P<head>[0-9a-f]{12})\.db")
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
HEAD_DIGITS: Final = 12

_Count = Annotated[int, Meta(ge=1)]


class BackupPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of backups.toml; each at least 1."""

    newest: _Count
    days: _Count
    weeks: _Count
    after_answers: _Count


class Backup(Struct, frozen=True):
    """A copy of study.db by what its name says: when it was made, how many events it holds, how their head begins.

    The name is an anchor of the record outside the file: a study that holds fewer events than its newest backup is an
    older one that was put in its place.
    """

    file: Path
    at: datetime
    events: int
    head: str


@cache
def shipped_policy() -> BackupPolicy:
    """What backups.toml says."""
    return shipped_toml("storage.recovery", "backups.toml", BackupPolicy)


def named(at: datetime, events: int, head: str) -> str:
    """The file's name of a backup that is made at that moment."""
    return f"study-{at.astimezone(UTC).strftime(_MOMENT)}-{events:06}-{head[:HEAD_DIGITS]}.db"


def backup_of(file: Path) -> Backup | None:
    """What a file's name says; None when it isn't the name of a backup."""
    found = _NAME.fullmatch(file.name)
    if found is None:
        return None
    try:
        at = datetime.strptime(found["at"], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(file, at, int(found["events"]), found["head"])


def newest_first(backups: Iterable[Backup]) -> tuple[Backup, ...]:
    """By how much they hold, and by the clock among those that hold the same: a clock may have gone back."""
    return tuple(sorted(backups, key=lambda backup: (backup.events, backup.at), reverse=True))


def to_drop(backups: Iterable[Backup], policy: BackupPolicy, now: datetime) -> frozenset[Backup]:
    """Those that no line of the policy keeps.

    Of several with one head the newest alone counts: they differ in places and worklists, not in answers. A backup
    with a date in the future is kept: a clock was wrong, and which one isn't known.
    """
    ordered = newest_first(backups)
    distinct = {backup.head: backup for backup in reversed(ordered)}
    candidates = newest_first(distinct.values())
    kept = {*candidates[: policy.newest], *(backup for backup in candidates if backup.at > now)}
    kept |= _last_of_each(candidates, now - timedelta(days=policy.days), "%Y-%m-%d")
    kept |= _last_of_each(candidates, now - timedelta(weeks=policy.weeks), "%G-%V")
    return frozenset(ordered) - kept


def _last_of_each(ordered: Iterable[Backup], since: datetime, period: str) -> set[Backup]:
    found: dict[str, Backup] = {}
    for backup in ordered:
        if backup.at >= since:
            found.setdefault(backup.at.strftime(period), backup)
    return set(found.values())
