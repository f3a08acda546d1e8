"""Enrolments from a CSV file: what a spreadsheet writes is read, and a mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.design.enrolment_csv import EnrolmentsRefused, parsed, read_enrolments, visits_of

LISTED = "person,enrolment,visits,label\nS001,1,1+2,A\nS001,2,3+4,B\nS002,,1,A\n"


def told(text: str) -> list[tuple[str, int | None, tuple[int, ...], str]]:
    return [(item.person, item.number, item.visits, item.label) for item in parsed(text)]


def test_each_row_is_an_enrolment() -> None:
    assert told(LISTED) == [("S001", 1, (1, 2), "A"), ("S001", 2, (3, 4), "B"), ("S002", None, (1,), "A")]


@pytest.mark.parametrize(
    "text",
    [
        LISTED.replace(",", ";"),
        LISTED.replace(",", "\t"),
        "sep=;\n" + LISTED.replace(",", ";"),
        '"sep=\t"\n' + LISTED.replace(",", "\t"),
        "\ufeff" + LISTED,
        LISTED.replace("\n", "\r\n"),
        LISTED + "\n,,,\n\n",
        LISTED.replace("person", " Person "),
    ],
    ids=["semicolons", "tabs", "sep", "sep tab", "byte order mark", "windows", "blank rows", "capital"],
)
def test_what_spreadsheets_write_is_the_same_list(text: str) -> None:
    assert told(text) == told(LISTED)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "enrolments.csv"
    file.write_bytes(b"\xef\xbb\xbf" + LISTED.encode())

    assert [item.line for item in read_enrolments(file)] == [2, 3, 4]


@pytest.mark.parametrize("text", ["1+2", "2+1", "1 2", "1, 2", "1 + 2", "1;2", "1/2", "1 and 2"])
def test_two_visits_may_be_written_in_many_ways_and_stand_in_their_order(text: str) -> None:
    assert visits_of(text) == (1, 2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the file is empty"),
        ("person,visits\n", "a heading but no row"),
        ("person,label\nS001,A\n", "line 1: column visits is missing"),
        ("person,visits,group\nS001,1,A\n", "line 1: column 'group' isn't known; the columns are person, enrolment"),
        ("person,visits,visits\nS001,1,1\n", "line 1: column 'visits' stands there twice"),
        ("person,visits\n\nS001,1\n,2\n", "line 4, column person: it is empty"),
        ("person,visits\nS001,1,2\n", "line 2 has 3 cells where the heading has 2"),
        ("person,visits\nS001,\n", "line 2, column visits: '' says no visits"),
        ("person,visits\nS001,02-Jan\n", "line 2, column visits: '02-Jan' says no visits"),
        ("person,visits\nS001,0+1\n", "'0\\+1' says no visits"),
        ("person,visits\nS001,-1\n", "'-1' says no visits"),
        ("person,visits\nS001,1+1\n", "'1\\+1' names a visit twice"),
        ("person,visits\nS001,1+2+3\n", "'1\\+2\\+3' are 3 visits: an enrolment has one or two"),
        ("person,visits,enrolment\nS001,1,A\n", "line 2, column enrolment: 'A' is no number"),
        ("person,visits,enrolment\nS001,1,0\n", "line 2, column enrolment: '0' is no number"),
        ("person,visits\nS001,1+2\nS002,1\nS001,2+1\n", r"line 4: visits 1\+2 of this person stands in line 2 already"),
        ("person,visits,enrolment\nS001,1,1\nS001,2,1\n", "line 3: enrolment 1 of this person stands in line 2"),
        ("person,visits,label\nS001,1," + "A" * 65 + "\n", "line 2, column label: up to 64 letters"),
        ('person,visits\nS001,"1\n', "line 2: this is no CSV"),
        ("person,visits\nS001,1\0\n", "this is no text"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(EnrolmentsRefused, match=complaint):
        parsed(text)


def test_a_file_in_another_encoding_is_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("person,visits,label\nS001,1,Gruppe ä\n".encode("latin-1"))

    with pytest.raises(EnrolmentsRefused, match=r"list\.csv: byte 35 is not UTF-8"):
        read_enrolments(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentsRefused, match=r"none\.csv: can't be read: No such file"):
        read_enrolments(tmp_path / "none.csv")


def test_a_row_shows_neither_person_nor_label_in_a_trace() -> None:
    assert repr(parsed("person,visits,label\nCANARY_7,1,SECRETGROUP\n")) == "(ListedEnrolment(line=2),)"
