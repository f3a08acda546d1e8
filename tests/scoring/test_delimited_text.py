"""Delimited text: what stands between cells is told from the text alone, and what is no text is named."""

import pytest

from scoring.delimited_text import decoded, first_separator, is_sep_line, separator_of, without_sep_line
from scoring.errors import TextRefused


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("a\tb;c\n", "\t"),
        ("a|b\n", "|"),
        ('"a;b",c\n', ","),
        ("\n \na;b\n", ";"),
    ],
)
def test_the_separator_is_that_of_the_first_row_outside_quotes(text: str, mark: str) -> None:
    assert separator_of(text) == mark


def test_the_first_separator_of_a_line_is_the_one_outside_quotes_that_comes_first() -> None:
    assert first_separator("K7QM2;1;SYN;RC;OT;cyst, old") == ";"
    assert first_separator('"K;7",1') == ","
    assert first_separator("K7QM2") == ","


def test_a_heading_that_begins_like_the_line_sep_is_a_heading() -> None:
    assert not is_sep_line("sep=;id;r1")
    assert not is_sep_line("sepsis;r1")
    assert without_sep_line("sep;r1\n1;2\n") == ("sep;r1\n1;2\n", None)


def test_marks_of_byte_order_are_no_text_however_many_there_are() -> None:
    assert decoded("\ufeff\ufeffid".encode()) == "id"
    assert decoded("id".encode("utf-16")) == "id"


def test_utf_16_without_its_mark_and_utf_16_that_breaks_off_are_refused() -> None:
    with pytest.raises(TextRefused, match="this is no text"):
        decoded("id".encode("utf-16-le"))
    with pytest.raises(TextRefused, match="save the table as CSV in UTF-8"):
        decoded("id".encode("utf-16")[:-1])
