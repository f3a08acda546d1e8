"""Hidden repeats: each far enough behind its case, one subject once, and told by nothing that their place shows."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.design.draws import LEAST_BETWEEN, case_codes, draw_worklist
from scoring.design.drift_draws import Check, Listed, chance_of_none, with_repeats
from tests.builders.seeds import seeded

# the published study's size
PAIRS = tuple(f"S{number:03}" for number in range(1, 67))


def _auc(repeats: list[float], firsts: list[float]) -> float:
    """The chance that a repeat has the larger value than a first reading, ties counted half."""
    return sum((a > b) + 0.5 * (a == b) for a in repeats for b in firsts) / (len(repeats) * len(firsts))


@given(st.integers(0, 60), st.integers(3, 20), st.integers(0, 2**31 - 1))
def test_every_subject_comes_once_and_some_once_more_far_enough_behind(count: int, every: int, seed: int) -> None:
    new = draw_worklist(PAIRS[:count], seeded(seed))

    listed = with_repeats((), new, Check(every, seeded(seed)))

    assert [item.whose for item in listed if not item.again] == list(new)
    again = [item.whose for item in listed if item.again]
    assert len(set(again)) == len(again) <= count // (every - 1) + 1
    for place, item in enumerate(listed):
        if item.again:
            assert place - listed.index(Listed(item.whose)) > LEAST_BETWEEN


@given(st.integers(3, 20), st.integers(0, 2**31 - 1), st.lists(st.integers(1, 20), max_size=5))
def test_subjects_that_come_later_move_nothing_that_was_given(every: int, seed: int, batches: list[int]) -> None:
    given_: tuple[Listed, ...] = ()
    start = 0
    for size in batches:
        given_ += with_repeats(given_, PAIRS[start : start + size], Check(every, seeded(seed)))
        start += size

    assert given_ == with_repeats((), PAIRS[:start], Check(every, seeded(seed)))


def test_a_subject_that_was_read_again_is_no_partner_for_a_repeat() -> None:
    check = Check(4, seeded(1), frozenset(PAIRS[:30]))

    assert not any(item.again for item in with_repeats((), PAIRS[:30], check))


def test_one_place_in_ten_is_a_repeat() -> None:
    shares = [
        mean(item.again for item in with_repeats((), draw_worklist(PAIRS, seeded(seed)), Check(10, seeded(seed))))
        for seed in range(200)
    ]

    assert mean(shares) == pytest.approx(0.1, abs=0.005)


@pytest.mark.case(109)
def test_over_a_thousand_designs_neither_place_nor_code_tells_a_repeat() -> None:
    places: list[float] = []
    codes: list[float] = []
    for seed in range(1000):
        listed = with_repeats((), draw_worklist(PAIRS, seeded(seed)), Check(10, seeded(seed)))
        drawn = case_codes(len(listed), (), seeded(seed))
        rank = {code: place for place, code in enumerate(sorted(drawn))}
        for found, values in ((places, range(len(listed))), (codes, [rank[code] for code in drawn])):
            again = [float(value) for value, item in zip(values, listed, strict=True) if item.again]
            firsts = [float(value) for value, item in zip(values, listed, strict=True) if not item.again]
            found.append(_auc(again, firsts))

    # the limits that the list of hostile cases sets
    assert abs(mean(places) - 0.5) < 0.05
    assert abs(mean(codes) - 0.5) < 0.05


def test_no_place_behind_the_first_six_holds_a_repeat_much_more_often_than_another() -> None:
    found = [0] * 70
    for seed in range(1000):
        for place, item in enumerate(
            with_repeats((), draw_worklist(PAIRS, seeded(seed)), Check(10, seeded(seed)))[:70]
        ):
            found[place] += item.again

    # by design nothing before place 7, and the four places that are left of the first ten share its repeat
    assert found[: LEAST_BETWEEN + 1] == [0] * (LEAST_BETWEEN + 1)
    # 250 and 100 expected; 4.5 standard deviations of the binomial are 62 and 43
    assert all(abs(count - 250) < 62 for count in found[6:10])
    assert all(abs(count - 100) < 43 for count in found[10:])


# By hand: a repeat needs six cases before it and one behind it, so 8 cases have room for one at 6 or 7 (from 0).
# Every 3: the third block draws among 6, 7 and 8. Every 10: the first block draws among 6 to 9. 7 cases: at 6 alone.
# 12 cases, every 4: the blocks draw among (6, 7) and (8 to 11), and each gives one.
@pytest.mark.parametrize(
    ("cases", "every", "chance"),
    [(8, 3, 1 / 3), (8, 10, 1 / 2), (7, 3, 2 / 3), (6, 3, 1), (0, 3, 1), (12, 4, 0), (7, 4, 1 / 2)],
)
def test_the_chance_that_a_draw_gives_no_repeat_is_that_of_arithmetic_by_hand(
    cases: int, every: int, chance: float
) -> None:
    assert chance_of_none(cases, every) == pytest.approx(chance)


@pytest.mark.parametrize(("cases", "every"), [(7, 5), (8, 3), (8, 5), (9, 10)])
def test_as_many_draws_as_arithmetic_says_give_no_repeat(cases: int, every: int) -> None:
    draws = 2000
    none = sum(
        not any(item.again for item in with_repeats((), PAIRS[:cases], Check(every, seeded(seed))))
        for seed in range(draws)
    )

    # four standard errors of a share of 2,000 are at most 0.045
    assert none / draws == pytest.approx(chance_of_none(cases, every), abs=0.045)


def test_cases_behind_those_that_a_reader_has_leave_only_their_own_places_for_a_repeat() -> None:
    # by hand: 4 cases behind 6, every 5: places 6 and 7, 8, 9 of the block (6 to 9), none of the next one
    assert chance_of_none(4, 5, before=6) == 0
    # 2 cases behind 6: places 6 and 7 of these four
    assert chance_of_none(2, 5, before=6) == pytest.approx(1 / 2)
