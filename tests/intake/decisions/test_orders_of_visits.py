"""Orders of visits and what is asked about them: days, radiographs, words, hours, and answers that came before more."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.values import replace
from storage.vault.choices import Choice
from workstation.intake.decisions.decision import Confidence
from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.visit import (
    VISITS,
    Before,
    Visits,
    VisitWords,
    as_words,
    in_words,
    visits,
    visits_after_reading,
)

WORDS = VisitWords(frozenset({"baseline"}), frozenset({"followup"}))
XR: dict[str, Any] = {"modality": "XR", "series": ("HAND PA",), "frames": ()}
BASELINE, FOLLOW_UP = {"folders": ("/in/baseline",)}, {"folders": ("/in/followup",)}


def _exam(number: int, day: str, **facts: Any) -> Exam:  # noqa: ANN401 - values of any field
    return replace(Exam(number, "S001", (f"1.{number}",), day, series=("T1",), frames=(f"f{number}",)), **facts)


def _visits(*exams: Exam, answer: Choice | None = None) -> Visits:
    return visits("S001", exams, WORDS, answer)


def _order(*exams: Exam) -> tuple[str, Confidence]:
    decision = _visits(*exams).decision
    return decision.value, decision.confidence


@pytest.mark.parametrize(
    ("day", "value"),
    [
        # 15 days of January, 29 of February and one of March: 45
        ("20240116", "E1+E2"),
        ("20240115", "E2,E1"),
        # 30 days of March and 15 of April
        ("20240415", "E1+E2"),
        ("20240416", "E1,E2"),
        ("20240301", "E1+E2"),
    ],
)
def test_a_radiograph_is_of_the_visit_within_45_days_of_it(day: str, value: str) -> None:
    assert _order(_exam(1, "20240301"), _exam(2, day, **XR)) == (value, Confidence.SURE)


def test_a_radiograph_is_of_the_nearer_visit_that_has_no_such_picture_yet() -> None:
    first, second = _exam(1, "20240105"), _exam(2, "20240201")
    near_first, near_second = _exam(3, "20240118", **XR), _exam(3, "20240119", **XR)
    another = _exam(4, "20240121", **XR)
    feet = _exam(4, "20240121", **(XR | {"series": ("FOOT AP",)}))

    # 13 and 14 days, 14 and 13 days, as many on both sides
    assert _order(first, second, near_first)[0] == "E1+E3,E2"
    assert _order(first, second, near_second)[0] == "E1,E2+E3"
    assert _order(first, _exam(2, "20240131"), near_first)[0] == "E1+E3,E2"
    assert _order(first, second, near_second, another)[0] == "E1+E4,E2+E3"
    assert _order(first, second, near_second, feet)[0] == "E1,E2+E3+E4"
    # words that name another visit count more than days
    assert _order(_exam(1, "20240105", **FOLLOW_UP), _exam(2, "20240118", **(XR | BASELINE)))[0] == "E1,E2"


def test_radiographs_alone_that_lie_one_day_apart_are_asked_and_beside_mr_they_are_not() -> None:
    one, next_day = _exam(1, "20240105", **XR), _exam(2, "20240106", **XR)

    assert _order(one, next_day) == ("E1,E2", Confidence.UNSURE)
    assert _order(_exam(3, "20240105"), _exam(4, "20240301"), one, replace(next_day, day="20240302"))[1] is (
        Confidence.SURE
    )


def test_where_days_do_not_tell_what_no_word_names_stands_between_baseline_and_follow_up() -> None:
    late, unnamed, early = _exam(1, "", **FOLLOW_UP), _exam(2, ""), _exam(3, "", **BASELINE)

    assert _order(late, unnamed, early)[0] == "E3,E2,E1"


@pytest.mark.parametrize(
    ("exams", "proposal"),
    [
        ([_exam(1, ""), _exam(2, "", **BASELINE)], "E2,E1"),
        ([_exam(1, "", **FOLLOW_UP), _exam(2, "")], "E2,E1"),
        # a word at the last one of three says nothing of the two before it
        ([_exam(1, ""), _exam(2, ""), _exam(3, "", **FOLLOW_UP)], ""),
        ([_exam(1, "", folders=("/in/b",)), _exam(2, "", folders=("/in/a",))], ""),
        # of one day the hours order them, and it may be one examination that was made twice
        ([_exam(1, "20240105", moment="15"), _exam(2, "20240105", moment="09")], ""),
        ([_exam(1, "20240105", moment="09"), _exam(2, "20240105", moment="09")], ""),
        ([_exam(1, "20240105"), _exam(2, "")], ""),
    ],
)
def test_an_order_is_proposed_where_something_tells_it_and_else_only_shown(exams: list[Exam], proposal: str) -> None:
    decision = _visits(*exams).decision

    assert decision.question is not None
    assert decision.question.proposal == proposal
    assert decision.confidence is (Confidence.UNSURE if proposal else Confidence.CONTRADICTORY)


def test_what_nothing_tells_apart_stands_in_the_order_of_folders_and_then_of_numbers() -> None:
    assert _order(_exam(1, "", folders=("/in/b",)), _exam(2, "", folders=("/in/a",)))[0] == "E2,E1"
    assert _order(_exam(2, ""), _exam(1, ""))[0] == "E1,E2"


@pytest.mark.parametrize(
    ("first", "second", "swapped"),
    [
        (FOLLOW_UP, {}, True),
        ({}, BASELINE, True),
        (BASELINE, FOLLOW_UP, False),
        ({}, FOLLOW_UP, False),
        (BASELINE, {}, False),
        # a folder of both visits
        ({"folders": ("/in/baseline_followup",)}, {}, False),
    ],
)
def test_words_against_days_are_told_as_swapped(first: dict[str, Any], second: dict[str, Any], swapped: bool) -> None:
    decision = _visits(_exam(1, "20240105", **first), _exam(2, "20240510", **second)).decision

    assert decision.value == "E1,E2"
    assert any("swapped" in reason for reason in decision.reasons) is swapped
    assert decision.confidence is (Confidence.CONTRADICTORY if swapped else Confidence.SURE)


def test_the_answers_are_the_proposal_the_other_way_round_and_all_as_one_visit() -> None:
    pair = _visits(_exam(1, ""), _exam(2, "")).decision.question
    three = _visits(_exam(1, ""), _exam(2, ""), _exam(3, "")).decision.question
    together = _visits(_exam(1, "20240105"), _exam(2, "20240105", series=("T2",))).decision.question
    assert pair is not None
    assert three is not None
    assert together is not None

    assert [(item.word, item.means) for item in pair.answers] == [
        ("E1,E2", "E1, then E2: 2 visits in this order"),
        ("E2,E1", "E2, then E1: 2 visits in this order"),
        ("E1+E2", "all of it is one visit"),
    ]
    assert [item.word for item in three.answers] == ["E1,E2,E3", "E3,E2,E1", "E1+E2+E3"]
    assert [item.word for item in together.answers] == ["E1+E2", "E1,E2", "E2,E1"]
    assert pair.text == "visit 1 E1, visit 2 E2: are these the visits, in this order?"
    assert together.text == "E1+E2: is it one visit?"


def test_a_placeholder_is_told_where_there_is_an_order_to_find_and_one_visit_needs_none() -> None:
    one = _visits(_exam(1, "20000101")).decision
    two = _visits(_exam(1, "20000101"), _exam(2, "20240510")).decision
    both = _visits(_exam(1, "20000101"), _exam(2, "20000101")).decision

    assert (one.confidence, one.question) == (Confidence.SURE, None)
    assert two.reasons[0] == "the date of E1 is a placeholder, not a real date"
    assert both.reasons[0] == "the date of E1 and E2 is a placeholder, not a real date"


def test_a_date_that_is_still_to_come_is_asked_as_none_is_there() -> None:
    two = _visits(_exam(1, "20240110"), _exam(2, "29990510")).decision

    assert two.confidence is not Confidence.SURE
    assert two.reasons[0] == "the date of E2 is still to come, not a real date"


def test_studies_of_one_day_are_one_visit_for_sure_only_where_each_shares_a_frame_of_reference() -> None:
    first, second = (_exam(number, "20240105", frames=("f",)) for number in (1, 2))
    third = _exam(3, "20240105", series=("T2",))

    assert _order(first, second) == ("E1+E2", Confidence.SURE)
    assert _order(first, second, third) == ("E1+E2+E3", Confidence.UNSURE)


def _answer(*numbers: list[int]) -> Choice:
    return Choice("visit:S001", "", {VISITS: list(numbers)}, "J. Smit", "the list of the site has it so")


@pytest.mark.parametrize(
    ("new", "value"),
    [
        ([_exam(3, "20240301")], "E1,E3,E2"),
        ([_exam(3, "20231201")], "E3,E1,E2"),
        # of the day of a visit: behind it
        ([_exam(3, "20240105")], "E1,E3,E2"),
        ([_exam(3, "20240901")], "E1,E2,E3"),
        ([_exam(3, "")], "E1,E2,E3"),
        ([_exam(3, "20240901"), _exam(4, "20240801")], "E1,E2,E4,E3"),
    ],
)
def test_what_comes_after_an_answer_is_put_where_its_day_says_and_asked(new: list[Exam], value: str) -> None:
    found = _visits(_exam(1, "20240105"), _exam(2, "20240510"), *new, answer=_answer([1], [2])).decision

    names = " and ".join(exam.name for exam in new)
    guessed = any(exam.day in {"", "20240105"} for exam in new)
    assert (found.value, found.confidence) == (value, Confidence.CONTRADICTORY if guessed else Confidence.UNSURE)
    assert found.reasons[0] == f"{names} was imported after the order was decided"


def test_an_answer_holds_against_the_days_and_what_is_gone_is_left_out_of_it() -> None:
    first, second = _exam(1, "20240105"), _exam(2, "20240510")

    assert _visits(first, second, answer=_answer([2], [1])).decision.value == "E2,E1"
    found = _visits(first, answer=_answer([2], [1])).decision
    assert (found.value, found.confidence) == ("E1", Confidence.DECIDED)


def _after(*exams: Exam, **other: Any) -> tuple[str, dict[int, str]]:  # noqa: ANN401 - any part of Before
    """E1 and E2 have been read."""
    before = replace(Before(((1,), (2,)), given=lambda number: number <= len("E1")), **other)
    found = visits_after_reading("S001", [_exam(1, "20240105"), _exam(2, "20240510"), *exams], before, WORDS)
    return as_words(found.numbers), dict(found.refused)


@pytest.mark.parametrize(
    ("new", "value", "refused"),
    [
        ([_exam(3, "20240901"), _exam(4, "20240901", series=("T2",))], "E1,E2,E3+E4", {}),
        ([_exam(4, "20240801"), _exam(3, "20240901")], "E1,E2,E4,E3", {}),
        ([_exam(3, "20240510", series=("T2",))], "E1,E2+E3", {}),
        ([_exam(3, "20240105", series=("T2",))], "E1+E3,E2", {}),
        ([_exam(3, "20240510")], "E1,E2", {3: "same day"}),
        ([_exam(3, "20240509")], "E1,E2", {3: "earlier"}),
        ([_exam(3, "")], "E1,E2", {3: "no date"}),
        # 45 days behind the second visit, and 46
        ([_exam(3, "20240624", **XR)], "E1,E2+E3", {}),
        ([_exam(3, "20240625", **XR)], "E1,E2,E3", {}),
    ],
)
def test_what_comes_behind_visits_that_were_read(new: list[Exam], value: str, refused: dict[int, str]) -> None:
    found, why = _after(*new)

    assert found == value
    assert why.keys() == refused.keys()
    assert all(refused[number] in why[number] for number in refused)


def test_where_the_order_is_hidden_nothing_more_comes_in_but_series_of_a_day_that_was_read() -> None:
    assert _after(_exam(3, "20240624", **XR), hidden=True) == (
        "E1,E2", {3: "the subject has been read, and one more visit would show which came first"}
    )  # fmt: skip
    assert _after(_exam(3, "20240510", series=("T2",)), hidden=True) == ("E1,E2+E3", {})


def test_behind_a_visit_without_a_date_nothing_comes() -> None:
    before = Before(((1,), (2,)), given=lambda _: True)
    found = visits_after_reading("S001", [_exam(1, ""), _exam(2, "20240510"), _exam(3, "20240901")], before, WORDS)

    assert (as_words(found.numbers), list(found.refused)) == ("E1,E2", [3])
    assert "unknown date" in found.refused[3]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "E1: 2024-01-05"),
        ({"day": ""}, "E1: no date"),
        ({"moment": "091500"}, "E1: 2024-01-05, 09:15"),
        ({"folders": ("/in/S7/baseline",)}, "E1: 2024-01-05, folder S7/baseline"),
        ({"folders": ("C:\\in\\S7\\ax", "C:\\in\\S7\\cor")}, "E1: 2024-01-05, folder in/S7"),
        ({"folders": ("in/a", "in/b")}, "E1: 2024-01-05, folder in"),
        ({"said": ("month 0", "hand")}, "E1: 2024-01-05, called month 0, hand"),
        ({"said": ("a\x07b",)}, "E1: 2024-01-05, called a?b"),
        ({"said": ("m" * 60,)}, f"E1: 2024-01-05, called {'m' * 60}"),
        ({"said": ("m" * 61,)}, f"E1: 2024-01-05, called {'m' * 57}..."),
    ],
)
def test_an_examination_is_told_by_day_hour_folder_and_name(facts: dict[str, Any], words: str) -> None:
    assert in_words(replace(_exam(1, "20240105"), **facts)) == words
