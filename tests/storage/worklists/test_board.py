"""The coordinator's board: hand-counted cases, and a pace from moments that are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from pytest import MonkeyPatch, approx  # noqa: PT013 - as it reads

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.record import grade_events
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.progress_board import reading_hours
from tests.builders.studies import an_assigned_study, changed, read_whole, record


def test_the_board_counts_read_signed_parked_open_and_not_due(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=5)
    for case in cases[:2]:
        read_whole(folder, case)
    record(folder, cases[2], changed("1 ERO CAP", "3"))
    with ReaderStudy.open(folder, "ES") as study:
        study.park(cases[3], "ASK")
        answers = {found.id: "seen" for found in study.signing_sheet(cases[0]).findings}
        study.sign(cases[0], answers)
    with CoordinatorStudy.open(folder) as study_:
        study_.reread("ES", 1, seed=1, after_days=30)
        (line,) = study_.board()

    # six cases with the repeat; two are read, one of them signed; one is parked; two are open; the repeat isn't due
    assert (line.cases, line.read, line.signed, line.parked, line.open, line.not_due) == (6, 2, 1, 1, 2, 1)


def test_a_pause_of_more_than_five_minutes_is_no_reading_time_and_a_clock_set_back_takes_none_away() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(seconds=at) for at in (0, 60, 360, 661, 600, 610)]

    # 60 + 300, then 301 (a pause), then back by 61, then 10
    assert reading_hours(moments) * 3600 == approx(370)


def test_what_came_by_enter_counts_as_read_and_gives_no_pace(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    with ReaderStudy.open(folder, "ES") as study:
        wanted = keys_in_reading_order(study.scheme)
        for at in wanted:
            study.record(cases[0], [AnswerChanged(at, None, Graded(Decimal(0)))], "enter")

    with CoordinatorStudy.open(folder) as study_:
        (line,) = study_.board()

    assert (line.read, line.hours, line.cases_per_hour, line.hours_left) == (1, 0, None, None)


def test_the_pace_is_that_of_cases_read_in_the_room(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=4)
    moments = (datetime(2036, 1, 1, tzinfo=UTC) + timedelta(seconds=10 * number) for number in count())
    monkeypatch.setattr(grade_events, "now", lambda: next(moments))
    for case, source in ((cases[0], "room"), (cases[1], "enter")):
        with ReaderStudy.open(folder, "ES") as study:
            for at in keys_in_reading_order(study.scheme):
                study.record(case, [AnswerChanged(at, None, Graded(Decimal(0)))], source)

    with CoordinatorStudy.open(folder) as study_:
        (line,) = study_.board()

    # 86 answers in the room, 10 seconds apart: 85 gaps, 850 s for one case; two cases are left
    assert line.hours * 3600 == approx(850)
    assert line.cases_per_hour == approx(3600 / 850)
    assert line.hours_left == approx(2 * 850 / 3600)


def test_before_anything_is_read_there_is_no_pace(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial", subjects=2)

    with CoordinatorStudy.open(folder) as study:
        (line,) = study.board()

    assert (line.hours, line.cases_per_hour, line.hours_left) == (0, None, None)
