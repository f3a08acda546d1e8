"""Decision on persons: which identities are one person, by ID, name, birth date and what the scanner noted of the body.

Nobody is joined by a name alone, nor by words that say nobody. Reasons quote no identity. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePath

from scoring.values import replace
from storage.vault.choices import About, Choice
from workstation.intake.decisions.body import contradictions
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.identity import (
    ONE,
    TWO,
    Identity,
    Likeness,
    bare,
    compared,
    is_nobody,
    key_of_name,
    name_of,
    without_count,
    without_visit,
)  # fmt: skip
from workstation.intake.decisions.visit import in_words
from workstation.intake.decisions.words import plain, says_nobody

INTO, APART = "into", "apart"


@dataclass(frozen=True, slots=True)
class Persons:
    """subjects: the number of each examination -> the code of the person that it is of, as far as that is decided."""

    subjects: Mapping[int, str]
    decisions: tuple[Decision[str], ...]


def persons(
    identities: Mapping[str, Identity],
    exams: Sequence[Exam],
    answers: Mapping[str, Choice],
    endings: Sequence[str] = (),
    given: frozenset[str] = frozenset(),
    *,
    again: tuple[Mapping[int, str], Mapping[tuple[str, str], str]] = ({}, {}),
) -> Persons:
    """Who is who.

    Args:
        identities: by code, at least those of the examinations.
        exams: all that the study has, or is about to get.
        answers: of the coordinator, by the id of the question.
        endings: of patient IDs that are cut off before IDs are compared, as `protocol.toml` has them.
        given: codes that readers have as a case already; such a person never goes into another one.
        again: what was answered about images that came again, see `sent_again`: examinations that became another's,
            and pairs that are one person, each with the code under which they go on.
    """
    became, joined = again
    answers = {
        **{pair_id(pair): Choice(pair_id(pair), ONE, {INTO: into}, "", "") for pair, into in joined.items()},
        **answers,
    }
    subjects = {exam.number: became.get(exam.number) or _apart(answers, exam) for exam in exams}
    by_code: dict[str, list[Exam]] = defaultdict(list)
    for exam in exams:
        by_code[subjects[exam.number]].append(exam)
    known = {code: identities.get(code) or Identity(code) for code in by_code}
    made = {code for choice in answers.values() for code in choice.value.get(APART, {}).values()}
    alike = {pair: _of_codes(known, by_code, pair, endings) for pair in _candidates(known, by_code, made)}
    heads = {code: code for code in by_code}
    decisions: list[Decision[str]] = []
    for what, pair in sorted((*_answered(answers, by_code), *((pair_id(pair), pair) for pair in alike))):
        if any(item.what == what for item in decisions):
            continue
        told = alike.get(pair)
        decision = _of_pair(what, pair, told, answers.get(what))
        if decision.question:
            shown = [in_words(exam) for code in pair for exam in sorted(by_code[code], key=lambda item: item.number)]
            decision = replace(decision, reasons=(*decision.reasons, *shown))
        if decision.value == ONE:
            decision = _joined(heads, pair, decision, answers.get(what), given)
        decisions.append(decision)
    subjects = {number: _head(heads, code) for number, code in subjects.items()}
    asked = {code for item in decisions if item.question for code in codes_of(item.what)}
    for code, mine in sorted(_by_head(exams, subjects).items()):
        if code not in asked:
            decisions += _of_one(code, known, mine, answers)
    return Persons(subjects, tuple(decisions))


def pair_id(codes: Iterable[str]) -> str:
    """The id of the question whether two subjects are one person."""
    return About.PERSON.of("+".join(sorted(codes)))


def codes_of(what: str) -> tuple[str, ...]:
    """The subjects that a question about persons is about."""
    return tuple(what.partition(":")[2].split("+"))


def _apart(answers: Mapping[str, Choice], exam: Exam) -> str:
    """The code of an examination's identity, or of the person that the coordinator made of a part of it."""
    choice = answers.get(About.PERSON.of(exam.person))
    moved: Mapping[str, str] = choice.value.get(APART, {}) if choice is not None and choice.answer == TWO else {}
    return moved.get(exam.name, exam.person)


def _answered(answers: Mapping[str, Choice], by_code: Mapping[str, object]) -> Iterable[tuple[str, tuple[str, str]]]:
    for what in answers:
        codes = codes_of(what)
        if what.startswith(About.PERSON.of("")) and len(codes) == 2 and all(code in by_code for code in codes):  # noqa: PLR2004 - a pair
            yield what, (codes[0], codes[1])


def _candidates(
    known: Mapping[str, Identity], exams: Mapping[str, Sequence[Exam]], made: set[str]
) -> Iterable[tuple[str, str]]:
    """Pairs that may be one person: one ID, but for what names a visit; one name and birth date; nobody twice.

    Not with people whom the coordinator made of a part of somebody: these were decided.
    """
    groups: dict[tuple[str, ...], set[str]] = defaultdict(set)
    counted: dict[str, set[str]] = defaultdict(set)
    nobodies: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for code, identity in known.items():
        if code in made:
            continue
        if is_nobody(identity):
            nobodies[plain(identity.patient_id), name_of(identity.name)].add(code)
            continue
        if not says_nobody(identity.patient_id):
            groups["id", bare(without_visit(identity.patient_id)[0])].add(code)
            groups["id", bare(identity.patient_id)].add(code)
            counted[bare(without_count(identity.patient_id)[0])].add(code)
        if not says_nobody(identity.name) and identity.birth_date:
            groups["name", key_of_name(identity.name), plain(identity.birth_date)].add(code)
    # two IDs that end in a number may be two visits of one person; more of them are people
    pairs = [codes for codes in counted.values() if len(codes) == 2]  # noqa: PLR2004 - a pair
    found = {pair for codes in (*groups.values(), *pairs) for pair in combinations(sorted(codes), 2)}
    return sorted(found | {pair for codes in nobodies.values() for pair in _near(codes, exams)})


def _near(codes: set[str], exams: Mapping[str, Sequence[Exam]]) -> set[tuple[str, str]]:
    """Of many that say nobody: those that lie nearest to each other in the folders; of two these two."""
    ordered = sorted(codes)
    if len(ordered) == 2:  # noqa: PLR2004 - a pair
        return {(ordered[0], ordered[1])}
    ways = {code: [PurePath(folder).parts for exam in exams[code] for folder in exam.folders] for code in ordered}
    shared = {pair: _shared(ways[pair[0]], ways[pair[1]]) for pair in combinations(ordered, 2)}
    least = min(shared.values(), default=0)
    found = set()
    for pair, depth in shared.items():
        others = [other for other in shared if other != pair and set(other) & set(pair)]
        if depth > least and all(shared[other] < depth for other in others):
            found.add(pair)
    return found


def _shared(a: Iterable[Sequence[str]], b: Sequence[Sequence[str]]) -> int:
    """How many folders two places have in common at most, from the root."""
    return max((_common(one, other) for one in a for other in b), default=0)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _of_codes(
    known: Mapping[str, Identity], exams: Mapping[str, Sequence[Exam]], pair: tuple[str, str], endings: Sequence[str]
) -> Likeness:
    body = contradictions([*exams[pair[0]], *exams[pair[1]]])
    return compared(known[pair[0]], known[pair[1]], body, endings)


def _of_pair(what: str, codes: tuple[str, str], told: Likeness | None, answer: Choice | None) -> Decision[str]:
    reasons = told.reasons if told else ()
    if answer is not None:
        return Decision(what, answer.answer, Confidence.DECIDED, reasons)
    if told is None or told.sure:
        return Decision(what, ONE, Confidence.SURE, reasons)
    both = " and ".join(codes)
    words = (
        Answer(ONE, f"{both} are one person: their examinations are visits of one subject"),
        Answer(TWO, f"{both} are two people, and stay two subjects"),
    )
    ordered = words if told.proposal == ONE else words[::-1]
    question = Question(what, codes[0], None, f"is it the same person as {codes[1]}?", ordered, told.proposal)
    confidence = Confidence.CONTRADICTORY if told.against else Confidence.UNSURE
    return Decision(what, TWO, confidence, reasons, question)


def _joined(
    heads: dict[str, str],
    pair: tuple[str, str],
    decision: Decision[str],
    answer: Choice | None,
    given: frozenset[str],
) -> Decision[str]:
    """Put two persons together under one code; `heads` leads each code to it."""
    codes = sorted({_head(heads, code) for code in pair}, key=lambda code: (code not in given, code))
    into = _head(heads, str(answer.value[INTO])) if answer is not None and INTO in answer.value else codes[0]
    gone = [code for code in codes if code != into]
    if any(code in given for code in gone):
        said = f"{' and '.join(gone)} was given to readers already, and stays a separate subject"
        return Decision(decision.what, TWO, Confidence.SURE, (*decision.reasons, said))
    for code in gone:
        heads[code] = into
    return decision


def _head(heads: Mapping[str, str], code: str) -> str:
    while code in heads and heads[code] != code:
        code = heads[code]
    return code


def _of_one(
    code: str, known: Mapping[str, Identity], exams: Sequence[Exam], answers: Mapping[str, Choice]
) -> Iterable[Decision[str]]:
    """Whether what came under one identity is one person."""
    what = About.PERSON.of(code)
    answer = answers.get(what)
    body = contradictions(exams)
    nobody = all(is_nobody(known[exam.person]) for exam in exams if exam.person in known)
    if answer is not None:
        return [Decision(what, answer.answer, Confidence.DECIDED, body)]
    if body:
        words = (
            Answer(TWO, "two people: the examinations that contradict the first one become a new subject"),
            Answer(ONE, "one person: the headers are wrong"),
        )
        question = Question(what, code, None, "is it one person?", words, TWO)
        return [Decision(what, ONE, Confidence.CONTRADICTORY, body, question)]
    if nobody and len({exam.person for exam in exams}) == 1:
        said = ("the patient ID and the name name nobody", "taken as a separate person")
        own = Answer(
            ONE, f"{code} is a separate person; if it is the same as another one, answer person:{code}+CODE {ONE}"
        )
        question = Question(what, code, None, "is it a separate person?", (own,), "")
        return [Decision(what, ONE, Confidence.UNSURE, said, question)]
    return [Decision(what, ONE, Confidence.SURE, body)]


def _by_head(exams: Iterable[Exam], subjects: Mapping[int, str]) -> Mapping[str, list[Exam]]:
    found: dict[str, list[Exam]] = defaultdict(list)
    for exam in exams:
        found[subjects[exam.number]].append(exam)
    return found
