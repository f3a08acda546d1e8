"""Visits of cases by the rows alone: which have images, and which of a subject's scans were given apart."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete, insert

from scoring.schemes.load import shipped_scheme
from storage.database import study_schema as tables
from storage.record import case_visits
from storage.record.case_visits import Asked
from tests.storage.taken_back import answer, case_of, given

BOTH = (1, 2)


def _without_images(record: Connection, *series: str) -> None:
    record.execute(delete(tables.image).where(tables.image.c.series.in_(series)))


def _known(record: Connection, *subjects: str) -> None:
    record.execute(insert(tables.subject), [{"code": code} for code in subjects])


def test_a_visit_whose_series_lost_all_images_is_not_read_and_those_of_other_subjects_are(record: Connection) -> None:
    _without_images(record, "S002V1", "S003V1", "S003V2")

    assert case_visits.with_images(record) == {"S001": BOTH, "S002": (2,)}
    assert case_visits.known(record) == {"S001": BOTH, "S002": BOTH, "S003": BOTH}
    there = {subject: case_visits.of_case(record, case_of(record, subject)).there for subject in ("S001", "S002")}
    assert there == {"S001": BOTH, "S002": (2,)}
    assert case_visits.of_case(record, case_of(record, "S003")).there == ()
    # another reader's case and a re-read say nothing of what this one read first
    _known(record, "S004", "S005")
    given(record, "S004", "MO", 1)
    given(record, "S005", "ES", 1, round=2)
    assert case_visits.as_first_read(record, "ES") == {"S001": BOTH, "S002": (2,), "S003": ()}


def test_an_answer_at_a_visit_that_lost_its_images_counts_for_nothing_and_no_more_is_asked_for_there(
    record: Connection,
) -> None:
    whole, part = case_of(record, "S001"), case_of(record, "S002")
    for case in (whole, part):
        for place in ("1 ERO CAP", "1 ERO HAM", "2 ERO CAP"):
            answer(record, case, place, "1")
        answer(record, case, "1 ERO HAM", "1>")
    _without_images(record, "S002V1")

    found = case_visits.asked(record, shipped_scheme())

    # RAMRIS and tenosynovitis ask for 43 sites of a visit
    assert found[whole] == Asked(2, 86, begun=True)
    assert found[part] == Asked(1, 43, begun=True)
    assert found[case_of(record, "S003")] == Asked(0, 86, begun=False)


def test_scans_are_read_apart_where_a_reader_has_two_cases_of_one_enrolment_with_another_visit_each(
    record: Connection,
) -> None:
    _known(record, "S004", "S005", "S006")
    given(record, "S004", "ES", 1)
    given(record, "S004", "ES", 2)
    # two readers with a scan each have no two cases, nor are two enrolments one
    given(record, "S005", "ES", 1)
    given(record, "S005", "MO", 2)
    given(record, "S006", "ES", 1, enrolment=1)
    given(record, "S006", "ES", 3, enrolment=2)

    assert case_visits.read_apart(record, ["ES", "MO"]) == {"S004"}
    assert case_visits.read_apart(record, ["MO"]) == frozenset()
    given(record, "S006", "ES", 2)
    assert case_visits.read_apart(record, ["ES", "MO"]) == {"S004", "S006"}


def test_a_pair_is_known_from_cases_that_show_two_visits_in_one_or_apart(record: Connection) -> None:
    _known(record, "S004", "S005")
    early, late = given(record, "S004", "ES", 1), given(record, "S004", "MO", 3)
    alone = given(record, "S005", "ES", 2)

    assert case_visits.pairs_of(record) == {"S001": BOTH, "S002": BOTH, "S003": BOTH, "S004": (1, 3)}
    found = case_visits.of_cases(record)
    assert [found[code].in_pair(1) for code in (early, late, alone)] == [1, 2, 2]
    assert (found[late].pair, found[alone].pair) == ((1, 3), ())


@pytest.mark.parametrize(
    ("answered", "wanted", "complete"), [(0, 0, False), (0, 1, False), (1, 1, True), (85, 86, False), (86, 86, True)]
)
def test_a_case_is_complete_with_as_many_answers_as_it_asks_for_and_never_without_images(
    answered: int, wanted: int, complete: bool
) -> None:
    assert Asked(answered, wanted, begun=True).complete is complete
