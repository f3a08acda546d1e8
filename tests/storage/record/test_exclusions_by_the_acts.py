"""Exclusions by acts and answers alone: whose readings they take out, and what comes back with them."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert

from storage.database import study_schema as tables
from storage.index import index_tables
from storage.record import (
    exclusions,
)
from storage.record.exclusions import Exclusion
from tests.storage.taken_back import answer, case_of, count, given

WHY = "the wrist moved"


def test_an_exclusion_takes_out_readings_of_its_visits_and_a_series_takes_out_none() -> None:
    whole = Exclusion("S001", None, "", WHY, "", 0)
    second = Exclusion("S001", 2, "", WHY, "", 0)
    series = Exclusion("S001", 2, "ABCDEFGH", WHY, "", 0)

    assert [item.what for item in (whole, second, series)] == ["S001", "S001/2", "ABCDEFGH"]
    assert [item.whole for item in (whole, second, series, replace_visit(series))] == [True, False, False, False]
    for visits, by_whole, by_second in (([1, 2], True, True), ([1], True, False), ([2], True, True)):
        assert [item.counts_out("S001", visits) for item in (whole, second, series)] == [by_whole, by_second, False]
    assert not whole.counts_out("S002", [1, 2])


def replace_visit(series: Exclusion) -> Exclusion:
    return Exclusion(series.subject, None, series.series, series.why, "", 0)


def test_unread_cases_leave_with_a_subject_and_come_back_and_what_was_begun_stays(record: Connection) -> None:
    begun, unread = case_of(record, "S001"), case_of(record, "S001", "MO")
    answer(record, begun, "1 ERO CAP", "1")

    exclusions.exclude(record, "S001", None, "", WHY)
    exclusions.exclude(record, "S001", None, "", WHY)

    (standing,) = exclusions.standing(record)
    assert (standing.what, standing.cases, standing.after_event) == ("S001", (unread,), 1)
    assert exclusions.closed(record) == {unread}
    # neither counts, whoever has read it
    assert exclusions.of_cases(record).keys() == {begun, unread}
    assert exclusions.subjects(record) == {"S001"}
    assert exclusions.positions_gone(record) == {begun: {1, 2}, unread: {1, 2}}
    assert exclusions.without(record, {"S001": (1, 2), "S001/2": (2, 3), "S002": (1, 2)}) == {"S002": (1, 2)}
    assert count(record, "excluded") == 1

    exclusions.include(record, "S009", WHY)
    exclusions.include(record, "S001", WHY)
    assert count(record, "included") == 1
    assert exclusions.standing(record) == ()
    assert (exclusions.closed(record), exclusions.of_cases(record)) == (frozenset(), {})
    assert (exclusions.subjects(record), exclusions.positions_gone(record)) == (frozenset(), {})


def test_a_visit_that_is_excluded_leaves_the_other_one_to_count(record: Connection) -> None:
    exclusions.exclude(record, "S001", 2, "", WHY)

    mine, theirs = case_of(record, "S001"), case_of(record, "S001", "MO")
    assert exclusions.closed(record) == {mine, theirs}
    assert exclusions.positions_gone(record) == {mine: {2}, theirs: {2}}
    assert exclusions.without(record, {"S001": (1, 2), "S002": (1, 2)}) == {"S001": (1,), "S002": (1, 2)}
    # taken back, another exclusion holds the cases still
    exclusions.exclude(record, "S001", None, "", WHY)
    exclusions.include(record, "S001/2", WHY)
    assert exclusions.closed(record) == {mine, theirs}
    exclusions.rebuild(record)
    assert exclusions.closed(record) == {mine, theirs}


@pytest.mark.parametrize(
    ("subject", "reader", "other", "comes_back"),
    [
        ("S001", "ES", {"draw": 2}, False),
        ("S001", "ES", {"draw": 2, "enrolment": 1}, False),
        ("S001", "ES", {"draw": 2, "enrolment": 2}, True),
        ("S001", "ES", {"draw": 2, "round": 2}, True),
        ("S001", "ES", {}, True),
        ("S002", "ES", {"draw": 2}, True),
        ("S001", "MO", {"draw": 2}, True),
    ],
)
def test_a_case_stays_off_the_worklist_where_its_reader_was_given_another_one_for_the_enrolment_since(
    record: Connection, subject: str, reader: str, other: dict[str, int], comes_back: bool
) -> None:
    mine = case_of(record, "S001")
    exclusions.exclude(record, "S001", 2, "", WHY)
    given(record, subject, reader, 1, **other)

    exclusions.include(record, "S001/2", WHY)

    assert (mine not in exclusions.closed(record)) is comes_back


@pytest.mark.parametrize(("enrolment", "comes_back"), [(None, False), (1, False), (2, True)])
def test_a_case_of_before_enrolments_had_numbers_is_of_the_first(
    record: Connection, enrolment: int | None, comes_back: bool
) -> None:
    record.execute(insert(tables.subject).values(code="S004"))
    mine = given(record, "S004", "ES", 1, 2)
    exclusions.exclude(record, "S004", 2, "", WHY)
    assert exclusions.closed(record) == {mine}
    given(record, "S004", "ES", 1, draw=2, enrolment=enrolment)

    exclusions.include(record, "S004/2", WHY)

    assert (mine not in exclusions.closed(record)) is comes_back


def test_a_series_that_is_excluded_is_hidden_in_cases_that_are_begun_later(record: Connection) -> None:
    begun, later = case_of(record, "S001"), case_of(record, "S001", "MO")
    visits = index_tables.visits_of(record, "S001")
    code = visits[0].series[0].code
    answer(record, begun, "1 ERO CAP", "1")
    exclusions.exclude(record, "S001", 1, code, WHY)
    answer(record, later, "1 ERO CAP", "1", reader="MO")

    def shown(subject: str, case: str) -> list[int]:
        return [len(visit.series) for visit in exclusions.left(record, subject, case, visits)]

    assert (shown("S001", begun), shown("S001", later)) == ([1, 1], [0, 1])
    assert shown("S001", case_of(record, "S002")) == [0, 1]
    assert shown("S002", later) == [1, 1]
    assert (exclusions.closed(record), exclusions.of_cases(record)) == (frozenset(), {})
    assert (exclusions.subjects(record), exclusions.positions_gone(record)) == (frozenset(), {})
    assert exclusions.without(record, {"S001": (1, 2)}) == {"S001": (1, 2)}
