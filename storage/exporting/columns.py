"""Columns of exported files. Header, dictionary, data package and import scripts are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


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
class Column:
    """One column. `codes`: the closed list of its cells; `length`: most characters of a cell; None is unlimited.

    An empty cell means missing; `may_be_empty` says whether there can be one.
    """

    name: str
    kind: Kind
    meaning: str
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
class ForeignKey:
    """Columns whose values are the key of a row in another file."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """One exported file: `name` without `.csv`, its columns in order, the columns that name a row.

    private: it identifies people, so its file is for this account alone.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    private: bool = False

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def code(name: str, meaning: str, codes: CodeList | None = None, *, length: int, empty: bool = False) -> Column:
    """A column of codes."""
    longest = max((len(item) for item in codes.codes), default=length) if codes else length
    return Column(name, Kind.CODE, meaning, codes, length=longest, may_be_empty=empty)


def integer(
    name: str, meaning: str, *, minimum: int | None = None, maximum: int | None = None, empty: bool = False
) -> Column:
    """A column of whole numbers."""
    low, high = (None if bound is None else Decimal(bound) for bound in (minimum, maximum))
    return Column(name, Kind.INTEGER, meaning, minimum=low, maximum=high, may_be_empty=empty)


def number(
    name: str, meaning: str, *, minimum: Decimal | None = None, maximum: Decimal | None = None, empty: bool = False
) -> Column:
    """A column of numbers with a decimal point."""
    return Column(name, Kind.NUMBER, meaning, minimum=minimum, maximum=maximum, may_be_empty=empty)


def moment(name: str, meaning: str, *, empty: bool = False) -> Column:
    """A column of moments: ISO 8601 in UTC with Z."""
    return Column(name, Kind.DATETIME, meaning, length=24, may_be_empty=empty)
