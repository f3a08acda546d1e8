"""Cells of an exported table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from storage.exporting.tables.csv_text import number_cell, text_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ('say "no", please', '"say ""no"", please"'),
        ("'=1", "''=1"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("plain", "plain"),
    ],
)
def test_text_that_a_table_program_would_compute_gets_an_apostrophe(text: str, cell: str) -> None:
    assert text_cell(text) == cell


@pytest.mark.parametrize(
    ("number", "cell"),
    [("-2.50", "-2.5"), ("0", "0"), ("-0", "0"), ("1E+2", "100"), ("12.222222", "12.222222"), ("10", "10")],
)
def test_a_number_has_no_exponent_no_needless_zeros_and_keeps_its_sign(number: str, cell: str) -> None:
    assert number_cell(Decimal(number)) == cell
