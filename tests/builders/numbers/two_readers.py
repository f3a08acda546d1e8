"""A study of pairs read by two readers, of whom one drifts on purpose and one is bad at osteitis. Synthetic, seeded.

AD reads well, and from case 34 on gives one grade more than there is at most sites of synovitis and erosion. BE reads
well but for osteitis, where seven in ten are guessed. Made by `python -m tests.builders.numbers.two_readers DIR`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from unittest import mock

import numpy as np

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from storage.record import grade_events
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study

PAIRS = 66
DRIFTS, BAD_AT_OSTEITIS = "AD", "BE"
DRIFT_FROM = 34
DRIFTING = ("SYN", "ERO")
# seconds for an answer
PACE = {"SYN": 7, "TEN": 4, "OST": 4, "ERO": 5}


def two_readers(folder: Path, *, pairs: int = PAIRS, open_cases: int = 0, reread: int = 0, seed: int = 4) -> Path:
    """The study, closed. open_cases: how many of BE's are left unread; reread: how many each reads again at the end."""
    a_study(folder, *(f"S{number:03}" for number in range(1, pairs + 1)))
    with a_clock():
        for place, reader in enumerate((DRIFTS, BAD_AT_OSTEITIS)):
            with CoordinatorStudy.open(folder) as study:
                cases = study.assign(reader, seed=seed + place)
            with ReaderStudy.open(folder, reader) as study:
                done = len(cases) - (open_cases if reader == BAD_AT_OSTEITIS else 0)
                for number, item in enumerate(cases[:done], start=1):
                    _read(study, item.case, as_seen(reader, int(item.subject[1:]), number, seed))
        for reader in (DRIFTS, BAD_AT_OSTEITIS) if reread else ():
            with CoordinatorStudy.open(folder) as study:
                again = study.reread(reader, reread, seed=seed)
            with ReaderStudy.open(folder, reader) as study:
                for item in again:
                    _read(study, item.case, as_seen(reader, int(item.subject[1:]), pairs, seed, again=1))
    return folder


@contextmanager
def a_clock() -> Iterator[None]:
    """Answers are given at the pace of a reader, on a morning of its own."""
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def now() -> datetime:
        nonlocal at
        at += timedelta(seconds=_PACE[0])
        return at

    with mock.patch.object(grade_events, "now", now):
        yield


_PACE = [0.0]


def _read(study: ReaderStudy, case: str, answers: dict[SiteKey, Answer]) -> None:
    for feature, seconds in PACE.items():
        _PACE[0] = seconds
        mine = [AnswerChanged(key, None, answer) for key, answer in answers.items() if key.feature == feature]
        study.record(case, mine, "room")


def as_seen(reader: str, subject: int, number: int, seed: int, *, again: int = 0) -> dict[SiteKey, Answer]:
    """What a reader gives for a subject, as the reading number `number`; one site in 2,000 can't be graded."""
    truth, random, scheme = (
        _wrist(subject, seed),
        np.random.default_rng([seed + 50 * again, ord(reader[0]), subject]),
        shipped_scheme(),
    )
    found: dict[SiteKey, Answer] = {}
    for key, there in truth.items():
        highest = len(grades_on(scheme.feature(key.feature).scale)) - 1
        grade = there + int(random.choice([-1, 0, 0, 0, 0, 0, 0, 0, 0, 1])) * (there > 0)
        if reader == DRIFTS and number >= DRIFT_FROM and key.feature in DRIFTING and random.random() < 0.6:
            grade += 1
        if reader == BAD_AT_OSTEITIS and key.feature == "OST" and random.random() < 0.7:
            grade = int(random.integers(0, highest + 1))
        found[key] = Graded(Decimal(min(max(grade, 0), highest)))
        if random.random() < 0.0005:
            found[key] = NotAssessable("AR")
    return found


def _wrist(subject: int, seed: int) -> dict[SiteKey, int]:
    random, scheme = np.random.default_rng([seed, 0, subject]), shipped_scheme()
    severity = random.beta(2.0, 3.0)
    later = float(np.clip(severity - random.normal(0.06, 0.08), 0.0, 1.0))
    found = {}
    for key in keys_in_reading_order(scheme):
        highest = len(grades_on(scheme.feature(key.feature).scale)) - 1
        share = severity * 0.35 if key.feature == "ERO" else severity if key.visit == 1 else later
        found[key] = int(random.binomial(highest, share))
    return found


if __name__ == "__main__":
    two_readers(Path(sys.argv[1]), open_cases=int(sys.argv[2]) if len(sys.argv) > 2 else 0, reread=10)
