"""The seven series that a visit should have, and what a subject lacks. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from workstation.intake.findings import Finding, Level
from workstation.intake.report import SubjectSummary, VisitSummary

# reference read: T1 and T1FSGD and T2FS axial and coronal, PD coronal
PROTOCOL = (
    ("T1", "AX"),
    ("T1", "COR"),
    ("T2FS", "AX"),
    ("T2FS", "COR"),
    ("PD", "COR"),
    ("T1FSGD", "AX"),
    ("T1FSGD", "COR"),
)
VISITS_READ = 2
ALL_OF_ONE: Mapping[str, str] = MappingProxyType({})
PLANES = {"AX": "axial", "COR": "coronal", "SAG": "sagittal"}
KINDS = {
    "T1": "T1 series without fat suppression",
    "T2FS": "fat-suppressed T2 series",
    "PD": "proton density series",
    "T1FSGD": "post-contrast fat-suppressed T1 series",
}


def lacking(subject: SubjectSummary, wrists: Mapping[str, str] = ALL_OF_ONE) -> tuple[Finding, ...]:
    """What a subject lacks for a paired reading, and where two series claim one place.

    Args:
        subject: as it is now.
        wrists: series -> the wrist that it shows, of visits that show two.
    """
    about = (finding for visit in subject.visits for finding in _series(subject.code, visit, wrists))
    return (*_visits(subject), *about)


def _visits(subject: SubjectSummary) -> tuple[Finding, ...]:
    count = len(subject.visits)
    if count < VISITS_READ:
        text = "one visit: a scan alone, not a pair"
        return (Finding(Level.WARNING, text, subject.code, code="visits-missing"),)
    return ()


def _series(subject: str, visit: VisitSummary, wrists: Mapping[str, str]) -> tuple[Finding, ...]:
    every = Counter((series.kind, series.plane, wrists.get(series.code, "")) for series in visit.series)
    found = []
    for kind, plane in PROTOCOL:
        count = max((every[seen] for seen in every if seen[:2] == (kind, plane)), default=0)
        if count == 0:
            found.append(
                Finding(
                    Level.WARNING,
                    f"no {PLANES[plane]} {KINDS[kind]} ({kind} {plane})",
                    subject,
                    visit.number,
                    code="series-missing",
                    facts=(kind, plane),
                )
            )
        elif count > 1:
            text = f"{count} series are {PLANES[plane]} {kind}: which one is to be read?"
            facts = (kind, plane, str(count))
            found.append(Finding(Level.WARNING, text, subject, visit.number, code="series-twice", facts=facts))
    return tuple(found)
