"""Draws: the same for ever with one seed, and saying nothing that they shouldn't."""

from __future__ import annotations

from collections import Counter
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.design.draws import ALPHABET, LETTERS, Entry, case_codes, draw_rereads, draw_worklist, mixed_worklist
from tests.builders.seeds import seeded

SUBJECTS = tuple(f"S{number:03}" for number in range(1, 21))


def test_a_seed_gives_one_order_whatever_order_the_subjects_come_in() -> None:
    assert draw_worklist(SUBJECTS, seeded(7)) == draw_worklist(tuple(reversed(SUBJECTS)), seeded(7))


def test_another_seed_gives_another_order() -> None:
    assert draw_worklist(SUBJECTS, seeded(7)) != draw_worklist(SUBJECTS, seeded(8))


@given(st.integers(0, 2**31 - 1))
def test_each_subject_is_drawn_once(seed: int) -> None:
    assert sorted(draw_worklist(SUBJECTS, seeded(seed))) == list(SUBJECTS)


def test_the_order_of_a_seed_is_kept_over_versions_of_the_program() -> None:
    # Written down when the draw was first made: a study's stored seed must give its order again.
    drawn = draw_worklist(["S001", "S002", "S003", "S004", "S005"], seeded(1))

    assert drawn == ("S004", "S002", "S005", "S003", "S001")


def test_each_subject_comes_first_about_equally_often() -> None:
    first = Counter(draw_worklist(SUBJECTS[:4], seeded(seed))[0] for seed in range(2000))

    # 500 expected of 2000; 4 standard deviations of the binomial are 77
    assert all(abs(count - 500) < 77 for count in first.values())
    assert len(first) == 4


def test_case_codes_have_no_look_alikes_and_no_vowels() -> None:
    assert not set(ALPHABET) & set("0O1IL2Z5S8BAEU")
    assert all(
        code[0] in LETTERS and set(code) <= set(ALPHABET) and len(code) == 5 for code in case_codes(500, (), seeded(3))
    )


def test_case_codes_are_unique_and_avoid_those_taken() -> None:
    first = case_codes(300, (), seeded(3))
    second = case_codes(300, first, seeded(3))

    assert len({*first, *second}) == 600


def test_codes_drawn_later_share_no_mark_with_earlier_ones() -> None:
    first, second = case_codes(400, (), seeded(3)), case_codes(400, (), seeded(4))

    assert {code[0] for code in first} == {code[0] for code in second} == set(LETTERS)


FIRST, LATER = "2026-03-01T09:00:00.000Z", "2026-09-01T09:00:00.000Z"


def test_rereads_are_some_of_the_subjects_each_once_and_the_same_for_a_seed() -> None:
    drawn = draw_rereads(SUBJECTS, 10, seeded(7))

    assert drawn == draw_rereads(tuple(reversed(SUBJECTS)), 10, seeded(7))
    assert len({item.subject for item in drawn}) == 10
    assert {item.subject for item in drawn} <= set(SUBJECTS)
    assert drawn != draw_rereads(SUBJECTS, 10, seeded(8))


def test_the_draw_of_rereads_is_kept_over_versions_of_the_program() -> None:
    # Written down when the draw was first made: a study's stored seed must give its draw again.
    drawn = draw_rereads(["S001", "S002", "S003", "S004", "S005"], 3, seeded(1))

    assert [(item.subject, round(item.mix, 6)) for item in drawn] == [
        ("S004", 0.672864),
        ("S001", 0.004915),
        ("S003", 0.757302),
    ]


def test_each_subject_is_drawn_again_about_equally_often() -> None:
    counts = Counter(item.subject for seed in range(2000) for item in draw_rereads(SUBJECTS, 5, seeded(seed)))

    # 500 expected of 2000; 4 standard deviations of the binomial are 77
    assert all(abs(counts[subject] - 500) < 78 for subject in SUBJECTS)


def test_the_order_of_rereads_owes_nothing_to_the_first_order_of_the_same_seed() -> None:
    agreeing = 0
    for seed in range(1000):
        first = draw_worklist(SUBJECTS, seeded(seed))
        one, other = (item.subject for item in draw_rereads(SUBJECTS, 2, seeded(seed)))
        agreeing += first.index(one) < first.index(other)

    # 500 expected; 4 standard deviations of the binomial are 63
    assert abs(agreeing - 500) < 64


@pytest.mark.case(109)
def test_a_repeat_can_not_be_told_by_its_place_or_its_code() -> None:
    # 1,000 draws of 10 repeats among 10 unread cases behind 10 that are read
    places_before: list[bool] = []
    codes_before: list[bool] = []
    repeat_there: Counter[int] = Counter()
    for seed in range(1000):
        firsts = case_codes(20, (), seeded(seed))
        again = case_codes(10, firsts, seeded(seed + 5000))
        entries = [Entry(code, FIRST, None) for code in firsts]
        drawn = draw_rereads(SUBJECTS, 10, seeded(seed))
        entries += [Entry(code, LATER, item.mix) for code, item in zip(again, drawn, strict=True)]
        order = mixed_worklist(entries, dict.fromkeys(firsts[:10], FIRST))

        assert order[:10] == firsts[:10]
        for place, code in enumerate(order[10:]):
            repeat_there[place] += code in again
        places_before += [order.index(repeat) < order.index(first) for repeat in again for first in firsts[10:]]
        codes_before += [repeat < first for repeat in again for first in firsts[10:]]

    # areas under the curve within 0.5 +- 0.05; each of the 20 places holds a repeat half of the times, 4 standard
    # deviations are 63
    assert abs(mean(places_before) - 0.5) < 0.05
    assert abs(mean(codes_before) - 0.5) < 0.05
    assert all(abs(repeat_there[place] - 500) < 64 for place in range(20))


def test_a_repeat_comes_first_when_nothing_is_read_and_last_when_all_is() -> None:
    entries = [Entry("A", FIRST, None), Entry("B", FIRST, None), Entry("R", LATER, 0.0)]

    assert mixed_worklist(entries, {}) == ("R", "A", "B")
    assert mixed_worklist(entries, {"A": FIRST}) == ("A", "R", "B")
    assert mixed_worklist(entries, {"B": FIRST}) == ("A", "B", "R")


def test_a_case_begun_after_the_repeat_came_moves_nothing() -> None:
    entries = [Entry("A", FIRST, None), Entry("R", LATER, 0.0)]

    assert mixed_worklist(entries, {"A": "2026-09-01T09:00:00.001Z"}) == ("R", "A")
    assert mixed_worklist(entries, {"A": LATER}) == ("A", "R")


@given(
    st.lists(st.floats(0, 1, exclude_max=True), max_size=8),
    st.integers(0, 6),
    st.sets(st.integers(0, 5), max_size=6),
    st.sets(st.integers(0, 13), max_size=14),
)
def test_every_case_stands_once_firsts_keep_their_order_and_reading_on_moves_nothing(
    mixes: list[float], count: int, read_before: set[int], read_after: set[int]
) -> None:
    firsts = [f"F{number}" for number in range(count)]
    repeats = [f"R{number}" for number in range(len(mixes))]
    entries = [Entry(code, FIRST, None) for code in firsts]
    entries += [Entry(code, LATER, mix) for code, mix in zip(repeats, mixes, strict=True)]
    begun = {code: FIRST for number, code in enumerate(firsts) if number in read_before}
    afterwards = {
        code: "2027-01-01T00:00:00.000Z" for number, code in enumerate(firsts + repeats) if number in read_after
    }

    order = mixed_worklist(entries, begun)

    assert sorted(order) == sorted(firsts + repeats)
    assert [code for code in order if code in firsts] == firsts
    assert mixed_worklist(entries, afterwards | begun) == order
