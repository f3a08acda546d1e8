"""One subject's images into the study: visits by date, stacks recognised, written and indexed one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from storage.choices import NOTHING_CHOSEN, Deed, HeldSeries, Standing
from storage.coordinator import CoordinatorStudy
from storage.records import SeriesRecord, SliceRecord
from storage.study_file import HIDDEN
from storage.vault import Person, SeriesIdentity, Source, VisitIdentity
from workstation.intake import images_folder
from workstation.intake.blanking import Region, blanked, regions_of
from workstation.intake.blind import Blinder, Disguise, Place
from workstation.intake.classify import Recognised, recognise
from workstation.intake.findings import Finding, Level, SetAside
from workstation.intake.frames import Frame
from workstation.intake.held_series import HELD, REFUSED, Inspection, finding_of
from workstation.intake.indexing import along_mm, series_record, subject_record
from workstation.intake.intensity import Intensities
from workstation.intake.pairing import numbering
from workstation.intake.pixels import PixelSource, fingerprint
from workstation.intake.rules import shipped_rules
from workstation.intake.series import Stack, irregularities, stacks_of
from workstation.intake.series_facts import facts_of, recognition_of

ATTRIBUTES = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")


@dataclass(frozen=True, slots=True)
class Written:
    """A stack that is on disk and not yet in the index. along_mm: of each slice, sorted."""

    series: SeriesRecord
    sources: tuple[Source, ...]
    fingerprints: frozenset[str]
    along_mm: tuple[float, ...]
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Known:
    """What the study has of a subject: its series by code, what they were, and the sources of its slices."""

    records: Mapping[str, SeriesRecord]
    identities: Mapping[str, SeriesIdentity]
    sources: Mapping[str, Sequence[Source]]
    chosen: Mapping[str, Standing] = field(default_factory=dict)


class SubjectImport:
    """The import of one subject; `set_aside` and `findings` fill while it runs.

    passing: those of the findings that are about what was written now.
    """

    def __init__(
        self, study: CoordinatorStudy, code: str, known: Known, *, disguise: Disguise, pixels: PixelSource
    ) -> None:
        self._study = study
        self._code = code
        self._sources = known.sources
        self._chosen = known.chosen
        self._records = dict(known.records)
        self._identities = dict(known.identities)
        self._disguise = disguise
        self._pixels = pixels
        self._answered = study.has_answers(code)
        self._fingerprints: dict[frozenset[str], int] = {}
        # whether the index and the vault may have other visits, or other numbers of them, than this import found
        self._renumbered = True
        self.set_aside: list[SetAside] = []
        self.findings: list[Finding] = []
        self.passing: list[Finding] = []

    def run(self, key: str, frames: Sequence[Frame], cancelled: Callable[[], bool]) -> Iterator[int]:
        """Import, yielding after each stack how many frames that were. A stack is in the index whole, or not at all.

        Raises:
            Cancelled: between two slices; the stack that was being written is gone.
        """
        by_date: dict[str, list[Frame]] = defaultdict(list)
        for frame in frames:
            by_date[frame.facts.date].append(frame)
        known = self._study.vault.visits(self._code)
        hidden = self._study.order == HIDDEN
        order = numbering(tuple(visit.date for visit in known), by_date, has_answers=self._answered, hidden=hidden)
        for date, why in sorted(order.refused.items()):
            self._leave_out(by_date.pop(date), f"a visit is not imported: {why}", "its visit can't be put in order")
        if "" in by_date:
            self._say(Level.WARNING, "the date of the visit is unknown", order.number(""))
        visits = self._visit_identities(order.dates, known, by_date)
        numbers = {visit.number: order.number(visit.date) or visit.number for visit in known}
        for code, item in self._identities.items():
            self._identities[code] = replace(item, visit=numbers[item.visit])
        person = self._person(key, frames[0])
        for date, members in sorted(by_date.items()):
            number = order.dates.index(date) + 1
            stacks = stacks_of(members)
            for stack, recognised in zip(stacks, recognise(stacks, shipped_rules()), strict=True):
                self._import(stack, recognised, number, (person, visits), cancelled)
                yield len(stack.frames)

    def _import(
        self,
        stack: Stack,
        recognised: Recognised,
        visit: int,
        who: tuple[Person, tuple[VisitIdentity, ...]],
        cancelled: Callable[[], bool],
    ) -> None:
        uids = {self._slice_uid(frame): frame for frame in stack.frames}
        old = next(
            (series for series in self._records.values() if any(item.uid in uids for item in series.slices)), None
        )
        code = old.code if old else self._disguise.code("series", self._code, stack.series_uid, *stack.key)
        old = self._records.get(code)
        chosen = self._chosen.get(code, NOTHING_CHOSEN)
        if chosen.pixels is Deed.REFUSE:
            self._set_aside(stack.frames, REFUSED)
            return
        here = {item.uid for item in old.slices} if old else set()
        fresh = self._fresh(uids, old, here)
        if not fresh:
            return
        if old is not None and self._answered:
            text = f"{len(fresh)} more slices for {old.kind} {old.plane} are not imported: the subject has been read"
            self._leave_out(fresh, text, "the series has been read without it", visit)
            return
        with images_folder.incoming(self._study.images) as staging:
            written = self._write(stack, fresh, old, (code, visit, recognised), staging, cancelled=cancelled)
            if written is None:
                return
            text_found = written.inspection.found()
            if text_found is not None:
                series = written.series
                size = len(fresh), series.rows, series.columns
                regions = tuple(tuple(region.as_list()) for region in text_found.regions)
                held = HeldSeries(code, series.kind, series.plane, *size, text_found.why, regions)
                self._identify(stack, recognised, written, visit)
                self._hold(held, stack, written, who)
                return
            images_folder.publish(staging, self._study.images, code)
        self._describe(stack, recognised if old is None and chosen.kind is None else None, written, visit)
        self._index(stack, recognised, written, visit, who)

    def _hold(
        self,
        held: HeldSeries,
        stack: Stack,
        written: Written,
        who: tuple[Person, tuple[VisitIdentity, ...]],
    ) -> None:
        """Keep the series waiting: who it is, where its files are, and no pixel of it."""
        self._study.vault.save([who[0]], who[1], list(self._identities.values()), written.sources)
        self._study.vault.choices.hold(held)
        self.findings.append(finding_of(held, self._code, self._identities[held.series].visit))
        self._set_aside(stack.frames, HELD)

    def _fresh(self, uids: Mapping[str, Frame], old: SeriesRecord | None, here: set[str]) -> list[Frame]:
        """The frames that the study doesn't have; those that it has with other pixels are left out and said so."""
        if old is not None:
            changed = [
                uids[item.uid]
                for item in old.slices
                if item.uid in uids
                and not self._is_known(item.uid, uids[item.uid])
                and self._fingerprint(uids[item.uid], old.code)
                != fingerprint(images_folder.stored(self._study.images, old, item))
            ]
            if changed:
                text = "the study has other pictures under the same SOPInstanceUID; those it has are kept"
                self._leave_out(changed, text, "the study has another picture under its SOPInstanceUID")
        return [frame for uid, frame in uids.items() if uid not in here]

    def _fingerprint(self, frame: Frame, code: str) -> str | None:
        values = self._pixels.values(frame)
        return None if values is None else fingerprint(blanked(values, self._blank(code)))

    def _blank(self, code: str) -> tuple[Region, ...]:
        return regions_of(self._chosen.get(code, NOTHING_CHOSEN).regions)

    def _is_known(self, uid: str, frame: Frame) -> bool:
        """Whether that slice came from that very file: untouched since, or of the same bytes."""
        sources = self._sources.get(uid, ())
        facts = frame.facts
        if any(source.path == str(facts.path) and source.stamp == facts.stamp for source in sources):
            return True
        return any(source.sha256 == self._pixels.sha256(frame) for source in sources)

    def _write(
        self,
        stack: Stack,
        fresh: Sequence[Frame],
        old: SeriesRecord | None,
        what: tuple[str, int, Recognised],
        staging: Path,
        *,
        cancelled: Callable[[], bool],
    ) -> Written | None:
        """Write the fresh frames into the staging folder; None when none of them could be decoded."""
        code, visit, recognised = what
        intensities = Intensities()
        inspection = Inspection(stack, self._chosen.get(code, NOTHING_CHOSEN))
        regions = self._blank(code)
        slices = []
        sources = []
        seen = set()
        blinder, names = Blinder(), self._new_names(code)
        first = 1 + (len(old.slices) if old else 0)
        with images_folder.Writing() as writing:
            for number, (frame, picture) in enumerate(self._pixels.ahead(fresh, cancelled), start=first):
                if picture is None:
                    continue
                values = blanked(picture.values, regions)
                inspection.add(values)
                place = names(frame, number)
                blinded = blinder.blind(frame, values, place)
                name = self._disguise.file_name("file", place.slice_uid)
                writing.write(staging / name, blinded.parts)
                slices.append(SliceRecord(place.slice_uid, f"{code}/{name}", blinded.pixel_offset, frame.position_mm))
                facts = frame.facts
                sources.append(
                    Source(str(facts.path), facts.sop_uid, code, place.slice_uid, picture.sha256, facts.stamp)
                )
                intensities.add(values)
                seen.add(fingerprint(values) if regions else picture.fingerprint)
        if not slices:
            return None
        self._compare_visits(frozenset(seen), visit)
        if old is not None:
            for item in old.slices:
                values = images_folder.stored(self._study.images, old, item)
                intensities.add(values)
                seen.add(fingerprint(values))
            slices += old.slices
        wanted = self._chosen.get(code, NOTHING_CHOSEN).kind or recognised.kind
        kind = (old.kind, old.plane) if old else (wanted, recognised.plane)
        series = series_record(stack, kind, (code, self._frame_code(stack.first)), slices, intensities)
        normal = stack.first.normal
        along = tuple(along_mm(item.position_mm, normal) for item in series.slices)
        return Written(series, tuple(sources), frozenset(seen), along, inspection)

    def _new_names(self, code: str) -> Callable[[Frame, int], Place]:
        """What gives each slice of a series its new identifiers; those of the series are computed once."""
        series_uid = self._disguise.uid("series", code)
        study_uid = cache(lambda old: self._disguise.uid("study", self._code, old))
        frame_uid = cache(lambda old: self._disguise.uid("frame", old) if old else "")

        def place(frame: Frame, number: int) -> Place:
            facts = frame.facts
            return Place(
                self._slice_uid(frame),
                study_uid(facts.study_uid),
                series_uid,
                frame_uid(facts.frame_of_reference),
                number,
            )

        return place

    def _index(
        self,
        stack: Stack,
        recognised: Recognised,
        written: Written,
        visit: int,
        who: tuple[Person, tuple[VisitIdentity, ...]],
    ) -> None:
        """The vault first: what the index names is then always known there, and importing again finds the rest."""
        person, visits = who
        code = written.series.code
        self._identify(stack, recognised, written, visit)
        self._records[code] = written.series
        changed = [*self._identities.values()] if self._renumbered else [self._identities[code]]
        self._study.vault.save([person], visits, changed, written.sources)
        subject = subject_record(self._code, len(visits), self._records, self._identities)
        if self._renumbered:
            self._study.replace_subject(subject)
            self._renumbered = False
        else:
            self._study.put_series(subject, code)
        self._study.vault.choices.let_go(code)

    def _identify(self, stack: Stack, recognised: Recognised, written: Written, visit: int) -> None:
        """Keep in mind what the series was before, and why it was taken for what it is."""
        code, facts = written.series.code, stack.first.facts
        if code not in self._identities:
            self._identities[code] = SeriesIdentity(
                code, self._code, visit, facts.series_uid, facts.description, recognised.reasons, facts.series_time
            )
        told = {} if "recognised" in self._identities[code].facts else recognition_of(recognised)
        facts_now = {**self._identities[code].facts, **facts_of(stack, written.fingerprints), **told}
        self._identities[code] = replace(self._identities[code], facts=facts_now)

    def _visit_identities(
        self, dates: tuple[str, ...], known: Sequence[VisitIdentity], found: Mapping[str, Sequence[Frame]]
    ) -> tuple[VisitIdentity, ...]:
        before = {visit.date: visit.study_uids for visit in known}
        return tuple(
            VisitIdentity(
                self._code,
                number,
                date,
                tuple(sorted({*before.get(date, ()), *(frame.facts.study_uid for frame in found.get(date, ()))})),
            )
            for number, date in enumerate(dates, start=1)
        )

    def _person(self, key: str, frame: Frame) -> Person:
        identity = frame.facts.identity
        values = (identity.patient_id, identity.issuer, identity.name, identity.birth_date)
        return Person(self._code, key, dict(zip(ATTRIBUTES, values, strict=True)))

    def _slice_uid(self, frame: Frame) -> str:
        return self._disguise.uid("slice", frame.facts.sop_uid, str(frame.index))

    def _frame_code(self, frame: Frame) -> str:
        original = frame.facts.frame_of_reference
        return self._disguise.code("frame", original) if original else ""

    def _compare_visits(self, prints: frozenset[str], visit: int) -> None:
        other = self._fingerprints.setdefault(prints, visit)
        if other != visit:
            self._tell(Level.ERROR, f"the same images as at visit {other}: one study imported as two visits?", visit)

    def _describe(self, stack: Stack, recognised: Recognised | None, written: Written, visit: int) -> None:
        name = f"{written.series.kind} {written.series.plane} {written.series.code}"
        for item in irregularities(written.along_mm):
            said = "a gap" if item.what == "gap" else "uneven spacing"
            text = f"{name}: {said} of {item.distance_mm:.2f} mm between slices {item.after} and {item.after + 1}"
            self._tell(Level.WARNING, text, visit)
        if stack.key[-1] != "repeat=0":
            self._tell(Level.WARNING, f"{name}: images at places that another image has already", visit)
        if any(frame.facts.layout.lossy for frame in stack.frames):
            self._tell(Level.WARNING, f"{name}: compressed with loss; ask for the originals", visit)
        if recognised is not None and recognised.unsure:
            choose = f"choose {' or '.join(recognised.candidates)}"
            self._tell(Level.WARNING, f"{name}: please confirm, {'; '.join(recognised.reasons)}; {choose}", visit)
        elif recognised is not None and recognised.kind == "OTHER":
            self._tell(Level.NOTE, f"{name}: not one of the protocol, {'; '.join(recognised.reasons)}", visit)

    def _leave_out(self, frames: Sequence[Frame], text: str, why: str, visit: int | None = None) -> None:
        self._say(Level.ERROR, text, visit)
        self._set_aside(frames, why)

    def _set_aside(self, frames: Sequence[Frame], why: str) -> None:
        self.set_aside += [SetAside(path, "MR image", why) for path in sorted({frame.facts.path for frame in frames})]

    def _say(self, level: Level, text: str, visit: int | None) -> None:
        self.findings.append(Finding(level, text, self._code, visit))

    def _tell(self, level: Level, text: str, visit: int | None) -> None:
        self._say(level, text, visit)
        self.passing.append(self.findings[-1])
