"""A hanging layout as frozen values, from a scheme's TOML file. A mistake is named with file and location."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

from scoring.schemes.folder import LAYOUT_FILE, part_of
from scoring.schemes.modalities import MODALITIES, MR, Modality
from scoring.schemes.regions import Regions, check_regions
from scoring.schemes.scheme import Feature, FeatureCode, Scheme, SeriesRef
from scoring.toml_file import TomlLocation, read_toml

# rows in sight at first where no layout says how many
_SHOWN: Final = 2


class FeatureLayout(Struct, frozen=True):
    """What to show while a feature is scored: one series a row, the most important first. `why` is the reason.

    shown: how many of the rows are in sight until the reader wants more or fewer. of_sites: of a row what the codes of
    its sites begin with; the others' rows come after it while one of these is scored.
    """

    feature: FeatureCode
    rows: tuple[SeriesRef, ...]
    why: str
    shown: int
    of_sites: Mapping[SeriesRef, str] = MappingProxyType({})

    def rows_at(self, site: str) -> tuple[SeriesRef, ...]:
        """The rows while a site is scored."""
        return tuple(sorted(self.rows, key=lambda row: not site.startswith(self.of_sites.get(row, ""))))


class Layout(Struct, frozen=True):
    """Rows for each feature."""

    features: tuple[FeatureLayout, ...]

    def rows_for(self, feature: FeatureCode, site: str = "") -> tuple[SeriesRef, ...]:
        """The rows of a feature while a site of it is scored; for one that the layout doesn't know, every series."""
        for entry in self.features:
            if entry.feature == feature:
                return entry.rows_at(site)
        return tuple(dict.fromkeys(row for entry in self.features for row in entry.rows))

    @property
    def shown(self) -> Mapping[str, int]:
        """How many rows are in sight of each feature at first."""
        return {entry.feature: entry.shown for entry in self.features}


def layout_of(scheme: Scheme) -> Layout:
    """The layout of a scheme; what its file doesn't name hangs by the series that it is judged on and confirmed on."""
    text = part_of(scheme, LAYOUT_FILE)
    own = () if text is None else _read(text, scheme.modality).features
    named = {entry.feature for entry in own}
    return Layout((*own, *(_by_the_scheme(feature) for feature in scheme.features if feature.code not in named)))


def _by_the_scheme(feature: Feature) -> FeatureLayout:
    rows = tuple(dict.fromkeys((*feature.judged_on, *feature.confirmed_on)))
    why = "The series that it is judged on, then those that confirm it: no layout names it."
    return FeatureLayout(feature.code, rows, why, max(len(feature.judged_on), min(len(rows), _SHOWN), 1))


@cache
def _read(text: str, modality: str) -> Layout:
    return parse_layout(text, LAYOUT_FILE, MODALITIES[modality])


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    plane: str
    sites: str = ""


class _Feature(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    why: str
    rows: Annotated[tuple[_Row, ...], Meta(min_length=1)]
    shown: int | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    feature: Annotated[tuple[_Feature, ...], Meta(min_length=1)]
    regions: Regions | None = None


def parse_layout(text: str, file: str, modality: Modality = MR) -> Layout:
    """The layout that `text` describes. `file` is the name that messages give.

    Raises:
        TomlRefused: not TOML, a key that is missing, misspelt or of the wrong type, a kind or plane outside the
            modality's vocabulary, the same row or feature twice, more rows in sight than there are.
    """
    found = read_toml(text, _File, file)
    location = TomlLocation(file)
    entries = enumerate(found.feature)
    features = tuple(_feature(location.at("feature", number), entry, modality) for number, entry in entries)
    location.at("feature").unique((entry.feature for entry in features), "feature")
    location.line("source", found.source)
    if found.regions is not None:
        check_regions(found.regions, location.at("regions"))
    return Layout(features)


def _feature(location: TomlLocation, entry: _Feature, modality: Modality) -> FeatureLayout:
    rows = tuple(_row(location.at("rows", number), row, modality) for number, row in enumerate(entry.rows))
    location.at("rows").unique((f"{row.kind} {row.plane}" for row in rows), "row")
    shown = len(rows) if entry.shown is None else entry.shown
    if not 1 <= shown <= len(rows):
        location.at("shown").refuse(f"a whole number from 1 to {len(rows)} is needed here")
    of_sites = MappingProxyType({row: said.sites for row, said in zip(rows, entry.rows, strict=True) if said.sites})
    code = FeatureCode(location.line("code", entry.code))
    return FeatureLayout(code, rows, location.line("why", entry.why), shown, of_sites)


def _row(location: TomlLocation, row: _Row, modality: Modality) -> SeriesRef:
    for key, word, vocabulary in (("kind", row.kind, modality.kinds), ("plane", row.plane, modality.planes)):
        if word not in vocabulary:
            location.at(key).refuse(f"no {key} '{word}' (allowed: {', '.join(vocabulary)})")
    return SeriesRef(row.kind, row.plane)
