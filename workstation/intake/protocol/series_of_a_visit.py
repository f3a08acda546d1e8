"""The series that a visit should have by the protocol, and what a subject lacks. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from scoring.schemes.modalities import PLANE_WORDS, XR, Modality, modality_of_plane
from workstation.intake.findings import Finding, Level
from workstation.intake.report import SubjectSummary, VisitSummary

Wanted = Sequence[tuple[str, str]]
VISITS_READ = 2
ALL_OF_ONE: Mapping[str, str] = MappingProxyType({})
PLANES = PLANE_WORDS
KINDS = {
    "T1": "T1 series without fat suppression",
    "T2FS": "fat-suppressed T2 series",
    "PD": "proton density series",
    "T1FSGD": "post-contrast fat-suppressed T1 series",
    **XR.kinds,
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


def without(wanted: Wanted, here: Collection[tuple[str, str]]) -> tuple[Modality, ...]:
    """Of a study that wants images of several modalities those of which a visit has none; of one nothing is said so."""
    asked = dict.fromkeys(modality_of_plane(plane) for _, plane in wanted)
    if len(asked) == 1:
        return ()
    have = {modality_of_plane(plane) for _, plane in here}
    return tuple(modality for modality in asked if modality not in have)


def none_of(subject: str, visit: int, modality: Modality) -> Finding:
    """A visit without images of a modality that some scheme of the study is read in."""
    text = f"no {modality.name}: readers of them don't get this visit"
    return Finding(Level.NOTE, text, subject, visit, code="modality-missing", facts=(modality.code,))


def stands_for(found: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """Whether a series is what a visit must have: a radiograph of both sides is one of either."""
    return found[1] == wanted[1] and modality_of_plane(wanted[1]).shows(found[0], wanted[0])


def _visits(subject: SubjectSummary) -> tuple[Finding, ...]:
    count = len(subject.visits)
    if count < VISITS_READ:
        text = "one visit: a scan alone, not a pair"
        return (Finding(Level.WARNING, text, subject.code, code="visits-missing"),)
    return ()


def _series(subject: str, visit: VisitSummary, wanted: Wanted, wrists: Mapping[str, str]) -> tuple[Finding, ...]:
    every = Counter((series.kind, series.plane, wrists.get(series.code, "")) for series in visit.series)
    here = {(series.kind, series.plane) for series in visit.series}
    gone = without(wanted, here)
    found = [none_of(subject, visit.number, modality) for modality in gone]
    for kind, plane in (name for name in wanted if modality_of_plane(name[1]) not in gone):
        count = max((every[seen] for seen in every if seen[:2] == (kind, plane)), default=0)
        count = count or max((every[seen] for seen in every if stands_for(seen[:2], (kind, plane))), default=0)
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
