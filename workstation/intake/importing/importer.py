"""Importer: folders of DICOM to a blinded study, the whole way, with progress, safe to cancel and to repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from scoring.schemes.modalities import XR
from scoring.values import replace
from storage.files.import_lock import import_lock
from storage.records import SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN
from storage.vault.vault import Source
from workstation.intake.decisions.identity import is_nobody
from workstation.intake.deidentify.blind import Blinder, Disguise
from workstation.intake.deidentify.held_series import HELD, REFUSED, reasons_with, waiting
from workstation.intake.files.archives import archives_open
from workstation.intake.files.walk import check_roots
from workstation.intake.findings import Finding, Level, SetAside, Tally
from workstation.intake.frames import Frame
from workstation.intake.headers.scan import Scanned
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.arrangement import Arrangement, arrange, exams_in, identity_of, person_of, settle
from workstation.intake.importing.asked import asked_about, wrists_in
from workstation.intake.importing.gathering import Gathering
from workstation.intake.importing.header_spool import Spool
from workstation.intake.importing.lasting_findings import concerning, folders_of_subjects, tell
from workstation.intake.importing.removing import SHUT, shut_in
from workstation.intake.importing.sent_again import SENT_AGAIN, SentAgain, exams_without_series
from workstation.intake.importing.subject_import import Known, SubjectImport
from workstation.intake.importing.unchanged_trees import said_again, to_remember, tree_digest
from workstation.intake.pixels.decode import DECODER_GONE, Decoder
from workstation.intake.pixels.source import Cancelled, PixelSource
from workstation.intake.protocol import later_visits
from workstation.intake.protocol.enrolment_check import enrolments_as_findings
from workstation.intake.protocol.questions import asked_as_findings
from workstation.intake.protocol.series_of_a_visit import ALL_OF_ONE, lacking
from workstation.intake.protocol.study_protocol import protocol_in
from workstation.intake.report import ImportReport, Progress, Waiting, summary_of
from workstation.intake.series.duplicates import COPY, COPY_OTHERWISE, TWO_PATIENTS, TWO_PICTURES, holds
from workstation.intake.series.pairing import identity_in, subject_codes
from workstation.intake.writing import images_folder

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
UNREMARKABLE = frozenset({HELD, REFUSED, SENT_AGAIN, SHUT, "not DICOM", "neither an MR image nor a radiograph"})


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
        TomlRefused: the study's protocol.toml doesn't say what it must.
        StudyError: another import into this study is running, or the reason isn't one for the record.
        NotSaved: the disk didn't take it; what was reported before is kept.
    """
    roots = check_roots(paths)
    if why:
        study.check_reason(why)
    with import_lock(study.path), quiet(), archives_open(), Decoder() as decoder:
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
        self._protocol = protocol_in(study.path, study.schemes())
        self._x_rays = any(scheme.modality == XR.code for scheme in study.schemes().all)
        self._pixels = pixels
        self._progress = progress
        self._cancelled = cancelled
        self._aside = Tally()
        self._findings: list[Finding] = []
        self._passing: list[Finding] = []
        self._touched: list[str] = []
        # identities under which images came that the study has under another name
        self._asked_again: set[str] = set()
        self._identities = study.vault.series()
        self._seen = 0

    def run(self, roots: Sequence[Path], *, remembered: bool) -> ImportReport:
        settle(self._study)
        series = (item for subject in self._subjects() for visit in subject.visits for item in visit.series)
        images_folder.clean(self._study.images, series)
        stopped = False
        digest = None
        try:
            digest = tree_digest(roots, outside=self._study.path, cancelled=self._cancelled)
            if digest is not None and self._x_rays:
                digest = f"{digest}+{XR.code}"
            unchanged = None if self._why else self._unchanged(digest)
            if unchanged is not None:
                return self._with_questions(unchanged)
            with Spool() as spool:
                found = Gathering(spool, self._aside, SentAgain(self._study), self._pixels, x_rays=self._x_rays)
                self._gather(found, roots)
                if found.frames and remembered:
                    for root in roots:
                        self._study.vault.add_root(str(root))
                self._import(found)
        except Cancelled:
            stopped = True
            self._passing.append(
                Finding(Level.WARNING, "stopped before the end; import again to go on", code="stopped")
            )
            self._findings.append(self._passing[-1])
        report = self._report(cancelled=stopped)
        if remembered:
            gone = {id(item) for item in self._passing}
            tell(self._study, roots, report, [item for item in report.findings if id(item) not in gone])
        lasting = all(item.why not in PASSING for item in report.set_aside)
        if digest is not None and not stopped and lasting:
            self._study.vault.remember_tree(digest, to_remember(report, self._passing))
        return self._with_questions(report)

    def _with_questions(self, report: ImportReport) -> ImportReport:
        """What is asked about the subjects that were imported, as it stands now."""
        mine = {*self._touched, *self._asked_again, *(subject.code for subject in report.subjects)}
        asked = asked_about(self._study, mine)
        enrolled = [item for item in enrolments_as_findings(self._study.enrolments()) if item.subject in mine]
        return replace(report, findings=(*report.findings, *enrolled, *asked_as_findings(asked)))

    def _subjects(self) -> Iterator[SubjectRecord]:
        """Every subject, one after the other: their slices needn't be in memory together."""
        for code in self._study.subject_codes():
            subject = self._study.subject(code)
            if subject is not None:
                yield subject

    def _unchanged(self, digest: str | None) -> ImportReport | None:
        remembered = self._study.vault.tree(digest) if digest is not None else None
        if remembered is None:
            return None
        subjects = [summary_of(subject) for subject in self._subjects()]
        again = said_again(remembered, subjects, reasons_of(self._study), self._protocol.wanted, wrists_in(self._study))
        return None if again is None else replace(again, held=waiting_in(self._study))

    def _gather(self, found: Gathering, roots: Sequence[Path]) -> None:
        try:
            found.run(roots, self._study.path, self._progress, self._cancelled)
        finally:
            self._seen = found.seen
            self._findings += found.findings

    def _import(self, found: Gathering) -> None:
        persons = found.repeats.persons()
        for key in found.repeats.nobodys():
            self._sorted(found, key)
        again = found.again
        codes = subject_codes((*persons, *again.people), self._codes(found, persons), self._study.vault.secret)
        self._keep_again(again, codes)
        known = (*exams_in(self._study, self._identities), *exams_without_series(self._study))
        fresh = found.examinations.numbered(known, {key: codes[key] for key in persons})
        newcomers = {codes[key]: identity_in(codes[key], found.people[key]) for key in persons}
        arrangement = arrange(self._study, fresh, newcomers)
        # where examinations came that change the order of visits, what the study has is put there first
        settle(self._study, arrangement)
        self._identities = self._study.vault.series()
        keys = {
            key: {arrangement.subjects[exam.number] for exam in fresh if exam.person == codes[key]} for key in persons
        }
        self._touched = sorted(set().union(*keys.values()))
        people = {codes[key]: person_of(codes[key], key, found.people[key]) for key in persons}
        tools = (self._pixels, Disguise(self._study.vault.secret), Blinder())
        done = 0
        frames: dict[str, list[Frame]] = {}
        for subject in self._touched:
            for key in sorted(key for key, mine in keys.items() if subject in mine and key not in frames):
                frames[key] = [frame for file in self._sorted(found, key, keys[key]) for frame in file.frames]
            members = self._by_examination(found, frames, arrangement, subject)
            for key in [key for key in frames if max(keys[key], default="") <= subject]:
                del frames[key]
            if not members:
                continue
            here = SubjectImport(self._study, subject, self._known(subject), tools, arrangement)
            try:
                with closing(here.run(people, members, self._cancelled)) as running:
                    for count in running:
                        done += count
                        self._progress(Progress(done, found.frames, "Writing de-identified images"))
            finally:
                self._put_aside(here.set_aside, (subject,))
                self._findings += here.findings
                self._passing += here.passing
        settle(self._study, touched=self._touched)
        self._progress(Progress(found.frames, found.frames, "Writing de-identified images"))

    def _keep_again(self, again: SentAgain, codes: Mapping[str, str]) -> None:
        known = (*exams_in(self._study, self._identities), *exams_without_series(self._study))
        exams = again.examinations.numbered(known, {key: codes[key] for key in again.people})
        again.keep([person_of(codes[key], key, who) for key, who in again.people.items()], exams)
        self._asked_again = {codes[key] for key in again.people}

    def _codes(self, found: Gathering, persons: Sequence[str]) -> dict[str, str]:
        """Identity key -> code of everyone whom the study has; who says nobody is found by the study's own UID."""
        known = {person.identity_key: person.subject for person in self._study.vault.people()}
        by_study = {uid: row.person for row in self._study.vault.examinations() for uid in row.study_uids}
        nobody = {person.subject for person in self._study.vault.people() if is_nobody(identity_of(person))}
        for key in persons:
            code = by_study.get(found.repeats.study_of(key), "")
            if key not in known and code in nobody and is_nobody(identity_in("", found.people[key])):
                known[key] = code
        return known

    def _by_examination(
        self, found: Gathering, frames: Mapping[str, Iterable[Frame]], arrangement: Arrangement, subject: str
    ) -> dict[int, list[Frame]]:
        mine: dict[int, list[Frame]] = defaultdict(list)
        for key, members in frames.items():
            for frame in members:
                number = found.examinations.number_of(key, frame.facts)
                if arrangement.subjects[number] == subject:
                    mine[number].append(frame)
        return mine

    def _sorted(self, found: Gathering, person: str, subjects: Iterable[str] = ()) -> tuple[Scanned, ...]:
        sorted_ = found.repeats.sorted(found.spool.take(person), self._pixels)
        self._put_aside(sorted_.set_aside, subjects)
        return sorted_.kept

    def _put_aside(self, items: Iterable[SetAside], subjects: Iterable[str] = ()) -> None:
        whose = frozenset(subjects)
        for item in (*items, *self._pixels.failed.values()):
            self._aside.add(item, whose)
        self._pixels.failed.clear()

    def _known(self, code: str) -> Known:
        subject = self._study.subject(code)
        records = {series.code: series for visit in subject.visits for series in visit.series} if subject else {}
        sources = _by_slice(self._study.vault.sources(code)) if subject else {}
        choices = self._study.vault.choices
        return Known(
            records,
            {item.code: item for item in self._identities if item.subject == code},
            sources,
            choices.current(),
            frozenset(item.series for item in choices.held()),
            self._why,
            shut_in(choices.log()),
            self._protocol.stand_ins,
            self._protocol.shown,
        )

    def _report(self, *, cancelled: bool) -> ImportReport:
        self._put_aside(())
        found = (self._study.subject(code) for code in self._touched)
        subjects = tuple(summary_of(subject) for subject in found if subject is not None)
        groups = self._aside.groups()
        folders = folders_of_subjects(self._study)
        about = (_about_copies(self._aside, folders), self._findings, _about_files(self._aside, folders))
        findings = [finding for found in about for finding in found]
        held = any(item.why in {HELD, REFUSED, SHUT} for item in groups)
        if not subjects and not held and not cancelled:
            text = f"no image that can be used among {self._seen} files; give a folder that holds DICOM"
            self._passing.append(Finding(Level.WARNING, text, code="no-image"))
            findings.append(self._passing[-1])
        unit = self._study.design().reading_unit
        later = [item for item in self._study.visits_left_unread() if item.subject in self._touched]
        told = [later_visits.told(item, unit) for item in later]
        self._passing += told
        findings += told
        wrists = wrists_in(self._study)
        for subject in subjects:
            lacks = lacking(subject, self._protocol.wanted, wrists.get(subject.code, ALL_OF_ONE))
            self._passing += lacks
            findings += lacks
        return ImportReport(
            subjects=subjects,
            reasons=reasons_of(self._study),
            set_aside=groups,
            findings=tuple(findings),
            seen=self._seen,
            accepted=0 if cancelled else self._seen - len(self._aside),
            cancelled=cancelled,
            held=waiting_in(self._study),
        )


def reasons_of(study: CoordinatorStudy) -> dict[str, tuple[str, ...]]:
    """Why each series is taken for what it is, by code: what the coordinator chose, then what was recognised."""
    chosen = study.vault.choices.current()
    return {
        item.code: reasons_with(chosen.get(item.code, NOTHING_CHOSEN).choices, item.reasons)
        for item in study.vault.series()
    }


def waiting_in(study: CoordinatorStudy) -> tuple[Waiting, ...]:
    """The series that wait for the coordinator."""
    identities = {item.code: item for item in study.vault.series()}
    return waiting(study.vault.choices.held(), study.vault.choices.current(), identities)


def _by_slice(sources: Iterable[Source]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        found[source.slice_uid].append(source)
    return found


# what is said of images that were found more than once
ABOUT_COPIES = (
    (
        TWO_PATIENTS,
        Level.ERROR,
        "two-patients",
        "one series under two patients, not imported: {}. Correct the files and import again",
    ),
    (
        TWO_PICTURES,
        Level.ERROR,
        "two-pictures",
        "two different pictures under one SOPInstanceUID, the series is not imported: {}",
    ),
    (
        COPY_OTHERWISE,
        Level.WARNING,
        "copy-otherwise",
        "{why}: the first by its path was imported, not {}. Find out which one is right, and decide by it",
    ),
    (COPY, Level.NOTE, "copy", "the same image in more than one file, imported once: {}"),
)


def _about_copies(aside: Tally, folders: Mapping[str, str]) -> list[Finding]:
    here = sorted({(item.why, item.what) for item in aside.groups()})
    return [
        _hung(aside, folders, (what, why), Finding(level, text.format(aside.named(what, why), why=why), code=code))
        for begins, usual, code, text in ABOUT_COPIES
        for why, what in here
        if why == begins or why.startswith(f"{begins}: ")
        for level in [Level.ERROR if holds(why) else usual]
    ]


def _about_files(aside: Tally, folders: Mapping[str, str]) -> list[Finding]:
    """Names for the files that a person may want to look at."""
    said = UNREMARKABLE | {why for why, *_ in ABOUT_COPIES}
    found = []
    for item in aside.groups():
        if item.why.partition(": ")[0] not in said and item.why not in said:
            text = f"{item.count} x {item.what} set aside, {item.why}: {aside.named(item.what, item.why)}"
            finding = Finding(Level.WARNING, text, code="set-aside")
            found.append(_hung(aside, folders, (item.what, item.why), finding))
    return found


def _hung(aside: Tally, folders: Mapping[str, str], group: tuple[str, str], finding: Finding) -> Finding:
    """On everyone whom the files of the group concern."""
    told = replace(finding, facts=aside.facts(*group))
    return concerning(folders, told, aside.folders(*group), aside.subjects(*group))
