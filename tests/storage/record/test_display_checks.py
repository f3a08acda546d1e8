"""A check of the display is an act of the reader's: on the chain, known for its day and screen, told on the board."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.audit.verification import audit
from storage.errors import StaleAnswer, StudyLocked
from storage.records import DISPLAY_FAILED, DISPLAY_SKIPPED, DisplayCheck
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.ui.reader.test_monkey import a_trial


def test_it_is_known_for_the_day_and_the_screen_and_told_on_the_board(tmp_path: Path) -> None:
    folder = a_trial(tmp_path / "trial")
    today = datetime.now(UTC)
    with ReaderStudy.open(folder, "R1", clock=lambda: today) as door:
        assert not door.display_known("1920x1080 at 1")
        door.record_display(DisplayCheck("1920x1080 at 1", DISPLAY_SKIPPED))
        door.record_display(DisplayCheck("1920x1080 at 1", DISPLAY_FAILED, ("dark",)))

        assert door.display_known("1920x1080 at 1")
        assert not door.display_known("3840x2160 at 2")
    with ReaderStudy.open(folder, "R1", clock=lambda: today + timedelta(days=1)) as tomorrow:
        assert not tomorrow.display_known("1920x1080 at 1")

    with CoordinatorStudy.open(folder) as study:
        assert [line.display for line in study.board()] == [f"failed {today:%Y-%m-%d}"]
    audit(folder)


def test_a_locked_study_takes_none(tmp_path: Path) -> None:
    folder = a_trial(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.lock(why="analysis begins", incomplete=True)
    with ReaderStudy.open(folder, "R1") as door, pytest.raises(StudyLocked):
        door.record_display(DisplayCheck("1920x1080 at 1", DISPLAY_SKIPPED))


SKIPPED = DisplayCheck("1920x1080 at 1", DISPLAY_SKIPPED)


def test_a_skip_goes_on_the_record_with_the_answer_and_behind_it(tmp_path: Path) -> None:
    folder = a_trial(tmp_path / "trial")
    with ReaderStudy.open(folder, "R1") as door:
        case, key = door.worklist()[0].case, keys_in_reading_order(door.scheme)[0]

        door.record(case, [AnswerChanged(key, None, Graded(Decimal(1)))], "room", display=SKIPPED)

        assert door.display_known(SKIPPED.screen)
    with sqlite3.connect(folder / "study.db") as file:
        behind = file.execute("SELECT after_event FROM act WHERE kind = 'display'").fetchall()
    file.close()
    assert behind == [(1,)]
    assert audit(folder).events == 1


def test_an_answer_that_is_refused_leaves_no_skip(tmp_path: Path) -> None:
    folder = a_trial(tmp_path / "trial")
    with ReaderStudy.open(folder, "R1") as door:
        case, key = door.worklist()[0].case, keys_in_reading_order(door.scheme)[0]
        stale = AnswerChanged(key, Graded(Decimal(2)), Graded(Decimal(1)))

        with pytest.raises(StaleAnswer):
            door.record(case, [stale], "room", display=SKIPPED)

        assert not door.display_known(SKIPPED.screen)
