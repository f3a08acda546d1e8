"""Answers about text in pixels: series are released, refused or blacked out, one or many, and that is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import UNDO, About, Choice, Deed, HeldSeries
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.deidentify.blanking import Region
from workstation.intake.importing.answer_log import AnswerLog, Outcome
from workstation.intake.importing.importer import import_folders
from workstation.intake.importing.stack_answers import files_of
from workstation.intake.report import ImportReport
from workstation.intake.writing.reconcile import withdraw


@dataclass(frozen=True, slots=True)
class TextAnswers:
    """The answers about text that a coordinator gives at a study."""

    log: AnswerLog

    @property
    def study(self) -> CoordinatorStudy:
        """The coordinator's."""
        return self.log.study

    def decide(self, series: str, answer: str, why: str) -> Outcome:
        """Release or refuse a series."""
        if answer not in {Deed.RELEASE, Deed.REFUSE}:
            what = About.TEXT.of(series)
            raise UsageRefused(f"{what} {answer!a}: {Deed.RELEASE}, {Deed.REFUSE}; or blank a place of it")
        return self.release(series, why) if answer == Deed.RELEASE else self.refuse(series, why)

    def release(self, series: str, why: str) -> Outcome:
        """Let a series that waits be read as it is, its blanked regions blank. Raises as `decide`."""
        held = self._held(series)
        self.log.of_series(series, About.TEXT, Deed.RELEASE, why)
        return self.bring_in(held, why)

    def refuse(self, series: str, why: str) -> Outcome:
        """Keep a series that waits outside for good. Raises as `decide`."""
        self._held(series)
        self.log.of_series(series, About.TEXT, Deed.REFUSE, why)
        return Outcome(f"{series} stays outside the study")

    def settle_many(self, series: Sequence[str], answer: str, why: str) -> Outcome:
        """Release or refuse many series that wait, or UNDO such answers, all for one reason. Raises as `decide`.

        The files of their subjects are read once. Those that can't be settled are named, and the others are done.
        """
        if answer not in {Deed.RELEASE, Deed.REFUSE, UNDO}:
            raise UsageRefused(f"{answer!a}: {Deed.RELEASE}, {Deed.REFUSE} or {UNDO}")
        done, left = [], []
        for code in series:
            try:
                self._settle_one(code, answer, why)
                done.append(code)
            except IntakeRefused as refusal:
                left.append(str(refusal))
        held = [item for item in self.study.vault.choices.held() if item.series in set(done)]
        if held and answer != Deed.REFUSE:
            self._read_again(held, why)
        waiting = {item.series for item in self.study.vault.choices.held()}
        inside = sum(code not in waiting for code in done)
        said = {
            Deed.RELEASE: f"{inside} of {len(series)} series released and in the study now",
            Deed.REFUSE: f"{len(done)} of {len(series)} series stay outside the study",
            UNDO: f"the answer about {len(done)} of {len(series)} series taken back",
        }[answer]
        absent = len(done) - inside if answer == Deed.RELEASE else 0
        missing = [f"the scans of {absent} aren't all read yet: import their folder again"] if absent else []
        return Outcome(". ".join((said, *missing, *left)), open=bool(missing or left))

    def blank(self, series: str, regions: Sequence[Region], why: str) -> Outcome:
        """Make regions of every slice empty, in a series that waits or in one that is in the study already.

        Raises:
            IntakeRefused: also where a region isn't within the image.
        """
        held = self.find_held(series)
        rows, columns = (held.rows, held.columns) if held else self._size(series)
        outside = [region.in_words() for region in regions if not region.within(rows, columns)]
        if outside or not regions:
            raise IntakeRefused(
                f"region {' and '.join(outside) or 'none'}: {series} has {rows} rows, {columns} columns"
            )
        value = {"regions": [region.as_list() for region in regions]}
        self.log.of_series(series, About.TEXT, Deed.BLANK, why, value)
        if held:
            return self.bring_in(held, why)
        out = self.study.copies_that_show_otherwise(self.log.identity(series).subject)
        said = f"{series} is black there from now on"
        return Outcome(f"{said}. {_still_out(out)}", open=True) if out else Outcome(said)

    def log_undone(self, series: str, last: Choice, why: str) -> None:
        """What was released or blanked goes out of the study first: were this to stop half-way, the next import brings
        in what was released.
        """
        leaves = last.answer in {Deed.BLANK, Deed.RELEASE}
        if last.about == About.TEXT and last.answer != Deed.BLANK:
            self.log.refuse_read(self.log.identity(series).subject, last)
        first = (lambda study: withdraw(study, series, why)) if leaves else None
        row = Choice(last.what, UNDO, {}, self.log.who, why)
        self.log.of_subject(self.log.identity(series).subject, row, first=first)

    def bring_in(self, held: HeldSeries, why: str) -> Outcome:
        """Read the subject's files again, so that the series is recognised beside the others of its visit."""
        report = self._read_again([held], why)
        if report is None:
            said = (
                f"{held.series}: chosen, but its scans aren't where they were; import their folder again to bring it in"
            )
            return Outcome(said, open=True)
        return _outcome(held.series, report, still_held=self.find_held(held.series))

    def find_held(self, series: str) -> HeldSeries | None:
        """The series as it waits."""
        return next((item for item in self.study.vault.choices.held() if item.series == series), None)

    def _settle_one(self, series: str, answer: str, why: str) -> None:
        if answer != UNDO:
            self._held(series)
            self.log.of_series(series, About.TEXT, answer, why)
            return
        what = About.TEXT.of(series)
        last = self.log.last(what)
        if last is None:
            raise IntakeRefused(f"{what}: there is no decision to undo")
        self.log_undone(series, last, why)

    def _held(self, series: str) -> HeldSeries:
        self.log.identity(series)
        held = self.find_held(series)
        if held is None:
            raise IntakeRefused(f"series {series}: it isn't held back; black out an area of it, or choose its kind")
        return held

    def _size(self, series: str) -> tuple[int, int]:
        subject = self.study.subject(self.log.identity(series).subject)
        for visit in subject.visits if subject else ():
            for item in visit.series:
                if item.code == series:
                    return item.rows, item.columns
        raise IntakeRefused(f"series {series}: it isn't in the study")

    def _read_again(self, held: Sequence[HeldSeries], why: str) -> ImportReport | None:
        """Import the files of the subjects of these series once more, where all are there; None where there is none.

        why: of the answer, on the record where readers have one of the subjects.
        """
        subjects = {self.log.identity(item.series).subject for item in held}
        found = [files_of(self.study, subject) for subject in sorted(subjects)]
        files = sorted({file for mine in found if all(file.exists() for file in mine) for file in mine})
        if not files:
            return None
        late = why if any(map(self.study.readers_have, subjects)) else ""
        return import_folders(
            self.study, files, progress=self.log.progress, cancelled=self.log.cancelled, remembered=False, why=late
        )


def _still_out(copies: Sequence[tuple[str, str]]) -> str:
    """What to do about copies that were made before: (reader, day) each."""
    named = ", ".join(f"{reader} ({day})" for reader, day in copies)
    return (
        f"These copies still show it: {named}. Bring home what was graded in one (study merge --other-images --why "
        "TEXT), then have it deleted and hand a new one over"
    )


def _outcome(series: str, report: ImportReport, *, still_held: HeldSeries | None) -> Outcome:
    if still_held is not None:
        return Outcome(f"{series} is still held back: {'; '.join(still_held.why)}", open=True)
    if any(item.code == series for subject in report.subjects for v in subject.visits for item in v.series):
        return Outcome(f"{series} is in the study now")
    return Outcome(f"{series}: chosen, but its scans couldn't be read; import their folder again", open=True)
