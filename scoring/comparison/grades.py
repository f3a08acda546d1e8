"""The grades of many readings as one array, so that everything after is arithmetic on columns. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.scale import ScaleRange
from scoring.readings.reading import VISITS, Graded, Reading
from scoring.schemes.scheme import Feature, FeatureCode, Scheme, SiteCode, Total

Array = NDArray[np.float64]


class At(StrEnum):
    """What is compared: of a pair each visit and change; of scans that were read alone the scan."""

    BASELINE = "1"
    FOLLOW_UP = "2"
    CHANGE = "change"
    SCAN = "scan"


OF_PAIRS: Final = (At.BASELINE, At.FOLLOW_UP, At.CHANGE)
# of a scan alone, which stands where baselines do
OF_SCANS: Final = (At.SCAN,)
_FIRST, _SECOND = 0, 1


@dataclass(frozen=True, slots=True)
class CaseRead:
    """Complete readings of one subject, in the order of the columns that will be compared."""

    subject: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades as cases x readings x visits x sites; nan where there is no grade. Sites in the scheme's order."""

    scheme: Scheme
    values: Array

    @property
    def cases(self) -> int:
        """How many cases."""
        return int(self.values.shape[0])

    @property
    def readings(self) -> int:
        """How many readings of each case."""
        return int(self.values.shape[1])

    def of_site(self, feature: FeatureCode, site: SiteCode, at: At) -> Array:
        """The grades, or their change, of one site: cases x readings."""
        return _at(self.values[..., _sites(self.scheme)[feature, site]], at)

    def of_feature(self, feature: FeatureCode, at: At) -> Array:
        """All sites of a feature: cases x readings x sites."""
        return _at_visits(self.values[..., self._columns([feature])], at)

    def of_total(self, total: Total, at: At) -> Array:
        """A strict total: nan where one of its sites has no grade. Cases x readings."""
        summed: Array = self.values[..., self._columns(total.features)].sum(axis=-1)
        return _at(summed, at)

    def _columns(self, features: Sequence[FeatureCode]) -> list[int]:
        columns = _sites(self.scheme)
        return [columns[code, site.code] for code in features for site in self.scheme.feature(code).sites]


def grades_of(scheme: Scheme, cases: Sequence[CaseRead]) -> Grades:
    """The array of all cases; each must have the same number of readings, at least one.

    Raises:
        ValueError: no cases, or cases with different numbers of readings.
    """
    counts = {len(case.readings) for case in cases}
    if len(counts) != 1 or counts == {0}:
        raise ValueError(f"each case needs the same number of readings, one or more, not {sorted(counts)}")
    sites = _sites(scheme)
    values = np.full((len(cases), counts.pop(), len(VISITS), len(sites)), np.nan)
    for row, case in zip(values, cases, strict=True):
        for column, reading in zip(row, case.readings, strict=True):
            _fill(column, reading, sites)
    return Grades(scheme, values)


def scale_at(feature_or_total: Feature | Total, at: At) -> ScaleRange:
    """The scale of a grade or a total; of change from -span to span."""
    scale = feature_or_total.scale if isinstance(feature_or_total, Feature) else feature_or_total
    low, high = float(scale.minimum), float(scale.maximum)
    return ScaleRange(low - high, high - low) if at is At.CHANGE else ScaleRange(low, high)


def _sites(scheme: Scheme) -> dict[tuple[FeatureCode, SiteCode], int]:
    pairs = [(feature.code, site.code) for feature in scheme.features for site in feature.sites]
    return {pair: index for index, pair in enumerate(pairs)}


def _fill(grades: Array, reading: Reading, sites: Mapping[tuple[FeatureCode, SiteCode], int]) -> None:
    """Put the grades of one reading into visits x sites."""
    for key, answer in reading.answers.items():
        if isinstance(answer, Graded):
            grades[key.visit - 1, sites[key.feature, key.site]] = answer.grade


def _at(values: Array, at: At) -> Array:
    """The visit, or the change, of cases x readings x visits."""
    return values[:, :, _SECOND] - values[:, :, _FIRST] if at is At.CHANGE else values[:, :, _visit(at)]


def _at_visits(values: Array, at: At) -> Array:
    """The same with sites behind."""
    return values[:, :, _SECOND, :] - values[:, :, _FIRST, :] if at is At.CHANGE else values[:, :, _visit(at), :]


def _visit(at: At) -> int:
    return _SECOND if at is At.FOLLOW_UP else _FIRST
