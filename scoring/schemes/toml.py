"""Tables of a scheme file: what each may say, and the location that each refusal names.

One table is checked at a time: msgspec alone would name a mistake in a list of tables without its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import msgspec
from msgspec import Struct

from scoring.errors import SchemeError

Table = dict[str, Any]
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,7}")


class SchemeToml(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    id: str
    version: str
    name: str
    sources: list[str]
    unscorable: list[Table]
    features: list[Table]
    totals: list[Table]


class UnscorableToml(msgspec.Struct, forbid_unknown_fields=True):
    """One code for a site without a grade."""

    code: str
    name: str
    needs_text: bool = False


class FeatureToml(msgspec.Struct, forbid_unknown_fields=True):
    """One feature; series as `KIND PLANE`."""

    code: str
    name: str
    what_counts: str
    needs_contrast: bool
    judged_on: list[str]
    confirmed_on: list[str]
    notes: list[str]
    source: str
    sites: list[Table]
    scale: Table


class SiteToml(msgspec.Struct, forbid_unknown_fields=True):
    """One site."""

    code: str
    name: str
    note: str = ""


class ScaleToml(msgspec.Struct, forbid_unknown_fields=True):
    """The scale of a feature."""

    minimum: Decimal
    maximum: Decimal
    step: Decimal
    grades: list[Table]


class GradeToml(msgspec.Struct, forbid_unknown_fields=True):
    """One grade and its words."""

    grade: Decimal
    label: str
    definition: str


class TotalToml(msgspec.Struct, forbid_unknown_fields=True):
    """One total with its declared range."""

    code: str
    name: str
    features: list[str]
    minimum: Decimal
    maximum: Decimal


_StructT = TypeVar("_StructT", bound=msgspec.Struct)


class Place(Struct, frozen=True):
    """Where in which file; refusals are raised from here, so none goes without its place."""

    origin: str
    path: str = ""

    def at(self, path: str) -> Place:
        """A place below this one."""
        joined = f"{self.path}.{path}" if self.path else path
        return Place(self.origin, joined)

    def refuse(self, message: str) -> NoReturn:
        """Raise SchemeError with file, place and message."""
        where = f"{self.origin}: {self.path}" if self.path else self.origin
        raise SchemeError(f"{where}: {message}")

    def read(self, kind: type[_StructT], table: object) -> _StructT:
        """The table as a checked struct; the refusal lists the keys that are allowed here."""
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            complaint = str(error).replace("`$.", "`").replace("Object", "the table")
            self.refuse(f"{complaint} (keys here: {', '.join(kind.__struct_fields__)})")

    def code(self, text: str) -> str:
        """The text, which must be a code."""
        if not _CODE.fullmatch(text):
            self.refuse(f"code {text!r}: 1 to 8 of A-Z, 0-9 and dash, a letter first")
        return text

    def words(self, text: str, key: str) -> str:
        """The text of `key`, which must say something."""
        if not text.strip():
            self.refuse(f"{key} is empty: say it in words")
        return text

    def unique(self, values: Iterable[object], what: str) -> None:
        """Refuse a value that is there twice."""
        seen: set[object] = set()
        for value in values:
            if value in seen:
                self.refuse(f"{what} {value} is declared twice")
            seen.add(value)
