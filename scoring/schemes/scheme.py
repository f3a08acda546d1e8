"""A scoring scheme as frozen values: features, sites, scales, totals. Loaded from TOML by `loading`."""

from __future__ import annotations

from decimal import Decimal
from typing import NewType

from msgspec import Struct

FeatureCode = NewType("FeatureCode", str)
SiteCode = NewType("SiteCode", str)
TotalCode = NewType("TotalCode", str)


class GradeDefinition(Struct, frozen=True):
    """One step of a scale and the words for it.

    letter: its name in place of the number, such as M; "" for none. key: that gives it beside its digit, "" for none.
    """

    grade: Decimal
    label: str
    definition: str
    letter: str = ""
    key: str = ""


class Scale(Struct, frozen=True):
    """Closed range of grades; `step` apart, both ends included. Where grades have letters, those named alone.

    ranked: its letters came without numbers, and 0, 1, 2 stand for them.
    """

    minimum: Decimal
    maximum: Decimal
    step: Decimal
    grades: tuple[GradeDefinition, ...]
    ranked: bool = False


def grades_on(scale: Scale) -> tuple[Decimal, ...]:
    """Every grade that the scale allows, rising."""
    if scale.grades and scale.grades[0].letter:
        return tuple(one.grade for one in scale.grades)
    count = int((scale.maximum - scale.minimum) / scale.step)
    return tuple(scale.minimum + index * scale.step for index in range(count + 1))


class SeriesRef(Struct, frozen=True):
    """A series by what it shows: kind and plane, as `modalities` has them."""

    kind: str
    plane: str


class Site(Struct, frozen=True):
    """One place that gets a grade; `note` is a rule for this site alone, or empty.

    long_bone: its first centimetre from the articular surface is assessed, and no more.
    """

    code: SiteCode
    name: str
    note: str
    long_bone: bool = False


class Feature(Struct, frozen=True):
    """One thing that is scored: its sites in reading order, its scale, the series it is judged on.

    unconfirmed: what is said of it that no source confirms. key: that goes to it, "" for none of its own.
    """

    code: FeatureCode
    name: str
    what_counts: str
    scale: Scale
    sites: tuple[Site, ...]
    judged_on: tuple[SeriesRef, ...]
    confirmed_on: tuple[SeriesRef, ...]
    needs_contrast: bool
    notes: tuple[str, ...]
    source: str
    unconfirmed: tuple[str, ...] = ()
    key: str = ""


class Total(Struct, frozen=True):
    """A sum over all sites of the features named."""

    code: TotalCode
    name: str
    features: tuple[FeatureCode, ...]
    minimum: Decimal
    maximum: Decimal


class UnscorableCode(Struct, frozen=True):
    """Why a site can't be scored; `needs_text` when the reader must say why in words.

    key: that gives it, where the key map has none for the code. series_absent: the code of a needed series that is
    missing.
    """

    code: str
    name: str
    needs_text: bool
    key: str = ""
    series_absent: bool = False


class Scheme(Struct, frozen=True):
    """Everything that may be scored, in reading order. `sha256` is that of the TOML text it came from.

    files: the other files of its folder, name and text; None of a scheme that is one file alone, as once all were.
    """

    id: str
    version: str
    name: str
    features: tuple[Feature, ...]
    totals: tuple[Total, ...]
    unscorable: tuple[UnscorableCode, ...]
    sources: tuple[str, ...]
    sha256: str
    modality: str = "MR"
    files: tuple[tuple[str, str], ...] | None = None
    unconfirmed: tuple[str, ...] = ()

    def feature(self, code: FeatureCode) -> Feature:
        """The feature of that code; KeyError when the scheme has none."""
        for feature in self.features:
            if feature.code == code:
                return feature
        raise KeyError(code)

    @property
    def sites_per_visit(self) -> int:
        """How many grades one visit asks for."""
        return sum(len(feature.sites) for feature in self.features)
