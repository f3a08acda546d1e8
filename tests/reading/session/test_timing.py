from __future__ import annotations

import pytest

from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from workstation.reading.answers.focus_moves import MoveFocus
from workstation.reading.session.session import Session
from workstation.reading.session.timing import in_words, read_for


@pytest.mark.parametrize(
    ("last", "now", "total"),
    [(None, 100.0, 10.0), (100.0, 130.0, 40.0), (100.0, 190.0, 100.0), (100.0, 191.0, 10.0), (100.0, 50.0, 10.0)],
    ids=["the first thing done", "half a minute", "just not idle", "idle", "a clock that went back"],
)
def test_pauses_longer_than_a_minute_and_a_half_are_no_reading(last: float | None, now: float, total: float) -> None:
    assert read_for(10.0, last, now) == total


def test_the_time_goes_on_where_it_was_after_the_case_was_left() -> None:
    door, moments = MemoryDoor(a_case("K7QM2")), iter([0.0, 60.0, 5000.0, 5060.0])
    session = Session(door, "K7QM2", lambda: next(moments))
    for _ in range(2):
        session.dispatch(MoveFocus(sites=1))
    session.save_bookmark()

    again = Session(door, "K7QM2", lambda: next(moments))
    for _ in range(2):
        again.dispatch(MoveFocus(sites=1))

    assert again.state.view.active_s == 120.0
    assert in_words(again.state.view.active_s) == "2 min"


def test_the_first_minute_says_nothing() -> None:
    assert in_words(59.9) == ""
