"""Ids of readers: what an export's table programs would turn into something else isn't one."""

from __future__ import annotations

import pytest

from scoring.design.reader_ids import refusal


@pytest.mark.parametrize(
    "reader", ["R1", "AD", "ES", "anna", "reader-2", "7", "12", "TF", "may", "Mark1", "DECK2", "E5", "f", "X" * 32]
)
def test_initials_words_and_numbers_are_ids(reader: str) -> None:
    assert refusal(reader) == ""


@pytest.mark.parametrize(
    ("reader", "turned_into"),
    [
        # pandas `read_csv` (na_values), R `read.csv` (na.strings) and spreadsheets
        ("NA", "a missing value"),
        ("null", "a missing value"),
        ("NaN", "a missing value"),
        ("None", "a missing value"),
        # pandas and spreadsheets; R 4: type.convert("F", as.is = TRUE) is logical
        ("true", "true or false"),
        ("F", "true or false"),
        ("inf", "infinity"),
        # R 4: type.convert gives 1e+05, 31 and 7
        ("1E5", "a number with an exponent"),
        ("0x1F", "a hexadecimal number"),
        ("007", "a number without its zeros"),
        ("123456789012", "a rounded number"),
        # genes SEPT2 and MARCH1 were renamed because of spreadsheets (Bruford 2020, Nat Genet 52:754)
        ("MAR1", "a date"),
        ("SEPT2", "a date"),
        ("MARCH1", "a date"),
        ("1-2", "a date"),
        ("2026-01-02", "a date"),
        ("OKT3", "a date"),
    ],
)
def test_an_id_that_a_table_program_turns_into_something_else_is_refused(reader: str, turned_into: str) -> None:
    assert refusal(reader) == f"table programs turn that into {turned_into}; take another id, such as R1"


@pytest.mark.parametrize("reader", ["", "-", "N/A", "a b", "Zoë", "X" * 33, "_x"])
def test_an_id_with_other_signs_is_refused_with_what_is_allowed(reader: str) -> None:
    assert "1 to 32 letters (a-z, A-Z), digits, dashes and underscores" in refusal(reader)
