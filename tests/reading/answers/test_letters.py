"""Grading by letters in the room: a letter gives its grade, where the feature in focus has it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scoring.readings.reading import Graded, SiteKey
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace
from storage.records import BesideAnswer
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, said
from workstation.reading.answers.grading import AddHalf, GiveLetter, GradeBlanksZero, SetGrade
from workstation.reading.answers.measuring import Draw
from workstation.reading.answers.other_readings import beside_words, names_at, short_words
from workstation.reading.session.step import step
from workstation.reading.state import Focus, SessionState
from workstation.reading.tools.calliper import Width

TEXT = (Path(__file__).parents[2] / "scoring" / "schemes" / "lettered" / "scheme.toml").read_text(encoding="utf-8")
SCHEME = load_scheme(TEXT, "scheme.toml")


def a_state(feature: str, site: str, text: str = TEXT) -> SessionState:
    scheme = SCHEME if text is TEXT else load_scheme(text, "scheme.toml")
    return replace(a_session_state(case=a_case()), scheme=scheme, focus=Focus(FeatureCode(feature), SiteCode(site), 1))


def at(feature: str, site: str) -> SiteKey:
    return SiteKey(1, FeatureCode(feature), SiteCode(site))


def test_a_letter_gives_the_grade_that_it_names_and_moves_on() -> None:
    outcome = step(a_state("ERO", "LUN"), GiveLetter("C"))

    assert outcome.state.reading.answer(at("ERO", "LUN")) == Graded(Decimal("2.5"))
    assert outcome.state.focus != a_state("ERO", "LUN").focus


def test_the_digit_of_its_number_gives_the_same() -> None:
    assert (
        step(a_state("SYN", "RC"), SetGrade(Decimal(1))).changes == step(a_state("SYN", "RC"), GiveLetter("M")).changes
    )


@pytest.mark.parametrize(
    ("feature", "site", "said_"),
    [
        ("ERO", "LUN", "No grade M: Erosion has A, B, C, C+ (0, 1, 2.5, 10)."),
        ("OST", "CAP", "No grade M: Osteitis has 0-2, step 0.5."),
    ],
)
def test_a_letter_of_another_feature_is_refused_and_changes_nothing(feature: str, site: str, said_: str) -> None:
    outcome = step(a_state(feature, site), GiveLetter("M"))

    assert outcome.changes == ()
    assert said(outcome.state) == said_


def test_half_a_grade_more_is_no_grade_where_no_letter_has_it() -> None:
    graded = step(a_state("ERO", "LUN"), GiveLetter("B")).state

    outcome = step(graded, AddHalf())

    assert outcome.changes == ()
    assert "1.5 is not on the erosion scale (A, B, C, C+ (0, 1, 2.5, 10))" in said(outcome.state)


def test_all_blanks_at_once_get_the_letter_of_0_and_the_question_names_it() -> None:
    asked = step(a_state("SYN", "RC"), GradeBlanksZero()).state
    assert said(asked).startswith("Grade N for all blank sites of Synovitis: 3 at baseline and 3 at follow-up?")

    outcome = step(asked, GradeBlanksZero())

    assert {change.after for change in outcome.changes} == {Graded(Decimal(0))}
    assert said(outcome.state).startswith("6 sites of Synovitis graded N.")


def test_a_scale_without_0_takes_no_0_for_all_blanks() -> None:
    text = TEXT.replace('{ grade = 0, letter = "A"', '{ grade = 0.5, letter = "A"').replace(
        "minimum = 0\nmaximum = 48", "minimum = 2\nmaximum = 48"
    )
    outcome = step(a_state("ERO", "CAP", text), GradeBlanksZero())

    assert outcome.changes == ()
    assert "0 is not on the erosion scale" in said(outcome.state)


def test_two_readings_beside_are_told_in_letters() -> None:
    two = (BesideAnswer(Graded(Decimal("2.5"))), BesideAnswer(Graded(Decimal(10))))
    state = replace(a_state("ERO", "LUN"), beside={at("ERO", "LUN"): two})

    assert beside_words(state, at("ERO", "LUN")) == "Reading A C, B C+"
    assert short_words(state, at("ERO", "LUN")) == "C|C+"
    assert names_at(state, at("ERO", "LUN"), Decimal(10)) == "B"


def test_a_measured_width_would_be_the_letter_of_its_band() -> None:
    """Limits 1, 2 and 4 mm for B, C and C+ by the text above: 2.5 mm is C, whose number is 2.5, not 2."""
    state = a_state("ERO", "LUN")
    bands = """[[band]]
feature = "ERO"
quantity = "width_mm"
decimals = 2
from = [1.0, 2.0, 4.0]
source = "made up"
"""
    state = replace(state, scheme=replace(SCHEME, files=(("bands.toml", bands),)))

    measured = step(state, Draw(Width("K7QM215", 9, (0.0, 0.0), (2.5, 0.0)))).state

    assert said(measured) == "2.50 mm: this would be grade C. You decide."
