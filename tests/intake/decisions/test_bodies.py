"""Bodies of patients as scanners note them: what can't be of one person, and what may well be. Numbers are by hand."""

from __future__ import annotations

from typing import Any

import pytest

from workstation.intake.decisions.body import age_years, contradictions, contradicts
from workstation.intake.decisions.examination import Exam

FIRST_DAY, SECOND_DAY = "20240105", "20240510"


def _both(first: dict[str, Any], second: dict[str, Any]) -> list[Exam]:
    return [
        Exam(1, "S001", ("1.1",), **({"day": FIRST_DAY} | first)),
        Exam(2, "S001", ("1.2",), **({"day": SECOND_DAY} | second)),
    ]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"sex": "F"}, {"sex": "M"}, "the sex is F at E1 and M at E2"),
        # born in 2024 + 1/12 - 44 and in 2024 + 5/12 - 71
        ({"age": "044Y"}, {"age": "071Y"}, "from the ages, the births are 27 years apart (E1, E2)"),
        ({"age": "071Y"}, {"age": "044Y"}, "from the ages, the births are 27 years apart (E1, E2)"),
        # 24 months and two years and four months: 2022 + 1/12, and 2024 + 5/12 - 5
        ({"age": "024M"}, {"age": "005Y"}, "from the ages, the births are 3 years apart (E1, E2)"),
        # 2 + 1/12 years apart
        ({"age": "050Y", "day": "20240105"}, {"age": "050Y", "day": "20260205"},
         "from the ages, the births are 2 years apart (E1, E2)"),
        ({"height_m": 1.58}, {"height_m": 1.69}, "1.58 m tall at E1, 1.69 m at E2"),
        ({"height_m": 1.69}, {"height_m": 1.58}, "1.69 m tall at E1, 1.58 m at E2"),
        ({"height_m": 0.51}, {"height_m": 1.69}, "0.51 m tall at E1, 1.69 m at E2"),
        ({"weight_kg": 50.0}, {"weight_kg": 70.5}, "50 kg at E1, 70 kg at E2"),
        ({"weight_kg": 70.5}, {"weight_kg": 50.0}, "70 kg at E1, 50 kg at E2"),
        ({"weight_kg": 20.5}, {"weight_kg": 60.0}, "20 kg at E1, 60 kg at E2"),
        # twenty years is grown up
        ({"age": "020Y", "height_m": 1.42}, {"age": "020Y", "height_m": 1.75}, "1.42 m tall at E1, 1.75 m at E2"),
    ],
)  # fmt: skip
def test_a_body_that_no_person_can_have_is_told_with_both_values(
    first: dict[str, Any], second: dict[str, Any], said: str
) -> None:
    exams = _both(first, second)

    assert contradictions(exams) == (said,)
    assert contradicts(*exams)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"sex": "F"}, {"sex": "F"}),
        ({"sex": "F"}, {"sex": ""}),
        # two years between the births, to the month
        ({"age": "050Y", "day": "20240105"}, {"age": "050Y", "day": "20260105"}),
        # seven weeks and half a year are of one child
        ({"age": "007W"}, {"age": "006M"}),
        ({"age": "044Y"}, {"age": ""}),
        ({"age": "044Y"}, {"age": "071Y", "day": ""}),
        # as tall, within a shoe and a stoop
        ({"height_m": 1.72}, {"height_m": 1.72}),
        ({"height_m": 1.72}, {"height_m": 1.63}),
        # nobody was measured, or a phantom was
        ({"height_m": 0.0}, {"height_m": 1.72}),
        ({"height_m": 0.5}, {"height_m": 1.72}),
        ({"weight_kg": 50.0}, {"weight_kg": 70.0}),
        ({"weight_kg": 0.0}, {"weight_kg": 70.0}),
        ({"weight_kg": 20.0}, {"weight_kg": 70.0}),
        # who isn't grown up at one of them has grown
        ({"age": "019Y", "height_m": 1.42}, {"age": "020Y", "height_m": 1.75}),
        ({"age": "020Y", "weight_kg": 42.0}, {"age": "019Y", "weight_kg": 75.0}),
    ],
)
def test_a_body_that_a_person_may_have_contradicts_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    exams = _both(first, second)

    assert contradictions(exams) == ()
    assert not contradicts(*exams)


def test_of_three_examinations_each_contradiction_is_told_once() -> None:
    exams = [Exam(number, "S001", (f"1.{number}",), FIRST_DAY, sex=sex) for number, sex in enumerate("FMF", start=1)]

    assert contradictions(exams) == ("the sex is F at E1 and M at E2", "the sex is M at E2 and F at E3")


@pytest.mark.parametrize(
    ("text", "years"),
    [("044Y", 44.0), ("044y", 44.0), ("006M", 0.5), ("010D", 10 / 365.25), ("010W", 70 / 365.25),
     ("44Y", None), ("0044Y", None), ("044", None), ("044X", None), ("1e9Y", None), ("", None)],
)  # fmt: skip
def test_an_age_is_three_digits_and_a_unit(text: str, years: float | None) -> None:
    assert age_years(text) == (None if years is None else pytest.approx(years))
