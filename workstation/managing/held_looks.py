"""Looks at a series that was held back for text: all of it, and where text may stand from four sides.

The brightest and the darkest values show text that is brighter or darker than what other slices have there. In the
average text on every slice stays sharp, where anatomy blurs. Text on one slice alone is on the sharpest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import Choice, Deed
from workstation.managing.pictures import Picture, shown, slices_of_held
from workstation.managing.state import Managed, SeriesLine, SeriesStatus

# around the suspected part, so that what it belongs to is seen; at least so large
MARGIN = 0.25
LEAST_ROWS, LEAST_COLUMNS = 32, 64
WINDOW = (1.0, 99.8)
NAMES = ("brightest", "average", "darkest", "sharpest slice")

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeldLooks:
    """Pictures of one series. whole: its brightest values. part: (row, column, rows, columns) that `near` shows, in the
    order of NAMES.
    """

    whole: Picture
    part: tuple[int, int, int, int]
    near: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A series that waits: whose, of which visit. fixed: its subject has been read, so nothing can be chosen."""

    subject: str
    visit: int
    series: SeriesLine
    fixed: bool


def held_lines(study: Managed | None) -> tuple[HeldLine, ...]:
    """Every series that waits, subject by subject."""
    return tuple(
        HeldLine(subject.code, visit.number, series, subject.read)
        for subject in (study.subjects if study else ())
        for visit in subject.visits
        for series in visit.series
        if series.status is SeriesStatus.WAITS
    )


def last_lot(said: Sequence[Choice]) -> tuple[str, ...]:
    """The series of the newest answer about text that stands, and of those before it with its words, by its person."""
    mine = [row for row in said if row.series and row.answer in {Deed.RELEASE, Deed.REFUSE}]
    lot: list[str] = []
    for row in reversed(mine):
        if lot and (row.answer, row.why, row.who) != (mine[-1].answer, mine[-1].why, mine[-1].who):
            break
        lot.append(row.series)
    return tuple(reversed(lot))


def looks_at(study: CoordinatorStudy, series: str, regions: Sequence[Sequence[int]]) -> HeldLooks | None:
    """Made from the scans; None when they aren't where they were. Nothing of it is written anywhere."""
    low = high = total = sharpest = None
    part, most, count, inverted = (0, 0, 0, 0), -1.0, 0, False
    for stored, turned in slices_of_held(study, series):
        values, inverted, count = stored.astype(np.float32), turned, count + 1
        if low is None or high is None or total is None:
            low, high, total = values.copy(), values.copy(), values.astype(np.float64)
            part = _part(regions, *values.shape)
        else:
            np.minimum(low, values, out=low)
            np.maximum(high, values, out=high)
            total += values
        here = _cut(values, part)
        edges = float(np.abs(np.diff(here, axis=0)).sum() + np.abs(np.diff(here, axis=1)).sum())
        if edges > most:
            most, sharpest = edges, here.copy()
    if low is None or high is None or total is None or sharpest is None:
        return None
    if inverted:
        low, high = high, low
    near = (_cut(high, part), _cut((total / count).astype(np.float32), part), _cut(low, part), sharpest)
    return HeldLooks(_grey(high, inverted=inverted), part, tuple(_grey(item, inverted=inverted) for item in near))


def _part(regions: Sequence[Sequence[int]], rows: int, columns: int) -> tuple[int, int, int, int]:
    """The largest region with room around it; the whole image where there is none."""
    if not regions:
        return 0, 0, rows, columns
    top, left, height, width = max(regions, key=lambda region: region[2] * region[3])
    above = max(int(MARGIN * height), (LEAST_ROWS - height) // 2)
    aside = max(int(MARGIN * height), (LEAST_COLUMNS - width) // 2)
    first_row, first_column = max(0, top - above), max(0, left - aside)
    last_row, last_column = min(rows, top + height + above), min(columns, left + width + aside)
    return first_row, first_column, last_row - first_row, last_column - first_column


def _cut(values: Values, part: tuple[int, int, int, int]) -> Values:
    row, column, rows, columns = part
    return values[row : row + rows, column : column + columns]


def _grey(values: Values, *, inverted: bool) -> Picture:
    low, high = np.percentile(values, WINDOW)
    return shown(values, float(low), float(high), inverted=inverted)
