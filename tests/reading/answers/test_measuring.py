from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec
import pytest

from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, at, grade, said
from tests.fakes.doors import MemoryDoor
from workstation.actions.loading import shipped_actions
from workstation.reading import marks
from workstation.reading.answers.focus_moves import GoTo, MoveFeature, MoveFocus
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.measuring import (
    MOST_TAKEN_BACK,
    Draw,
    EraseMarks,
    NextTool,
    TakeMarkBack,
    TakeTool,
    marks_at,
)
from workstation.reading.marks import TOOLS, Marks, marks_from, marks_text
from workstation.reading.session.session import Session
from workstation.reading.session.step import step
from workstation.reading.tools.calliper import Width
from workstation.reading.tools.depth_guide import Depth
from workstation.reading.tools.outlines import Outline
from workstation.reading.tools.tool import Mark

SERIES = "K7QM215"


def calliper(mm: float) -> Width:
    return Width(SERIES, 9, (0.0, 0.0), (mm, 0.0))


def ring(part: str, side: float) -> Outline:
    return Outline(SERIES, 9, part, ((0.0, 0.0), (side, 0.0), (side, side), (0.0, side)))


@pytest.mark.parametrize(("mm", "number"), [(1.99, 1), (2.0, 2), (4.99, 2), (5.0, 3)])
def test_the_calliper_names_the_grade_of_the_width_and_gives_none(mm: float, number: int) -> None:
    outcome = step(a_session_state("TEN E4 1"), Draw(calliper(mm)))

    assert said(outcome.state) == f"{mm:.2f} mm: this would be grade {number}. You decide."
    assert outcome.changes == ()
    assert outcome.state.reading.answers == {}


def test_the_width_is_kept_with_the_grade_that_the_reader_gives() -> None:
    state = after(a_session_state("TEN E4 1"), Draw(calliper(3.5)), SetGrade(Decimal(3), SERIES))

    place = state.sightings[at("TEN E4 1").key, grade(3)]
    assert (place.measured, place.measured_value) == ("width_mm", 3.5)
    assert marks_from(place.marks).drawn == (calliper(3.5),)


def test_what_was_drawn_is_there_again_after_a_restart() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session = Session(door, "K7QM2")
    for command in (GoTo(at("TEN E4 1")), Draw(calliper(3.5)), SetGrade(Decimal(2), SERIES)):
        session.dispatch(command)

    state = Session(door, "K7QM2").state

    assert marks_at(state, at("TEN E4 1").key).drawn == (calliper(3.5),)


def test_outlines_give_the_share_and_its_band() -> None:
    # 4 x 4 of 10 x 10 are 16 per cent, the second tenth
    state = after(a_session_state("ERO CAP 1"), Draw(ring("bone", 10.0)), Draw(ring("lesion", 4.0)))

    assert said(state) == "16.0 % of the outlined bone: this would be grade 2. You decide."


def test_a_bone_outlined_alone_is_no_grade_0_and_no_share_is_kept_with_the_grade() -> None:
    state = after(a_session_state("ERO CAP 1"), Draw(ring("bone", 10.0)))

    assert said(state) == "The bone is outlined. Shift+M, then the lesion, for its share."
    graded = after(state, SetGrade(Decimal(3), "K7QM210"))
    sighting = graded.sightings[at("ERO CAP 1").key, grade(3)]
    assert (sighting.measured, sighting.measured_value) == ("", None)
    assert marks_from(sighting.marks).drawn == (ring("bone", 10.0),)


def test_an_outline_drawn_again_on_a_slice_takes_the_place_of_the_first() -> None:
    state = after(a_session_state("ERO CAP 1"), Draw(ring("bone", 20.0)), Draw(ring("bone", 10.0)))

    assert marks_at(state, state.focus.key).drawn == (ring("bone", 10.0),)


def test_a_second_lesion_of_a_slice_is_added_to_the_first() -> None:
    bone, first = ring("bone", 10.0), ring("lesion", 2.0)
    beside = msgspec.structs.replace(first, ring=tuple((x + 5.0, y + 5.0) for x, y in first.ring))

    state = after(a_session_state("ERO CAP 1"), *(Draw(mark) for mark in (bone, first, beside)))
    # drawn again, larger: 4 x 4 and 2 x 2 of 10 x 10
    again = after(state, Draw(ring("lesion", 4.0)))

    assert said(state) == "8.0 % of the outlined bone: this would be grade 1. You decide."
    assert said(again) == "20.0 % of the outlined bone: this would be grade 2. You decide."


def test_the_depth_guide_is_for_bone_lesions_of_long_bones() -> None:
    assert after(a_session_state("ERO RAD 1"), TakeTool("depth")).view.tool == "depth"
    for place in ("ERO CAP 1", "TEN E4 1"):
        refused = after(a_session_state(place), TakeTool("depth"))
        assert refused.view.tool == ""
        assert refused.notice is not None
        assert refused.notice.refused


def test_outlines_are_refused_where_no_share_is_asked() -> None:
    refused = after(a_session_state("TEN E4 1"), TakeTool("bone"))

    assert refused.notice is not None
    assert refused.notice.refused


def test_a_tool_is_put_away_by_its_own_key_and_when_the_feature_changes() -> None:
    state = after(a_session_state("TEN E4 1"), TakeTool("width"))

    assert after(state, TakeTool("width")).view.tool == ""
    assert after(state, MoveFeature(1)).view.tool == ""
    assert after(state, MoveFocus(sites=1)).view.tool == "width"


def test_marks_belong_to_their_site_and_can_be_erased() -> None:
    state = after(a_session_state("TEN E4 1"), Draw(calliper(3.5)))

    assert marks_at(state, at("TEN E4 2").key) == Marks()
    assert marks_at(after(state, EraseMarks()), at("TEN E4 1").key) == Marks()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"width": 3}',
        '{"angle": null}',
        '{"width": null, "expected": 1}',
        '{"width":{"series":"a","slice_index":0,"start":[0,0],"end":[1e999,0]}}',
    ],
)
def test_marks_that_cannot_be_read_are_none(text: str) -> None:
    assert marks_from(text) == Marks()


def test_marks_survive_their_text() -> None:
    marks = Marks((calliper(2.0), Depth(SERIES, 1, (0.0, 1.0), (2.0, 3.0)), ring("bone", 2.0)))

    assert marks_from(marks_text(marks)) == marks
    assert marks_text(Marks()) == ""


# as the program of November 2026 wrote it: a grade's row keeps it for good
KEPT = (
    '{"width":{"series":"K7QM215","slice_index":9,"start":[0.0,0.0],"end":[2.0,0.0]},'
    '"depth":{"series":"K7QM215","slice_index":1,"surface":[0.0,1.0],"towards":[2.0,3.0]},'
    '"outlines":[{"series":"K7QM215","slice_index":9,"part":"bone","ring":[[0.0,0.0],[2.0,0.0],[2.0,2.0],[0.0,2.0]]}],'
    '"expected":true}'
)


def test_marks_of_older_rows_are_read_and_written_letter_by_letter() -> None:
    drawn = (calliper(2.0), Depth(SERIES, 1, (0.0, 1.0), (2.0, 3.0)), ring("bone", 2.0))

    assert marks_from(KEPT) == Marks(drawn, expected=True)
    assert marks_text(Marks(drawn, expected=True)) == KEPT
    # rows from before the mark of an expected position say nothing of it
    assert marks_from(KEPT.replace(',"expected":true', "")) == Marks(drawn)


def test_marks_lie_in_the_order_of_their_kinds_whichever_was_drawn_first() -> None:
    drawn = (ring("bone", 2.0), Depth(SERIES, 1, (0.0, 1.0), (2.0, 3.0)), calliper(2.0))
    marks = Marks()
    for mark in drawn:
        marks = marks.with_mark(mark)

    assert marks.drawn == tuple(reversed(drawn))


def test_every_tool_has_a_key_and_no_key_takes_a_tool_that_there_is_not() -> None:
    commands = [action.command(None) for action in shipped_actions()]
    taken = [command.tool for command in commands if isinstance(command, TakeTool)]
    in_turn = [tool for command in commands if isinstance(command, NextTool) for tool in command.tools]

    assert sorted([*taken, *in_turn]) == sorted(TOOLS)


class Cross(Mark, frozen=True, forbid_unknown_fields=True):
    """A mark of a tool that isn't there yet."""

    kept_as: ClassVar[str] = "cross"

    at: tuple[float, float]


def test_a_tool_that_comes_later_leaves_the_text_of_others_letter_by_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = Marks((calliper(2.0),))
    before = marks_text(drawn)

    monkeypatch.setattr(marks, "_KINDS", (*marks._KINDS, Cross))

    assert marks_text(drawn) == before
    assert '"cross":{' in marks_text(drawn.with_mark(Cross(SERIES, 9, (1.0, 2.0))))


def test_what_is_taken_back_is_the_last_stroke_at_the_site_in_focus_and_none_of_another_site() -> None:
    drawn = after(a_session_state("TEN E4 1"), TakeTool("width"), Draw(calliper(3.0)), Draw(calliper(4.0)))
    other = after(drawn, GoTo(at("TEN E5 1")), Draw(calliper(1.0)))

    back = after(other, TakeMarkBack())
    assert marks_at(back, at("TEN E5 1").key).drawn == ()
    assert len(marks_at(back, at("TEN E4 1").key).drawn) == 2
    # the last stroke now is another site's: here nothing is left, so the tool is put away
    assert after(back, TakeMarkBack()).view.tool == ""
    there = after(back, GoTo(at("TEN E4 1")), TakeMarkBack())
    assert [mark.end[0] for mark in marks_at(there, at("TEN E4 1").key).of(Width)] == [3.0]


def test_fifty_strokes_can_be_taken_back_one_by_one() -> None:
    state = after(a_session_state("TEN E4 1"), TakeTool("width"), *[Draw(calliper(1.0 + n)) for n in range(51)])

    assert len(state.drawn_before) == MOST_TAKEN_BACK == 50
