"""import.sas: a DATA step for each table, value labels as formats. Pure.

Names are at most 32 characters, labels at most 256, texts as long in bytes as UTF-8 may need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from storage.exporting.tables.columns import CodeList, Column, Kind, Table

_BYTES_A_CHARACTER: Final = 4
_LONGEST_LABEL: Final = 256
_HEAD: Final = """\
/* Reads the tables of this folder with their types and value labels into WORK.
   Set the folder, then submit. Run SAS in UTF-8 (-encoding utf-8). */
%let folder = .;
options validvarname=v7;
"""


def sas_script(tables: Sequence[Table]) -> str:
    """The whole script."""
    lists = {column.factor.name: column.factor for table in tables for column in table.columns if column.factor}
    return "\n".join([_HEAD, _formats(list(lists.values())), *(_step(table) for table in tables)])


def _formats(lists: Sequence[CodeList]) -> str:
    lines = ["proc format;"]
    for codes in lists:
        lines.append(f"  value ${_format_name(codes)}")
        lines += [f"    {_quoted(item)} = {_quoted(label)}" for item, label in codes.entries]
        lines[-1] += ";"
    return "\n".join([*lines, "run;", ""])


def _format_name(codes: CodeList) -> str:
    """A format's name may not end in a digit, and the names that SAS has must stay its own."""
    return f"{codes.name}_f"


def _step(table: Table) -> str:
    columns = table.columns
    lengths = [f"{column.name} {_length(column)}" for column in columns]
    informats = [f"{column.name} {_informat(column)}" for column in columns]
    formats = [f"{column.name} {text}" for column in columns if (text := _format(column))]
    labels = [f"{column.name} = {_quoted(column.meaning[:_LONGEST_LABEL])}" for column in columns]
    # put into a macro, SAS would take a lone apostrophe in a comment for the start of a text
    title = table.title.replace("'", "")
    body = [
        f"/* {title} */",
        f"data work.{table.name};",
        f'  infile "&folder/{table.file}" dsd dlm="," firstobs=2 truncover termstr=crlf encoding="utf-8" lrecl=32767;',
        _statement("length", lengths),
        _statement("informat", informats),
        _statement("format", formats),
        _statement("label", labels),
        _statement("input", [column.name for column in columns]),
        "run;",
        "",
    ]
    return "\n".join(body)


def _statement(word: str, items: Sequence[str]) -> str:
    return f"  {word}\n" + "\n".join(f"    {item}" for item in items) + ";"


def _length(column: Column[Any]) -> str:
    if column.kind not in {Kind.CODE, Kind.TEXT}:
        return "8"
    # codes are ASCII; a text's characters may take four bytes each
    size = (column.length or 1) * (_BYTES_A_CHARACTER if column.kind is Kind.TEXT else 1)
    return f"${size}"


def _informat(column: Column[Any]) -> str:
    if column.kind is Kind.DATETIME:
        return "e8601dz35."
    return f"{_length(column)}." if column.kind in {Kind.CODE, Kind.TEXT} else "best32."


def _format(column: Column[Any]) -> str:
    if column.kind is Kind.DATETIME:
        return "e8601dz24.3"
    return f"${_format_name(column.factor)}." if column.factor else ""


def _quoted(text: str) -> str:
    """Single quotes: SAS would resolve & and % in double ones."""
    return "'" + text.replace("'", "''") + "'"
