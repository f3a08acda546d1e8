"""Decision on images that came again under another name: whose they are. They stay where they are until that is said.

Reasons quote no identity. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from storage.vault.choices import About, Choice
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.identity import Identity, compared
from workstation.intake.decisions.visit import in_words

MOVED, KEPT, REFUSED = "moved", "kept", "refused"
MEANS: Mapping[str, str] = {
    MOVED: "the new name is right: the visit becomes that person's",
    KEPT: "it is one person: the visit stays where it is, and what comes under the new name is the same subject's",
    REFUSED: "the new name is wrong: what came under it stays outside",
}
NO_EXAMS: Mapping[int, Exam] = MappingProxyType({})
ANSWERS = tuple(Answer(word, means) for word, means in MEANS.items())


@dataclass(frozen=True, slots=True)
class Again:
    """An examination whose images came again. owner, other: codes of the identity that has it, and of the new one."""

    number: int
    owner: str
    other: str


def again_id(codes: Iterable[str]) -> str:
    """The id of the question about images that came under the names of both."""
    return About.AGAIN.of("+".join(sorted(codes)))


def moved(came: Iterable[Again], answers: Mapping[str, Choice]) -> Mapping[int, str]:
    """Number of an examination -> the code of the identity that it is of, as was answered; the last answer wins."""
    by_id: dict[str, list[Again]] = defaultdict(list)
    for item in came:
        by_id[again_id((item.owner, item.other))].append(item)
    return {
        item.number: item.other
        for what, choice in answers.items()
        if choice.answer == MOVED
        for item in by_id.get(what, ())
    }


def one_person(came: Iterable[Again], answers: Mapping[str, Choice]) -> Mapping[tuple[str, str], str]:
    """Pairs of codes that are one person since a visit was kept -> the code under which they go on."""
    found = {}
    for item in came:
        choice = answers.get(again_id((item.owner, item.other)))
        if choice is not None and choice.answer == KEPT:
            first, second = sorted((item.owner, item.other))
            found[first, second] = item.owner
    return found


def sent_again(
    came: Iterable[Again],
    identities: Mapping[str, Identity],
    subjects: Mapping[int, str],
    answers: Mapping[str, Choice],
    endings: Iterable[str] = (),
    *,
    exams: Mapping[int, Exam] = NO_EXAMS,
) -> tuple[Decision[str], ...]:
    """Whose the images are, a decision for each pair of names.

    Args:
        came: what came again.
        identities: by code.
        subjects: number of an examination -> its subject now.
        answers: of the coordinator, by the id of the question.
        endings: of patient IDs, see `persons`.
        exams: by number, as evidence.
    """
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for item in came:
        pairs[item.owner, item.other].append(item.number)
    found = {}
    for (owner, other), numbers in sorted(pairs.items()):
        what = again_id((owner, other))
        likeness = compared(
            identities.get(owner) or Identity(owner), identities.get(other) or Identity(other), (), tuple(endings)
        )
        reasons = (*likeness.reasons, *(in_words(exams[number]) for number in sorted(numbers) if number in exams))
        if what in answers:
            found[what] = Decision(what, answers[what].answer, Confidence.DECIDED, reasons)
        elif likeness.sure:
            found[what] = Decision(what, KEPT, Confidence.SURE, reasons)
        else:
            names = " and ".join(f"E{number}" for number in sorted(numbers))
            text = f"the images of {names} came again under another name, {other}: whose are they?"
            question = Question(what, subjects.get(numbers[0], owner), None, text, ANSWERS)
            found[what] = Decision(what, REFUSED, Confidence.CONTRADICTORY, reasons, question)
    return tuple(found.values())
