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


@pytest.mark.parametrize(
    "heading",
    [
        "visit", "Visit", "VISIT NO.", "visit_num", "visitNo", "Visit (1 or 2)", "site", "Site code", "case",
        "case_code", "reader", "Reader ID", "readerID", "feature", "round", "subject", "session", "region", "date",
        "group", "visit.x", "Visite", "order", "notes",
    ],
)  # fmt: skip
def test_a_column_headed_as_a_key_is_no_reading_wherever_it_stands(file: Path, heading: str) -> None:
    for text in (
        f"id,{heading},r1,r2\na,1,1,2\nb,2,3,4\n",
        f"id,r1,{heading},r2\na,1,1,2\nb,3,2,4\n",
        f"id;r1;r2;{heading}\na;1;2;1\nb;3;4;2\n",
    ):
        table = _read(file, text)

        assert (table.columns, table.keys) == (("r1", "r2"), (heading,))
        assert table.rows == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    "headings", ["reader 1,reader 2", "round1,round2", "visit 1,visit 2", "first,repeat", "reading,rereading", "A,B"]
)
def test_readings_that_are_named_after_their_reader_or_round_are_readings(file: Path, headings: str) -> None:
    table = _read(file, f"id,{headings}\na,1,2\nb,3,4\n")

    assert (table.columns, table.keys) == (tuple(headings.split(",")), ())


def test_text_in_a_key_column_is_nothing_to_refuse(file: Path) -> None:
    assert _read(file, "id,site,r1,r2\na,capitate,1,2\nb,hamate,3,4\n").rows == ((1, 2), (3, 4))


def test_a_table_with_a_row_for_each_reading_is_refused_and_says_which_columns_name_rows(file: Path) -> None:
    with pytest.raises(TableRefused, match="there is 1 column of scores beside 'reader', 'visit', which name rows"):
        _read(file, "case,reader,visit,score\na,1,1,2\na,2,1,3\n")


@pytest.mark.parametrize("headings", ["R1,R1", "r1,R1", " R1,R1 "])
def test_two_readings_under_one_heading_are_refused(file: Path, headings: str) -> None:
    with pytest.raises(TableRefused, match="columns 2 and 3 have the same heading"):
        _read(file, f"id,{headings}\na,1,2\n")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;", "\ufeffsep=;"])
def test_the_line_of_excel_that_names_the_separator_is_no_row(file: Path, first: str) -> None:
    table = _read(file, f"{first}\r\nid;r1;r2\r\na;1,5;2\r\nb;2;2,5\r\n")

    assert table.rows == ((1.5, 2), (2, 2.5))
    assert table.row_numbers == (2, 3)


def test_a_line_sep_that_the_rows_contradict_or_that_names_nothing_known_is_refused(file: Path) -> None:
    with pytest.raises(TableRefused, match="the line sep= names tabs, but there are semicolons between the cells"):
        _read(file, "sep=\t\nid;r1;r2\na;1;2\n")
    with pytest.raises(TableRefused, match=r"the line sep= names ':': separate cells with a comma, semicolon"):
        _read(file, "sep=:\nid:r1:r2\na:1:2\n")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_separator_is_read_in_each_encoding_of_a_spreadsheet(file: Path, mark: str, encoding: str) -> None:
    file.write_bytes("id,Læser 1,Læser 2\r\na,1,2\r\nb,3,4\r\n".replace(",", mark).encode(encoding))

    assert read_table(file).rows == ((1, 2), (3, 4))


def test_decimal_commas_are_read_between_tabs_too(file: Path) -> None:
    assert _read(file, "id\tr1\tr2\na\t1,5\t2\nb\t2\t2,5\n").rows == ((1.5, 2), (2, 2.5))


def test_a_quoted_separator_is_part_of_its_cell(file: Path) -> None:
    table = _read(file, 'id,"first; quiet","second\nloud"\n"a;b",1,2\n"c",3,4\n')

    assert table.columns == ("first; quiet", "second\nloud")
    assert table.rows == ((1, 2), (3, 4))


def test_separators_at_the_ends_of_rows_and_blank_rows_around_the_table_are_nothing(file: Path) -> None:
    table = _read(file, ";;;\nid;r1;r2;\na;1;2;;\nb;3;;\n;;;\n\n")

    assert table.rows == ((1, 2), (3, None))
    assert table.row_numbers == (3, 4)


def test_separators_that_change_within_a_file_are_named(file: Path) -> None:
    with pytest.raises(TableRefused, match=r"row 3 .* between semicolons, of the other between commas; use one"):
        _read(file, "id;r1;r2\na;1;2\nb,3,4\n")


def test_unquoted_decimal_commas_between_commas_are_refused_with_what_to_do(file: Path) -> None:
    with pytest.raises(TableRefused, match="a decimal comma needs semicolons or tabs between cells"):
        _read(file, "id,r1,r2\na,1,5,2,5\n")


@pytest.mark.parametrize("cell", ["1.234,5", "1 234", "1'234", "1\N{NO-BREAK SPACE}234,5"])
def test_a_number_with_thousands_is_refused_as_that(file: Path, cell: str) -> None:
    with pytest.raises(TableRefused, match="its sign may be one of thousands or of decimals"):
        _read(file, f"id;r1;r2\na;1;2,5\nb;{cell};2\n")


@pytest.mark.parametrize("cell", ["2024-05-01", "1.5.2024", "5/1/24", "1. Mai", "01-May", "Jan 05"])
def test_a_date_that_a_spreadsheet_made_of_a_score_is_refused_as_that(file: Path, cell: str) -> None:
    with pytest.raises(TableRefused, match=r"row 3, column 2 \(r1\): .* is a date, which a spreadsheet may have made"):
        _read(file, f"id;r1;r2\na;1;2\nb;{cell};2\n")


def test_a_workbook_is_refused_by_name(file: Path) -> None:
    file.write_bytes(b"PK\x03\x04 and so on")

    with pytest.raises(TableRefused, match="this is a workbook, not text: save the sheet as CSV in UTF-8"):
        read_table(file)


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


def test_a_line_of_blanks_alone_is_a_blank_line_and_one_of_separators_a_row_without_scores(file: Path) -> None:
    table = _read(file, "1,2\n   \n , \n3,4\n")

    assert table.rows == ((1, 2), (None, None), (3, 4))
    assert table.row_numbers == (1, 3, 4)


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
        (",0,1\n0,3,2\n", "row 1 looks like numbered headings over row names"),
        (",0,1\n0,,2\n1,2,2\n", "row 1 looks like numbered headings over row names"),
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


def test_numbers_above_a_row_that_has_no_name_are_scores_and_no_headings(file: Path) -> None:
    assert _read(file, ",0,1\n,3,2\n1,2,2\n").rows == ((None, 0, 1), (None, 3, 2), (1, 2, 2))


def test_a_single_row_without_a_name_is_no_heading(file: Path) -> None:
    with pytest.raises(TableRefused, match=r"column 1 \(column 1\) is empty throughout"):
        _read(file, ",0,1\n")


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


@pytest.mark.parametrize(("letters", "shown"), [(40, "x" * 40), (41, "x" * 40 + "...")])
def test_a_cell_of_forty_letters_is_shown_whole(file: Path, letters: int, shown: str) -> None:
    with pytest.raises(TableRefused) as refused:
        _read(file, f"1,2\n3,{'x' * letters}\n")

    assert f"'{shown}'" in str(refused.value)


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
