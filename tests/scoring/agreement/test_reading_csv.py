"""A table from CSV: nothing is guessed that could move or lose a score, and each refusal names its place."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.agreement.errors import ScaleRefused, TableRefused
from scoring.agreement.reading_csv import Table, read_table
from scoring.agreement.scale import ScaleRange, parse_scale


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scores.csv"


def _read(file: Path, text: str, scale: ScaleRange | None = None) -> Table:
    file.write_bytes(text.encode())
    return read_table(file, scale)


def test_numbers_alone_are_scores_without_heading_or_names(file: Path) -> None:
    table = _read(file, "1,2\n3,4.5\n")

    assert table.rows == ((1, 2), (3, 4.5))
    assert table.columns == ("column 1", "column 2")
    assert table.names == ()
    assert table.row_numbers == (1, 2)


def test_a_first_row_without_a_number_is_a_heading(file: Path) -> None:
    table = _read(file, "first,second\n1,2\n")

    assert table.columns == ("first", "second")
    assert table.rows == ((1, 2),)
    assert table.row_numbers == (2,)


@pytest.mark.parametrize("heading", ["id", "ID", "case", "subject_id", "Scan", "wrist no", "caseID", ""])
def test_a_column_headed_as_names_is_no_score_even_when_the_names_are_numbers(file: Path, heading: str) -> None:
    table = _read(file, f"{heading},first,second\n01,1,2\n02,3,4\n")

    assert table.names == ("01", "02")
    assert table.columns == ("first", "second")
    assert table.rows == ((1, 2), (3, 4))


def test_a_first_column_of_text_is_one_of_names_without_any_heading(file: Path) -> None:
    table = _read(file, "C-01,1,2\nC-02,3,4\n")

    assert table.names == ("C-01", "C-02")
    assert table.rows == ((1, 2), (3, 4))


def test_semicolons_may_come_with_decimal_commas(file: Path) -> None:
    assert _read(file, "a;b\n0,5;1\n2;2,5\n").rows == ((0.5, 1), (2, 2.5))
    assert _read(file, "0.5;1\n2;2.5\n").rows == ((0.5, 1), (2, 2.5))


def test_two_decimal_signs_in_one_file_are_refused(file: Path) -> None:
    with pytest.raises(TableRefused, match=r"row 2, column 1 \(column 1\): '1\.000' is not a number"):
        _read(file, "0,5;1\n1.000;2\n")


def test_a_quoted_comma_in_a_comma_file_is_no_decimal_sign(file: Path) -> None:
    with pytest.raises(TableRefused, match="'1,000' is not a number"):
        _read(file, '5,6\n"1,000",7\n')


def test_empty_cells_are_missing_scores_and_blank_lines_are_nothing(file: Path) -> None:
    table = _read(file, "a,b\r\n1,\r\n\r\n ,2\r\n,\r\n3,4\r\n\r\n")

    assert table.rows == ((1, None), (None, 2), (None, None), (3, 4))
    assert table.row_numbers == (2, 4, 5, 6)


def test_a_byte_order_mark_and_quotes_are_read_through(file: Path) -> None:
    assert _read(file, '\ufeff"a","b"\n"1","2"\n').rows == ((1, 2),)


@pytest.mark.parametrize(
    "cell",
    [
        "inf",
        "-Infinity",
        "nan",
        "NaN",
        "NA",
        ".",
        "x",
        "1_000",
        "0x10",
        "1 2",
        "--1",
        "1e",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "\N{MINUS SIGN}1",
        "=1",
        "1'",
    ],
)
def test_what_is_not_a_number_in_digits_is_refused_with_row_and_column(file: Path, cell: str) -> None:
    with pytest.raises(TableRefused, match=r"^scores\.csv: row 3, column 2 \(b\): .* is not a number: write the score"):
        _read(file, f"a,b\n1,2\n3,{cell}\n")


@pytest.mark.parametrize(
    ("cell", "score"), [("+1", 1), ("-2.5", -2.5), (".5", 0.5), ("2.", 2), ("1e1", 10), ("007", 7)]
)
def test_numbers_in_digits_are_read(file: Path, cell: str, score: float) -> None:
    assert _read(file, f"0,{cell}\n").rows == ((0, score),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("a,b\n", "there is a heading but no row of scores"),
        ("1\n2\n", "there is 1 column of scores"),
        ("id,a\nx,1\n", "there is 1 column of scores"),
        ("1,2\n3,4,5\n", "row 2 has 3 cells where row 1 has 2: give every row the same number of cells"),
        ("a,b\n\n1,2\n3\n", "row 4 has 1 cells where row 1 has 2"),
        ("1,2,\n3,4,\n", r"column 3 \(column 3\) is empty throughout: fill it or delete it"),
        ("id,1,2\nx,1,2\n", "row 1 begins with 'id' like a heading, but its other cells are numbers"),
        (",0,1\n0,3,2\n1,2,2\n", "row 1 looks like numbered headings over row names"),
        (",1,2\n1,3,2\n2,2,2\n", "row 1 looks like numbered headings over row names"),
        ("1,2\nx,3\n", r"row 2, column 1 \(column 1\): 'x' is not a number"),
        ("1,1e999\n", r"row 1, column 2 \(column 2\): inf is no score"),
        ('1,"2\n', "this is no CSV"),
        ("1,2\0\n", "this is no text"),
    ],
    ids=ascii,
)
def test_what_is_no_table_is_refused_in_one_line_that_names_the_file(file: Path, text: str, message: str) -> None:
    with pytest.raises(TableRefused, match=message) as refused:
        _read(file, text)

    assert str(refused.value).startswith("scores.csv: ")
    assert "\n" not in str(refused.value)


def test_text_in_another_encoding_is_refused(file: Path) -> None:
    file.write_bytes(b"Gr\xf6\xdfe,b\n1,2\n")

    with pytest.raises(TableRefused, match="byte 3 is not UTF-8: save the table as CSV in UTF-8"):
        read_table(file)


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match=rf"none\.csv: can't be read: {os.strerror(errno.ENOENT)}"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(TableRefused, match="can't be read"):
        read_table(tmp_path)


def test_a_score_off_the_scale_is_refused_with_its_row(file: Path) -> None:
    with pytest.raises(TableRefused, match=r"row 3, column 3 \(b\): 4 is not on the scale 0 to 3: correct"):
        _read(file, "id,a,b\nx,1,2\ny,0,4\n", ScaleRange(0, 3))


def test_a_long_cell_is_shown_shortened(file: Path) -> None:
    with pytest.raises(TableRefused) as refused:
        _read(file, f"1,2\n3,{'x' * 5000}\n")

    assert len(str(refused.value)) < 250


def test_bones_whose_names_end_in_id_are_no_names_of_rows(file: Path) -> None:
    assert _read(file, "scaphoid,trapezoid\n1,2\n").rows == ((1, 2),)


def test_a_first_row_that_lacks_its_first_score_is_a_row(file: Path) -> None:
    assert _read(file, ",2,2\n1,3,2\n").rows == ((None, 2, 2), (1, 3, 2))


@pytest.mark.parametrize(("text", "minimum", "maximum"), [("0,3", 0, 3), (" -45 , 45 ", -45, 45), ("0,0.5", 0, 0.5)])
def test_a_scale_is_two_numbers(text: str, minimum: float, maximum: float) -> None:
    assert parse_scale(text) == ScaleRange(minimum, maximum)


@pytest.mark.parametrize("text", ["", "3", "3,0", "0,0", "0,x", "0,3,5", "0,inf", "nan,1", "0,1e999", "0;3"])
def test_what_is_no_scale_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ScaleRefused, match="give two numbers, such as 0,3"):
        parse_scale(text)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.one_of(st.none(), st.decimals(-100, 100, places=1).map(float))] * 3), min_size=1, max_size=8
    ),
    delimiter=st.sampled_from([",", ";"]),
)
def test_what_was_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float | None, ...]], delimiter: str
) -> None:
    rows = [*rows, (0.0, 0.0, 0.0)]
    file = tmp_path_factory.mktemp("table") / "scores.csv"
    lines = [delimiter.join("" if score is None else repr(score) for score in row) for row in rows]

    assert _read(file, "\n".join(["a;b;c".replace(";", delimiter), *lines])).rows == tuple(rows)
