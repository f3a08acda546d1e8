"""Units of reading: what one case shows of the visits of a subject, also of one that comes later."""

from __future__ import annotations

import pytest

from scoring.design.draws import kept_apart
from scoring.design.enrolments import Enrolment
from scoring.design.read_design import ReadDesign, changed, decoded, design_from, first_design
from scoring.design.reading_units import checked_reread_unit, given_as, person_of, scan_of, to_give
from scoring.errors import DesignRefused
from scoring.schemes.load import shipped_scheme

UNITS = ("both", "pair", "scan")


def _enrolments(*found: tuple[int, tuple[int, ...], bool]) -> list[Enrolment]:
    return [Enrolment(number, visits, stands=stands) for number, visits, stands in found]


@pytest.mark.parametrize(
    ("found", "given"),
    [
        ([(1, (1, 2), True)], {"both": [(1, (1, 2))], "pair": [(1, (1, 2))], "scan": [(1, (1,)), (1, (2,))]}),
        ([(1, (1,), True)], {"both": [(1, (1,))], "pair": [], "scan": [(1, (1,))]}),
        ([(1, (2,), True)], {"both": [(1, (2,))], "pair": [], "scan": [(1, (2,))]}),
        ([], {"both": [], "pair": [], "scan": []}),
        # two enrolments of a person that share a visit: as scans each visit is read once
        (
            [(1, (1, 2), True), (2, (2, 3), True)],
            {
                "both": [(1, (1, 2)), (2, (2, 3))],
                "pair": [(1, (1, 2)), (2, (2, 3))],
                "scan": [(1, (1,)), (1, (2,)), (2, (3,))],
            },
        ),
    ],
)
def test_a_unit_says_what_is_given_of_the_enrolments_of_a_subject(
    found: list[tuple[int, tuple[int, ...], bool]], given: dict[str, list[tuple[int, tuple[int, ...]]]]
) -> None:
    parts = {unit: to_give("S001", _enrolments(*found), {}, unit) for unit in UNITS}

    assert {unit: [(part.enrolment, part.visits) for part in mine] for unit, mine in parts.items()} == given


def test_what_comes_when_the_other_visit_was_given_is_a_scan_alone_of_the_same_enrolment() -> None:
    found = _enrolments((1, (1, 2), True))

    parts = {unit: to_give("S001", found, {1: (1,)}, unit) for unit in UNITS}

    assert {unit: [(part.enrolment, part.visits) for part in mine] for unit, mine in parts.items()} == {
        "both": [(1, (2,))],
        "pair": [],
        "scan": [(1, (2,))],
    }
    assert all(to_give("S001", found, {1: (1, 2)}, unit) == () for unit in UNITS)


@pytest.mark.parametrize("unit", UNITS)
def test_a_part_has_the_name_under_which_it_is_drawn_also_when_it_is_looked_up_later(unit: str) -> None:
    for part in to_give("S001", _enrolments((1, (1, 2), True), (2, (3, 4), True)), {}, unit):
        assert given_as(part.subject, part.enrolment, part.visits, unit).name == part.name
        assert person_of(part.name) == "S001"


def test_scans_of_one_person_are_kept_apart_where_the_list_allows_it() -> None:
    names = [scan_of(f"S{number:03}", 1, visit).name for number in range(1, 9) for visit in (1, 2)]

    order = kept_apart(names, person_of)

    assert sorted(order) == sorted(names)
    people = [person_of(name) for name in order]
    # 8 people, 16 scans: five others fit between the two of each
    assert min(people[at + 1 :].index(person) for at, person in enumerate(people) if person in people[at + 1 :]) >= 5


def _design(order: str = "known") -> ReadDesign:
    return first_design(shipped_scheme(), order)


def test_a_new_study_reads_pairs_and_lone_visits_and_the_text_of_its_design_is_that_of_older_ones() -> None:
    design = _design()

    assert design.reading_unit == "both"
    assert '"unit":"pair"' in design.content
    assert "lone_visits" not in design.content
    assert decoded(design.content) == design


def test_lone_visits_can_wait_and_be_read_after_all() -> None:
    waits = changed(_design(), "unit", "pair")

    assert waits.reading_unit == "pair"
    assert design_from(waits.content) == waits
    assert changed(waits, "unit", "both") == _design()


@pytest.mark.parametrize(("order", "text"), [("known", "scan"), ("single", "pair"), ("single", "both"), ("known", "x")])
def test_whether_scans_are_read_alone_is_fixed_when_the_study_is_made(order: str, text: str) -> None:
    with pytest.raises(DesignRefused, match="is made"):
        changed(_design(order), "unit", text)
    assert _design("single").reading_unit == "scan"


@pytest.mark.parametrize("unit", ["case", "pair", "scan"])
def test_what_is_read_again_is_a_case_a_pair_or_a_scan(unit: str) -> None:
    assert checked_reread_unit(unit) == unit

    with pytest.raises(DesignRefused, match=f"unit '{unit}s': case, pair, scan"):
        checked_reread_unit(f"{unit}s")
