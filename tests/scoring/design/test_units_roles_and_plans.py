"""Parts of a subject that are given and read again, readers whose readings count, and plans of final values."""

from __future__ import annotations

import pytest

from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import Scope
from scoring.design.enrolments import Enrolment
from scoring.design.final_plan import USUAL, plan_by, plan_of, rule_of
from scoring.design.further_schemes import FurtherScheme
from scoring.design.read_design import Program, ReadDesign
from scoring.design.reader_roles import (
    INTER,
    PRIMARY,
    FirstReading,
    primary_cases,
    primary_readers,
    purpose_of,
    with_purpose,
)
from scoring.design.reading_units import BOTH, PAIR, SCAN, given_as, person_of, scan_of, to_give, to_read_again, whole
from scoring.values import replace

DESIGN = ReadDesign("wrist", "1.0.0", "w", "known", ("SYN", "ERO"), readers=("AD", "MO", "ND"))
PROGRAM = Program("P1", "grader", "1.0", "p")
FIRST, LONE, GONE = Enrolment(1, (1, 2)), Enrolment(2, (3,)), Enrolment(3, (4, 5), stands=False)


@pytest.mark.parametrize(
    ("unit", "has", "names"),
    [
        (BOTH, {}, ["S001", "S001/2"]),
        (PAIR, {}, ["S001"]),
        (SCAN, {}, ["S001:1", "S001:2", "S001:3"]),
        # what came when the other visit was given is a scan alone, and of pairs nothing more
        (BOTH, {1: (1,)}, ["S001:2", "S001/2"]),
        (PAIR, {1: (1,)}, []),
        (SCAN, {1: (1,)}, ["S001:2", "S001:3"]),
        (BOTH, {1: (1, 2), 2: (3,)}, []),
    ],
)
def test_what_a_reader_can_be_given_of_a_subject(unit: str, has: dict[int, tuple[int, ...]], names: list[str]) -> None:
    assert [part.name for part in to_give("S001", [FIRST, LONE, GONE], has, unit)] == names


def test_a_visit_of_two_enrolments_is_read_once_where_scans_are_read() -> None:
    parts = to_give("S001", [FIRST, Enrolment(2, (2, 3))], {}, SCAN)

    assert [(part.name, part.enrolment) for part in parts] == [("S001:1", 1), ("S001:2", 1), ("S001:3", 2)]
    assert [part.name for part in to_give("S001", [FIRST, Enrolment(2, (2, 3))], {1: (1, 2)}, SCAN)] == ["S001:3"]


def test_parts_share_a_visit_in_one_enrolment_or_where_one_of_them_is_a_scan() -> None:
    pair, next_pair, scan = whole("S001", 1, (1, 2)), whole("S001", 2, (2, 3)), scan_of("S001", 2, 2)

    assert pair.shares(whole("S001", 1, (2, 1)))
    assert not pair.shares(next_pair)
    assert pair.shares(scan)
    assert scan.shares(pair)
    assert not scan.shares(scan_of("S001", 2, 3))
    assert not pair.shares(whole("S002", 1, (1, 2)))


def test_what_is_read_again_of_a_first_reading() -> None:
    pair, lone = whole("S001", 1, (1, 2)), whole("S001", 2, (3,))

    assert to_read_again(pair, "case") == (pair,)
    assert to_read_again(lone, "case") == (lone,)
    assert to_read_again(pair, PAIR) == (pair,)
    assert to_read_again(lone, PAIR) == ()
    assert [part.name for part in to_read_again(pair, SCAN)] == ["S001:1", "S001:2"]


def test_the_name_of_a_part_says_whose_it_is_and_how_it_was_drawn() -> None:
    assert [person_of(name) for name in ("S001", "S001/2", "S001:3")] == ["S001"] * 3
    assert given_as("S001", 1, (2,), SCAN).name == "S001:2"
    assert given_as("S001", 1, (2,), BOTH).name == "S001"
    assert given_as("S001", 2, (), SCAN).name == "S001/2"


@pytest.mark.parametrize(
    ("design", "primary"),
    [
        (DESIGN, ("AD",)),
        (replace(DESIGN, inter=("AD",)), ("MO",)),
        (replace(DESIGN, readers=("P1", "MO"), programs=(PROGRAM,)), ("MO",)),
        (replace(DESIGN, primary=("ND", "MO")), ("ND", "MO")),
        (replace(DESIGN, readers=()), ()),
    ],
)
def test_primary_is_who_is_named_or_the_first_person_who_was_assigned(
    design: ReadDesign, primary: tuple[str, ...]
) -> None:
    assert primary_readers(design) == primary
    for reader in ("AD", "MO", "ND"):
        assert purpose_of(design, reader) == (PRIMARY if reader in primary else INTER)


def test_of_what_several_primary_readers_have_the_one_that_was_given_first_counts() -> None:
    firsts = [
        FirstReading("C1", ("S001",), "MO", 3), FirstReading("C2", ("S001",), "AD", 2),
        FirstReading("C3", ("S002",), "MO", 3), FirstReading("C4", ("S003",), "ND", 1),
    ]  # fmt: skip

    assert primary_cases(replace(DESIGN, primary=("AD", "MO")), firsts) == {"C2", "C3"}
    assert primary_cases(DESIGN, firsts) == {"C2"}
    assert primary_cases(replace(DESIGN, readers=()), firsts) == {"C1", "C2", "C3", "C4"}


@pytest.mark.parametrize(
    ("before", "reader", "purpose", "primary", "inter"),
    [
        # what holds by itself needs no words
        (DESIGN, "AD", PRIMARY, (), ()),
        (DESIGN, "MO", PRIMARY, ("AD", "MO"), ()),
        (DESIGN, "MO", INTER, (), ("MO",)),
        (replace(DESIGN, inter=("MO",)), "MO", INTER, (), ("MO",)),
        (replace(DESIGN, inter=("MO",)), "MO", PRIMARY, ("AD", "MO"), ()),
        (replace(DESIGN, primary=("AD", "MO")), "MO", INTER, ("AD",), ("MO",)),
        (replace(DESIGN, primary=("AD", "MO")), "MO", PRIMARY, ("AD", "MO"), ()),
    ],
)
def test_a_reader_gets_a_purpose_and_who_is_primary_stays_so(
    before: ReadDesign, reader: str, purpose: str, primary: tuple[str, ...], inter: tuple[str, ...]
) -> None:
    after = with_purpose(before, reader, purpose)

    assert (after.primary, after.inter) == (primary, inter)


def test_purposes_are_of_the_readers_of_one_scheme() -> None:
    hands = FurtherScheme("hands", "1.0.0", "h", without_images=False, readers=("ND", "CH"))
    design = replace(DESIGN, readers=("AD", "MO", "ND", "CH"), further=(hands,))

    assert [purpose_of(design, reader) for reader in ("AD", "MO", "ND", "CH")] == [PRIMARY, INTER, PRIMARY, INTER]
    changed = with_purpose(replace(design, primary=("MO",)), "CH", PRIMARY)
    assert (changed.primary, changed.inter) == (("MO", "ND", "CH"), ())
    assert with_purpose(design, "ND", PRIMARY) is design
    told = with_purpose(replace(design, inter=("MO",)), "CH", INTER)
    assert (told.primary, told.inter) == ((), ("MO", "CH"))


def test_a_plan_of_final_values_is_the_designs_with_readers_as_they_are_called() -> None:
    hands = FurtherScheme("hands", "1.0.0", "h", without_images=False, readers=("ND",))
    design = replace(
        DESIGN, final=Settling.ADJUDICATOR, final_readers=("AD", "ND"), names=(("AD", "Reader 1"), ("P1", "Grader")),
        programs=(PROGRAM,), adjudicate="total:3", further=(hands,),
    )  # fmt: skip

    own, further = plan_of(design), plan_of(design, hands)
    assert own is not None
    assert further is not None
    assert (own.readers, further.readers) == (("Reader 1",), ("ND",))
    assert own.settling is Settling.ADJUDICATOR
    assert own.rule == rule_of(design) != USUAL
    assert not own.counts("Grader")
    assert plan_of(replace(design, final="")) is None
    other = next(settling for settling in Settling if settling is not Settling.ADJUDICATOR)
    assert plan_by(design, other).settling is other


def test_where_nothing_is_said_single_sites_that_differ_by_one_grade_are_settled() -> None:
    assert rule_of(DESIGN) == USUAL
    assert (USUAL.scope, str(USUAL.least)) == (Scope.SITE, "1")
