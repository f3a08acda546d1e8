"""Enrolments: which visits of a person are read together, by rule, and what becomes of them when that changes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.design.enrolment_checks import check_numbers, checked_rule
from scoring.design.enrolments import (
    FIRST_TWO,
    RULES,
    Enrolment,
    Wanted,
    by_rule,
    in_none,
    named,
    reconciled,
    shown,
)
from scoring.errors import DesignRefused

THERE = st.sets(st.integers(1, 8), max_size=8)
RULE = st.sampled_from(RULES)


@pytest.mark.parametrize(
    ("rule", "two", "three", "four"),
    [
        # written out by hand, as docs/coordinator.md says them
        ("first-two", "1+2", "1+2", "1+2"),
        ("consecutive", "1+2", "1+2 2+3", "1+2 2+3 3+4"),
        ("disjoint-pairs", "1+2", "1+2 3", "1+2 3+4"),
        ("each-with-first", "1+2", "1+2 1+3", "1+2 1+3 1+4"),
    ],
)
def test_each_rule_makes_the_enrolments_that_the_pages_say(rule: str, two: str, three: str, four: str) -> None:
    made = [" ".join(map(shown, by_rule(rule, range(1, count + 1)))) for count in (2, 3, 4)]

    assert made == [two, three, four]


@given(RULE)
def test_a_single_visit_is_an_enrolment_of_its_own(rule: str) -> None:
    assert by_rule(rule, {1}) == ((1,),)
    assert by_rule(rule, set()) == ()


@given(RULE, THERE)
def test_an_enrolment_has_one_or_two_visits_that_are_there_and_none_stands_twice(rule: str, there: set[int]) -> None:
    made = by_rule(rule, there)

    assert all(1 <= len(visits) <= 2 and set(visits) <= there and list(visits) == sorted(visits) for visits in made)
    assert len(set(made)) == len(made)


@given(st.sampled_from([rule for rule in RULES if rule != FIRST_TWO]), THERE)
def test_every_rule_but_the_first_two_enrols_every_visit(rule: str, there: set[int]) -> None:
    assert in_none(there, by_rule(rule, there)) == ()


@given(THERE)
def test_the_first_two_leave_every_later_visit_and_it_is_told(there: set[int]) -> None:
    assert in_none(there, by_rule(FIRST_TWO, there)) == tuple(sorted(visit for visit in there if visit > 2))


@given(THERE)
def test_disjoint_pairs_share_no_visit(there: set[int]) -> None:
    made = [visit for visits in by_rule("disjoint-pairs", there) for visit in visits]

    assert len(made) == len(set(made))


@given(RULE, THERE)
def test_a_visit_read_alone_is_in_no_pair(rule: str, there: set[int]) -> None:
    made = by_rule(rule, there)
    paired = {visit for visits in made if len(visits) == 2 for visit in visits}

    assert not any(len(visits) == 1 and visits[0] in paired for visits in made)


@given(RULE, THERE, st.integers(1, 8))
def test_a_pair_stays_whatever_visit_comes_later(rule: str, there: set[int], comes: int) -> None:
    pairs = {visits for visits in by_rule(rule, there) if len(visits) == 2}

    assert pairs <= set(by_rule(rule, there | {comes}))


def test_a_rule_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(DesignRefused, match="'pairs': first-two, consecutive, disjoint-pairs, each-with-first"):
        checked_rule("pairs")


LISTS = st.lists(
    st.sets(st.integers(1, 5), min_size=1, max_size=2).map(lambda found: tuple(sorted(found))), unique=True, max_size=5
)
NUMBERS = st.sets(st.integers(1, 5))


def made_of(*all_visits: tuple[int, ...]) -> list[Wanted]:
    return [Wanted(visits) for visits in all_visits]


def some_given(visits: list[tuple[int, ...]], numbers: set[int]) -> list[Enrolment]:
    return [item for item in reconciled((), made_of(*visits), listed=False) if item.number in numbers]


@given(LISTS, LISTS, NUMBERS)
def test_what_readers_have_keeps_its_number_and_loses_no_visit(
    first: list[tuple[int, ...]], second: list[tuple[int, ...]], numbers: set[int]
) -> None:
    held = some_given(first, numbers)

    now = {item.number: item for item in reconciled(held, made_of(*second), listed=True)}

    assert all(set(now[item.number].visits) >= set(item.visits) for item in held)
    assert all(now[item.number].visits == item.visits for item in held if item.visits in second)
    assert all(now[item.number].stands for item in held if now[item.number].visits != item.visits)


@given(LISTS, LISTS, NUMBERS)
def test_what_is_wanted_stands_once_and_nothing_else_does(
    first: list[tuple[int, ...]], second: list[tuple[int, ...]], numbers: set[int]
) -> None:
    now = reconciled(some_given(first, numbers), made_of(*second), listed=True)

    assert sorted(item.visits for item in now if item.stands) == sorted(second)
    assert len({item.number for item in now}) == len(now)


@given(LISTS, LISTS, NUMBERS)
def test_the_way_back_gives_what_was(
    first: list[tuple[int, ...]], second: list[tuple[int, ...]], numbers: set[int]
) -> None:
    held = some_given(first, numbers)
    before = reconciled(held, made_of(*first), listed=False)

    reconciled(held, made_of(*second), listed=True)

    assert reconciled(held, made_of(*first), listed=False) == before
    assert all(item.stands for item in before)


def test_a_visit_that_joins_a_single_one_that_readers_have_makes_it_the_pair() -> None:
    assert reconciled([Enrolment(1, (1,))], made_of((1, 2)), listed=False) == (Enrolment(1, (1, 2)),)


def test_of_two_pairs_with_the_single_one_that_readers_have_the_first_goes_on_from_it() -> None:
    assert reconciled([Enrolment(1, (1,))], made_of((1, 2), (1, 3)), listed=False) == (
        Enrolment(1, (1, 2)),
        Enrolment(2, (1, 3)),
    )


def test_a_number_that_readers_have_with_other_visits_is_refused() -> None:
    with pytest.raises(DesignRefused, match=r"readers have enrolment 1 with visits 1 and 2, not visits 1 and 3"):
        check_numbers([Enrolment(1, (1, 2))], [Wanted((1, 3), 1)])


def test_visits_that_readers_have_keep_their_number() -> None:
    with pytest.raises(DesignRefused, match=r"readers have visits 1 and 2 as enrolment 1, not as 2"):
        check_numbers([Enrolment(1, (1, 2))], [Wanted((1, 2), 2)])


def test_a_lone_visit_is_said_as_one() -> None:
    assert [named(visits) for visits in ((3,), (1, 2), (1, 2, 4))] == ["visit 3", "visits 1 and 2", "visits 1, 2 and 4"]


@given(LISTS, LISTS, NUMBERS, st.permutations(range(1, 6)))
def test_a_list_that_is_not_refused_gets_the_numbers_that_it_asks_for(
    first: list[tuple[int, ...]], second: list[tuple[int, ...]], given_numbers: set[int], numbers: list[int]
) -> None:
    held = some_given(first, given_numbers)
    asked = [Wanted(visits, number) for visits, number in zip(second, numbers, strict=False)]
    try:
        check_numbers(held, asked)
    except DesignRefused:
        assume(False)

    now = {item.visits: item.number for item in reconciled(held, asked, listed=True) if item.stands}

    assert now == {item.visits: item.number for item in asked}
