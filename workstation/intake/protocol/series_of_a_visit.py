"""The series that a visit should have by the protocol, and what a subject lacks. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workstation.intake.findings import Finding, Level
from workstation.intake.report import SubjectSummary, VisitSummary

Wanted = Sequence[tuple[str, str]]
VISITS_READ = 2
ALL_OF_ONE: Mapping[str, str] = MappingProxyType({})
PLANES = {"AX": "axial", "COR": "coronal", "SAG": "sagittal"}
KINDS = {
    "T1": "T1 series without fat suppression",
    "T2FS": "fat-suppressed T2 series",
    "PD": "proton density series",
    "T1FSGD": "post-contrast fat-suppressed T1 series",
}


def lacking(subject: SubjectSummary, wanted: Wanted, wrists: Mapping[str, str] = ALL_OF_ONE) -> tuple[Finding, ...]:
    """What a subject lacks for a paired reading, and where two series claim one place.

    Args:
        subject: as it is now.
        wanted: kind and plane of each series that a visit should have.
        wrists: series -> the wrist that it shows, of visits that show two.
    """
    about = (finding for visit in subject.visits for finding in _series(subject.code, visit, wanted, wrists))
    return (*_visits(subject), *about)


def _visits(subject: SubjectSummary) -> tuple[Finding, ...]:
    count = len(subject.visits)
    if count < VISITS_READ:
        text = "one visit: a scan alone, not a pair"
        return (Finding(Level.WARNING, text, subject.code, code="visits-missing"),)
    return ()


def _series(subject: str, visit: VisitSummary, wanted: Wanted, wrists: Mapping[str, str]) -> tuple[Finding, ...]:
    every = Counter((series.kind, series.plane, wrists.get(series.code, "")) for series in visit.series)
    found = []
    for kind, plane in wanted:
        count = max((every[seen] for seen in every if seen[:2] == (kind, plane)), default=0)
        if count == 0:
            found.append(
                Finding(
                    Level.WARNING,
                    f"no {PLANES.get(plane, plane)} {KINDS.get(kind, kind)} ({kind} {plane})",
                    subject,
                    visit.number,
                    code="series-missing",
                    facts=(kind, plane),
                )
            )
        elif count > 1:
            text = f"{count} series are {PLANES.get(plane, plane)} {kind}: which one is to be read?"
            facts = (kind, plane, str(count))
            found.append(Finding(Level.WARNING, text, subject, visit.number, code="series-twice", facts=facts))
    return tuple(found)
