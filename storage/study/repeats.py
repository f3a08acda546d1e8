"""Readings held against each other: first with repeat of one reader, or several readers' first ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scoring.comparison.grades import CaseRead
from scoring.comparison.intra_reader import ReadTwice
from scoring.readings import rounds
from scoring.readings.reading import Reading
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.audit.verified_readings import OneReading, StudyReadings, in_time, study_readings
from storage.errors import StudyError, UnknownReader
from storage.files.layout import HIDDEN
from storage.study.coordinator import CoordinatorStudy
from storage.study.figures_keeping import refuse_in_a_copy

_HOW: Final = {
    rounds.REREAD: "`ramris reread DIR --reader {reader} --n 10` draws some",
    rounds.DRIFT: "`ramris study design DIR --set repeat_every=10` asks for hidden repeats in what is assigned then",
}


@dataclass(frozen=True, slots=True)
class Repeats:
    """The finished repeats of one reader by subject, and how many of those `drawn` aren't finished.

    `firsts` are all complete first readings of the reader, repeated or not.
    """

    scheme: Scheme
    reader: str
    pairs: tuple[ReadTwice, ...]
    drawn: int
    firsts: tuple[Reading, ...]

    @property
    def unfinished(self) -> int:
        """How many re-reads were drawn and lack answers."""
        return self.drawn - len(self.pairs)


@dataclass(frozen=True, slots=True)
class ReadByAll:
    """The cases that all of the `readers` have read completely, readings in their order; `left_out` are the others."""

    scheme: Scheme
    readers: tuple[str, ...]
    cases: tuple[CaseRead, ...]
    left_out: int


def coordinators_readings(
    study: Path, opened: CoordinatorStudy | None = None, *, scheme: str | None = None, readers: Sequence[str] = ()
) -> StudyReadings:
    """Every reading of a study by one scheme, for the coordinator: a reader who still reads would be swayed by figures.

    The scheme is the one that is named, else that of the readers who are named, else the study's own.

    Visits are in time: where their order is hidden from readers, the vault says which of them was first; that of
    `opened`, the same study that is open already, or it is opened for it.

    Raises:
        StudyError: the folder has no vault.db, and readings lack answers or the order is hidden.
    """
    found = study_readings(study, scheme, readers)
    refuse_in_a_copy(study, 0 if found.lock else found.open_cases)
    if found.order != HIDDEN:
        return found
    if not found.has_vault:
        raise StudyError(
            "The order of the visits is hidden here, and only the vault knows it: without it there is no baseline and "
            "no change. Run it on the coordinator's study"
        )
    if opened is not None:
        return in_time(found, opened.turned(), opened.in_time)
    with CoordinatorStudy.open(study) as coordinator:
        return in_time(found, coordinator.turned(), coordinator.in_time)


def finished_repeats(study: Path, reader: str | None = None, round_: int = rounds.REREAD) -> Repeats:
    """Every finished repeat of a reader; None is the one reader who has any. The record is verified first.

    Args:
        study: its folder.
        reader: whose.
        round_: re-reads, or the hidden repeats of a drift check.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader: nothing was assigned to that reader.
        StudyError: nothing was read twice, several readers did and none was named, or see `coordinators_readings`.
    """
    return repeats_of(coordinators_readings(study, readers=() if reader is None else (reader,)), reader, round_)


def repeats_of(study: StudyReadings, reader: str | None = None, round_: int = rounds.REREAD) -> Repeats:
    """The same of readings that were fetched; those of a drift check come in the order in which they were read."""
    named = _the_reader(study, reader, round_)
    again = [item for item in study.readings if (item.reader, item.round) == (named, round_)]
    pairs = tuple(_read_twice(one, two) for one, two in first_with_repeat(study, named, round_))
    if not again:
        raise StudyError(f"No case of {named} has been read twice; {_HOW[round_].format(reader=named)}")
    if not pairs:
        raise StudyError(
            f"No case of {named} has been read twice yet: {len(again)} drawn, none of them finished; "
            f"agreement needs one with every site answered"
        )
    complete = tuple(item.reading for item in study.of(named, rounds.FIRST).values() if item.complete)
    return Repeats(study.scheme, named, pairs, len(again), complete)


def first_with_repeat(study: StudyReadings, reader: str, round_: int) -> list[tuple[OneReading, OneReading]]:
    """Each finished repeat of a reader behind what it repeats, as that was then; of a drift check in order of time."""
    mine = [item for item in study.readings if item.reader == reader]
    both = [
        _by_time(_as_compared(first, repeat), repeat)
        for repeat in mine
        for first in mine
        if (repeat.round, first.round) == (round_, rounds.FIRST)
        if repeat.complete and _is_of(repeat, first) and _as_compared(first, repeat).complete
    ]
    if round_ == rounds.DRIFT:
        both.sort(key=lambda two: two[1].begun_at_utc)
    return both


def _is_of(repeat: OneReading, first: OneReading) -> bool:
    """Whether a repeat shows what a first reading did, or a scan of it."""
    return repeat.key == first.key and set(repeat.visits) <= set(first.visits)


def _read_twice(one: OneReading, two: OneReading) -> ReadTwice:
    scan = one.scan if two.scan is None else two.scan
    return ReadTwice(one.key, one.reading, two.reading, two.begun_at_utc, scan)


def _as_compared(first: OneReading, again: OneReading) -> OneReading:
    """As it was signed before the repeat was begun, where it was reopened; a signed reading is complete."""
    then = first.signed_before.get(again.case)
    return first if then is None else replace(first, reading=then, complete=True)


def _by_time(first: OneReading, again: OneReading) -> tuple[OneReading, OneReading]:
    """A reader may open a hidden repeat before the case that it repeats: then that one is the first."""
    return (first, again) if first.begun_at_utc <= again.begun_at_utc else (again, first)


def read_by_all(study: StudyReadings, readers: Sequence[str] = ()) -> ReadByAll:
    """The first readings of several readers; without names of all who have a worklist.

    Raises:
        UnknownReader: nothing was assigned to a reader.
        StudyError: fewer than two readers, one named twice, or no case that all of them have read completely.
    """
    chosen = tuple(map(study.name_of, readers)) or tuple(name for name in study.readers if study.of(name, rounds.FIRST))
    for name in chosen:
        _check_known(study, name)
    if len(set(chosen)) != len(chosen):
        raise StudyError("A reader is named twice; name each once, such as --readers R1,R2")
    if len(chosen) < 2:  # noqa: PLR2004 - agreement is between two
        raise StudyError(
            f"Inter-reader agreement needs two readers; here {'is ' + chosen[0] if chosen else 'is none'}. "
            "`ramris study assign DIR --reader ID` gives the cases to another"
        )
    by_reader = [study.of(name, rounds.FIRST) for name in chosen]
    keys = sorted(set().union(*by_reader))
    found = [_row(key, by_reader) for key in keys]
    cases = tuple(row for row in found if row is not None)
    if not cases:
        raise StudyError(f"No case has been read completely by all of {', '.join(chosen)} yet")
    return ReadByAll(study.scheme, chosen, cases, len(keys) - len(cases))


def _row(key: str, by_reader: Sequence[dict[str, OneReading]]) -> CaseRead | None:
    readings = [mine[key] for mine in by_reader if key in mine and mine[key].complete]
    if len(readings) < len(by_reader):
        return None
    return CaseRead(key, tuple(item.reading for item in readings))


def _check_known(study: StudyReadings, reader: str) -> None:
    if reader not in study.readers:
        raise UnknownReader(f"Reader {reader!a} has no worklist here; `ramris study assign` makes one")


def _the_reader(study: StudyReadings, reader: str | None, round_: int) -> str:
    if reader is not None:
        _check_known(study, study.name_of(reader))
        return study.name_of(reader)
    again = [name for name in study.readers if study.of(name, round_)]
    if len(again) == 1:
        return again[0]
    if not again:
        raise StudyError(f"No case has been read twice; {_HOW[round_].format(reader='ID')}")
    raise StudyError(f"{' and '.join(again)} have re-reads here; choose one: --reader {again[0]}")
