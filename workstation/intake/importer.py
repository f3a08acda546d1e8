"""From folders of DICOM to a blinded study: the whole way, with progress, safe to cancel and to repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from storage.choices import NOTHING_CHOSEN
from storage.coordinator import CoordinatorStudy
from storage.import_lock import import_lock
from storage.records import SubjectRecord
from storage.vault import Source
from workstation.intake import images_folder
from workstation.intake.archives import is_archive, is_member, members_of
from workstation.intake.blind import Blinder, Disguise
from workstation.intake.converging import converge
from workstation.intake.decode import DECODER_GONE, Decoder
from workstation.intake.duplicates import held_back, without_duplicates
from workstation.intake.findings import Finding, Level, SetAside, grouped, named
from workstation.intake.frames import Frame
from workstation.intake.held_series import HELD, REFUSED, reasons_with, waiting
from workstation.intake.media_directory import listed
from workstation.intake.pairing import identity_key, is_anonymous, subject_codes
from workstation.intake.pixels import Cancelled, PixelSource
from workstation.intake.protocol import lacking
from workstation.intake.quick_scan import QuickScan
from workstation.intake.remembered import said_again, to_remember, tree_digest
from workstation.intake.report import ImportReport, Progress, Waiting
from workstation.intake.scan import NOT_DICOM, Scanned
from workstation.intake.subject_import import Known, SubjectImport
from workstation.intake.tags import quiet
from workstation.intake.walk import check_roots, files_below

# "not DICOM" is what any folder is full of; it is counted, and nobody need look
MEDIA = "DICOMDIR"
# what may be gone the next time though the file stays as it is: a tree with such a file isn't remembered
PASSING = frozenset(
    {
        "the file can't be read",
        "the folder can't be read",
        "the file changed while it was being imported",
        "the archive changed while it was being imported",
        DECODER_GONE,
    }
)
# the coordinator chose, or is asked to by a finding of its own
UNREMARKABLE = frozenset({HELD, REFUSED, "not DICOM", "not an MR image", "the same image is in another file"})


def _silent(_progress: Progress) -> None:
    """Progress that nobody follows."""


def _never() -> bool:
    return False


def import_folders(
    study: CoordinatorStudy,
    paths: Sequence[Path],
    *,
    progress: Callable[[Progress], None] = _silent,
    cancelled: Callable[[], bool] = _never,
    remembered: bool = True,
    why: str = "",
) -> ImportReport:
    """Import all MR images below the paths; importing again adds nothing twice and finishes what was stopped.

    Args:
        study: open; its images/ and both databases are written, a series at a time: all of it or none.
        paths: folders or files.
        progress: told of each file read and each series written.
        cancelled: asked between files and between slices; True ends the import with the study whole.
        remembered: whether the paths are folders of the study from now on; not where single files are read again.
        why: the reason to let series and slices come into visits that have been read, on the record; "" keeps them out.

    Raises:
        IntakeRefused: a path doesn't exist; nothing was written.
        StudyError: another import into this study is running, or the reason isn't one for the record.
        NotSaved: the disk didn't take it; what was reported before is kept.
    """
    roots = check_roots(paths)
    if why:
        study.check_reason(why)
    with import_lock(study.path), quiet(), Decoder() as decoder:
        return _Import(study, PixelSource(decoder), progress, cancelled, why).run(roots, remembered=remembered)


class _Import:
    """One import while it runs."""

    def __init__(
        self,
        study: CoordinatorStudy,
        pixels: PixelSource,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        why: str,
    ) -> None:
        self._study = study
        self._why = why
        self._pixels = pixels
        self._progress = progress
        self._cancelled = cancelled
        self._set_aside: list[SetAside] = []
        self._findings: list[Finding] = []
        self._passing: list[Finding] = []
        self._touched: list[str] = []
        self._subjects: tuple[SubjectRecord, ...] = ()
        self._identities = study.vault.series()
        self._seen = 0
        self._opened = 0

    def run(self, roots: Sequence[Path], *, remembered: bool) -> ImportReport:
        converge(self._study)
        self._subjects = self._study.subjects()
        images_folder.clean(self._study.images, (s for r in self._subjects for v in r.visits for s in v.series))
        digest = tree_digest(roots, outside=self._study.path)
        unchanged = None if self._why else self._unchanged(digest)
        if unchanged is not None:
            return unchanged
        stopped = False
        try:
            files = self._sorted(self._scanned(roots))
            if files and remembered:
                for root in roots:
                    self._study.vault.add_root(str(root))
            self._import(files)
        except Cancelled:
            stopped = True
            self._findings.append(Finding(Level.WARNING, "stopped before the end; import again to go on"))
        report = self._report(cancelled=stopped)
        lasting = all(item.why not in PASSING for item in report.set_aside)
        if digest is not None and not stopped and lasting:
            self._study.vault.remember_tree(digest, to_remember(report, self._passing))
        return report

    def _unchanged(self, digest: str | None) -> ImportReport | None:
        remembered = self._study.vault.tree(digest) if digest is not None else None
        if remembered is None:
            return None
        again = said_again(remembered, self._subjects, reasons_of(self._study))
        return None if again is None else replace(again, held=waiting_in(self._study))

    def _scanned(self, roots: Sequence[Path]) -> list[Scanned]:
        entries = list(files_below(roots, outside=self._study.path))
        known = {entry for entry in entries if isinstance(entry, Path)}
        found = []
        scan = QuickScan()
        for number, entry in enumerate(entries):
            if self._cancelled():
                raise Cancelled
            self._progress(Progress(number, len(entries), "Reading headers"))
            result = scan(entry) if isinstance(entry, Path) else entry
            more = self._inside(result, roots, known) if isinstance(result, SetAside) else None
            if more is not None:
                entries += more
                known |= {item for item in more if isinstance(item, Path)}
            self._seen = len(entries) - self._opened
            if isinstance(result, SetAside):
                if more is None or result.what == MEDIA:
                    self._set_aside.append(result)
            else:
                found.append(result)
        return found

    def _inside(self, entry: SetAside, roots: Sequence[Path], known: set[Path]) -> list[Path | SetAside] | None:
        """What else is to be read because of a file that is no image; None when it holds nothing."""
        if entry.what == MEDIA:
            inside = listed(entry.file)
            if inside.missing or inside.elsewhere:
                text = (
                    f"DICOMDIR lists {inside.missing} files that aren't there and {inside.elsewhere} outside its "
                    "folder, which aren't read: is the copy of the disc complete?"
                )
                self._findings.append(Finding(Level.WARNING, text))
            # below a folder that is walked they were found already
            return [file for file in inside.files if file not in known] if entry.file in roots else None
        if (entry.what, entry.why) == NOT_DICOM and not is_member(entry.file) and is_archive(entry.file):
            self._opened += 1
            return list(members_of(entry.file))
        return None

    def _sorted(self, files: list[Scanned]) -> tuple[Scanned, ...]:
        first = held_back(files)
        second = without_duplicates(first.kept, self._pixels)
        for part in (first, second):
            self._set_aside += part.set_aside
            self._findings += part.findings
        return second.kept

    def _import(self, files: Iterable[Scanned]) -> None:
        frames: dict[str, list[Frame]] = defaultdict(list)
        for file in files:
            frames[identity_key(file.frames[0].facts)] += file.frames
        known = {person.identity_key: person.subject for person in self._study.vault.people()}
        codes = subject_codes(frames, known, self._study.vault.secret)
        self._findings += _about_people(frames, codes)
        self._touched = sorted(codes[key] for key in frames)
        total = sum(len(members) for members in frames.values())
        done = 0
        tools = (self._pixels, Disguise(self._study.vault.secret), Blinder())
        sources = _by_slice(self._study.vault.sources())
        chosen = self._study.vault.choices.standing()
        held = frozenset(item.series for item in self._study.vault.choices.held())
        for key in sorted(frames, key=lambda item: codes[item]):
            here = replace(self._known(codes[key], sources), chosen=chosen, held=held, why=self._why)
            subject = SubjectImport(self._study, codes[key], here, tools)
            try:
                with closing(subject.run(key, frames[key], self._cancelled)) as running:
                    for count in running:
                        done += count
                        self._progress(Progress(done, total, "Writing de-identified images"))
            finally:
                self._set_aside += subject.set_aside
                self._findings += subject.findings
                self._passing += subject.passing

    def _known(self, code: str, sources: Mapping[str, Sequence[Source]]) -> Known:
        records = {
            series.code: series
            for item in self._subjects
            if item.code == code
            for v in item.visits
            for series in v.series
        }
        return Known(records, {item.code: item for item in self._identities if item.subject == code}, sources)

    def _report(self, *, cancelled: bool) -> ImportReport:
        aside = {item.file: item for item in (*self._set_aside, *self._pixels.failed.values())}
        subjects = tuple(subject for subject in self._study.subjects() if subject.code in self._touched)
        findings = [*self._findings, *_about_files(aside.values())]
        held = any(item.why in {HELD, REFUSED} for item in aside.values())
        if not subjects and not held and not cancelled:
            text = f"no MR image that can be used among {self._seen} files; give a folder that holds DICOM"
            findings.append(Finding(Level.WARNING, text))
        for subject in subjects:
            about = lacking(subject)
            self._passing += about
            findings += about
        return ImportReport(
            subjects=subjects,
            reasons=reasons_of(self._study),
            set_aside=grouped(aside.values()),
            findings=tuple(findings),
            seen=self._seen,
            accepted=0 if cancelled else self._seen - len(aside),
            cancelled=cancelled,
            held=waiting_in(self._study),
        )


def reasons_of(study: CoordinatorStudy) -> dict[str, tuple[str, ...]]:
    """Why each series is taken for what it is, by code: what the coordinator chose, then what was recognised."""
    chosen = study.vault.choices.standing()
    return {
        item.code: reasons_with(chosen.get(item.code, NOTHING_CHOSEN).choices, item.reasons)
        for item in study.vault.series()
    }


def waiting_in(study: CoordinatorStudy) -> tuple[Waiting, ...]:
    """The series that wait for the coordinator."""
    identities = {item.code: item for item in study.vault.series()}
    return waiting(study.vault.choices.held(), study.vault.choices.standing(), identities)


def _by_slice(sources: Iterable[Source]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        found[source.slice_uid].append(source)
    return found


def _about_files(aside: Iterable[SetAside]) -> list[Finding]:
    """Names for the files that a person may want to look at."""
    by_reason: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for item in aside:
        if item.why not in UNREMARKABLE:
            by_reason[item.what, item.why].append(item.file)
    return [
        Finding(Level.WARNING, f"{len(files)} x {what} set aside, {why}: {named(files)}")
        for (what, why), files in sorted(by_reason.items())
    ]


def _about_people(frames: Mapping[str, Sequence[Frame]], codes: Mapping[str, str]) -> list[Finding]:
    findings = []
    by_id: dict[str, set[str]] = defaultdict(set)
    for key, members in frames.items():
        identity = members[0].facts.identity
        if is_anonymous(identity):
            text = "no patient ID, name or birth date: taken for a person of its own"
            findings.append(Finding(Level.WARNING, text, codes[key]))
        elif identity.patient_id:
            by_id[identity.patient_id.casefold()].add(codes[key])
    for subjects in by_id.values():
        if len(subjects) > 1:
            text = (
                f"{' and '.join(sorted(subjects))} have one patient ID, but differ in name or birth date: one person?"
            )
            findings.append(Finding(Level.WARNING, text))
    return findings
