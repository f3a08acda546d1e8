"""States of a case: what each takes, that none is a dead end, and that the page of the record shows the same."""

from __future__ import annotations

from itertools import product

import pytest

from scoring.readings.case_states import KINDS, TABLE, Around, Deed, State, after, allowed, listed, shown_as
from tests.case_states_page import PAGE, with_states

AGAIN = (State.REOPENED, State.REOPENED_PARKED)


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (State.DRAFT, {Deed.ANSWER, Deed.NOTE, Deed.KEEP_IMAGE, Deed.SIGN, Deed.PARK}),
        (State.REOPENED, {Deed.ANSWER, Deed.NOTE, Deed.KEEP_IMAGE, Deed.SIGN, Deed.PARK}),
        (State.PARKED, {Deed.NOTE, Deed.RESOLVE}),
        (State.REOPENED_PARKED, {Deed.NOTE, Deed.RESOLVE}),
        (State.SIGNED, {Deed.REOPEN}),
        (State.EXCLUDED, set()),
    ],
)
def test_a_state_takes_these_and_nothing_else(state: State, may: set[Deed]) -> None:
    assert {deed for deed in Deed if allowed(state, deed)} == may


def test_a_draft_is_reopened_only_where_it_was_closed_to_be_read_again() -> None:
    assert allowed(State.DRAFT, Deed.REOPEN, drawn_again=True)
    assert not allowed(State.DRAFT, Deed.REOPEN)


@pytest.mark.parametrize(
    ("state", "drawn_again"), list(product((state for state in State if state is not State.EXCLUDED), (False, True)))
)
def test_from_every_state_a_case_can_be_signed(state: State, drawn_again: bool) -> None:
    """But an excluded one, which needn't be, and comes back in one of the other states.

    Whoever acts: the reader where the case is listed, the coordinator everywhere.
    """
    coordinators = {Deed.RESOLVE, Deed.REOPEN}
    reached, edge = {state}, {state}
    while edge:
        here = edge.pop()
        mine = listed(here, Around(begun=True, drawn_again=drawn_again))
        nexts = {
            after(here, deed)
            for deed in KINDS
            if allowed(here, deed, drawn_again=drawn_again) and (mine or deed in coordinators)
        }
        edge |= nexts - reached
        reached |= nexts

    assert State.SIGNED in reached


@pytest.mark.parametrize(("state", "deed"), [(s, d) for s in State for d in sorted(KINDS) if d in TABLE[s]])
def test_an_act_on_record_leads_where_the_door_that_took_it_says(state: State, deed: Deed) -> None:
    assert after(state, deed) is TABLE[state][deed]


def test_a_first_reading_is_closed_for_its_repeat_until_it_is_reopened() -> None:
    drawn = Around(begun=True, drawn_again=True)

    assert [state for state in State if listed(state, drawn)] == [State.REOPENED, State.REOPENED_PARKED]


def test_while_a_case_is_reopened_no_repeat_nor_any_other_case_is_begun() -> None:
    waiting = Around(others_first=True)

    assert [state for state in State if listed(state, waiting)] == [State.REOPENED, State.REOPENED_PARKED]
    assert all(listed(state, Around(begun=True, others_first=True)) for state in set(State) - {State.EXCLUDED})


@pytest.mark.parametrize("state", State)
def test_a_case_that_left_with_what_was_excluded_is_excluded_until_that_is_taken_back(state: State) -> None:
    assert shown_as(state, excluded=True) is State.EXCLUDED
    assert shown_as(state, excluded=False) is state
    assert not listed(State.EXCLUDED, Around(begun=True))


def test_a_repeat_that_is_not_due_is_not_listed_in_any_state() -> None:
    assert not any(listed(state, Around(due=False, begun=True)) for state in State)


def test_the_page_of_the_record_shows_the_table_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert with_states(page) == page, "run: python -m tests.case_states_page"
