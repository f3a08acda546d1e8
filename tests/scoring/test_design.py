"""Draws: the same for ever with one seed, and saying nothing that they shouldn't."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scoring.design import ALPHABET, LETTERS, case_codes, draw_worklist

SUBJECTS = tuple(f"S{number:03}" for number in range(1, 21))


def test_a_seed_gives_one_order_whatever_order_the_subjects_come_in() -> None:
    assert draw_worklist(SUBJECTS, 7) == draw_worklist(tuple(reversed(SUBJECTS)), 7)


def test_another_seed_gives_another_order() -> None:
    assert draw_worklist(SUBJECTS, 7) != draw_worklist(SUBJECTS, 8)


@given(st.integers(0, 2**31 - 1))
def test_each_subject_is_drawn_once(seed: int) -> None:
    assert sorted(draw_worklist(SUBJECTS, seed)) == list(SUBJECTS)


def test_the_order_of_a_seed_is_kept_over_versions_of_the_program() -> None:
    # Written down when the draw was first made: a study's stored seed must give its order again.
    assert draw_worklist(["S001", "S002", "S003", "S004", "S005"], 1) == ("S001", "S004", "S002", "S003", "S005")


def test_each_subject_comes_first_about_equally_often() -> None:
    first = Counter(draw_worklist(SUBJECTS[:4], seed)[0] for seed in range(2000))

    # 500 expected of 2000; 4 standard deviations of the binomial are 77
    assert all(abs(count - 500) < 77 for count in first.values())
    assert len(first) == 4


def test_case_codes_have_no_look_alikes_and_no_vowels() -> None:
    assert not set(ALPHABET) & set("0O1IL2Z5S8BAEU")
    assert all(code[0] in LETTERS and set(code) <= set(ALPHABET) and len(code) == 5 for code in case_codes(500, (), 3))


def test_case_codes_are_unique_and_avoid_those_taken() -> None:
    first = case_codes(300, (), 3)
    second = case_codes(300, first, 3)

    assert len({*first, *second}) == 600


def test_codes_drawn_later_share_no_mark_with_earlier_ones() -> None:
    first, second = case_codes(400, (), 3), case_codes(400, (), 4)

    assert {code[0] for code in first} == {code[0] for code in second} == set(LETTERS)
