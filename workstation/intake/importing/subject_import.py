"""Import of one subject: visits by date, stacks recognised, written and indexed one by one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.schemes.modalities import modality_of_plane
from scoring.values import replace
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN, CurrentChoices, Deed, HeldSeries
from storage.vault.vault import Examination, Person, SeriesIdentity, Source, VisitIdentity
from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.turned import THE_STANDARD_WAY, Shown
from workstation.intake.decisions.words import day_in
from workstation.intake.deidentify.blind import Blinder, Disguise
from workstation.intake.deidentify.held_series import HELD, REFUSED
from workstation.intake.findings import Finding, Level, SetAside
from workstation.intake.frames import Frame
from workstation.intake.importing.arrangement import Arrangement
from workstation.intake.importing.removing import NOTHING_SHUT, SHUT, Shut
from workstation.intake.importing.sent_again import SENT_AGAIN, CameAgain
from workstation.intake.pixels.source import PixelSource
from workstation.intake.protocol.series_check import said_of
from workstation.intake.protocol.series_facts import OF_HEADER, facts_of, read_facts, recognition_of
from workstation.intake.series.classify import Recognised
from workstation.intake.series.stacks import Stack, joined_and_parted, stacks_of
from workstation.intake.series.stand_ins import ASKED, StandIns
from workstation.intake.series.told_apart import told_apart
from workstation.intake.writing import images_folder
from workstation.intake.writing.indexing import subject_record
from workstation.intake.writing.known_slices import KnownSlices
from workstation.intake.writing.series_writer import SeriesWriter, Wanted, Written

Who = tuple[tuple[Person, ...], tuple[VisitIdentity, ...], tuple[Examination, ...]]
# Slices that may wait for the index: as soon as there are more, what is whole is put into it
MOST_PENDING = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What the study has of a subject: its series by code, what they were, and the sources of its slices.

    held: series of it that wait. why: the reason to let series come in though the subject has been read, "" for none.
    shut: what nothing new comes into. stand_ins: what the study takes for a kind that a site didn't make. shown: how it
    wants its pictures shown.
    """

    records: Mapping[str, SeriesRecord]
    identities: Mapping[str, SeriesIdentity]
    sources: Mapping[str, Sequence[Source]]
    chosen: Mapping[str, CurrentChoices] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    why: str = ""
    shut: Shut = NOTHING_SHUT
    stand_ins: StandIns = ASKED
    shown: Shown = THE_STANDARD_WAY


class SubjectImport:
    """The import of one subject; `set_aside` and `findings` fill while it runs.

    passing: those of the findings that are about what was written now.
    """

    def __init__(
        self,
        study: CoordinatorStudy,
        code: str,
        known: Known,
        tools: tuple[PixelSource, Disguise, Blinder],
        arrangement: Arrangement,
    ) -> None:
        self._study = study
        self._arrangement = arrangement
        self._code = code
        self._known = known
        self._records = dict(known.records)
        self._identities = dict(known.identities)
        self._pixels, self._disguise, _ = tools
        self._writer = SeriesWriter(study.images, code, tools, (known.chosen, known.shown))
        self._slices = KnownSlices(study.images, known.sources, self._pixels, self._writer.blank)
        self._again = CameAgain(study, code, self._slices)
        self._read = study.has_answers(code)
        # whether what readers see would change
        self._fixed = study.readers_have(code)
        self._series_of = {item.uid: series for series in known.records.values() for item in series.slices}
        self._fingerprints: dict[frozenset[str], int] = {}
        self._pending: list[Written] = []
        # what came in, or got slices, though it had been read
        self._late: set[str] = set()
        self.set_aside: list[SetAside] = []
        self.findings: list[Finding] = []
        self.passing: list[Finding] = []

    def run(
        self, people: Mapping[str, Person], frames: Mapping[int, Sequence[Frame]], cancelled: Callable[[], bool]
    ) -> Generator[int, None, None]:
        """Import, yielding after each stack how many frames that were. A stack is in the index whole, or not at all.

        Stacks that are whole go into the index together, at the end of a visit at the latest, also when it is stopped.

        Args:
            people: who files say that somebody is, by the code of the identity.
            frames: by the number of their examination.
            cancelled: asked between slices.

        Raises:
            Cancelled: between two slices; the stack that was being written is gone.
        """
        who = self._who(people, frames)
        by_visit: dict[int, list[int]] = defaultdict(list)
        for number in sorted(frames):
            if number in self._arrangement.visit_of:
                by_visit[self._arrangement.visit_of[number][1]].append(number)
            else:
                why = self._arrangement.refused[number]
                self._leave_out(frames[number], f"a visit is not imported: {why}", "its visit can't be put in order")
        known = {item.visit for item in self._identities.values()} if self._fixed else set()
        for visit, numbers in sorted(by_visit.items()):
            if not any(day_in(self._arrangement.exams[number].day) for number in numbers):
                self._say(Level.WARNING, "the date of the visit is unknown", visit, "no-date", ())
            stacks = [
                (part, number)
                for number in numbers
                for stack in stacks_of(frames[number])
                for part in self._as_stored(stack)
            ]
            stacks = self._as_decided(stacks)
            found = told_apart([stack for stack, _ in stacks], self._known.stand_ins)
            try:
                for (stack, number), recognised in zip(stacks, found, strict=True):
                    exam = self._arrangement.exams[number]
                    self._import(stack, recognised, (exam, visit), who, cancelled, was_read=visit in known)
                    if sum(len(written.sources) for written in self._pending) > MOST_PENDING:
                        self._index(who)
                    yield len(stack.frames)
            finally:
                self._index(who)
            self.findings += self._again.findings()

    def _who(self, people: Mapping[str, Person], numbers: Iterable[int]) -> Who:
        exams = [self._arrangement.exams[number] for number in sorted(numbers)]
        here = {person.subject for person in self._study.vault.people()}
        # an identity that is known stays as it was written first
        codes = sorted({self._code, *(exam.person for exam in exams)} - here)
        return (
            tuple(people[code] for code in codes),
            self._arrangement.visits_of(self._code),
            tuple(Examination(exam.number, exam.person, exam.study_uids, exam.day, exam.facts()) for exam in exams),
        )

    def _import(
        self,
        stack: Stack,
        recognised: Recognised,
        exam_visit: tuple[Exam, int],
        who: Who,
        cancelled: Callable[[], bool],
        *,
        was_read: bool,
    ) -> None:
        exam, visit = exam_visit
        uids = {self._writer.slice_uid(frame): frame for frame in stack.frames}
        code = self._series_code(stack, uids, exam)
        old = self._records.get(code)
        chosen = self._known.chosen.get(code, NOTHING_CHOSEN)
        if chosen.pixels is Deed.REFUSE:
            self._set_aside(stack.frames, SHUT if self._is_shut(code, exam) else REFUSED)
            return
        fresh = self._fresh(uids, old)
        if fresh and (self._is_shut(code, exam) or self._is_elsewhere(fresh)):
            self._keep_out(fresh.values(), visit, shut=self._is_shut(code, exam))
            return
        elsewhere = code in self._identities and self._identities[code].examination != exam.number
        if code in self._identities and not (fresh and elsewhere):
            name = f"{old.kind} {old.plane} {code}" if old else code
            self._again.compare(self._identities[code], name, exam, uids)
        if fresh and elsewhere:
            other = self._identities[code].visit
            text = (
                f"{len(fresh)} slices have UIDs of another examination, of visit {other}: not put there, nor imported"
            )
            self._leave_out(fresh.values(), text, "its UIDs are those of another examination", visit)
            return
        was_read = was_read and self._study.readers_see(self._code, modality_of_plane(recognised.plane).planes)
        if not fresh or (was_read and not self._may_come(fresh, old, (code, recognised), visit)):
            return
        with images_folder.incoming(self._study.images) as staging:
            written = self._writer.write(Wanted(code, stack, recognised, fresh, old), staging, cancelled)
            if written is None:
                return
            self._compare_visits(written.fingerprints, visit)
            text_found = written.inspection.found()
            if text_found is not None:
                series = written.series
                size = len(fresh), series.rows, series.columns
                regions = tuple(tuple(region.as_list()) for region in text_found.regions)
                held = HeldSeries(code, series.kind, series.plane, *size, text_found.why, regions)
                self._identify(stack, recognised, written, exam_visit)
                self._hold(held, stack, written, who)
                return
            images_folder.publish(staging, self._study.images, code)
        self._identify(stack, recognised, written, exam_visit)
        self._describe(recognised if old is None and chosen.kind is None else None, written, visit)
        self._records[code] = written.series
        self._pending.append(written)

    def _as_stored(self, stack: Stack) -> tuple[Stack, ...]:
        """The stack in the parts that the study has of it: an older program, or a person, took them for two."""
        owners = [self._series_of.get(self._writer.slice_uid(frame)) for frame in stack.frames]
        codes = [owner.code for owner in owners if owner is not None]
        if len(set(codes)) <= 1:
            return (stack,)
        return tuple(
            replace(
                stack,
                frames=tuple(
                    frame
                    for frame, owner in zip(stack.frames, owners, strict=True)
                    # what is new goes to the first
                    if (codes[0] if owner is None else owner.code) == code
                ),
            )
            for code in dict.fromkeys(codes)
        )

    def _as_decided(self, stacks: Sequence[tuple[Stack, int]]) -> list[tuple[Stack, int]]:
        """The stacks joined and parted as a person decided."""
        if not any(chosen.joined or chosen.parted for chosen in self._known.chosen.values()):
            return list(stacks)
        by_code: dict[str, list[tuple[Stack, int]]] = defaultdict(list)
        for stack, number in stacks:
            by_code[self._code_of(stack, number)].append((stack, number))
        joined = {other for code in by_code for other in self._known.chosen.get(code, NOTHING_CHOSEN).joined}
        found: list[tuple[Stack, int]] = []
        for code, here in by_code.items():
            chosen = self._known.chosen.get(code, NOTHING_CHOSEN)
            if not (chosen.joined or chosen.parted):
                found += [] if code in joined else here
                continue
            (stack, number), *rest = here
            others = [*rest, *(item for other in chosen.joined for item in by_code.get(other, ()))]
            uids = {frame.key: self._writer.slice_uid(frame) for frame in stack.frames}
            off = [{key for key, uid in uids.items() if uid in part} for part in chosen.parted]
            found += [(part, number) for part in joined_and_parted(stack, [other for other, _ in others], off)]
        return found

    def _code_of(self, stack: Stack, number: int) -> str:
        uids = [self._writer.slice_uid(frame) for frame in stack.frames]
        return self._series_code(stack, uids, self._arrangement.exams[number])

    def _keep_out(self, frames: Iterable[Frame], visit: int, *, shut: bool) -> None:
        if shut:
            self._set_aside(frames, SHUT)
        else:
            self._leave_out(frames, "the same images are in the study under another subject", SENT_AGAIN, visit)

    def _is_shut(self, code: str, exam: Exam) -> bool:
        """Whether the coordinator took out, or excluded, what this would come into."""
        shut, visit_of = self._known.shut, self._arrangement.visit_of
        visits = {visit_of[number] for number in shut.examinations if number in visit_of}
        return self._code in shut.subjects or code in shut.series or visit_of[exam.number] in visits

    def _is_elsewhere(self, uids: Iterable[str]) -> bool:
        """Whether another subject has one of the slices: then none comes in, since a slice is of one."""
        owners = self._study.vault.series_of_slices(uids)
        return any(item.code in owners and item.subject != self._code for item in self._study.vault.series())

    def _series_code(self, stack: Stack, uids: Iterable[str], exam: Exam) -> str:
        """Of the series that has one of the slices, of this examination if it can be; else a code of the stack's own.

        Study and series together name a series: de-identifiers make one SeriesInstanceUID for both visits.
        """
        owners = [self._series_of[uid].code for uid in uids if uid in self._series_of]
        here = [code for code in owners if self._identities[code].examination == exam.number]
        if owners:
            return (here or owners)[0]
        study, own = stack.first.facts.study_uid, (stack.series_uid, *stack.key)
        # until study and series named it, the series did alone; where both come again, the day tells them apart
        named = [self._disguise.code("series", exam.person, *parts) for parts in (own, (study, *own))]
        known = [
            code for code in named if code in self._identities and self._identities[code].examination == exam.number
        ]
        if known or named[-1] not in self._identities:
            return (known or named[-1:])[0]
        return self._disguise.code("series", exam.person, exam.day, study, *own)

    def _may_come(
        self,
        fresh: Mapping[str, Frame],
        old: SeriesRecord | None,
        new: tuple[str, Recognised],
        visit: int,
    ) -> bool:
        """Whether slices may come to a visit that has been read; said either way."""
        code, recognised = new
        what = f"{old.kind} {old.plane} {code}" if old else f"{recognised.kind} {recognised.plane} {code}"
        slices = f"{len(fresh)} more slices for {what}" if old else f"{what}, a new series of {len(fresh)} slices,"
        if self._known.why:
            self._late.add(code)
            return True
        said = (
            "the subject has been read, and readers would see something else than they graded"
            if self._read
            else "the subject was handed over, and its reader's copy shows it without them"
        )
        text = f"{slices} not imported: {said}. If they must, add again with --add-to-read --why TEXT"
        why = "its visit has been read without it" if self._read else "its visit was handed over without it"
        self._leave_out(fresh.values(), text, why, visit)
        return False

    def _hold(self, held: HeldSeries, stack: Stack, written: Written, who: Who) -> None:
        """Keep the series waiting: who it is, where its files are, and no pixel of it."""
        people, visits, exams = who
        self._study.vault.save(people, visits, list(self._identities.values()), written.sources, exams)
        self._study.vault.choices.hold(held)
        self._set_aside(stack.frames, HELD)

    def _fresh(self, uids: Mapping[str, Frame], old: SeriesRecord | None) -> Mapping[str, Frame]:
        """The frames that the study doesn't have; those that it has with other pixels are left out and said so."""
        fresh, changed = self._slices.compared(uids, old)
        if changed:
            text = "the study has other pictures under the same SOPInstanceUID; those it has are kept"
            self._leave_out(changed, text, "the study has another picture under its SOPInstanceUID")
        return fresh

    def _index(self, who: Who) -> None:
        """The vault first: what the index names is then always known there, and importing again finds the rest."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        people, visits, exams = who
        sources = [source for written in pending for source in written.sources]
        self._study.vault.save(people, visits, list(self._identities.values()), sources, exams)
        subject = subject_record(self._code, len(visits), self._records, self._identities)
        self._study.replace_subject(subject, why=self._known.why if self._fixed else "")
        for written in pending:
            if written.series.code in self._known.held:
                self._study.vault.choices.let_go(written.series.code)

    def _identify(self, stack: Stack, recognised: Recognised, written: Written, exam_visit: tuple[Exam, int]) -> None:
        """Keep in mind what the series was before, and why it was taken for what it is."""
        code, facts = written.series.code, stack.first.facts
        if code not in self._identities:
            exam, visit = exam_visit
            self._identities[code] = SeriesIdentity(
                code=code,
                subject=self._code,
                visit=visit,
                series_uid=facts.series_uid,
                description=facts.description,
                reasons=recognised.reasons,
                series_time=facts.series_time,
                examination=exam.number,
            )
        told = {} if "recognised" in self._identities[code].facts else recognition_of(recognised)
        told |= {"late": True} if code in self._late else {}
        now = facts_of(stack, written.fingerprints, written.inspection.sample())
        here = self._identities[code].facts
        # what its header said first stays, also when slices come later with another one
        told |= {name: here[name] for name in OF_HEADER if name in here}
        self._identities[code] = replace(self._identities[code], facts={**here, **now, **told})

    def _compare_visits(self, prints: frozenset[str], visit: int) -> None:
        other = self._fingerprints.setdefault(prints, visit)
        told = [(item.code, item.visit, item.facts) for item in self.findings]
        # once for a visit, however many of its series are so
        if other != visit and ("same-images", visit, (str(other),)) not in told:
            text = f"the same images as at visit {other}: one study imported as two visits?"
            self._tell(Level.ERROR, text, visit, "same-images", (str(other),))

    def _describe(self, recognised: Recognised | None, written: Written, visit: int) -> None:
        name = f"{written.series.kind} {written.series.plane} {written.series.code}"
        for found in said_of(written.series, read_facts(self._identities[written.series.code].facts)):
            facts = (written.series.code, *found.facts)
            self._tell(Level.WARNING, f"{name}: {found.text}", visit, found.code, facts)
        if recognised is not None and recognised.kind == "OTHER" and not recognised.unsure:
            text = f"{name}: not one of the protocol, {'; '.join(recognised.reasons)}"
            self._tell(Level.NOTE, text, visit, "no-kind", (written.series.code,))

    def _leave_out(self, frames: Iterable[Frame], text: str, why: str, visit: int | None = None) -> None:
        left = tuple(frames)
        slices = "\n".join(sorted(self._writer.slice_uid(frame) for frame in left))
        self._say(Level.ERROR, text, visit, "left-out", (hashlib.sha256(slices.encode()).hexdigest(),))
        self._set_aside(left, why)

    def _set_aside(self, frames: Iterable[Frame], why: str) -> None:
        sorts = {frame.facts.path: frame.facts.sort for frame in frames}
        self.set_aside += [SetAside(path, sort, why) for path, sort in sorted(sorts.items())]

    def _say(self, level: Level, text: str, visit: int | None, code: str, facts: tuple[str, ...]) -> None:
        self.findings.append(Finding(level, text, self._code, visit, code=code, facts=facts))

    def _tell(self, level: Level, text: str, visit: int | None, code: str, facts: tuple[str, ...]) -> None:
        self._say(level, text, visit, code, facts)
        self.passing.append(self.findings[-1])
