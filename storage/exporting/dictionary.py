"""The dictionaries: every column in words, every closed list, and REDCap's own form of the wide file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from storage.exporting.columns import CodeList, Column, Kind, Table, code, integer
from storage.exporting.csv_text import LINE_END, number_cell, text_cell, text_line
from storage.exporting.tables import YES_NO

_TEXT: Final = 1000

DICTIONARY: Final = Table(
    "data_dictionary",
    "One row for each column of each table",
    (
        code("file", "File of this folder", length=32),
        integer("position", "Place of the column in it", minimum=1),
        code("name", "Header of the column", length=32),
        code("type", "Kind of its cells", CodeList("type", tuple((kind, kind) for kind in Kind)), length=8),
        Column("allowed", Kind.TEXT, "Values or range, if there is a rule", length=_TEXT, may_be_empty=True),
        code("codelist", "List in codelists.csv that explains its codes", length=32, empty=True),
        code(
            "may_be_empty",
            "Whether a cell may be empty, which means missing",
            YES_NO,
            length=3,
        ),
        Column("meaning", Kind.TEXT, "What it says", length=_TEXT),
    ),
    ("file", "name"),
)
CODELISTS: Final = Table(
    "codelists",
    "One row for each code of each closed list",
    (
        code("codelist", "Name of the list", length=32),
        integer("position", "Place of the code in it", minimum=1),
        code("code", "What stands in the cells", length=17),
        Column("label", Kind.TEXT, "What it means", length=_TEXT),
    ),
    ("codelist", "code"),
)
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
            yield text_line(
                (
                    table.file,
                    str(position),
                    column.name,
                    column.kind,
                    _allowed(column),
                    column.codes.name if column.codes else "",
                    "YES" if column.may_be_empty else "NO",
                    column.meaning,
                )
            )


def codelist_lines(tables: Sequence[Table]) -> Iterator[str]:
    """One line for each code of each list that the tables use, by list."""
    lists = {column.codes.name: column.codes for table in tables for column in table.columns if column.codes}
    for name, codes in sorted(lists.items()):
        for position, (item, label) in enumerate(codes.entries, 1):
            yield text_line((name, str(position), item, label))


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


def _allowed(column: Column) -> str:
    if column.codes:
        return "; ".join(column.codes.codes)
    low, high = number_cell(column.minimum), number_cell(column.maximum)
    if low and high:
        return f"{low} to {high}"
    return f"{low} and up" if low else ""


def _redcap_field(column: Column) -> tuple[str, str, str, str, str]:
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
