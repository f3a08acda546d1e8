"""Findings of imports that stay: each stands until its folders are imported again without it, or somebody accepts it.

What the index and the vault still show (gaps, duplicates, what a visit lacks) is found anew by each check. Kept are
those about files that stayed outside, of which nothing else is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePath
from typing import Any

from scoring.values import replace
from storage.study.coordinator import CoordinatorStudy
from storage.vault.imports_told import ImportTold
from workstation.intake.findings import Finding, Level, folder_of
from workstation.intake.report import ImportReport


def tell(study: CoordinatorStudy, roots: Sequence[Path], report: ImportReport, lasting: Iterable[Finding]) -> None:
    """Put down what an import brought, and which of its findings stay.

    Of somebody of whom nothing came in a finding names nobody: the code is free for whoever comes next.
    """
    known = {*study.subject_codes(), *(person.subject for person in study.vault.people())}
    study.vault.imports.tell(
        [str(root) for root in roots],
        {
            "seen": report.seen,
            "accepted": report.accepted,
            "stopped": report.cancelled,
            "subjects": [subject.code for subject in report.subjects],
            "set_aside": [[item.what, item.count, item.why] for item in report.set_aside],
            "findings": [_plain(_of_known(item, known)) for item in lasting if item.level is not Level.NOTE],
        },
    )


def _of_known(item: Finding, known: AbstractSet[str]) -> Finding:
    if not item.subjects or known & set(item.subjects):
        return item
    return replace(item, subject="", others=(), text=f"somebody of whom nothing came in: {item.text}")


def standing(told: Iterable[ImportTold], subjects: Iterable[str]) -> tuple[Finding, ...]:
    """The findings that still stand, oldest first; of subjects that are gone nothing is said any more.

    Args:
        told: all imports, oldest first.
        subjects: those that the study has.
    """
    found: list[tuple[tuple[str, ...], Finding]] = []
    for item in told:
        if item.report.get("stopped"):
            # what it hadn't seen may still be so
            continue
        found = [(roots, finding) for roots, finding in found if not _covered(roots, item.roots)]
        found += [(item.roots, _finding(row)) for row in item.report.get("findings", ())]
    here = set(subjects)
    kept = {
        (finding.id, finding.text): finding
        for _, finding in found
        if not finding.subjects or here & set(finding.subjects)
    }
    return tuple(kept.values())


def concerning(folders: Mapping[str, str], finding: Finding, locations: Iterable[str], known: Iterable[str]) -> Finding:
    """The finding, hung on everyone whom it concerns: those who are known, and whose series lie in the same folders.

    Args:
        folders: folder -> a subject of whom a series came from there.
        finding: about files.
        locations: the folders of these files.
        known: subjects of whom the files are.
    """
    subjects = sorted({*known, *(folders[folder] for folder in locations if folder in folders)})
    return replace(finding, subject=subjects[0], others=tuple(subjects[1:])) if subjects else finding


def folders_of_subjects(study: CoordinatorStudy) -> Mapping[str, str]:
    """Folder -> a subject of whom a series came from there."""
    owners = {item.code: item.subject for item in study.vault.series()}
    return {folder_of(path): owners[code] for code, path in study.vault.a_path_of_each_series() if code in owners}


def _covered(roots: Iterable[str], by: Sequence[str]) -> bool:
    """Whether all of these folders were looked into again."""
    return all(any(PurePath(root).is_relative_to(other) for other in by) for root in roots)


def _plain(item: Finding) -> list[object]:
    return [item.level.value, item.text, item.subject, item.visit, item.code, list(item.others), list(item.facts)]


def _finding(row: Sequence[Any]) -> Finding:
    # imports of an older program told no facts
    level, text, subject, visit, code, others, *facts = row
    return Finding(Level(level), text, subject, visit, "", code, tuple(others), tuple(*facts))
