"""Outlining of a case: which series tell where the wrist is in a plane, and where it is. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from storage.records import CaseRecord, SeriesRecord, VisitRecord
from workstation.imaging.wrist.grounds import grounds
from workstation.imaging.wrist.outline import Outline
from workstation.reading.images.linking import main_frame


def telling(case: CaseRecord, plane: str) -> list[SeriesRecord]:
    """The series of both visits that tell where the wrist is in a plane."""
    return [series for visit in case.visits for series in grounds(_in_plane(visit, plane))]


def wanted_first(case: CaseRecord, shown: Sequence[SeriesRecord], outlined: Container[str]) -> list[SeriesRecord]:
    """The series whose pixels are needed for those `shown` to be drawn, in that order; some may stand twice.

    Of each plane those that tell where the wrist is come first, but for planes that are `outlined` already.
    """
    first: list[SeriesRecord] = []
    for plane in dict.fromkeys(series.pane for series in shown):
        if plane not in outlined:
            first += telling(case, plane)
        first += [series for series in shown if series.pane == plane]
    return first


def outlines_in(case: CaseRecord, plane: str, volumes: Mapping[str, NDArray[Any]]) -> Mapping[int, Outline]:
    """Where the wrist is in a plane, by visit; a visit that isn't there is shown whole.

    volumes: (slice, row, column) as they are shown, by series code; what is missing tells nothing.
    """
    # not needed where a case is opened as it was left
    from workstation.imaging.wrist.finding import found_outline  # noqa: PLC0415 - see above

    found = {visit.number: found_outline(_in_plane(visit, plane), volumes) for visit in case.visits}
    return {number: outline for number, outline in found.items() if outline is not None}


def _in_plane(visit: VisitRecord, plane: str) -> list[SeriesRecord]:
    frame = main_frame(visit)
    return [series for series in visit.series if series.pane == plane and series.frame == frame and series.slices]
