"""Images that were found more than once: alike, one is enough; not alike, the whole series stays outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.intake.findings import Finding, Level, SetAside, named
from workstation.intake.frames import Frame
from workstation.intake.pairing import identity_key
from workstation.intake.pixels import PixelSource
from workstation.intake.scan import Scanned


@dataclass(frozen=True, slots=True)
class Sorted:
    """The files that go on, and what was said about the others."""

    kept: tuple[Scanned, ...]
    set_aside: tuple[SetAside, ...]
    findings: tuple[Finding, ...]


def held_back(files: Sequence[Scanned]) -> Sorted:
    """Without series that claim more than one patient."""
    owners: dict[str, set[str]] = defaultdict(set)
    for file in files:
        owners[file.frames[0].facts.series_uid].add(identity_key(file.frames[0].facts))
    mixed = [file for file in files if len(owners[file.frames[0].facts.series_uid]) > 1]
    findings = []
    if mixed:
        text = f"one series under two patients, not imported: {_names(mixed)}. Correct the files and import again"
        findings.append(Finding(Level.ERROR, text))
    gone = {file.path for file in mixed}
    return Sorted(
        tuple(file for file in files if file.path not in gone),
        tuple(SetAside(file.path, "MR image", "its series is under two patients") for file in mixed),
        tuple(findings),
    )


def without_duplicates(files: Sequence[Scanned], pixels: PixelSource) -> Sorted:
    """Each image once. The same image may come in another compression: decoded values are compared.

    Files that can't be decoded go on; importing their series sets them aside.
    """
    by_uid: dict[str, list[Scanned]] = defaultdict(list)
    for file in sorted(files, key=lambda item: item.path):
        by_uid[file.frames[0].facts.sop_uid].append(file)
    repeated: list[Scanned] = []
    conflicting: set[str] = set()
    for members in by_uid.values():
        different = [file for file in members[1:] if not _alike(members[0], file, pixels)]
        if different:
            conflicting |= {file.frames[0].facts.series_uid for file in members}
        repeated += [file for file in members[1:] if file not in different]
    conflicts = [file for file in files if file.frames[0].facts.series_uid in conflicting]
    copies = [file for file in repeated if file.frames[0].facts.series_uid not in conflicting]
    findings = []
    if conflicts:
        text = f"two different pictures under one SOPInstanceUID, the series is not imported: {_names(conflicts)}"
        findings.append(Finding(Level.ERROR, text))
    if copies:
        findings.append(Finding(Level.NOTE, f"the same image in more than one file, imported once: {_names(copies)}"))
    gone = {file.path for file in (*conflicts, *copies)}
    return Sorted(
        tuple(file for file in files if file.path not in gone),
        (
            *(
                SetAside(file.path, "MR image", "its series has two pictures under one SOPInstanceUID")
                for file in conflicts
            ),
            *(SetAside(file.path, "MR image", "the same image is in another file") for file in copies),
        ),
        tuple(findings),
    )


def _alike(a: Scanned, b: Scanned, pixels: PixelSource) -> bool:
    if pixels.sha256(a.frames[0]) == pixels.sha256(b.frames[0]):
        return True
    if len(a.frames) != len(b.frames):
        return False
    first, second = _fingerprints(a.frames, pixels), _fingerprints(b.frames, pixels)
    return first == second and [frame.position_mm for frame in a.frames] == [frame.position_mm for frame in b.frames]


def _fingerprints(frames: tuple[Frame, ...], pixels: PixelSource) -> list[str | None]:
    return [pixels.fingerprint(frame) for frame in frames]


def _names(files: Sequence[Scanned]) -> str:
    return named(file.path for file in files)
