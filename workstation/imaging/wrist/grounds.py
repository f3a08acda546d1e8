"""Grounds of an outline: the series of a plane that tell where the wrist is."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import SeriesRecord

# fat is bright in these and air dark; where fat is suppressed, noise and tissue lie near each other
KINDS = ("T1", "PD")


def grounds(plane: Sequence[SeriesRecord]) -> tuple[SeriesRecord, ...]:
    """The series by which the outline is found, the leading one first.

    plane: a visit's series of one plane and frame of reference. T1 and PD, of each the one with most slices; where
    there is neither, all.
    """
    best = []
    for kind in KINDS:
        alike = [series for series in plane if series.kind == kind and series.slices]
        if alike:
            best.append(max(alike, key=lambda series: len(series.slices)))
    return tuple(best) or tuple(series for series in plane if series.slices)
