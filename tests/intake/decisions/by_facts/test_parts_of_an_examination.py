"""One examination that came in two parts: what either says is kept, under the number of the first."""

from __future__ import annotations

import pytest

from workstation.intake.decisions.examination import Exam, day_number, exam_of, joined

SAID = {"sex": "F", "age": "044Y", "weight_kg": 61.5, "height_m": 1.68}


@pytest.mark.parametrize("name", SAID)
def test_what_one_part_alone_says_of_the_person_is_kept_and_of_two_words_the_first(name: str) -> None:
    bare, told = Exam(1, "P", ("1.2",), "20260302"), exam_of(2, "P", ["1.3"], "20260302", {name: SAID[name]})
    other = exam_of(3, "P", ["1.4"], "20260302", {"sex": "M", "age": "045Y", "weight_kg": 80.0, "height_m": 1.9})

    assert getattr(joined(bare, told), name) == SAID[name]
    assert getattr(joined(told, bare), name) == SAID[name]
    assert getattr(joined(told, other), name) == SAID[name]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("20260302", "", "20260302"), ("", "20260302", "20260302"), ("20260304", "20260302", "20260302"), ("", "", "")],
)
def test_it_began_with_the_part_that_began_first(first: str, second: str, kept: str) -> None:
    whole = joined(Exam(1, "P", ("1.2",), first, first), Exam(2, "P", ("1.1",), second, second))

    assert (whole.day, whole.moment) == (kept, kept)
    assert (whole.number, whole.study_uids) == (1, ("1.1", "1.2"))


def test_it_comes_back_from_what_the_vault_keeps_and_what_a_later_program_adds_is_left_out() -> None:
    exam = Exam(3, "P", ("1.2",), "20260302", "1015", ("a", "b"), ("WRIST",), sex="F", height_m=1.68, modality="XR")

    kept = exam.facts()

    assert kept.keys() == {"moment", "folders", "said", "sex", "height_m", "modality"}
    assert exam_of(3, "P", ["1.2"], "20260302", kept | {"colour": "blue"}) == exam


@pytest.mark.parametrize(
    ("digits", "days"),
    # a leap day lies between; Fliegel and Van Flandern's count, CACM 11 (1968) 657, gives the same distances
    [("20240228", 0), ("20240229", 1), ("20240301", 2), ("20250228", 366), ("20241231", 307)],
)
def test_days_are_counted_by_the_calendar(digits: str, days: int) -> None:
    first, day = day_number("20240228"), day_number(digits)

    assert first is not None
    assert day is not None
    assert day - first == days


@pytest.mark.parametrize("digits", ["", "2024", "20240230", "20241301", "unknown"])
def test_what_is_no_day_is_unknown(digits: str) -> None:
    assert day_number(digits) is None
