"""Answers about persons and visits: what each would move, whether it may, and where everything is afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import UNDO, About, Choice
from storage.vault.vault import Person
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.body import contradicts
from workstation.intake.decisions.identity import ONE, TWO
from workstation.intake.decisions.person import APART, INTO, codes_of, pair_id
from workstation.intake.decisions.sent_again import MEANS, MOVED, again_id
from workstation.intake.decisions.visit import VISITS, as_words, parsed
from workstation.intake.importing.arrangement import Arrangement, arrange
from workstation.intake.series.pairing import next_code

A_NEW_STUDY = "a new study can take the scans as they should be"
By = tuple[str, str]


def person_answer(study: CoordinatorStudy, whose: str, answer: str, by: By) -> Choice:
    """That codes are one person or two, as a row for the log.

    Args:
        study: open.
        whose: S001+S002, or S001 of what came under one identity.
        answer: one or two.
        by: who, and why.

    Raises:
        UsageRefused: no such answer.
        IntakeRefused: no such subjects, or it can't be.
    """
    what, codes, word = About.PERSON.of(whose), sorted(whose.split("+")), answer.lower()
    if word not in {ONE, TWO} or len(codes) > 2:  # noqa: PLR2004 - a pair
        raise UsageRefused(f"{what} {answer!a}: {ONE} or {TWO}")
    known = {person.subject for person in study.vault.people()}
    for code in codes:
        if code not in known:
            raise IntakeRefused(f"{what}: the study has no {code}; `ramris study check --json` names its subjects")
    if len(codes) == 1:
        return Choice(what, word, {APART: _parted(study, codes[0])} if word == TWO else {}, *by)
    return Choice(pair_id(codes), word, {INTO: _head(study, codes)} if word == ONE else {}, *by)


def again_answer(study: CoordinatorStudy, whose: str, answer: str, by: By) -> Choice:
    """Whose images are that came under two names, as a row for the log.

    Raises:
        UsageRefused: no such answer.
        IntakeRefused: nothing came under these two names.
    """
    what, word = again_id(whose.split("+")), answer.lower()
    if word not in MEANS:
        raise UsageRefused(f"{what} {answer!a}: {', '.join(MEANS)}")
    if all(item.what != what for item in arrange(study).decisions):
        raise IntakeRefused(f"{what}: no images came under both names; `ramris study check DIR` names what is asked")
    return Choice(what, word, {}, *by)


def visits_answer(study: CoordinatorStudy, subject: str, answer: str, by: By) -> Choice:
    """Which examinations are which visit, as a row for the log.

    Raises:
        UsageRefused: it doesn't name each examination once.
        IntakeRefused: no such subject.
    """
    what = About.VISIT.of(subject)
    now = arrange(study)
    mine = [number for number, code in now.subjects.items() if code == subject]
    if not mine:
        raise IntakeRefused(f"{what}: the study has no {subject}; `ramris study check --json` names its subjects")
    numbers = parsed(answer, mine)
    if study.has_answers(subject) and numbers != now.numbers_of(subject):
        raise IntakeRefused(_read(what, subject))
    if numbers is None:
        names = " and ".join(f"E{number}" for number in sorted(mine))
        raise UsageRefused(f"{what} {answer!a}: name {names}, each once, in time: E1,E2 are two visits, E1+E2 are one")
    return Choice(what, as_words(numbers), {VISITS: [list(visit) for visit in numbers]}, *by)


def check_move(study: CoordinatorStudy, before: Arrangement, after: Arrangement, row: Choice) -> None:
    """Refuse an answer that would move what has been read, or leave nothing of what readers were given.

    Raises:
        IntakeRefused: it would.
    """
    for number, visit in before.visit_of.items():
        if study.has_answers(visit[0]) and after.visit_of.get(number) != visit:
            raise IntakeRefused(_read(row.what, visit[0]))
    gone = {visit[0] for visit in before.visit_of.values()} - {visit[0] for visit in after.visit_of.values()}
    for subject in sorted(gone & study.subjects_given(None)):
        raise IntakeRefused(
            f"{row.what}: {subject} was given to readers, and a case that was given stays; {A_NEW_STUDY}"
        )
    if (row.about, row.answer) in {(About.PERSON, ONE), (About.AGAIN, MOVED)}:
        fresh = {n: why for n, why in after.refused.items() if n not in before.refused}
        for number, why in fresh.items():
            raise IntakeRefused(f"{row.what}: E{number} can't be a visit of that subject: {why}; {A_NEW_STUDY}")


def handed_and_moved(study: CoordinatorStudy, before: Arrangement, after: Arrangement) -> tuple[str, ...]:
    """Subjects of whom a reader has a copy, and whose visits are others afterwards than that copy shows."""
    was, now = before.visit_of.items(), after.visit_of.items()
    return tuple(sorted({visit[0] for _, visit in was ^ now} & study.subjects_handed()))


def add_people(study: CoordinatorStudy, row: Choice) -> None:
    """Put down the people that an answer makes of a part of somebody; the codes are theirs for good."""
    people = {person.subject: person for person in study.vault.people()}
    made: Mapping[str, str] = row.value.get(APART, {})
    code = codes_of(row.what)[0]
    for fresh in sorted(set(made.values()) - set(people)):
        key = json.dumps(["apart", code, fresh])
        study.vault.save([Person(fresh, key, people[code].attributes)], (), (), ())


def where(before: Arrangement, after: Arrangement, row: Choice) -> str:
    """The visits of the subjects that an answer was about, in one line."""
    codes = set(codes_of(row.what)) if row.about in {About.PERSON, About.AGAIN} else {row.what.partition(":")[2]}
    moved = {n for n, visit in after.visit_of.items() if before.visit_of.get(n) != visit}
    subjects = codes | {after.visit_of[n][0] for n in moved}
    found = {code: after.numbers_of(code) for code in sorted(subjects)}
    told = "; ".join(
        f"{code}: {', '.join(f'visit {index} {as_words((visit,))}' for index, visit in enumerate(numbers, start=1))}"
        for code, numbers in found.items()
        if numbers
    )
    return told if row.answer == UNDO else f"{row.what}: {row.answer} from now on. {told}"


def _read(what: str, subject: str) -> str:
    return (
        f"{what}: {subject} has been read, and its grades would belong to other pictures; --change-read can't change "
        f"that. {A_NEW_STUDY.capitalize()}"
    )


def _head(study: CoordinatorStudy, codes: Sequence[str]) -> str:
    """The code under which two people go on: that which readers have already, else the first."""
    given = study.subjects_given(None)
    mine = [code for code in codes if code in given]
    if len(mine) > 1:
        raise IntakeRefused(
            f"{pair_id(codes)}: both were given to readers, and a case that was given stays; {A_NEW_STUDY}"
        )
    return (mine or codes)[0]


def _parted(study: CoordinatorStudy, code: str) -> dict[str, str]:
    """Examinations that can't be of the person of the first one, each with the code of a new person.

    Where nothing contradicts that they are, all but those of the first visit.
    """
    what, now = About.PERSON.of(code), arrange(study)
    mine = sorted((now.visit_of.get(n, ("", 0))[1], n) for n, subject in now.subjects.items() if subject == code)
    if len(mine) == 1 or not mine:
        raise IntakeRefused(f"{what}: {code} has one examination, and can't be two people")
    others = {now.exams[number].person for _, number in mine} - {code}
    if others:
        pairs = " and ".join(pair_id([code, other]) for other in sorted(others))
        raise IntakeRefused(f"{what}: {code} was joined of more than one identity; answer {pairs}")
    first = now.exams[mine[0][1]]
    apart = [number for _, number in mine if contradicts(first, now.exams[number])]
    apart = apart or [number for visit, number in mine if visit != mine[0][0]] or [number for _, number in mine[1:]]
    fresh = next_code(person.subject for person in study.vault.people())
    return {now.exams[number].name: fresh for number in apart}
