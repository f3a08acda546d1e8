"""Questions of the import as lines of one list: what is asked, what was decided, and what is sure of one subject. Pure.

What is sure stands behind the rest: it can be overruled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from scoring.schemes.modalities import PLANE_WORDS, XR, modality_of_plane
from scoring.values import replace
from storage.vault.choices import UNDO, About, Choice
from workstation.intake.decisions.decision import Answer, Confidence, Decision
from workstation.intake.decisions.identity import ONE, TWO
from workstation.intake.decisions.kind import KIND_WORDS
from workstation.intake.decisions.person import codes_of
from workstation.intake.decisions.sent_again import ANSWERS
from workstation.intake.decisions.side import SAID
from workstation.intake.decisions.text_in_pixels import REFUSED, RELEASED
from workstation.intake.decisions.turned import WORDS, means
from workstation.intake.findings import Finding, Level
from workstation.intake.importing.answering import ACCEPT, words_for
from workstation.intake.importing.check_report import CheckReport

TITLES = {
    About.PERSON: "Person",
    About.AGAIN: "Images sent again",
    About.VISIT: "Visits",
    About.SIDE: "Wrist",
    About.PLANE: "Plane",
    About.TURNED: "Turned",
    About.SIZE: "Size of a pixel",
    About.STACK: "Stack",
    About.KIND: "Kind",
    About.TEXT: "Text in the picture",
}
STACKS = {"one": "as its headers have it", "two": "one of two stacks"}
ACCEPTED = Answer(ACCEPT, "it stays as it is, and the subject may be read; exports name it")
# answers where nothing is asked; of visits, stacks and sizes they are typed
OTHERWISE: Mapping[About, tuple[Answer, ...]] = {
    About.SIDE: tuple(Answer(side, f"the {said} wrist at every visit") for side, said in SAID.items()),
    About.PLANE: tuple(Answer(plane, f"it is {said}") for plane, said in PLANE_WORDS.items()),
    About.TURNED: tuple(Answer(word, means(turn)) for word, turn in WORDS.items()),
    About.KIND: tuple(Answer(kind, said) for kind, said in KIND_WORDS.items()),
    About.TEXT: (RELEASED, REFUSED),
    About.VISIT: (),
    About.AGAIN: ANSWERS,
    About.SIZE: (),
    About.STACK: (),
}


class Section(Enum):
    """Where a line stands: what is asked, what was found, then what the coordinator decided, then what is sure."""

    ASKED = "asked"
    FOUND = "found"
    DECIDED = "decided"
    SURE = "sure"


SECTIONS = {
    Confidence.CONTRADICTORY: Section.ASKED,
    Confidence.UNSURE: Section.ASKED,
    Confidence.DECIDED: Section.DECIDED,
    Confidence.SURE: Section.SURE,
}


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One decision. line: what is asked, or what holds; told: its evidence, a line each.

    subject: the first that it is about. series: its code, "" of others. answers: those to choose from, the proposal
    first; what was decided has UNDO behind them. typed: whether another one can be typed. alike: the others that ask
    the same for the same reason, or were answered at once with it.
    """

    what: str
    subject: str
    section: Section
    line: str
    told: tuple[str, ...]
    answers: tuple[Answer, ...]
    series: str = ""
    proposal: str = ""
    typed: bool = False
    alike: tuple[str, ...] = ()


def question_lines(report: CheckReport, owners: Mapping[str, str], looked_at: str) -> tuple[QuestionLine, ...]:
    """What is asked of all subjects, what contradicts itself first; errors of all of them and warnings of one; what was
    decided or accepted; and what is sure of that one.

    Args:
        report: of the check.
        owners: series -> its subject.
        looked_at: the subject of whom all is wanted, "" none.
    """
    by_what, order = {choice.what: choice for choice in report.said}, list(Confidence)
    x_rays = {item.about for item in report.decisions if modality_of_plane(item.value) is XR}
    first = (Confidence.CONTRADICTORY, *(item for item in order if item is not Confidence.CONTRADICTORY))
    lines = [
        (list(Section).index(line.section), first.index(item.confidence), line)
        for item in report.decisions
        if (line := _line(item, _subjects(item, owners), by_what.get(item.what), (looked_at, x_rays))) is not None
    ]
    accepted = report.accepted
    lines += [
        (
            list(Section).index(Section.DECIDED if item.id in accepted else Section.FOUND),
            list(Level).index(item.level),
            _found(item, accepted.get(item.id)),
        )
        for item in report.findings
        # what is asked is answered rather than accepted
        if not item.question or item.id in accepted
        if item.id in accepted or item.level is Level.ERROR or (item.level is Level.WARNING and _is_of(item, looked_at))
    ]
    alike = report.alike
    return tuple(
        replace(line, alike=tuple(what for what in alike.get(line.what, ()) if what != line.what))
        for _, _, line in sorted(lines, key=lambda found: found[:2])
    )


def _is_of(item: Finding, subject: str) -> bool:
    return subject in item.subjects or not item.subjects


def _found(item: Finding, by: Choice | None) -> QuestionLine:
    """A finding, which can be accepted; or, once it was, that be taken back."""
    whose = " and ".join(item.subjects)
    visit = f" visit {item.visit}" if item.visit else ""
    head, _, rest = item.text.partition(": ")
    return QuestionLine(
        what=item.id,
        subject=item.subjects[0] if item.subjects else "",
        section=Section.DECIDED if by else Section.FOUND,
        line=f"{'Accepted: ' if by else ''}{whose}{visit}{': ' if whose else ''}{head}",
        told=(*(_by(by) if by else ()), *([_sentence(rest)] if rest else [])),
        answers=(Answer(UNDO, "accept it no longer"),) if by else (ACCEPTED,),
    )


def _subjects(decision: Decision[str], owners: Mapping[str, str]) -> tuple[str, ...]:
    if decision.about:
        return (owners.get(decision.about, decision.question.subject if decision.question else ""),)
    return codes_of(decision.what)


def _line(
    decision: Decision[str], subjects: tuple[str, ...], answer: Choice | None, wanted: tuple[str, Collection[str]]
) -> QuestionLine | None:
    """wanted: the subject of whom all is told, and the series that are radiographs."""
    looked_at, x_rays = wanted
    section = SECTIONS[decision.confidence]
    if section is Section.SURE and looked_at not in subjects:
        return None
    about, question = About(decision.what.partition(":")[0]), decision.question
    series = decision.about
    whose = f"{subjects[0]} {series}" if series else "+".join(subjects)
    name = f"{TITLES[about]} of {whose}"
    now = _now(about, decision.value)
    visit = f" visit {question.visit}" if question and question.visit else ""
    answers = question.answers if question else _otherwise(about, subjects, x_ray=series in x_rays)
    by = _by(answer) if section is Section.DECIDED and answer is not None else ()
    return QuestionLine(
        what=decision.what,
        subject=subjects[0],
        section=section,
        line=f"{subjects[0]}{visit}: {question.text}" if question else f"{name}: {now}",
        told=(*by, *map(_sentence, decision.reasons)),
        answers=(*answers, *([Answer(UNDO, "take the answer back")] if by else [])),
        series=series,
        proposal=question.proposal if question else "",
        typed=about in {About.VISIT, About.STACK, About.SIZE},
    )


def _now(about: About, value: str) -> str:
    """What holds, in words."""
    match about:
        case About.SIDE:
            sides = [{**SAID, TWO: "two wrists"}.get(side, "not said") for side in value.split(",")]
            return sides[0] if len(set(sides)) == 1 else ", then ".join(sides)
        case About.PLANE | About.STACK:
            return {**PLANE_WORDS, **STACKS}.get(value, value)
        case About.TURNED if value in WORDS:
            return means(WORDS[value])
        case About.PERSON:
            return "one person" if value == ONE else "two people"
        case About.VISIT:
            return ", ".join(f"visit {number} {said}" for number, said in enumerate(value.split(","), start=1))
    return f"{value} mm" if about is About.SIZE else value or "not known"


def _by(answer: Choice) -> tuple[str, ...]:
    return (f"Decided by {answer.who} on {answer.at_utc[:10]}: {answer.why}",)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _otherwise(about: About, subjects: tuple[str, ...], *, x_ray: bool) -> tuple[Answer, ...]:
    if about in {About.KIND, About.PLANE}:
        allowed = words_for(about, x_ray=x_ray)
        return tuple(answer for answer in OTHERWISE[about] if answer.word in allowed)
    if about is not About.PERSON:
        return OTHERWISE[about]
    if len(subjects) > 1:
        return (Answer(ONE, "they are one person"), Answer(TWO, "they are two people"))
    return (Answer(TWO, "two people: a part becomes a subject of its own"), Answer(ONE, "one person"))
