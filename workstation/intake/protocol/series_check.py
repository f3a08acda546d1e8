"""Check of each series by itself: slices that lack, lie unevenly or twice, loss, and what came after reading. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from storage.records import SeriesRecord, VisitRecord
from workstation.imaging.geometry import cross, dot
from workstation.intake.findings import Finding, Level
from workstation.intake.protocol.series_facts import SeriesFacts
from workstation.intake.protocol.visit_check import Known
from workstation.intake.series.stacks import irregularities

WORDS = {"gap": "a gap", "uneven": "uneven spacing"}


class Said(NamedTuple):
    """A finding about a series without its name. code, facts: as in `Finding`."""

    code: str
    text: str
    facts: tuple[str, ...] = ()


def series_of(subject: str, visit: VisitRecord, known: Known) -> Iterator[Finding]:
    """What is wrong with the series of a visit, each by itself."""
    for series in visit.series:
        name = f"{series.kind} {series.plane} {series.code}"
        for said in said_of(series, known.facts(series)):
            facts = (series.code, *said.facts)
            yield Finding(Level.WARNING, f"{name}: {said.text}", subject, visit.number, code=said.code, facts=facts)


def said_of(series: SeriesRecord, facts: SeriesFacts) -> Iterator[Said]:
    """What is wrong with one series."""
    normal = cross(series.orientation[:3], series.orientation[3:])
    for item in irregularities(tuple(dot(each.position_mm, normal) for each in series.slices)):
        between = f"between slices {item.after} and {item.after + 1}"
        wide = f"{item.distance_mm:.2f}"
        yield Said(item.what, f"{WORDS[item.what]} of {wide} mm {between}", (str(item.after), wide))
    if facts.repeated:
        yield Said("same-position", "images at positions that another image has already")
    if facts.lossy:
        yield Said("lossy", "compressed with loss; ask for the originals")
    if facts.made_anew:
        text = (
            "each of its files names another frame of reference, as if a de-identifier had made them anew. Its slices "
            "lie as one stack and are taken for one. Ask the site for files that keep it"
        )
        yield Said("frames-made-anew", text)
    if facts.late:
        yield Said("late", "came in though the subject has been read: look at its grades")
