"""A study read by several readers, with repeats: synthetic, seeded; the grades of a wrist share one severity."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study

Answers = dict[SiteKey, Answer]


def a_read_study(
    folder: Path,
    *,
    subjects: int,
    repeats: int = 0,
    readers: Sequence[str] = ("R1",),
    seed: int = 1,
    missing: float = 0.0,
) -> Path:
    """A closed study in which every reader has read every case, and the first reader `repeats` of them again."""
    a_study(folder, *(f"S{number:03}" for number in range(1, subjects + 1)))
    truth = {f"S{number:03}": _wrist(seed, number, missing) for number in range(1, subjects + 1)}
    for place, reader in enumerate(readers):
        with CoordinatorStudy.open(folder) as study:
            cases = study.assign(reader, seed=seed + place)
        _read(folder, reader, {item.case: _as_read(truth[item.subject], seed, place, item.subject) for item in cases})
    if repeats:
        with CoordinatorStudy.open(folder) as study:
            drawn = study.reread(readers[0], repeats, seed=seed)
        _read(folder, readers[0], {item.case: _as_read(truth[item.subject], seed, 99, item.subject) for item in drawn})
    return folder


def _read(folder: Path, reader: str, answers: dict[str, Answers]) -> None:
    with ReaderStudy.open(folder, reader) as study:
        for case, given in answers.items():
            study.record(case, [AnswerChanged(at, None, answer) for at, answer in given.items()], "room")


def _wrist(seed: int, number: int, missing: float) -> Answers:
    """What is there: sites of one wrist share a severity, which mostly falls from baseline to follow-up."""
    random, scheme = np.random.default_rng([seed, number]), shipped_scheme()
    severity = random.beta(1.2, 3.0)
    later = float(np.clip(severity - random.normal(0.05, 0.08), 0.0, 1.0))
    answers: Answers = {}
    for key in keys_in_reading_order(scheme):
        highest = len(grades_on(scheme.feature(key.feature).scale)) - 1
        slow = 0.35 if key.feature == "ERO" else 1.0
        at_visit = severity if key.visit == 1 or key.feature == "ERO" else later
        answers[key] = Graded(Decimal(int(random.binomial(highest, slow * at_visit))))
        if random.random() < missing:
            answers[key] = NotAssessable("AR")
    return answers


def _as_read(truth: Answers, seed: int, reading: int, subject: str) -> Answers:
    """One reader's view: a grade in eight is one off."""
    random, scheme = np.random.default_rng([seed, reading, int(subject[1:])]), shipped_scheme()
    found: Answers = {}
    for key, answer in truth.items():
        seen = answer
        step = int(random.choice([-1, 0, 0, 0, 0, 0, 0, 1]))
        if isinstance(answer, Graded):
            scale = scheme.feature(key.feature).scale
            moved = answer.grade + step if answer.grade > 0 or random.random() < 0.3 else answer.grade
            seen = Graded(min(max(moved, scale.minimum), scale.maximum))
        found[key] = seen
    return found
