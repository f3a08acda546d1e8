"""Steps of undo that are kept with the bookmark: they come back as they were, or not at all."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from scoring.readings.reading import Graded
from scoring.values import replace
from tests.builders.sessions import a_session_state, at
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import GradeBlanksZero, Redo, SetGrade, Undo
from workstation.reading.command import Command
from workstation.reading.session import kept_steps
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.session.step import step
from workstation.reading.state import SessionState

CAPITATE = GoTo(at("ERO CAP 1"))


def done(*commands: Command, state: SessionState | None = None) -> SessionState:
    state = a_session_state() if state is None else state
    for command in commands:
        state = step(state, command).state
    return state


def again(state: SessionState, text: str | None = None) -> SessionState:
    """The case as another room opens it: the answers from the disk, the rest from the bookmark."""
    return resumed(replace(a_session_state(), reading=state.reading), text or bookmark_text(state))


def grade(value: int) -> SetGrade:
    return SetGrade(Decimal(value))


def test_what_was_given_changed_and_graded_at_once_is_taken_back_step_by_step() -> None:
    left = done(grade(2), CAPITATE, grade(4), CAPITATE, grade(3), GradeBlanksZero(), GradeBlanksZero())

    back = again(left)

    assert back.past == left.past
    assert len(back.past) == 4
    assert done(Undo(), state=back).reading.answer(at("ERO CAP 1").key) == Graded(Decimal(3))
    assert done(Undo(), Undo(), state=back).reading.answer(at("ERO CAP 1").key) == Graded(Decimal(4))
    assert done(*[Undo()] * 4, state=back).reading.answers == {}


def test_what_was_undone_is_redone_and_a_new_answer_forgets_it() -> None:
    left = done(CAPITATE, grade(4), CAPITATE, grade(3), Undo())

    back = again(left)

    assert done(Redo(), state=back).reading.answer(at("ERO CAP 1").key) == Graded(Decimal(3))
    assert again(done(CAPITATE, grade(1), state=back)).future == ()


def test_nothing_is_undone_where_any_answer_was_changed_elsewhere() -> None:
    left = done(CAPITATE, grade(4), CAPITATE, grade(3), Undo())
    elsewhere = done(GoTo(at("SYN DRUJ 1")), grade(1), state=left)

    back = resumed(replace(a_session_state(), reading=elsewhere.reading), bookmark_text(left))

    assert (back.past, back.future) == ((), ())


@pytest.mark.parametrize(
    "past",
    [
        [[[1, "ERO", "CAP", "", "7"]]],
        [[[1, "ERO", "CAP", "", "4"]], [[1, "ERO", "CAP", "1", "3"]]],
        [[[3, "ERO", "CAP", "", "4"]]],
        [[[1, "ERO", "TOE", "", "4"]]],
        [[[1, "ERO", "CAP", "", "-:"]]],
        [[]],
    ],
)
def test_steps_that_do_not_lead_to_the_answers_on_disk_are_none(past: Any) -> None:  # noqa: ANN401 - JSON of any kind
    left = done(CAPITATE, grade(3))
    text = json.loads(bookmark_text(left))
    text["steps"][1] = past

    assert again(left, json.dumps(text)).past == ()


def test_no_more_than_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_steps, "MOST", 2)
    left = done(*[command for value in (1, 2, 3) for command in (CAPITATE, grade(value))])

    assert again(left).past == left.past[-2:]
