"""The coordinator's board: hand-counted cases, and a pace from moments that are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytest import approx  # noqa: PT013 - as it reads

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


def test_before_anything_is_read_there_is_no_pace(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial", subjects=2)

    with CoordinatorStudy.open(folder) as study:
        (line,) = study.board()

    assert (line.hours, line.cases_per_hour, line.hours_left) == (0, None, None)
