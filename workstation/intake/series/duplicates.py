"""Images that were found more than once: alike, one is enough; not alike, the whole series stays outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.intake.findings import SetAside
from workstation.intake.frames import FileFacts, Frame
from workstation.intake.headers.scan import Scanned
from workstation.intake.pixels.source import PixelSource
from workstation.intake.series.sent_header import ABOUT, WEIGHTY, header_of, named_apart

TWO_PATIENTS = "its series is under two patients"
TWO_PICTURES = "its series has two pictures under one SOPInstanceUID"
COPY = "the same image is in another file"
# and what differs
COPY_OTHERWISE = "the same image is in another file with another header"
Series = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The files that go on, and those that don't, each with why."""

    kept: tuple[Scanned, ...]
    set_aside: tuple[SetAside, ...]


class Repeats:
    """What was met more than once while all files were scanned: some bytes a file, whatever the headers hold."""

    def __init__(self) -> None:
        # series by number, as (person, series), and the numbers of those; a series is StudyInstanceUID and
        # SeriesInstanceUID: de-identifiers give the same of the latter to other studies
        self._owners: list[tuple[str, Series]] = []
        self._numbers: dict[tuple[str, Series], int] = {}
        self._person_of: dict[Series, str] = {}
        # hash of a SOPInstanceUID -> number of the series in which it was met first. Two UIDs of one hash, one in 10^8
        # imports, would be looked at as repeats and found to be two, or kept out as under two patients
        self._images: dict[int, int] = {}
        self._repeated: set[int] = set()
        self._mixed: set[Series] = set()

    def note(self, person: str, facts: FileFacts) -> None:
        """A file of a person was scanned."""
        mine = (facts.study_uid, facts.series_uid)
        number = self._number(person, mine)
        image = hash(facts.sop_uid)
        if image in self._images:
            self._repeated.add(image)
            owner, series = self._owners[self._images[image]]
            if owner != person:
                self._mixed |= {mine, series}
        else:
            self._images[image] = number

    def study_of(self, person: str) -> str:
        """The StudyInstanceUID of the first file of a person."""
        return next((series[0] for owner, series in self._owners if owner == person), "")

    def _number(self, person: str, series: Series) -> int:
        if self._person_of.setdefault(series, person) != person:
            self._mixed.add(series)
        number = self._numbers.setdefault((person, series), len(self._owners))
        if number == len(self._owners):
            self._owners.append((person, series))
        return number

    def persons(self) -> tuple[str, ...]:
        """Everyone of whom something may be imported, in the order in which they were met."""
        return tuple(dict.fromkeys(person for person, series in self._owners if series not in self._mixed))

    def nobodys(self) -> tuple[str, ...]:
        """Everyone else."""
        return tuple(dict.fromkeys(person for person, _ in self._owners if person not in set(self.persons())))

    def sorted(self, files: Sequence[Scanned], pixels: PixelSource) -> Sorted:
        """One person's files: each image once, and no series that claims two patients or has two pictures as one.

        The same image may come in another compression: decoded values are compared. Files that can't be decoded go
        on; importing their series sets them aside.
        """
        mixed = [file for file in files if _series(file) in self._mixed]
        rest = [file for file in files if _series(file) not in self._mixed]
        by_uid: dict[str, list[Scanned]] = defaultdict(list)
        for file in sorted(rest, key=lambda item: item.path) if self._repeated else ():
            if hash(file.frames[0].facts.sop_uid) in self._repeated:
                by_uid[file.frames[0].facts.sop_uid].append(file)
        copies, conflicting = _compared(by_uid, pixels)
        conflicts = [file for file in rest if _series(file) in conflicting]
        copies = [(file, why) for file, why in copies if _series(file) not in conflicting]
        aside = {
            **{file.path: why for file, why in copies},
            **{file.path: TWO_PICTURES for file in conflicts},
            **{file.path: TWO_PATIENTS for file in mixed},
        }
        return Sorted(
            tuple(file for file in rest if file.path not in aside),
            tuple(
                SetAside(file.path, file.frames[0].facts.sort, aside[file.path]) for file in files if file.path in aside
            ),
        )


def _compared(by_uid: dict[str, list[Scanned]], pixels: PixelSource) -> tuple[list[tuple[Scanned, str]], set[Series]]:
    """Copies of files that come before them, each with what it is, and the series in which one UID has two pictures."""
    copies: list[tuple[Scanned, str]] = []
    conflicting: set[Series] = set()
    for members in by_uid.values():
        different = [file for file in members[1:] if not _alike(members[0], file, pixels)]
        if different:
            conflicting |= {_series(file) for file in members}
        copies += [(file, _copy(members[0], file)) for file in members[1:] if file not in different]
    return copies, conflicting


def _copy(first: Scanned, other: Scanned) -> str:
    """Why a copy doesn't go on: with what its header says otherwise than that of the first."""
    names = named_apart(header_of(first.frames[0]), header_of(other.frames[0]))
    return f"{COPY_OTHERWISE}: {', '.join(names)}" if names else COPY


def holds(why: str) -> bool:
    """Whether a copy's header denies who or which limb it is, or how large: nobody reads it until that is settled."""
    names = why.removeprefix(f"{COPY_OTHERWISE}: ").split(", ")
    return why.startswith(COPY_OTHERWISE) and any(ABOUT[name][0] in names for name in WEIGHTY)


def _series(file: Scanned) -> Series:
    facts = file.frames[0].facts
    return facts.study_uid, facts.series_uid


def _alike(a: Scanned, b: Scanned, pixels: PixelSource) -> bool:
    if pixels.sha256(a.frames[0]) == pixels.sha256(b.frames[0]):
        return True
    if len(a.frames) != len(b.frames):
        return False
    first, second = _fingerprints(a.frames, pixels), _fingerprints(b.frames, pixels)
    return first == second and [frame.position_mm for frame in a.frames] == [frame.position_mm for frame in b.frames]


def _fingerprints(frames: tuple[Frame, ...], pixels: PixelSource) -> list[str | None]:
    return [pixels.fingerprint(frame) for frame in frames]
