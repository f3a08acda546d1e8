"""Choices about a series that a coordinator may make: its kind, and whether and how its pixels may be read.

Each choice is in the vault's log, with who and why, before the study follows it. Once a subject has been read, nothing
about its series changes any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.files.import_lock import import_lock
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN, Choice, Deed, HeldSeries
from storage.vault.vault import SeriesIdentity
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.deidentify.blanking import Region
from workstation.intake.files.archives import MEMBER
from workstation.intake.importer import import_folders
from workstation.intake.protocol.series_of_a_visit import KINDS
from workstation.intake.report import ImportReport, Progress
from workstation.intake.writing.reconcile import converge, withdraw

ALL_KINDS = (*KINDS, "OTHER")
LONGEST = 500
Before = Callable[[CoordinatorStudy, str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a choice. `said` is one line; `open`: the series still waits for a person."""

    said: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Chooser:
    """A coordinator at a study: who chooses, and how far the reading of files is told."""

    study: CoordinatorStudy
    who: str
    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]

    def choose_kind(self, series: str, kind: str, why: str) -> Outcome:
        """Take the series for that kind from now on, also when it is imported again.

        Raises:
            UsageRefused: no such kind, no reason or nobody's name.
            IntakeRefused: no such series, or its subject has been read.
        """
        if kind not in ALL_KINDS:
            raise UsageRefused(f"kind {kind!a}: {', '.join(ALL_KINDS)}")
        self._log(series, Deed.KIND, {"kind": kind}, why)
        return Outcome(f"{series} is {kind} from now on")

    def release(self, series: str, why: str) -> Outcome:
        """Let a series that waits be read as it is, its blanked regions blank. Raises as `choose_kind`."""
        held = self._held(series)
        self._log(series, Deed.RELEASE, {}, why)
        return self._bring_in(held)

    def refuse(self, series: str, why: str) -> Outcome:
        """Keep a series that waits outside for good. Raises as `choose_kind`."""
        self._held(series)
        self._log(series, Deed.REFUSE, {}, why)
        return Outcome(f"{series} stays outside the study")

    def blank(self, series: str, regions: Sequence[Region], why: str) -> Outcome:
        """Make regions of every slice empty, in a series that waits or in one that is in the study already.

        Raises:
            IntakeRefused: also where a region isn't within the image.
        """
        held = self._find_held(series)
        rows, columns = (held.rows, held.columns) if held else self._size(series)
        outside = [region.in_words() for region in regions if not region.within(rows, columns)]
        if outside or not regions:
            raise IntakeRefused(
                f"region {' and '.join(outside) or 'none'}: {series} has {rows} rows, {columns} columns"
            )
        self._log(series, Deed.BLANK, {"regions": [region.as_list() for region in regions]}, why)
        return self._bring_in(held) if held else Outcome(f"{series} is blank there from now on")

    def undo(self, series: str, why: str) -> Outcome:
        """Take back the last choice about a series that still stands. Raises as `choose_kind`.

        What was blanked is read again from the scans; no other copy of it is kept.
        """
        self._identity(series)
        chosen = self.study.vault.choices.standing().get(series, NOTHING_CHOSEN)
        if not chosen.choices:
            raise IntakeRefused(f"series {series}: nothing was chosen about it that could be taken back")
        last = chosen.choices[-1].deed
        # out of the study first: were this to stop half-way, the next import brings in what was released
        self._log(series, Deed.UNDO, {}, why, first=withdraw if last in {Deed.BLANK, Deed.RELEASE} else None)
        said = f"{series}: {last.value} taken back"
        held = self._find_held(series)
        if held is None:
            return Outcome(said)
        again = self._bring_in(held)
        return Outcome(f"{said}. {again.said}", again.open)

    def _log(self, series: str, deed: Deed, value: Mapping[str, Any], why: str, *, first: Before | None = None) -> None:
        self.study.check_open()
        identity = self._identity(series)
        if self.study.has_answers(identity.subject):
            raise IntakeRefused(
                f"series {series}: {identity.subject} has been read, so nothing about its series changes any more; "
                "a study of its own can take the scans as they should be"
            )
        for name, text in (("who", self.who), ("why", why)):
            if not text.strip() or len(text) > LONGEST or not text.isprintable():
                raise UsageRefused(f"{name}: say it in one line of 1 to {LONGEST} signs; it is kept in the vault")
        with import_lock(self.study.path):
            if first is not None:
                first(self.study, series)
            self.study.vault.choices.add(Choice(series, deed, value, self.who.strip(), why.strip()))
            converge(self.study)

    def _identity(self, series: str) -> SeriesIdentity:
        found = next((item for item in self.study.vault.series() if item.code == series), None)
        if found is None:
            raise IntakeRefused(f"series {series!a}: the study has none; `ramris study check --json` names them")
        return found

    def _find_held(self, series: str) -> HeldSeries | None:
        return next((item for item in self.study.vault.choices.held() if item.series == series), None)

    def _held(self, series: str) -> HeldSeries:
        self._identity(series)
        held = self._find_held(series)
        if held is None:
            raise IntakeRefused(f"series {series}: it isn't held back; blank a place of it, or choose its kind")
        return held

    def _size(self, series: str) -> tuple[int, int]:
        subject = self.study.subject(self._identity(series).subject)
        for visit in subject.visits if subject else ():
            for item in visit.series:
                if item.code == series:
                    return item.rows, item.columns
        raise IntakeRefused(f"series {series}: it isn't in the study")

    def _bring_in(self, held: HeldSeries) -> Outcome:
        """Read the subject's files again, so that the series is recognised beside the others of its visit."""
        subject = self._identity(held.series).subject
        files = _files_of(self.study, subject)
        if not all(file.exists() for file in files):
            said = (
                f"{held.series}: chosen, but its scans aren't where they were; import their folder again to bring it in"
            )
            return Outcome(said, open=True)
        report = import_folders(self.study, files, progress=self.progress, cancelled=self.cancelled, remembered=False)
        return _outcome(held.series, report, still_held=self._find_held(held.series))


def _files_of(study: CoordinatorStudy, subject: str) -> list[Path]:
    """The source files of a subject's series, the archive for what lies in one."""
    mine = {item.code for item in study.vault.series() if item.subject == subject}
    paths = {Path(item.path) for item in study.vault.sources() if item.series_code in mine}
    return sorted({path.parent if MEMBER.match(path.name) else path for path in paths})


def _outcome(series: str, report: ImportReport, *, still_held: HeldSeries | None) -> Outcome:
    if still_held is not None:
        return Outcome(f"{series} is held back still: {'; '.join(still_held.why)}", open=True)
    if any(item.code == series for subject in report.subjects for v in subject.visits for item in v.series):
        return Outcome(f"{series} is in the study now")
    return Outcome(f"{series}: chosen, but its scans couldn't be read; import their folder again", open=True)
