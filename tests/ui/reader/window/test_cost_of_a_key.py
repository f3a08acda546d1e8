"""Cost of a key at the disk, counted: one transaction that writes, and statements that are known already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine, ExecutionContext
from sqlalchemy.engine.interfaces import CacheStats

from scoring.readings.order import keys_in_reading_order
from storage.record.display_checks import known_on
from storage.study.reader import ReaderStudy
from tests.builders.rooms import a_room
from tests.ui.reader.test_monkey import a_trial
from workstation.ui.reader.window.room import ReadingRoom


class Disk:
    """Counts what goes to any database while it listens."""

    def __init__(self) -> None:
        self.writing = self.reading = 0
        self.unknown: list[str] = []

    def run(
        self,
        _connection: Connection,
        _cursor: object,
        statement: str,
        _given: object,
        context: ExecutionContext,
        _: bool,
    ) -> None:
        """A statement that is about to be run."""
        self.writing += statement == "BEGIN IMMEDIATE"
        self.reading += statement == "BEGIN"
        if getattr(context, "cache_hit", None) is CacheStats.CACHE_MISS:
            self.unknown.append(statement)

    def forget(self) -> None:
        """Count from here on."""
        self.__init__()  # type: ignore[misc] # as new


@pytest.fixture
def disk() -> Iterator[Disk]:
    counted = Disk()
    event.listen(Engine, "before_cursor_execute", counted.run)
    yield counted
    event.remove(Engine, "before_cursor_execute", counted.run)


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingRoom]:
    """The first case of the day, its images there."""
    with ReaderStudy.open(a_trial(tmp_path / "trial"), "R1") as door:
        room = a_room(qtbot, door, (1400, 900))
        qtbot.waitUntil(lambda: room.images.all_loaded() and room.case._looked_ahead_of is not None)
        # a bookmark that is due would be a transaction of its own
        qtbot.waitUntil(lambda: not room.case._bookmark_timer.isActive())
        yield room
        room.close()


def test_the_first_grade_of_the_day_and_what_it_brings_with_it_are_one_transaction(
    room: ReadingRoom, disk: Disk
) -> None:
    disk.forget()
    QTest.keyClick(room, Qt.Key.Key_1)

    assert (disk.writing, disk.reading) == (1, 0)
    assert room.state is not None
    assert len(room.state.reading.answers) == 1
    with room._door._store.reading() as connection:  # type: ignore[attr-defined] # of the real door
        assert known_on(connection, "R1", room._display.screen, room._door._clock())  # type: ignore[attr-defined]


def test_the_first_grade_asks_nothing_of_the_disk_that_was_not_asked_when_the_images_were_there(
    room: ReadingRoom, disk: Disk
) -> None:
    disk.forget()
    QTest.keyClick(room, Qt.Key.Key_1)

    looked = [statement for statement in disk.unknown if statement.startswith("SELECT")]
    # who acts and which design stands are asked for the check that was skipped alone
    assert [statement for statement in looked if "design" not in statement and "act.kind" not in statement] == []


def test_each_grade_behind_it_is_one_transaction(room: ReadingRoom, disk: Disk) -> None:
    assert room.state is not None
    for number in range(len(keys_in_reading_order(room.state.scheme)) // 4):
        QTest.qWait(1)
        disk.forget()
        QTest.keyClick(room, Qt.Key.Key_0 + number % 3)

        assert (disk.writing, disk.reading) == (1, 0)
