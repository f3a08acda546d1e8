"""Roles of readers: who is primary is said, and until then it is who was assigned first."""

from __future__ import annotations

import pytest

from scoring.design.read_design import changed, design_from, first_design
from scoring.design.reader_roles import INTER, PRIMARY, FirstReading, primary_cases, primary_readers, with_purpose
from scoring.errors import DesignRefused
from scoring.schemes.load import shipped_scheme

NEW = first_design(shipped_scheme(), "known")
TWO = NEW.drawn("R11", 1, 1).drawn("R1", 1, 2)


def _first(case: str, subject: str, reader: str, draw: int) -> FirstReading:
    return FirstReading(case, (subject, 1, 2), reader, draw)


def test_until_it_is_said_the_reader_who_was_assigned_first_is_primary() -> None:
    firsts = [_first("A", "S1", "R11", 1), _first("B", "S1", "R1", 2), _first("C", "S2", "R1", 2)]

    assert primary_readers(TWO) == ("R11",)
    # as before: what the primary reader doesn't have stays for agreement
    assert primary_cases(TWO, firsts) == {"A"}
    assert primary_readers(NEW) == ()


def test_a_design_that_says_nothing_of_it_keeps_its_text_and_hash() -> None:
    assert "primary" not in TWO.content
    assert "inter" not in TWO.content
    assert design_from(TWO.content) == TWO
    said = changed(TWO, "primary", "R1")
    assert design_from(said.content) == said
    assert changed(said, "primary", "none") == TWO


def test_of_readers_who_share_a_study_whoever_was_given_a_subject_first_reads_it_for_the_study() -> None:
    shared = changed(TWO, "primary", "R11,R1")
    # R11 has S1, R1 has S2; then each gets the other's for agreement
    firsts = [
        _first("A", "S1", "R11", 1),
        _first("B", "S2", "R1", 2),
        _first("C", "S1", "R1", 2),
        _first("D", "S2", "R11", 3),
    ]

    assert primary_cases(shared, firsts) == {"A", "B"}


def test_who_joins_stands_beside_the_first_and_who_is_for_agreement_alone_is_never_first() -> None:
    assert primary_readers(with_purpose(TWO, "R1", PRIMARY)) == ("R11", "R1")
    assert primary_readers(with_purpose(TWO, "R11", INTER)) == ("R1",)
    assert with_purpose(TWO, "R11", PRIMARY) == TWO
    assert primary_readers(with_purpose(with_purpose(TWO, "R11", INTER), "R11", PRIMARY)) == ("R1", "R11")
    # nobody else is there: a reading for agreement isn't the study's
    alone = with_purpose(NEW.drawn("R9", 1, 1), "R9", INTER)
    assert primary_cases(alone, [_first("A", "S1", "R9", 1)]) == frozenset()


@pytest.mark.parametrize("text", ["R2", "R1,R1", "", "R1,,R11"])
def test_only_readers_who_were_assigned_something_can_be_primary(text: str) -> None:
    with pytest.raises(DesignRefused, match="a reader who was assigned cases, or several"):
        changed(TWO, "primary", text)
