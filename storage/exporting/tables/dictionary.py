"""The dictionaries: every column in words, every closed list, and REDCap's own form of the wide file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from storage.exporting.tables.columns import CodeList, Column, Kind, Part, Table, code, integer, words, yes_no
from storage.exporting.tables.csv_text import LINE_END, number_cell, text_cell

_TEXT: Final = 1000


class Described(NamedTuple):
    """A column of a table, the how manieth it is."""

    table: Table
    position: int
    column: Column[Any]


class Listed(NamedTuple):
    """A code of a closed list, the how manieth it is."""

    codes: CodeList
    position: int
    code: str
    label: str


_DESCRIBED: Final[Part[Described]] = Part(
    (
        code("file", "File of this folder", lambda of: of.table.file, length=32),
        integer("position", "Position of the column in the file, counted from 1", lambda of: of.position, minimum=1),
        code("name", "Name of the column", lambda of: of.column.name, length=32),
        code(
            "type",
            "Type of the cells",
            lambda of: of.column.kind,
            CodeList("type", tuple((kind, kind) for kind in Kind)),
            length=8,
        ),
        words(
            "allowed",
            "Allowed values or range; empty if any value is allowed",
            lambda of: _allowed(of.column),
            length=_TEXT,
            empty=True,
        ),
        code(
            "codelist",
            "Name of the list in codelists.csv that explains the codes",
            lambda of: of.column.codes.name if of.column.codes else "",
            length=32,
            empty=True,
        ),
        yes_no(
            "may_be_empty",
            "Whether a cell may be empty; an empty cell is a missing value",
            lambda of: of.column.may_be_empty,
        ),
        words("meaning", "Meaning of the column", lambda of: of.column.meaning, length=_TEXT),
    )
)
_LISTED: Final[Part[Listed]] = Part(
    (
        code("codelist", "Name of the list of codes", lambda of: of.codes.name, length=32),
        integer("position", "Position of the code in the list, counted from 1", lambda of: of.position, minimum=1),
        code("code", "Code as it is in the cells", lambda of: of.code, length=17),
        words("label", "Meaning of the code", lambda of: of.label, length=_TEXT),
    )
)
DICTIONARY: Final = Table("data_dictionary", "One row for each column of each table", (_DESCRIBED,), ("file", "name"))
CODELISTS: Final = Table("codelists", "One row for each code of each closed list", (_LISTED,), ("codelist", "code"))
# The 18 columns of a REDCap data dictionary, in its order and words: REDCap, "Data Dictionary", 2015 and later
REDCAP_HEADER: Final = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_FORM: Final = "ramris"


def dictionary_lines(tables: Sequence[Table]) -> Iterator[str]:
    """One line for each column of each table."""
    for table in tables:
        for position, column in enumerate(table.columns, 1):
            yield _DESCRIBED.line(Described(table, position, column))


def codelist_lines(tables: Sequence[Table]) -> Iterator[str]:
    """One line for each code of each list that the tables use, by list."""
    lists = {column.codes.name: column.codes for table in tables for column in table.columns if column.codes}
    for _, codes in sorted(lists.items()):
        for position, (item, label) in enumerate(codes.entries, 1):
            yield _LISTED.line(Listed(codes, position, item, label))


def redcap_lines(wide: Table) -> Iterator[str]:
    """One line for each variable of the wide file; the record is the case code."""
    for column in wide.columns:
        kind, choices, validation, low, high = _redcap_field(column)
        words = {
            "Variable / Field Name": column.name,
            "Form Name": _FORM,
            "Field Type": kind,
            "Field Label": column.meaning,
            "Choices, Calculations, OR Slider Labels": choices,
            "Text Validation Type OR Show Slider Number": validation,
        }
        # numbers as they are: a lowest change is negative, and no formula
        cells = {name: text_cell(text) for name, text in words.items()}
        cells |= {"Text Validation Min": low, "Text Validation Max": high}
        yield ",".join(cells.get(name, "") for name in REDCAP_HEADER) + LINE_END


def _allowed(column: Column[Any]) -> str:
    if column.codes:
        return "; ".join(column.codes.codes)
    low, high = number_cell(column.minimum), number_cell(column.maximum)
    if low and high:
        return f"{low} to {high}"
    return f"{low} and up" if low else ""


def _redcap_field(column: Column[Any]) -> tuple[str, str, str, str, str]:
    """(field type, choices, validation, lowest, highest). Choice codes in REDCap can't hold a decimal point."""
    if column.codes and not any("." in item for item in column.codes.codes):
        choices = " | ".join(f"{item}, {label.replace('|', '/')}" for item, label in column.codes.entries)
        return "dropdown", choices, "", "", ""
    low, high = number_cell(column.minimum), number_cell(column.maximum)
    match column.kind:
        case Kind.INTEGER:
            return "text", "", "integer", low, high
        case Kind.NUMBER:
            return "text", "", "number", low, high
    return "text", "", "", "", ""
