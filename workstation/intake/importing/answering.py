"""Answers of a coordinator: to what the import asked, and to what it didn't ask and decided wrongly.

Each answer is in the vault's log, with who and why, before the study follows it: see `answer_log`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scoring.schemes.modalities import PLANE_WORDS, XR
from scoring.values import replace
from storage.files.import_lock import import_lock
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import OF_READ, OF_SERIES, UNDO, About, Choice
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.asked_alike import alike as asked_alike
from workstation.intake.decisions.kind import KIND_WORDS
from workstation.intake.decisions.side import SAID, TWO
from workstation.intake.decisions.size import in_words, typed_mm
from workstation.intake.decisions.turned import WORDS, means
from workstation.intake.deidentify.blanking import Region
from workstation.intake.findings import Finding
from workstation.intake.frames import LEAST_MM, MOST_MM
from workstation.intake.importing import removing
from workstation.intake.importing.answer_log import AnswerLog, Outcome, handed
from workstation.intake.importing.arrangement import arrange
from workstation.intake.importing.asked import asked_anew
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
from workstation.intake.importing.stack_answers import anew_without, leave, scans_of, stack_answer
from workstation.intake.importing.text_answers import TextAnswers
from workstation.intake.report import Progress, finding_line
from workstation.intake.writing.rearranging import MOVES

ACCEPT: Final = "accept"
OTHER: Final = "OTHER"
# the words that answer what a series is, each with what comes of it in a sentence
WORDED: Final[Mapping[About, Mapping[str, str]]] = {
    About.KIND: {kind: f"is {kind}" for kind in KIND_WORDS},
    About.PLANE: {plane: f"is {named}" for plane, named in PLANE_WORDS.items()},
    About.TURNED: {word: f"is shown {means(turn)}" for word, turn in WORDS.items()},
}


def words_for(about: About, *, x_ray: bool) -> tuple[str, ...]:
    """The words that can answer what a series is: of radiographs their kinds and views, of MR the others."""
    of_x_ray = {About.KIND: XR.kinds, About.PLANE: XR.planes}.get(about)
    if of_x_ray is None:
        return tuple(WORDED[about])
    return tuple(word for word in WORDED[about] if word == OTHER or (word in of_x_ray) is x_ray)


@dataclass(frozen=True, slots=True)
class Chooser:
    """A coordinator at a study: who answers, and how far the reading of files is told.

    change_read: whether an answer may change what has been read; its reason goes on the record then. together: a
    word that answers have in common which are given at once, "" for one.
    """

    study: CoordinatorStudy
    who: str
    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    change_read: bool = False
    together: str = ""

    @property
    def _log(self) -> AnswerLog:
        return AnswerLog(self.study, self.who, self.progress, self.cancelled, self.change_read, self.together)

    @property
    def _text(self) -> TextAnswers:
        return TextAnswers(self._log)

    def decide(self, what: str, answer: str, why: str) -> Outcome:
        """Answer a question by its id; it holds from now on, also when the scans are imported again.

        Raises:
            UsageRefused: no such question, no such answer, no reason or nobody's name.
            IntakeRefused: no such series, or its subject has been read.
        """
        about, whose = parted(what)
        by = (self.who, why)
        deciding: Mapping[About, Callable[[], Outcome]] = {
            About.PERSON: lambda: self._moved(person_answer(self.study, whose, answer, by)),
            About.VISIT: lambda: self._moved(visits_answer(self.study, whose, answer, by)),
            About.AGAIN: lambda: self._moved(again_answer(self.study, whose, answer, by)),
            About.SIDE: lambda: self._decide_side(whose, answer, why),
            About.STACK: lambda: self._decide_stack(whose, answer, why),
            About.SIZE: lambda: self._decide_size(whose, answer, why),
            **{sort: (lambda: self._decide_word(about, whose, answer, why)) for sort in WORDED},
            About.TEXT: lambda: self._text.decide(whose, answer.lower(), why),
            About.FINDING: lambda: self._accept(whose, answer.lower(), why),
        }
        if about not in deciding:
            raise UsageRefused(_no_question(what))
        return deciding[about]()

    def take_back(self, what: str, why: str) -> Outcome:
        """Take back the last answer to a question that still stands. Raises as `decide`.

        What was blanked is read again from the scans; no other copy of it is kept.
        """
        about, whose = parted(what)
        what = about.of(whose)
        last = self._log.last(what)
        if last is None and about == About.FINDING:
            # it may have been accepted under the id that an older program gave it
            last = check_report(self.study).accepted.get(what)
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
            self._log.identity(whose)
        if last is None:
            raise IntakeRefused(f"{what}: there is no decision to undo")
        if about == About.FINDING:
            self._log.write(Choice(last.what, UNDO, {}, self.who, why))
            if last.value["subjects"]:
                self.study.note_accepted(last.value["subjects"], last.value["code"], stands=False)
            return Outcome(f"{what}: not accepted any more")
        if about == About.SIDE:
            self._log.of_subject(whose, Choice(what, UNDO, {}, self.who, why))
            return Outcome(f"{what}: {last.answer} taken back")
        if about == About.STACK:
            anew = anew_without(self.study, self._log.identity(whose).subject, whose, last)
            self._restacked(whose, Choice(what, UNDO, {}, self.who, why), anew)
            return Outcome(f"{what}: {last.answer} undone")
        self._text.log_undone(whose, last, why)
        said = f"{what}: {last.answer} undone"
        held = self._text.find_held(whose)
        if held is None:
            return Outcome(said)
        again = self._text.bring_in(held, why)
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
            self._log.write(Choice(found.id, ACCEPT, value, self.who, why))
            if found.subjects:
                self.study.note_accepted(found.subjects, found.code, stands=True)

    def choose_kind(self, series: str, kind: str, why: str) -> Outcome:
        """Take the series for that kind. Raises as `decide`."""
        return self.decide(About.KIND.of(series), kind, why)

    def release(self, series: str, why: str) -> Outcome:
        """Let a series that waits be read as it is, its blanked regions blank. Raises as `decide`."""
        return self._text.release(series, why)

    def refuse(self, series: str, why: str) -> Outcome:
        """Keep a series that waits outside for good. Raises as `decide`."""
        return self._text.refuse(series, why)

    def settle_many(self, series: Sequence[str], answer: str, why: str) -> Outcome:
        """Release or refuse many series that wait, or UNDO such answers, all for one reason. Raises as `decide`."""
        return self._text.settle_many(series, answer, why)

    def blank(self, series: str, regions: Sequence[Region], why: str) -> Outcome:
        """Make regions of every slice empty, in a series that waits or in one that is in the study already.

        Raises:
            IntakeRefused: also where a region isn't within the image.
        """
        return self._text.blank(series, regions, why)

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
        if whose in removing.standing(log := self.study.vault.choices.log()):
            if whose in removing.settle_exclusions(self.study, log):
                return Outcome(f"{whose} is excluded: an earlier command was cut off before that stood on the record")
            raise IntakeRefused(f"{whose}: it is out already; `ramris study choices DIR` says why")
        removal = removing.removal_of(self.study, whose)
        if removal.given:
            self.study.check_reason(why)
        self._log.write(removal.row(self.who, why))
        if removal.given:
            return Outcome(removal.as_text())
        left = self.study.subject(removal.subject)
        if left is not None and not any(visit.series for visit in left.visits):
            with import_lock(self.study.path):
                self.study.replace_subjects((), [removal.subject])
        return Outcome(f"{whose} is out of the study; --undo reads it again from the scans")

    def _brought_back(self, whose: str, why: str) -> Outcome:
        last = removing.take_back(self.study, whose, why)
        self._log.write(Choice(last.what, UNDO, {}, self.who, why))
        mine = [item for item in self.study.vault.choices.held() if item.series in last.value["series"]]
        if last.answer == removing.EXCLUDED or not mine:
            return Outcome(f"{whose} counts again")
        return self._text.bring_in(mine[0], why)

    def undo(self, series: str, why: str) -> Outcome:
        """Take back the last answer about a series, whatever it was about. Raises as `take_back`."""
        self._log.identity(series)
        mine = [row for row in self._log.current() if row.series == series]
        if not mine:
            raise IntakeRefused(f"series {series}: there is no decision to undo")
        return self.take_back(mine[-1].what, why)

    def _decide_word(self, about: About, series: str, answer: str, why: str) -> Outcome:
        allowed = words_for(about, x_ray=self._log.identity(series).facts.get("modality") == XR.code)
        word = next((word for word in allowed if word.casefold() == answer.casefold()), None)
        if word is None:
            raise UsageRefused(f"{about.value} {answer!a}: {', '.join(allowed)}")
        self._log.of_series(series, about, word, why)
        return Outcome(f"{series} {WORDED[about][word]} from now on")

    def _decide_size(self, series: str, answer: str, why: str) -> Outcome:
        if self._log.identity(series).facts.get("modality") != XR.code:
            raise IntakeRefused(f"size:{series}: it is no radiograph, and the header of MR says how large a pixel is")
        mm = typed_mm(answer)
        if mm is None:
            raise UsageRefused(f"size {answer!a}: millimetres of a pixel, {LEAST_MM} to {MOST_MM:g}, such as 0.1")
        self._log.of_series(series, About.SIZE, in_words(mm), why)
        return Outcome(f"{series}: a pixel is {in_words(mm)} mm from now on")

    def _accept(self, whose: str, answer: str, why: str) -> Outcome:
        what = About.FINDING.of(whose)
        if answer != ACCEPT:
            raise UsageRefused(f"{what} {answer!a}: {ACCEPT}, or --undo")
        found = next((item for item in check_report(self.study).findings if item.id == what), None)
        if found is None:
            raise IntakeRefused(f"{what}: there is no such finding now; `ramris study check` lists them")
        self.accept([found], why)
        return Outcome(f"accepted: {finding_line(found)}")

    def _decide_stack(self, series: str, answer: str, why: str) -> Outcome:
        given = stack_answer(self.study, self._log.identity(series).subject, series, answer)
        row = Choice(About.STACK.of(series), given.answer, given.value, self.who, why)
        return self._restacked(series, row, given.anew)

    def _restacked(self, series: str, row: Choice, anew: frozenset[str]) -> Outcome:
        """Log an answer about a stack, and read the series again that it changes."""
        subject = self._log.identity(series).subject
        files = scans_of(self.study, subject, anew)
        self._log.of_subject(subject, row, first=lambda study: leave(study, subject, anew, row.why))
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
        self._log.of_subject(subject, Choice(what, side, {}, self.who, why))
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
        given = handed_and_moved(self.study, before, after)
        if given:
            if not self.change_read:
                raise IntakeRefused(handed(row, given[0]))
            self.study.check_reason(row.why)
            row = for_a_reason
        self._log.write(row, first=lambda study: add_people(study, row))
        after = arrange(self.study)
        return Outcome(where(before, after, row))


def ids_in(what: str) -> tuple[str, ...]:
    """Ids with commas between them: kind:ABCD2345,EFGH2345 is two of one sort.

    Raises:
        UsageRefused: no such sort of question, or more than one.
    """
    first, *others = (part.strip() for part in what.split(","))
    about, _ = parted(first)
    whole = [item if ":" in item else about.of(item) for item in (first, *others)]
    found = dict.fromkeys(sort.of(whose) for sort, whose in map(parted, whole))
    if any(not item.startswith(about.of("")) for item in found):
        raise UsageRefused(f"{what!a}: one sort of question at a time, such as kind:ABCD2345,EFGH2345")
    return tuple(found)


def with_alike(chooser: Chooser, whats: Sequence[str], answer: str = UNDO) -> tuple[str, ...]:
    """These, and whatever is asked for the same reasons or was answered together with one of them.

    answer: that will be given, UNDO where answers are taken back. What has it already is left out as long as others are
    asked: those that refused it the first time are answered when it is given again with another option.
    """
    report = check_report(chooser.study)
    every = dict.fromkeys(other for what in whats for other in (what, *report.alike.get(what, ())))
    if answer == UNDO:
        return tuple(every)
    has = {choice.what for choice in report.said if choice.answer.casefold() == answer.casefold()}
    answered = [what for what in whats if what in has]
    open_ = {item.what for item in report.decisions if item.question}
    anew = asked_alike(asked_anew(chooser.study, answered), (), ()) if answered else {}
    more = [other for what in answered for other in anew.get(what, ()) if other in open_]
    left = tuple(what for what in dict.fromkeys((*every, *more)) if what not in has)
    return left if more else tuple(every)


def answer_all(chooser: Chooser, whats: Sequence[str], answer: str, why: str) -> Outcome:
    """Give one answer to each; UNDO takes the last ones back. Raises as `Chooser.decide` where it is of no use to any.

    Those that can't be answered so are named, and the others are.
    """
    if len(whats) == 1:
        return chooser.take_back(whats[0], why) if answer == UNDO else chooser.decide(whats[0], answer, why)
    at_once = replace(chooser, together=secrets.token_hex(8))
    if whats[0].startswith(About.TEXT.of("")):
        # their files are read once
        return at_once.settle_many([what.partition(":")[2] for what in whats], answer.lower(), why)
    done, still_open = 0, False
    refused: dict[str, list[str]] = {}
    stopped: list[str] = []
    for number, what in enumerate(whats):
        if chooser.cancelled():
            stopped.append(f"stopped: {len(whats) - number} not answered")
            break
        try:
            outcome = at_once.take_back(what, why) if answer == UNDO else at_once.decide(what, answer, why)
        except IntakeRefused as refusal:
            told = str(refusal)
            why_not = told.removeprefix(f"{what}: ")
            refused.setdefault(why_not, []).extend([what] if why_not != told else [])
            continue
        done, still_open = done + 1, still_open or outcome.open
    said = "answers taken back" if answer == UNDO else f"answered, {answer}"
    # a subject's series have one reason, said once
    left = [f"{', '.join(mine)}: {why_not}" if mine else why_not for why_not, mine in refused.items()] + stopped
    return Outcome(". ".join((f"{done} of {len(whats)} {said}", *left)), open=bool(left) or still_open)


def parted(what: str) -> tuple[About, str]:
    """The sort of question, and whose it is; UsageRefused where there is none of that sort."""
    about, _, whose = what.partition(":")
    try:
        return About(about.lower()), whose.upper()
    except ValueError:
        pass
    raise UsageRefused(_no_question(what))


def _no_question(what: str) -> str:
    return f"{what!a}: no such question; `ramris study check DIR` names those that are open, such as kind:ABCD2345"
