"""Grades with letters: what a scheme may say of them, and what they are called and counted as."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scoring.errors import AnswerRefused, TomlRefused
from scoring.readings.answers import format_answer, parse_answer
from scoring.readings.reading import Graded, NotAssessable, Reading, SiteKey
from scoring.readings.strict_totals import total
from scoring.schemes.grade_names import grade_name, letters_of, span_words
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode, TotalCode, grades_on

TEXT = (Path(__file__).parent / "lettered" / "scheme.toml").read_text(encoding="utf-8")
SCHEME = load_scheme(TEXT, "scheme.toml")
SYN, ERO, OST = (feature.scale for feature in SCHEME.features)


def at(feature: str, site: str) -> SiteKey:
    return SiteKey(1, FeatureCode(feature), SiteCode(site))


def test_letters_without_numbers_count_by_their_rank() -> None:
    syn, _, ost = (feature.scale for feature in load_scheme(TEXT, "scheme.toml").features)

    assert grades_on(syn) == tuple(Decimal(rank) for rank in range(3))
    assert (syn.minimum, syn.maximum, syn.ranked) == (Decimal(0), Decimal(2), True)
    # numbers without letters are no ranks
    assert not ost.ranked


def test_letters_with_numbers_allow_these_alone() -> None:
    ero = load_scheme(TEXT, "scheme.toml").features[1].scale

    assert grades_on(ero) == (Decimal(0), Decimal(1), Decimal("2.5"), Decimal(10))
    assert not ero.ranked


def test_a_grade_is_called_by_its_letter_and_else_by_its_number() -> None:
    assert [grade_name(ERO, grade) for grade in grades_on(ERO)] == ["A", "B", "C", "C+"]
    assert [grade_name(OST, grade) for grade in grades_on(OST)] == ["0", "0.5", "1", "1.5", "2"]
    assert letters_of(SCHEME.features) == ("N", "M", "S", "A", "B", "C", "C+")
    assert (span_words(SYN), span_words(OST)) == ("N, M, S (0, 1, 2)", "0-2, step 0.5")


@pytest.mark.parametrize(("word", "number"), [("C", "2.5"), ("c+", "10"), ("2.5", "2.5"), ("A", "0")])
def test_letter_and_number_are_one_answer_of_which_the_record_has_the_number(word: str, number: str) -> None:
    answer = parse_answer(SCHEME, at("ERO", "CAP"), word)

    assert answer == Graded(Decimal(number))
    assert format_answer(answer) == number


@pytest.mark.parametrize(
    ("feature", "word", "said"),
    [
        ("ERO", "M", "'M' is neither a grade (A, B, C, C+ (0, 1, 2.5, 10)) nor an unscorable code (NC, SQ, OT)"),
        ("ERO", "2", "erosion.CAP: 2 is not on the erosion scale (A, B, C, C+ (0, 1, 2.5, 10))"),
        ("OST", "A", "osteitis.CAP: 'A' is neither a grade (0-2, step 0.5)"),
        ("ERO", "A:why", "'A:why' is neither a grade"),
    ],
)
def test_what_the_scale_has_not_is_refused_with_its_letters(feature: str, word: str, said: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        parse_answer(SCHEME, at(feature, "CAP"), word)

    assert said in str(refused.value)


def test_an_unscorable_code_stays_one() -> None:
    assert parse_answer(SCHEME, at("SYN", "RC"), "nc") == NotAssessable("NC")


def test_a_total_adds_the_numbers_of_the_letters() -> None:
    reading = Reading({at("SYN", "RC"): Graded(Decimal(2)), at("SYN", "IC"): Graded(Decimal(1))})
    whole = Reading({**reading.answers, at("SYN", "DRU"): Graded(Decimal(2))})

    assert total(SCHEME, reading, TotalCode("SYNTOT"), 1).value is None
    # S 2 and M 1 and S 2, by hand
    assert total(SCHEME, whole, TotalCode("SYNTOT"), 1).value == 5


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'letter = "M", label',
            "label",
            "scale.grades[1]: letter is missing: all grades of a scale have one",
        ),
        ('letter = "M", label', 'letter = "m", label', "grades[1].letter: 'm': 1 to 3 of A-Z, with a + behind them"),
        ('letter = "M", label', 'letter = "N", label', "features[0].scale.grades[1]: letter N is declared twice"),
        ('letter = "M", label', 'letter = "NC", label', "grades[1].letter: NC is an unscorable code"),
        ('letter = "M", label', 'letter = "NA", label', "grades[1].letter: NA is read as a missing value"),
        ('letter = "M", label', 'letter = "M", key = "1", label', "grades[1].key: '1': a letter A-Z"),
        ("grade = 1, letter", "letter", "features[1].scale.grades[1]: grade is missing: all letters of a scale have"),
        ("grade = 1, letter", "grade = 3, letter", "features[1].scale.grades: grades stand in rising order"),
        ("grade = 1, letter", "grade = 0, letter", "features[1].scale.grades[1]: grade 0 is declared twice"),
        ("grade = 10, letter", "grade = inf, letter", "grades[3].grade: Infinity is no number of a scale"),
        ("grade = 10, letter", "grade = 9, letter", "totals[1]: range 0-48 is declared, but its sites add up to 0-44"),
        ("minimum = 0\nmaximum = 2\nstep = 0.5\n", "minimum = 0\nmaximum = 2\n", "scale: step is missing"),
        ("{ grade = 1, label", "{ label", "features[2].scale.grades[1]: grade is missing: its number"),
        (
            '{ grade = 1, label = "some"',
            '{ grade = 1, key = "G", label = "some"',
            "only a grade with a letter has",
        ),
        ("[features.scale]\ngrades = [\n  { letter", "[features.scale]\nmaximum = 3\ngrades = [\n  { letter", "say 2"),
    ],
)
def test_a_mistake_with_letters_is_named_with_its_place(before: str, after: str, said: str) -> None:
    assert before in TEXT

    with pytest.raises(TomlRefused) as refused:
        load_scheme(TEXT.replace(before, after, 1), "scheme.toml")

    assert said in str(refused.value)
