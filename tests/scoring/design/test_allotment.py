"""Allotment: parts that are a study together, as equal as can be, and an overlap in which each subject is as likely."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.design.allotment import Overlap, Share, divided, drawn_overlap, overlap_from, share_from
from scoring.errors import DesignRefused
from tests.builders.seeds import seeded

SUBJECTS = tuple(f"S{number:03}" for number in range(1, 85))


@given(st.integers(0, 84), st.integers(1, 9), st.integers(0, 2**31 - 1))
def test_every_subject_is_in_one_part_and_no_part_is_larger_than_another_by_two(count: int, of: int, seed: int) -> None:
    found = divided(SUBJECTS[:count], of, {}, seeded(seed))

    sizes = Counter(found.values())
    assert set(found) == set(SUBJECTS[:count])
    assert max(sizes[part] for part in range(1, of + 1)) - min(sizes[part] for part in range(1, of + 1)) <= 1


@given(st.integers(0, 40), st.integers(0, 40), st.integers(2, 5), st.integers(0, 2**31 - 1))
def test_subjects_that_come_later_leave_each_part_as_it_was_and_fill_the_smallest(
    first: int, later: int, of: int, seed: int
) -> None:
    held = divided(SUBJECTS[:first], of, {}, seeded(seed))

    new = divided(SUBJECTS[: first + later], of, held, seeded(seed + 1))

    assert set(new) == set(SUBJECTS[first : first + later])
    sizes = Counter((held | new).values())
    assert max(sizes[part] for part in range(1, of + 1)) - min(sizes[part] for part in range(1, of + 1)) <= 1


def test_a_seed_and_a_secret_give_one_division_and_another_secret_another() -> None:
    once = divided(SUBJECTS, 2, {}, seeded(3))

    assert divided(tuple(reversed(SUBJECTS)), 2, {}, seeded(3)) == once
    assert divided(SUBJECTS, 2, {}, seeded(3, b"the secret of another vault, too")) != once


def test_over_many_seeds_each_subject_is_as_often_in_the_first_part_and_in_the_overlap() -> None:
    draws = 3000
    first = Counter[str]()
    shared = Counter[str]()
    for seed in range(draws):
        first.update(code for code, part in divided(SUBJECTS[:5], 2, {}, seeded(seed)).items() if part == 1)
        shared.update(drawn_overlap(SUBJECTS[:5], 2, seeded(seed)))

    # by symmetry 1/2 (the odd one is drawn) and 2/5; five standard errors of a share of 3,000 are at most 0.046
    assert all(first[code] / draws == pytest.approx(0.5, abs=0.046) for code in SUBJECTS[:5])
    assert all(shared[code] / draws == pytest.approx(0.4, abs=0.046) for code in SUBJECTS[:5])


@pytest.mark.parametrize(("text", "of", "count"), [("20", 66, 20), ("20%", 66, 13), ("12.5%", 4, 1), ("100 %", 7, 7)])
def test_an_overlap_is_a_number_or_a_percentage_with_half_a_subject_for_one(text: str, of: int, count: int) -> None:
    # by hand: 20 % of 66 is 13.2, 12.5 % of 4 is 0.5
    assert overlap_from(text).of(of) == count


def test_what_is_typed_is_shown_as_it_was_typed() -> None:
    assert (str(share_from(" 2/3 ")), share_from("2/3")) == ("2/3", Share(2, 3))
    assert (str(overlap_from("20 %")), overlap_from("20%")) == ("20%", Overlap(Decimal(20), percent=True))


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "1/101", "a/b", "1/2/3", "-1/2", "1.5/2"])
def test_a_share_that_is_no_part_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DesignRefused, match="such as 1/2 for the first reader"):
        share_from(text)


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "-3", "x", "2.5", "%"])
def test_an_overlap_that_is_none_is_refused_with_examples(text: str) -> None:
    with pytest.raises(DesignRefused, match="such as 20, or percent, such as 20%"):
        overlap_from(text)
