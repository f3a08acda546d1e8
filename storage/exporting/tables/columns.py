"""Column of an exported file: its header, its line in the dictionaries and its cells, declared once.

Data package and import scripts are made from it, too. Columns that follow each other and say something of one value
are a `Part`: its cells are made at once, and once for all the lines that share them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from storage.exporting.tables.csv_text import LINE_END, number_cell, text_cell

_Of = TypeVar("_Of")


class Kind(StrEnum):
    """What the cells of a column are, whatever the program that reads them."""

    CODE = "code"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes with their labels, in the order in which they are shown."""

    name: str
    entries: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes alone."""
        return tuple(code for code, _ in self.entries)


@dataclass(frozen=True, slots=True)
class Column(Generic[_Of]):
    """One column. `codes`: the closed list of its cells; `length`: most characters of a cell; None is unlimited.

    An empty cell means missing; `may_be_empty` says whether there can be one. cell: what the file says of a value.
    """

    name: str
    kind: Kind
    meaning: str
    cell: Callable[[_Of], str] = field(compare=False, repr=False)
    codes: CodeList | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    length: int | None = None
    may_be_empty: bool = False

    @property
    def factor(self) -> CodeList | None:
        """The closed list of a column of codes; grades, which are numbers with words, are none."""
        return self.codes if self.kind is Kind.CODE else None


@dataclass(frozen=True, slots=True)
class Part(Generic[_Of]):
    """Columns that follow each other and say something of one value."""

    columns: tuple[Column[_Of], ...]

    def cells(self, value: _Of) -> str:
        """The cells of one value, commas between."""
        return ",".join([column.cell(value) for column in self.columns])

    def line(self, value: _Of) -> str:
        """The same as a whole line."""
        return f"{self.cells(value)}{LINE_END}"

    def only(self, *names: str) -> Part[_Of]:
        """Some of the columns, in that order."""
        by_name = {column.name: column for column in self.columns}
        return Part(tuple(by_name[name] for name in names))


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values are the key of a row in another file."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """One exported file: `name` without `.csv`, its columns part by part, the columns that name a row.

    private: it identifies people, so its file is for this account alone.
    """

    name: str
    title: str
    parts: tuple[Part[Any], ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    private: bool = False

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns in the order of the file."""
        return tuple(column for part in self.parts for column in part.columns)

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def code(
    name: str,
    meaning: str,
    of: Callable[[_Of], str],
    codes: CodeList | None = None,
    *,
    length: int,
    empty: bool = False,
) -> Column[_Of]:
    """A column of codes; `of` gives the code of a value."""
    longest = max((len(item) for item in codes.codes), default=length) if codes else length
    return Column(name, Kind.CODE, meaning, _text(of), codes, length=longest, may_be_empty=empty)


def yes_no(name: str, meaning: str, of: Callable[[_Of], bool]) -> Column[_Of]:
    """A column of YES and NO."""
    return code(name, meaning, lambda value: "YES" if of(value) else "NO", YES_NO, length=3)


def words(name: str, meaning: str, of: Callable[[_Of], str], *, length: int, empty: bool = False) -> Column[_Of]:
    """A column of any text."""
    return Column(name, Kind.TEXT, meaning, _text(of), length=length, may_be_empty=empty)


def integer(
    name: str,
    meaning: str,
    of: Callable[[_Of], int | None],
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    empty: bool = False,
) -> Column[_Of]:
    """A column of whole numbers."""
    low, high = (None if bound is None else Decimal(bound) for bound in (minimum, maximum))
    return Column(name, Kind.INTEGER, meaning, _number(of), minimum=low, maximum=high, may_be_empty=empty)


def number(
    name: str,
    meaning: str,
    of: Callable[[_Of], Decimal | None],
    *,
    codes: CodeList | None = None,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
    empty: bool = False,
) -> Column[_Of]:
    """A column of numbers with a decimal point; codes: the words of some of them."""
    return Column(name, Kind.NUMBER, meaning, _number(of), codes, minimum=minimum, maximum=maximum, may_be_empty=empty)


def utc_time(name: str, meaning: str, of: Callable[[_Of], str], *, empty: bool = False) -> Column[_Of]:
    """A column of moments: ISO 8601 in UTC with Z, which needs no quotes."""
    return Column(name, Kind.DATETIME, meaning, of, length=24, may_be_empty=empty)


YES_NO = CodeList("yes_no", (("YES", "Yes"), ("NO", "No")))


def _text(of: Callable[[_Of], str]) -> Callable[[_Of], str]:
    return lambda value: text_cell(of(value))


def _number(of: Callable[[_Of], Decimal | int | None]) -> Callable[[_Of], str]:
    return lambda value: number_cell(of(value))
