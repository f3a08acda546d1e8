"""Answers: which are allowed, in which words, and how a refusal reads."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import AnswerRefused
from scoring.readings.answers import LONGEST_TEXT, check_answer, format_answer, parse_answer, stored_answer
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, NotAssessable
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from tests.builders.studies import key

SCHEME = shipped_scheme()
CAPITATE = key("1 ERO CAP")


def test_a_grade_off_the_scale_is_refused_with_the_scale() -> None:
    with pytest.raises(AnswerRefused) as caught:
        check_answer(SCHEME, CAPITATE, Graded(Decimal(11)))

    assert str(caught.value) == "erosion.CAP: 11 is not on the erosion scale (0-10, step 1)"


def test_every_grade_of_every_scale_is_allowed_at_every_site() -> None:
    for where in keys_in_reading_order(SCHEME):
        for grade in grades_on(SCHEME.feature(where.feature).scale):
            check_answer(SCHEME, where, Graded(grade))


def test_blank_is_allowed_at_a_known_site() -> None:
    check_answer(SCHEME, CAPITATE, None)


@pytest.mark.parametrize(
    "grade", ["-1", "4", "1.5", "NaN", "sNaN", "Infinity", "-Infinity", "1E+1", "3.00000000000000000000000000000000001"]
)
def test_no_number_off_the_scale_is_taken_for_osteitis(grade: str) -> None:
    with pytest.raises(AnswerRefused, match="is not on the osteitis scale"):
        check_answer(SCHEME, key("2 OST CAP"), Graded(Decimal(grade)))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("1 ERS CAP", "feature 'ERS' is not in ramris-wrist (SYN, TEN, OST, ERO)"),
        ("1 SYN CAP", "synovitis: site 'CAP' is not scored (DRUJ, RC, IC-CMC)"),
        ("3 ERO CAP", "visit 3: there is no such visit (1 is baseline, 2 is follow-up)"),
        ("0 ERO CAP", "visit 0: there is no such visit (1 is baseline, 2 is follow-up)"),
    ],
)
def test_an_unknown_place_is_refused_with_those_that_there_are(place: str, said: str) -> None:
    with pytest.raises(AnswerRefused) as caught:
        check_answer(SCHEME, key(place), None)

    assert str(caught.value) == said


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_the_code_for_other_reasons_needs_words(text: str) -> None:
    with pytest.raises(AnswerRefused, match=r"erosion\.CAP: OT needs the reason in words"):
        check_answer(SCHEME, CAPITATE, NotAssessable("OT", text))


@pytest.mark.parametrize(
    "text", ["two\nlines", "a\x00b", " leading", "\ud800", "right\u202eleft", "x" * (LONGEST_TEXT + 1)]
)
def test_words_are_one_short_line_of_plain_text(text: str) -> None:
    with pytest.raises(AnswerRefused, match=r"erosion\.CAP: the reason"):
        check_answer(SCHEME, CAPITATE, NotAssessable("OT", text))


def test_the_other_codes_take_no_words() -> None:
    with pytest.raises(AnswerRefused, match="NC takes no text; only OT does"):
        check_answer(SCHEME, CAPITATE, NotAssessable("NC", "cut off"))


def test_an_unknown_code_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(AnswerRefused, match=r"'XX' is no unscorable code \(NC, AR, SQ, SX, OT\)"):
        check_answer(SCHEME, CAPITATE, NotAssessable("XX"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("3", Graded(Decimal(3))),
        (" 10 ", Graded(Decimal(10))),
        ("0", Graded(Decimal(0))),
        ("3.0", Graded(Decimal(3))),
        ("nc", NotAssessable("NC")),
        ("Sx", NotAssessable("SX")),
        ("OT:wrist in a cast", NotAssessable("OT", "wrist in a cast")),
        ("ot: a: b", NotAssessable("OT", "a: b")),
    ],
)
def test_a_typed_word_is_a_grade_or_a_code(word: str, expected: Answer) -> None:
    parsed = parse_answer(SCHEME, CAPITATE, word)

    assert parsed == expected
    assert format_answer(parsed) == format_answer(expected)


def test_the_words_may_come_beside_the_code() -> None:
    assert parse_answer(SCHEME, CAPITATE, "OT", " wrist in a cast ") == NotAssessable("OT", "wrist in a cast")


@pytest.mark.parametrize(
    "word", ["", "01", "+1", "1e1", "nan", "inf", "٣", "³", "1,5", "1.", ".5", "1_0", "0x1", "x" * 9999]
)
def test_a_number_is_written_plainly_or_refused(word: str) -> None:
    with pytest.raises(AnswerRefused) as caught:
        parse_answer(SCHEME, CAPITATE, word)

    assert "is neither a grade (0-10, step 1) nor an unscorable code (NC, AR, SQ, SX, OT)" in str(caught.value)
    assert len(str(caught.value)) < 160


def test_a_negative_number_is_said_to_be_off_the_scale() -> None:
    with pytest.raises(AnswerRefused, match=r"-1 is not on the erosion scale \(0-10, step 1\)"):
        parse_answer(SCHEME, CAPITATE, "-1")


def test_words_beside_a_grade_are_refused() -> None:
    with pytest.raises(AnswerRefused):
        parse_answer(SCHEME, CAPITATE, "3", "looks bad")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (None, ""),
        (Graded(Decimal(3)), "3"),
        (Graded(Decimal("1.50")), "1.5"),
        (Graded(Decimal("1E+1")), "10"),
        (Graded(Decimal("-0")), "0"),
        (NotAssessable("NC"), "NC"),
        (NotAssessable("OT", "a:b, 3"), "OT:a:b, 3"),
    ],
)
def test_an_answer_has_one_written_form(answer: Answer | None, text: str) -> None:
    assert format_answer(answer) == text
    assert stored_answer(text) == answer


_GRADES = st.builds(lambda tenths: Graded(Decimal(tenths) / 10), st.integers(0, 1000))
_CODES = st.builds(NotAssessable, st.sampled_from(["NC", "AR", "SQ", "SX"]))
_WORDS = st.builds(NotAssessable, st.just("OT"), st.text(min_size=1))


@given(st.none() | _GRADES | _CODES | _WORDS)
def test_what_is_stored_is_read_back_as_it_was(answer: Answer | None) -> None:
    assert stored_answer(format_answer(answer)) == answer


@pytest.mark.parametrize("text", ["01", "OT:", ":x", "3 "])
def test_what_was_never_written_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="no stored answer"):
        stored_answer(text)


def test_words_may_be_as_long_as_is_said() -> None:
    check_answer(shipped_scheme(), key("1 ERO CAP"), NotAssessable("OT", "x" * LONGEST_TEXT))
