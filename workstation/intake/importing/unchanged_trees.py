"""An unchanged tree is known by the listing of its files; what was said of it is said again without reading it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workstation.intake.findings import Finding, Level, SetAsideGroup
from workstation.intake.frames import stamp_of
from workstation.intake.pixels.source import Cancelled
from workstation.intake.protocol.series_of_a_visit import ALL_OF_ONE, Wanted, lacking
from workstation.intake.report import ImportReport, SubjectSummary

# Goes up when a newer program would say something else of the same files
EDITION = 4
NOBODYS: Mapping[str, Mapping[str, str]] = MappingProxyType({})
# Entries of a folder that are looked at in between; some milliseconds
ASKED_EVERY = 1000


def _never() -> bool:
    return False


def tree_digest(roots: Sequence[Path], *, outside: Path, cancelled: Callable[[], bool] = _never) -> str | None:
    """A hash over the path and the stamp of everything below the roots; None when one is no folder that can be listed.

    Args:
        roots: absolute paths from `check_roots`.
        outside: the study folder, which isn't looked into.
        cancelled: asked now and then.

    Raises:
        Cancelled: `cancelled` said so.
    """
    listing = hashlib.sha256(f"edition {EDITION}\n".encode())
    try:
        for root in roots:
            status = root.lstat()
            if not stat.S_ISDIR(status.st_mode):
                # a DICOMDIR speaks of files that aren't below it
                return None
            listing.update(_line(str(root), status))
            _add_folders(listing, str(root), str(outside.resolve()), cancelled)
    except OSError:
        return None
    return listing.hexdigest()


def _add_folders(listing: hashlib._Hash, root: str, outside: str, cancelled: Callable[[], bool]) -> None:
    """Everything below a folder; no recursion, so that folders may be deep."""
    folders = [root]
    while folders:
        folder = folders.pop()
        listing.update(f"{folder!a}\n".encode())
        below = []
        with os.scandir(folder) as entries:
            # in the order of the file system: another order is another digest, and then the files are read
            for number, entry in enumerate(entries):
                if number % ASKED_EVERY == 0 and cancelled():
                    raise Cancelled
                if entry.is_dir(follow_symlinks=False):
                    if entry.path != outside:
                        below.append(entry.path)
                else:
                    listing.update(_line(entry.name, entry.stat(follow_symlinks=False)))
        folders += sorted(below, reverse=True)


def _line(name: str, status: os.stat_result) -> bytes:
    return f"{name!a}:{stamp_of(status)}\n".encode()


def to_remember(report: ImportReport, passing: Iterable[Finding]) -> dict[str, Any]:
    """What a report says that holds as long as the tree is the same, as plain values.

    Args:
        report: of an import that ran to its end.
        passing: findings about what that import wrote, and about the index as it was: not to be said again.
    """
    gone = {id(item) for item in passing}
    return {
        "subjects": {subject.code: contents(subject) for subject in report.subjects},
        "set_aside": [[item.what, item.count, item.why] for item in report.set_aside],
        "findings": [
            [item.level.value, item.text, item.subject, item.visit, item.code, list(item.others), list(item.facts)]
            for item in report.findings
            if id(item) not in gone
        ],
        "seen": report.seen,
        "accepted": report.accepted,
    }


def said_again(
    remembered: Mapping[str, Any],
    subjects: Sequence[SubjectSummary],
    reasons: Mapping[str, tuple[str, ...]],
    series: Wanted,
    wrists: Mapping[str, Mapping[str, str]] = NOBODYS,
) -> ImportReport | None:
    """The report of an unchanged tree, None when the study doesn't have what it had then.

    Args:
        remembered: from `to_remember`.
        subjects: of the study, as they are now.
        reasons: by series code.
        series: kind and plane of each that a visit should have.
        wrists: subject -> what `asked.wrists_in` says, of those with a visit that shows two.
    """
    here = {subject.code: subject for subject in subjects}
    wanted: Mapping[str, list[str]] = remembered["subjects"]
    if any(code not in here or not set(held) <= set(contents(here[code])) for code, held in wanted.items()):
        return None
    touched = tuple(here[code] for code in sorted(wanted))
    return ImportReport(
        subjects=touched,
        reasons=reasons,
        set_aside=tuple(SetAsideGroup(*item) for item in remembered["set_aside"]),
        findings=(
            *(
                Finding(Level(level), text, subject, visit, "", code, tuple(others), tuple(facts))
                for level, text, subject, visit, code, others, facts in remembered["findings"]
            ),
            *(
                finding
                for subject in touched
                for finding in lacking(subject, series, wrists.get(subject.code, ALL_OF_ONE))
            ),
        ),
        seen=remembered["seen"],
        accepted=remembered["accepted"],
    )


def contents(subject: SubjectSummary) -> list[str]:
    """What a subject has, as one line a series."""
    return [f"{series.code} {series.slices}" for visit in subject.visits for series in visit.series]
