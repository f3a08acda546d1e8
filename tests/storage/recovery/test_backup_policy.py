"""Policy of backups: hand-counted calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from storage.recovery.policy import Backup, BackupPolicy, backup_of, named, newest_first, shipped_policy, to_drop

# a Sunday
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POLICY = BackupPolicy(newest=2, days=3, weeks=3, after_answers=1)


def a_backup(days_old: float, events: int, head: str = "") -> Backup:
    at = NOW - timedelta(days=days_old)
    return Backup(Path(named(at, events, head or f"{events:064x}"[::-1])), at, events, head or f"{events:012x}"[::-1])


def test_the_name_says_when_how_much_and_where_the_record_stood() -> None:
    name = named(NOW, 42, "0123456789abcdef" * 4)

    assert name == "study-20261122T120000Z-000042-0123456789ab.db"
    assert backup_of(Path(name)) == Backup(Path(name), NOW, 42, "0123456789ab")


@pytest.mark.parametrize(
    "name",
    [
        "study.db",
        "study-20261122T120000Z-000042-0123456789ab.db-journal",
        "study-20261342T120000Z-000042-0123456789ab.db",
        "study-20261122T120000Z-42-0123456789ab.db",
        "replaced-20261122T120000Z.db",
    ],
)
def test_other_files_are_no_backups(name: str) -> None:
    assert backup_of(Path(name)) is None


def test_the_last_two_then_the_last_of_each_day_then_of_each_week_are_kept() -> None:
    made = [a_backup(age, 1000 - index) for index, age in enumerate([0.1, 0.2, 0.3, 1.1, 1.2, 2.1, 5, 6, 8, 20, 30])]

    dropped = {made.index(backup) for backup in to_drop(made, POLICY, NOW)}

    # 0, 1: the newest. 3, 5: last of Saturday and of Friday. 6 (Tuesday 17th) is in the week that 0 is the last of;
    # 8 (Saturday 14th) is the last of its week; 9 (2nd, Monday) is the last of its own; 30 days are more than 3 weeks
    assert dropped == {2, 4, 6, 7, 10}


def test_of_several_with_the_same_answers_the_newest_is_kept() -> None:
    made = [a_backup(age, 7, "aaaaaaaaaaaa") for age in (0.1, 0.2, 0.3)]

    assert to_drop(made, POLICY, NOW) == {made[1], made[2]}


def test_a_clock_that_went_back_neither_drops_nor_hides_what_holds_more() -> None:
    ahead, behind = a_backup(-400, 10), a_backup(0, 20)

    assert newest_first([ahead, behind]) == (behind, ahead)
    assert to_drop([ahead, behind], BackupPolicy(1, 1, 1, 1), NOW) == frozenset()


def test_the_shipped_numbers_are_those_that_the_documentation_gives() -> None:
    assert shipped_policy() == BackupPolicy(newest=10, days=14, weeks=52, after_answers=100)


def test_a_policy_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="newest"):
        msgspec.toml.decode("newest = 0\ndays = 1\nweeks = 1\nafter_answers = 1", type=BackupPolicy)
