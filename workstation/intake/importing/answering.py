"""Answers of a coordinator: to what the import asked, and to what it didn't ask and decided wrongly.

Each answer is in the vault's log, with who and why, before the study follows it. What has been read changes only where
that is said with the reason for it, which then goes on the record of the study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.values import replace
from storage.files.import_lock import import_lock
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import OF_READ, OF_SERIES, UNDO, About, Choice, Deed, HeldSeries, not_taken_back
from storage.vault.vault import SeriesIdentity
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.kind import KIND_WORDS
from workstation.intake.decisions.plane import PLANES
from workstation.intake.decisions.side import SAID, TWO
from workstation.intake.decisions.turned import WORDS, means
from workstation.intake.deidentify.blanking import Region
from workstation.intake.findings import Finding
from workstation.intake.importing import removing
from workstation.intake.importing.arrangement import arrange, settle
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.examination_moves import (
    add_people,
    again_answer,
    check_move,
    handed_and_moved,
    person_answer,
    visits_answer,
    where,
)
from workstation.intake.importing.importer import import_folders
from workstation.intake.importing.stack_answers import anew_without, files_of, leave, scans_of, stack_answer
from workstation.intake.report import ImportReport, Progress, finding_line
from workstation.intake.writing.rearranging import MOVES
from workstation.intake.writing.reconcile import withdraw

LONGEST = 500
ACCEPT = "accept"
Before = Callable[[CoordinatorStudy], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer. `said` is one line; `open`: something still waits for a person."""

    said: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Chooser:
    """A coordinator at a study: who answers, and how far the reading of files is told.

    change_read: whether an answer may change what has been read; its reason goes on the record then.
    """

    study: CoordinatorStudy
    who: str
    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    change_read: bool = False

    def decide(self, what: str, answer: str, why: str) -> Outcome:
        """Answer a question by its id; it holds from now on, also when the scans are imported again.

        Raises:
            UsageRefused: no such question, no such answer, no reason or nobody's name.
            IntakeRefused: no such series, or its subject has been read.
        """
        about, whose = _parted(what)
        by = (self.who, why)
        deciding: Mapping[About, Callable[[], Outcome]] = {
            About.PERSON: lambda: self._moved(person_answer(self.study, whose, answer, by)),
            About.VISIT: lambda: self._moved(visits_answer(self.study, whose, answer, by)),
            About.AGAIN: lambda: self._moved(again_answer(self.study, whose, answer, by)),
            About.SIDE: lambda: self._decide_side(whose, answer, why),
            About.PLANE: lambda: self._decide_plane(whose, answer.upper(), why),
            About.TURNED: lambda: self._decide_turned(whose, answer.lower(), why),
            About.STACK: lambda: self._decide_stack(whose, answer, why),
            About.KIND: lambda: self._decide_kind(whose, answer.upper(), why),
            About.TEXT: lambda: self._decide_text(whose, answer.lower(), why),
            About.FINDING: lambda: self._accept(whose, answer.lower(), why),
        }
        if about not in deciding:
            raise UsageRefused(_no_question(what))
        return deciding[about]()

    def take_back(self, what: str, why: str) -> Outcome:
        """Take back the last answer to a question that still stands. Raises as `decide`.

        What was blanked is read again from the scans; no other copy of it is kept.
        """
        about, whose = _parted(what)
        what = about.of(whose)
        last = next((row for row in reversed(self._current()) if row.what == what), None)
        if about == About.REMOVE:
            return self._brought_back(whose, why)
        return self._taken_back(about, whose, last, why)

    def _taken_back(self, about: About, whose: str, last: Choice | None, why: str) -> Outcome:
        what = about.of(whose)
        if about in MOVES:
            return self._take_back_move(what, last, why)
        if about not in {About.SIDE, About.FINDING, *OF_SERIES}:
            raise UsageRefused(_no_question(what))
        if about in OF_SERIES:
            self._identity(whose)
        if last is None:
            raise IntakeRefused(f"{what}: there is no decision to undo")
        if about == About.FINDING:
            self._write(Choice(what, UNDO, {}, self.who, why))
            if last.value["subjects"]:
                self.study.note_accepted(last.value["subjects"], last.value["code"], stands=False)
            return Outcome(f"{what}: not accepted any more")
        if about == About.SIDE:
            self._log(whose, Choice(what, UNDO, {}, self.who, why))
            return Outcome(f"{what}: {last.answer} taken back")
        if about == About.STACK:
            anew = anew_without(self.study, self._identity(whose).subject, whose, last)
            self._restacked(whose, Choice(what, UNDO, {}, self.who, why), anew)
            return Outcome(f"{what}: {last.answer} undone")
        self._log_undone(whose, last, why)
        said = f"{what}: {last.answer} undone"
        held = self._find_held(whose)
        if held is None:
            return Outcome(said)
        again = self._bring_in(held, why)
        return Outcome(f"{said}. {again.said}", again.open)

    def accept(self, findings: Iterable[Finding], why: str) -> None:
        """Accept findings as they are; what was accepted is told also when it is gone. Raises as `decide`."""
        for found in findings:
            value = {
                "code": found.code,
                "subjects": list(found.subjects),
                "visit": found.visit,
                "level": found.level.value,
                "text": found.text,
            }
            self._write(Choice(found.id, ACCEPT, value, self.who, why))
            if found.subjects:
                self.study.note_accepted(found.subjects, found.code, stands=True)

    def choose_kind(self, series: str, kind: str, why: str) -> Outcome:
        """Take the series for that kind. Raises as `decide`."""
        return self.decide(About.KIND.of(series), kind, why)

    def release(self, series: str, why: str) -> Outcome:
        """Let a series that waits be read as it is, its blanked regions blank. Raises as `decide`."""
        held = self._held(series)
        self._log_of_series(series, About.TEXT, Deed.RELEASE, why)
        return self._bring_in(held, why)

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

    def refuse(self, series: str, why: str) -> Outcome:
        """Keep a series that waits outside for good. Raises as `decide`."""
        self._held(series)
        self._log_of_series(series, About.TEXT, Deed.REFUSE, why)
        return Outcome(f"{series} stays outside the study")

    def remove(self, whose: str, why: str, *, undo: bool = False) -> Outcome:
        """Take a subject, a visit or a series out that no reader was given, exclude one that was; or undo that.

        What goes leaves the disk, and its scans aren't imported again; undone, they are read again from the scans.

        Raises:
            UsageRefused: no reason or nobody's name.
            IntakeRefused: no such subject, visit or series, or it is out already.
            StudyError, NamesSomebody: the reason to exclude isn't one for the record.
        """
        if undo:
            return self._brought_back(whose, why)
        if whose in removing.standing(self.study.vault.choices.log()):
            raise IntakeRefused(f"{whose}: it is out already; `ramris study choices DIR` says why")
        removal = removing.removal_of(self.study, whose)
        if removal.given:
            self.study.check_reason(why)
        self._write(removal.row(self.who, why))
        if removal.given:
            return Outcome(removal.as_text())
        left = self.study.subject(removal.subject)
        if left is not None and not any(visit.series for visit in left.visits):
            with import_lock(self.study.path):
                self.study.replace_subjects((), [removal.subject])
        return Outcome(f"{whose} is out of the study; --undo reads it again from the scans")

    def _brought_back(self, whose: str, why: str) -> Outcome:
        last = removing.take_back(self.study, whose, why)
        self._write(Choice(last.what, UNDO, {}, self.who, why))
        mine = [item for item in self.study.vault.choices.held() if item.series in last.value["series"]]
        if last.answer == removing.EXCLUDED or not mine:
            return Outcome(f"{whose} counts again")
        return self._bring_in(mine[0], why)

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
        value = {"regions": [region.as_list() for region in regions]}
        self._log_of_series(series, About.TEXT, Deed.BLANK, why, value)
        if held:
            return self._bring_in(held, why)
        out = self.study.copies_that_show_otherwise(self._identity(series).subject)
        said = f"{series} is black there from now on"
        return Outcome(f"{said}. {_still_out(out)}", open=True) if out else Outcome(said)

    def undo(self, series: str, why: str) -> Outcome:
        """Take back the last answer about a series, whatever it was about. Raises as `take_back`."""
        self._identity(series)
        mine = [row for row in self._current() if row.series == series]
        if not mine:
            raise IntakeRefused(f"series {series}: there is no decision to undo")
        return self.take_back(mine[-1].what, why)

    def _settle_one(self, series: str, answer: str, why: str) -> None:
        if answer != UNDO:
            self._held(series)
            self._log_of_series(series, About.TEXT, answer, why)
            return
        what = About.TEXT.of(series)
        last = next((row for row in reversed(self._current()) if row.what == what), None)
        if last is None:
            raise IntakeRefused(f"{what}: there is no decision to undo")
        self._log_undone(series, last, why)

    def _log_undone(self, series: str, last: Choice, why: str) -> None:
        """What was released or blanked goes out of the study first: were this to stop half-way, the next import brings
        in what was released.
        """
        leaves = last.answer in {Deed.BLANK, Deed.RELEASE}
        if last.about == About.TEXT and last.answer != Deed.BLANK:
            self._refuse_read(self._identity(series).subject, last)
        first = (lambda study: withdraw(study, series, why)) if leaves else None
        self._log(self._identity(series).subject, Choice(last.what, UNDO, {}, self.who, why), first=first)

    def _decide_kind(self, series: str, kind: str, why: str) -> Outcome:
        if kind not in KIND_WORDS:
            raise UsageRefused(f"kind {kind!a}: {', '.join(KIND_WORDS)}")
        self._log_of_series(series, About.KIND, kind, why)
        return Outcome(f"{series} is {kind} from now on")

    def _decide_text(self, series: str, answer: str, why: str) -> Outcome:
        if answer not in {Deed.RELEASE, Deed.REFUSE}:
            what = About.TEXT.of(series)
            raise UsageRefused(f"{what} {answer!a}: {Deed.RELEASE}, {Deed.REFUSE}; or blank a place of it")
        return self.release(series, why) if answer == Deed.RELEASE else self.refuse(series, why)

    def _accept(self, whose: str, answer: str, why: str) -> Outcome:
        what = About.FINDING.of(whose)
        if answer != ACCEPT:
            raise UsageRefused(f"{what} {answer!a}: {ACCEPT}, or --undo")
        found = next((item for item in check_report(self.study).findings if item.id == what), None)
        if found is None:
            raise IntakeRefused(f"{what}: there is no such finding now; `ramris study check` lists them")
        self.accept([found], why)
        return Outcome(f"accepted: {finding_line(found)}")

    def _decide_plane(self, series: str, plane: str, why: str) -> Outcome:
        if plane not in PLANES:
            raise UsageRefused(f"plane {plane!a}: {', '.join(PLANES)}")
        self._log_of_series(series, About.PLANE, plane, why)
        return Outcome(f"{series} is {PLANES[plane]} from now on")

    def _decide_turned(self, series: str, answer: str, why: str) -> Outcome:
        if answer not in WORDS:
            raise UsageRefused(f"turned {answer!a}: {', '.join(WORDS)}; degrees clockwise")
        self._log_of_series(series, About.TURNED, answer, why)
        return Outcome(f"{series} is shown {means(WORDS[answer])} from now on")

    def _decide_stack(self, series: str, answer: str, why: str) -> Outcome:
        given = stack_answer(self.study, self._identity(series).subject, series, answer)
        row = Choice(About.STACK.of(series), given.answer, given.value, self.who, why)
        return self._restacked(series, row, given.anew)

    def _restacked(self, series: str, row: Choice, anew: frozenset[str]) -> Outcome:
        """Log an answer about a stack, and read the series again that it changes."""
        subject = self._identity(series).subject
        files = scans_of(self.study, subject, anew)
        self._log(subject, row, first=lambda study: leave(study, subject, anew, row.why))
        if anew:
            again = row.why if self.study.readers_have(subject) else ""
            import_folders(self.study, files, progress=self.progress, remembered=False, why=again)
        return Outcome(f"{row.what}: {row.answer} from now on")

    def _decide_side(self, subject: str, answer: str, why: str) -> Outcome:
        what, given = About.SIDE.of(subject), answer.casefold()
        side = {
            **{word.casefold(): word for word in (*SAID, TWO)},
            **{named: word for word, named in SAID.items()},
        }.get(given)
        if side is None:
            raise UsageRefused(f"{what} {answer!a}: {', '.join((*SAID, TWO))}")
        if subject not in self.study.subject_codes():
            raise IntakeRefused(f"{what}: the study has no {subject}; `ramris study check --json` names its subjects")
        self._log(subject, Choice(what, side, {}, self.who, why))
        return Outcome(f"{subject}: {'two wrists' if side == TWO else f'the {SAID[side]} wrist'} from now on")

    def _take_back_move(self, what: str, last: Choice | None, why: str) -> Outcome:
        if last is None:
            raise IntakeRefused(f"{what}: nothing was decided about it that could be taken back")
        outcome = self._moved(Choice(what, UNDO, {}, self.who, why))
        return replace(outcome, said=f"{what}: {last.answer} taken back. {outcome.said}")

    def _moved(self, row: Choice) -> Outcome:
        """Log an answer that moves examinations, and move them."""
        before = arrange(self.study)
        # as if it could be, since what a reader's copy shows moves for a reason alone
        for_a_reason = replace(row, value={**row.value, OF_READ: True})
        after = arrange(self.study, answer=for_a_reason)
        check_move(self.study, before, after, row)
        handed = handed_and_moved(self.study, before, after)
        if handed:
            if not self.change_read:
                raise IntakeRefused(_handed(row, handed[0]))
            self.study.check_reason(row.why)
            row = for_a_reason
        self._write(row, first=lambda study: add_people(study, row))
        after = arrange(self.study)
        return Outcome(where(before, after, row))

    def _current(self) -> tuple[Choice, ...]:
        return not_taken_back(self.study.vault.choices.log())

    def _log_of_series(
        self, series: str, about: About, answer: str, why: str, value: Mapping[str, Any] | None = None
    ) -> None:
        row = Choice(about.of(series), answer, value or {}, self.who, why)
        self._log(self._identity(series).subject, row)

    def _log(self, subject: str, row: Choice, *, first: Before | None = None) -> None:
        value = dict(row.value)
        if self.study.readers_have(subject):
            # what shows a name is blacked out whoever has read it
            if row.about == About.TEXT and row.answer not in {Deed.BLANK, UNDO}:
                self._refuse_read(subject, row)
            if not self.change_read:
                read = self.study.has_answers(subject)
                raise IntakeRefused(_read(row, subject) if read else _handed(row, subject))
            self.study.check_reason(row.why)
            value[OF_READ] = True
        self._write(Choice(row.what, row.answer, value, row.who, row.why), first=first)

    def _refuse_read(self, subject: str, row: Choice) -> None:
        """What has been read neither comes in nor goes out by an answer about text."""
        if self.study.has_answers(subject):
            raise IntakeRefused(
                f"{row.what}: {subject} has been read, so a series of it can't come in or go out any more for text. "
                "Black an area out, exclude it, or import the scans into another study"
            )

    def _write(self, row: Choice, *, first: Before | None = None) -> None:
        self.study.check_open()
        for name, text in (("who", row.who), ("why", row.why)):
            if not text.strip() or len(text) > LONGEST or not text.isprintable():
                raise UsageRefused(f"{name}: write one line of 1 to {LONGEST} characters; it is kept in the vault")
        with import_lock(self.study.path):
            if first is not None:
                first(self.study)
            self.study.vault.choices.add(Choice(row.what, row.answer, row.value, row.who.strip(), row.why.strip()))
            settle(self.study)

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
            raise IntakeRefused(f"series {series}: it isn't held back; black out an area of it, or choose its kind")
        return held

    def _size(self, series: str) -> tuple[int, int]:
        subject = self.study.subject(self._identity(series).subject)
        for visit in subject.visits if subject else ():
            for item in visit.series:
                if item.code == series:
                    return item.rows, item.columns
        raise IntakeRefused(f"series {series}: it isn't in the study")

    def _bring_in(self, held: HeldSeries, why: str) -> Outcome:
        """Read the subject's files again, so that the series is recognised beside the others of its visit."""
        report = self._read_again([held], why)
        if report is None:
            said = (
                f"{held.series}: chosen, but its scans aren't where they were; import their folder again to bring it in"
            )
            return Outcome(said, open=True)
        return _outcome(held.series, report, still_held=self._find_held(held.series))

    def _read_again(self, held: Sequence[HeldSeries], why: str) -> ImportReport | None:
        """Import the files of the subjects of these series once more, where all are there; None where there is none.

        why: of the answer, on the record where readers have one of the subjects.
        """
        subjects = {self._identity(item.series).subject for item in held}
        found = [files_of(self.study, subject) for subject in sorted(subjects)]
        files = sorted({file for mine in found if all(file.exists() for file in mine) for file in mine})
        if not files:
            return None
        late = why if any(map(self.study.readers_have, subjects)) else ""
        return import_folders(
            self.study, files, progress=self.progress, cancelled=self.cancelled, remembered=False, why=late
        )


def _parted(what: str) -> tuple[About, str]:
    """The sort of question, and whose it is."""
    about, _, whose = what.partition(":")
    try:
        return About(about.lower()), whose.upper()
    except ValueError:
        pass
    raise UsageRefused(_no_question(what))


def _no_question(what: str) -> str:
    return f"{what!a}: no such question; `ramris study check DIR` names those that are open, such as kind:ABCD2345"


def _still_out(copies: Sequence[tuple[str, str]]) -> str:
    """What to do about copies that were made before: (reader, day) each."""
    named = ", ".join(f"{reader} ({day})" for reader, day in copies)
    return (
        f"These copies still show it: {named}. Have each deleted, and hand new ones over. What was graded in one "
        "comes home with study merge --other-images --why TEXT"
    )


def _read(row: Choice, subject: str) -> str:
    return (
        f"{row.what}: {subject} has been read, and its readers would see something else than they graded. If it must "
        "change, say so with --change-read, or tick the box in the window; the reason then goes on the record"
    )


def _handed(row: Choice, subject: str) -> str:
    return (
        f"{row.what}: {subject} was handed over, and its reader sees it as it was then. If it must change, say so with "
        "--change-read, or tick the box in the window; the reason then goes on the record, and what the reader grades "
        "in the copy meanwhile comes home for a reason alone"
    )


def _outcome(series: str, report: ImportReport, *, still_held: HeldSeries | None) -> Outcome:
    if still_held is not None:
        return Outcome(f"{series} is still held back: {'; '.join(still_held.why)}", open=True)
    if any(item.code == series for subject in report.subjects for v in subject.visits for item in v.series):
        return Outcome(f"{series} is in the study now")
    return Outcome(f"{series}: chosen, but its scans couldn't be read; import their folder again", open=True)
