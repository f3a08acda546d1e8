"""A hanging layout as frozen values, from a TOML file. A mistake is named with file and location."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from scoring.errors import TomlRefused
from scoring.schemes.scheme import FeatureCode, SeriesRef
from scoring.toml_file import TomlLocation, read_toml
from workstation.hanging.words import KINDS, PLANES


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
        raise TomlRefused(f"No layout '{layout_id}' is shipped (there are: {', '.join(shipped_ids())})")
    return parse_layout(resource.read_text(encoding="utf-8"), f"{layout_id}.toml")


def shipped_ids() -> tuple[str, ...]:
    """The ids of all layouts that come with the program."""
    folder = files("workstation.hanging") / "layouts"
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml")))


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    plane: str


class _Feature(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    why: str
    rows: Annotated[tuple[_Row, ...], Meta(min_length=1)]
    shown: int | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    source: str
    feature: Annotated[tuple[_Feature, ...], Meta(min_length=1)]


def parse_layout(text: str, file: str) -> Layout:
    """The layout that `text` describes. `file` is the name that messages give.

    Raises:
        TomlRefused: not TOML, a key that is missing, misspelt or of the wrong type, a kind or plane outside the
            vocabulary, the same row or feature twice, more rows in sight than there are.
    """
    found = read_toml(text, _File, file)
    location = TomlLocation(file)
    features = tuple(_feature(location.at("feature", number), entry) for number, entry in enumerate(found.feature))
    location.at("feature").unique((entry.feature for entry in features), "feature")
    id_, name, source = (location.filled(key, getattr(found, key)) for key in ("id", "name", "source"))
    return Layout(id_, name, source, features)


def _feature(location: TomlLocation, entry: _Feature) -> FeatureLayout:
    rows = tuple(_row(location.at("rows", number), row) for number, row in enumerate(entry.rows))
    location.at("rows").unique((f"{row.kind} {row.plane}" for row in rows), "row")
    shown = len(rows) if entry.shown is None else entry.shown
    if not 1 <= shown <= len(rows):
        location.at("shown").refuse(f"a whole number from 1 to {len(rows)} is needed here")
    return FeatureLayout(
        FeatureCode(location.filled("code", entry.code)), rows, location.filled("why", entry.why), shown
    )


def _row(location: TomlLocation, row: _Row) -> SeriesRef:
    for key, word, vocabulary in (("kind", row.kind, KINDS), ("plane", row.plane, PLANES)):
        if word not in vocabulary:
            location.at(key).refuse(f"no {key} '{word}' (allowed: {', '.join(vocabulary)})")
    return SeriesRef(row.kind, row.plane)
