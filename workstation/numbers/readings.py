"""Readings of a study as arrays, gathered once, so that each figure is arithmetic on columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scoring.comparison.grades import Array, CaseRead, Grades, grades_of
from scoring.comparison.intra_reader import as_scan
from scoring.readings import rounds
from scoring.readings.reading import Reading
from scoring.schemes.scheme import Scheme
from storage.audit.verified_readings import OneReading, StudyReadings
from storage.study.reading_times import Seconds
from storage.study.repeats import first_with_repeat
from workstation.numbers.tallies import Tally, tally_of

REPEATED = (rounds.REREAD, rounds.DRIFT)


@dataclass(frozen=True, slots=True)
class One:
    """A complete reading of an enrolment (`key`); `seconds` by feature, empty where it wasn't read in the room."""

    key: str
    case: str
    reader: str
    begun_at_utc: str
    reading: Reading = field(repr=False)
    seconds: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def subject(self) -> str:
        """Whose enrolment it is."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class OfReader:
    """The complete readings of one reader in one round, in the order in which they were begun.

    given: the enrolments of all that the reader was given, begun or not. grades: cases x 1; None without a reading.
    """

    readings: tuple[One, ...]
    incomplete: int
    given: frozenset[str]
    grades: Grades | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two readings of each case, in the order in which the `judged` one was begun: second minus first is what differs.

    names: of both. judged: 0 or 1, whose time it is that passes. left_out: enrolments that lack one of the two. scans:
    of these the grades stand at one visit alone, see `intra_reader.grades_of_scans`.
    """

    names: tuple[str, str]
    pairs: tuple[tuple[One, One], ...]
    grades: Grades | None
    scans: tuple[tuple[One, One], ...]
    scan_grades: Grades | None
    left_out: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that figures are made of. excluded: a line for each subject or visit that doesn't count.

    open_readings: lack answers that may still be given, so that figures could sway a reader. tallies: by round.
    """

    name: str
    scheme: Scheme
    hidden: bool
    open_readings: int
    readers: tuple[str, ...]
    of: Mapping[tuple[str, int], OfReader] = field(repr=False)
    compared: Mapping[tuple[str, str, int], Compared] = field(repr=False)
    tallies: Mapping[int, Tally] = field(default_factory=dict, repr=False)
    excluded: tuple[str, ...] = ()


def numbers_of(study: StudyReadings, name: str, times: Seconds, open_readings: int) -> Numbers:
    """The readings of a study; `times` as `reading_times` has them."""
    found: dict[tuple[str, int], OfReader] = {}
    for reader in study.readers:
        for round_ in (rounds.FIRST, rounds.REREAD, rounds.DRIFT, rounds.ADJUDICATION):
            given = _given(study, reader, round_)
            if given:
                found[reader, round_] = _of_reader(study.scheme, given, times)
    return Numbers(
        name=name,
        scheme=study.scheme,
        hidden=study.order != "known",
        open_readings=open_readings,
        readers=study.readers,
        of=found,
        compared=_compared(study, found, times),
        tallies=_tallies(found),
        excluded=tuple(item.as_text() for item in study.excluded),
    )


def _tallies(found: Mapping[tuple[str, int], OfReader]) -> Mapping[int, Tally]:
    by_round: dict[int, dict[str, list[tuple[str, Reading]]]] = defaultdict(dict)
    for (reader, round_), mine in found.items():
        if mine.readings:
            by_round[round_][reader] = [(one.key, one.reading) for one in mine.readings]
    return {round_: tally_of(by_reader) for round_, by_reader in by_round.items()}


def _given(study: StudyReadings, reader: str, round_: int) -> list[OneReading]:
    """Of a person's scans that were read apart one reading; of repeats each is one."""
    if round_ in REPEATED:
        return [item for item in study.readings if (item.reader, item.round) == (reader, round_)]
    return list(study.of(reader, round_).values())


def _of_reader(scheme: Scheme, given: Sequence[OneReading], times: Seconds) -> OfReader:
    complete = sorted((_one(item, times) for item in given if item.complete), key=_in_order)
    keys = frozenset(item.key for item in given)
    grades = _grades(scheme, [(one,) for one in complete])
    return OfReader(tuple(complete), len(given) - len(complete), keys, grades)


def _one(item: OneReading, times: Seconds) -> One:
    return One(item.key, item.case, item.reader, item.begun_at_utc, item.reading, times.get(item.case, {}))


def _in_order(one: One) -> tuple[str, str]:
    return one.begun_at_utc, one.case


def _grades(scheme: Scheme, rows: Iterable[tuple[One, ...]]) -> Grades | None:
    cases = [CaseRead(row[0].key, tuple(one.reading for one in row)) for row in rows]
    return grades_of(scheme, cases) if cases else None


def _compared(
    study: StudyReadings, found: Mapping[tuple[str, int], OfReader], times: Seconds
) -> dict[tuple[str, str, int], Compared]:
    """By judged reader, the other one ("" for first readings of the same) and the round of the judged readings."""
    made: dict[tuple[str, str, int], Compared] = {}
    for (reader, round_), mine in found.items():
        if round_ in REPEATED:
            made[reader, "", round_] = _repeats(study, reader, round_, times)
            continue
        for (other, first), theirs in found.items():
            if other != reader and first == rounds.FIRST:
                made[reader, other, round_] = _two_readers(study.scheme, (other, theirs), (reader, mine))
    return made


def _two_readers(scheme: Scheme, first: tuple[str, OfReader], second: tuple[str, OfReader]) -> Compared:
    theirs = {one.key: one for one in first[1].readings}
    pairs = tuple((theirs[one.key], one) for one in second[1].readings if one.key in theirs)
    left_out = len(first[1].given | second[1].given) - len(pairs)
    return Compared((first[0], second[0]), pairs, _grades(scheme, pairs), (), None, left_out)


def _repeats(study: StudyReadings, reader: str, round_: int, times: Seconds) -> Compared:
    both = first_with_repeat(study, reader, round_)
    drawn = sum((item.reader, item.round) == (reader, round_) for item in study.readings)
    rows = [(_one(a, times), _one(b, times), b.scan or a.scan) for a, b in both]
    rows.sort(key=lambda row: _in_order(row[1]))
    pairs = tuple((a, b) for a, b, scan in rows if scan is None)
    scans = tuple((a, b) for a, b, scan in rows if scan is not None)
    alone = [
        CaseRead(a.key, (as_scan(a.reading, scan), as_scan(b.reading, scan))) for a, b, scan in rows if scan is not None
    ]
    return Compared(
        (f"{reader}, first", f"{reader}, repeat"),
        pairs,
        _grades(study.scheme, pairs),
        scans,
        grades_of(study.scheme, alone) if alone else None,
        drawn - len(both),
    )


def known(scores: Array) -> list[int]:
    """The rows that have every score."""
    found: list[int] = np.flatnonzero(np.all(np.isfinite(scores), axis=1)).tolist()
    return found
