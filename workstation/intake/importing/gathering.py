"""Gathering of all files below some folders: headers to the spool, repeats noted, the rest counted with its reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from workstation.intake.errors import RADIOGRAPH, FileUnusable
from workstation.intake.files.archives import is_archive, is_member, members_of, read_member
from workstation.intake.files.containers import named, start_of
from workstation.intake.files.walk import count_below, files_below
from workstation.intake.findings import Finding, Level, SetAside, Tally
from workstation.intake.frames import Identity
from workstation.intake.headers.dicomdir import listed
from workstation.intake.headers.header import NOT_DICOM
from workstation.intake.headers.pixel_layout import NATIVE
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.importing.examinations import Examinations
from workstation.intake.importing.header_spool import Spool
from workstation.intake.importing.sent_again import SENT_AGAIN, SentAgain
from workstation.intake.pixels.source import Cancelled, PixelSource
from workstation.intake.report import Progress
from workstation.intake.series.duplicates import Repeats
from workstation.intake.series.pairing import identity_key

MEDIA = "DICOMDIR"
NOT_READ = "no scheme of this study reads radiographs; add one that does, then these scans again"


class Gathering:
    """Looks at file after file. What it keeps of each in memory is some bytes, so that folders may be large.

    frames: how many were found; seen: files that were looked at; people: who they say they are, by identity key;
    examinations: what tells visits apart; again: what the study has under another name.
    """

    def __init__(
        self, spool: Spool, aside: Tally, again: SentAgain, pixels: PixelSource, *, x_rays: bool = False
    ) -> None:
        """x_rays: whether radiographs are wanted."""
        self._x_rays = x_rays
        self.spool = spool
        self.again = again
        self.repeats = Repeats()
        self.people: dict[str, Identity] = {}
        self.examinations = Examinations()
        self.findings: list[Finding] = []
        self.frames = 0
        self.seen = 0
        self._aside = aside
        self._pixels = pixels
        self._compressed = 0
        self._coming: deque[Path | SetAside] = deque()
        self._listed: set[Path] = set()

    def run(
        self,
        roots: Sequence[Path],
        outside: Path,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Scan everything below the roots, into archives and where a DICOMDIR leads.

        Args:
            roots: from `walk.check_roots`.
            outside: the study folder.
            progress: told before each file.
            cancelled: asked before each file.

        Raises:
            Cancelled: `cancelled` said so.
        """
        total = count_below(roots, outside=outside)
        for number, entry in enumerate(chain(files_below(roots, outside=outside), self._further())):
            if cancelled():
                raise Cancelled
            progress(Progress(number, max(total, number + 1) + len(self._coming), "Reading headers"))
            self.seen += 1
            result = scan(entry) if isinstance(entry, Path) else entry
            if isinstance(result, Scanned):
                self._keep(result)
            else:
                self._open(result, roots)

    def _further(self) -> Iterator[Path | SetAside]:
        """What was found inside of other files."""
        while self._coming:
            yield self._coming.popleft()

    def _keep(self, scanned: Scanned) -> None:
        facts = scanned.frames[0].facts
        if facts.radiograph is not None and not self._x_rays:
            self._aside.add(SetAside(scanned.path, RADIOGRAPH, NOT_READ))
            return
        person = identity_key(facts)
        if self.again.takes(person, scanned.frames[0]):
            self._aside.add(SetAside(scanned.path, facts.sort, SENT_AGAIN))
            return
        self.people.setdefault(person, facts.identity)
        self.repeats.note(person, facts)
        self.examinations.note(person, scanned.frames[0])
        self.spool.add(person, scanned)
        self.frames += len(scanned.frames)
        if facts.layout.transfer_syntax not in NATIVE:
            self._compressed += 1
            self._pixels.expect(self._compressed)

    def _open(self, entry: SetAside, roots: Sequence[Path]) -> None:
        """Count a file that is no image, or look for images inside of it."""
        if entry.what == MEDIA:
            self._aside.add(entry)
            self._follow(entry.file, roots)
        elif (entry.what, entry.why) != NOT_DICOM:
            self._aside.add(entry)
        elif not is_member(entry.file) and is_archive(entry.file):
            # its members are seen in its place
            self.seen -= 1
            self._coming += members_of(entry.file)
        else:
            known = named(entry.file, _start_of(entry.file))
            self._aside.add(entry if known is None else SetAside(entry.file, *known))

    def _follow(self, directory: Path, roots: Sequence[Path]) -> None:
        inside = listed(directory)
        if inside.missing or inside.elsewhere:
            facts = (directory.parent.name, str(inside.missing), str(inside.elsewhere))
            text = (
                f"DICOMDIR lists {inside.missing} files that aren't there and {inside.elsewhere} outside its "
                "folder, which aren't read: is the copy of the disc complete?"
            )
            self.findings.append(Finding(Level.WARNING, text, code="disc-incomplete", facts=facts))
        if directory in roots:
            # below a folder that is walked they are found anyway
            walked = {root for root in roots if root.is_dir()}
            fresh = [
                file
                for file in inside.files
                if file not in self._listed and file not in roots and not walked.intersection(file.parents)
            ]
            self._listed |= set(fresh)
            self._coming += fresh


def _start_of(file: Path) -> bytes:
    """The first bytes of a file, or of a member of an archive."""
    if not is_member(file):
        return start_of(file)
    try:
        return read_member(file)[0]
    except (FileUnusable, OSError):
        return b""
