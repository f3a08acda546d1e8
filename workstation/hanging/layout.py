"""A hanging layout as frozen values, from a TOML file. A mistake is named with file and place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from msgspec import Struct

from scoring.errors import RamrisError
from scoring.schemes.scheme import FeatureCode, SeriesRef
from workstation.hanging.words import KINDS, PLANES


class LayoutError(RamrisError):
    """A layout file is wrong; the message names the file and the place in it."""


class FeatureLayout(Struct, frozen=True):
    """What to show while a feature is scored: one series a row, the most important first. `why` is the reason.

    shown: how many of the rows are in sight until the reader wants more or fewer.
    """

    feature: FeatureCode
    rows: tuple[SeriesRef, ...]
    why: str
    shown: int


class Layout(Struct, frozen=True):
    """Rows for each feature."""

    id: str
    name: str
    source: str
    features: tuple[FeatureLayout, ...]

    def rows_for(self, feature: FeatureCode) -> tuple[SeriesRef, ...]:
        """The rows of a feature; for one that the layout doesn't know, every series it names, once."""
        for entry in self.features:
            if entry.feature == feature:
                return entry.rows
        return tuple(dict.fromkeys(row for entry in self.features for row in entry.rows))

    @property
    def shown(self) -> Mapping[str, int]:
        """How many rows are in sight of each feature at first."""
        return {entry.feature: entry.shown for entry in self.features}


@cache
def shipped_layout(layout_id: str) -> Layout:
    """One of the layouts that come with the program, by the name of its file."""
    resource = files("workstation.hanging") / "layouts" / f"{layout_id}.toml"
    if not resource.is_file():
        raise LayoutError(f"No layout '{layout_id}' is shipped (there are: {', '.join(shipped_ids())})")
    return parse_layout(resource.read_text(encoding="utf-8"), f"{layout_id}.toml")


def shipped_ids() -> tuple[str, ...]:
    """The ids of all layouts that come with the program."""
    folder = files("workstation.hanging") / "layouts"
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml")))


def parse_layout(text: str, file: str) -> Layout:
    """The layout that `text` describes. `file` is the name that messages give.

    Raises:
        LayoutError: not TOML, a key that is missing, misspelt or of the wrong type, a kind or plane outside the
            vocabulary, the same row or feature twice, more rows in sight than there are.
    """
    trouble = ""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        trouble = f"{file}: not TOML: {error}"
    if trouble:
        raise LayoutError(trouble)
    table = _Table(content, file, "")
    table.only("id", "name", "source", "feature")
    features = tuple(_feature(entry) for entry in table.tables("feature"))
    codes = [entry.feature for entry in features]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise LayoutError(f"{file}: feature[{index}].code: '{code}' is listed twice")
    return Layout(table.text("id"), table.text("name"), table.text("source"), features)


def _feature(table: _Table) -> FeatureLayout:
    table.only("code", "why", "rows", "shown")
    rows: list[SeriesRef] = []
    for entry in table.tables("rows"):
        entry.only("kind", "plane")
        row = SeriesRef(entry.one_of("kind", KINDS), entry.one_of("plane", PLANES))
        if row in rows:
            raise LayoutError(f"{entry.where('')}: {row.kind} {row.plane} is listed twice")
        rows.append(row)
    shown = table.number("shown", 1, len(rows)) if "shown" in table.content else len(rows)
    return FeatureLayout(FeatureCode(table.text("code")), tuple(rows), table.text("why"), shown)


class _Table(Struct, frozen=True):
    """One table of the file, which knows its place."""

    content: Mapping[str, Any]
    file: str
    place: str

    def where(self, key: str) -> str:
        place = ".".join(part for part in (self.place, key) if part)
        return f"{self.file}: {place}" if place else self.file

    def only(self, *allowed: str) -> None:
        for key in self.content:
            if key not in allowed:
                raise LayoutError(f"{self.where(key)}: unknown key (allowed: {', '.join(allowed)})")

    def text(self, key: str) -> str:
        value = self.content.get(key)
        if not isinstance(value, str) or not value.strip():
            raise LayoutError(f"{self.where(key)}: a text is needed here")
        return value.strip()

    def number(self, key: str, least: int, most: int) -> int:
        value = self.content.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise LayoutError(f"{self.where(key)}: a whole number from {least} to {most} is needed here")
        return value

    def one_of(self, key: str, vocabulary: Mapping[str, str]) -> str:
        value = self.text(key)
        if value not in vocabulary:
            raise LayoutError(f"{self.where(key)}: no {key} '{value}' (allowed: {', '.join(vocabulary)})")
        return value

    def tables(self, key: str) -> Iterator[_Table]:
        value = self.content.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
            raise LayoutError(f"{self.where(key)}: a list of at least one table is needed here")
        for index, entry in enumerate(value):
            yield _Table(entry, self.file, f"{self.place}.{key}[{index}]".lstrip("."))
