"""Which readings are held against each other: first with repeat of one reader, or several readers' first ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.comparison.grades import CaseRead
from scoring.intra_reader import ReadTwice
from scoring.reading import Reading
from scoring.scheme import Scheme
from storage.coordinator import CoordinatorStudy
from storage.errors import StudyError, UnknownReader
from storage.readings import OneReading, StudyReadings, in_time, study_readings
from storage.rereads import FIRST_ROUND, SECOND_ROUND
from storage.study_file import HIDDEN


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


def coordinators_readings(study: Path) -> StudyReadings:
    """Every reading of a study, for the coordinator: a reader who still reads would be swayed by figures.

    Visits are in time: where their order is hidden from readers, the vault says which of them was first.

    Raises:
        StudyError: the folder has no vault.db, and readings lack answers or the order is hidden.
    """
    found = study_readings(study)
    if found.open_cases and not found.has_vault:
        count = f"{found.open_cases} reading{' lacks' if found.open_cases == 1 else 's lack'} answers"
        raise StudyError(
            f"Figures are for the coordinator while reads are open: {count} and this copy has no vault.db. "
            "Run it on the coordinator's study, or here when all is read"
        )
    if found.order != HIDDEN:
        return found
    if not found.has_vault:
        raise StudyError(
            "The order of the visits is hidden here, and only the vault knows it: without it there is no baseline and "
            "no change. Run it on the coordinator's study"
        )
    with CoordinatorStudy.open(study) as coordinator:
        return in_time(found, coordinator.turned())


def finished_repeats(study: Path, reader: str | None = None) -> Repeats:
    """Every finished repeat of a reader; None is the one reader who has any. The record is verified first.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader: nothing was assigned to that reader.
        StudyError: nothing was read twice, several readers did and none was named, or see `coordinators_readings`.
    """
    return repeats_of(coordinators_readings(study), reader)


def repeats_of(study: StudyReadings, reader: str | None = None) -> Repeats:
    """The same of readings that were fetched."""
    named = _the_reader(study, reader)
    first, again = study.of(named, FIRST_ROUND), study.of(named, SECOND_ROUND)
    pairs = tuple(
        ReadTwice(subject, first[subject].reading, repeat.reading)
        for subject, repeat in again.items()
        if repeat.complete and first[subject].complete
    )
    if not again:
        raise StudyError(
            f"No case of {named} has been read twice; `ramris reread DIR --reader {named} --n 10` draws some"
        )
    if not pairs:
        raise StudyError(
            f"No case of {named} has been read twice yet: {len(again)} drawn, none of them finished; "
            f"agreement needs one with every site answered"
        )
    firsts = tuple(item.reading for item in first.values() if item.complete)
    return Repeats(study.scheme, named, pairs, len(again), firsts)


def read_by_all(study: StudyReadings, readers: Sequence[str] = ()) -> ReadByAll:
    """The first readings of several readers; without names of all who have a worklist.

    Raises:
        UnknownReader: nothing was assigned to a reader.
        StudyError: fewer than two readers, one named twice, or no case that all of them have read completely.
    """
    chosen = tuple(readers) or study.readers
    for name in chosen:
        _check_known(study, name)
    if len(set(chosen)) != len(chosen):
        raise StudyError("A reader is named twice; name each once, such as --readers R1,R2")
    if len(chosen) < 2:  # noqa: PLR2004 - agreement is between two
        raise StudyError(
            f"Inter-reader agreement needs two readers; here {'is ' + chosen[0] if chosen else 'is none'}. "
            "`ramris study assign DIR --reader ID` gives the cases to another"
        )
    by_reader = [study.of(name, FIRST_ROUND) for name in chosen]
    subjects = sorted(set().union(*by_reader))
    found = [_row(subject, by_reader) for subject in subjects]
    cases = tuple(row for row in found if row is not None)
    if not cases:
        raise StudyError(f"No case has been read completely by all of {', '.join(chosen)} yet")
    return ReadByAll(study.scheme, chosen, cases, len(subjects) - len(cases))


def _row(subject: str, by_reader: Sequence[dict[str, OneReading]]) -> CaseRead | None:
    readings = [mine[subject] for mine in by_reader if subject in mine and mine[subject].complete]
    if len(readings) < len(by_reader):
        return None
    return CaseRead(subject, tuple(item.reading for item in readings))


def _check_known(study: StudyReadings, reader: str) -> None:
    if reader not in study.readers:
        raise UnknownReader(f"Reader {reader!a} has no worklist here; `ramris study assign` makes one")


def _the_reader(study: StudyReadings, reader: str | None) -> str:
    if reader is not None:
        _check_known(study, reader)
        return reader
    again = [name for name in study.readers if study.of(name, SECOND_ROUND)]
    if len(again) == 1:
        return again[0]
    if not again:
        raise StudyError("No case has been read twice; `ramris reread DIR --reader ID --n 10` draws some to be re-read")
    raise StudyError(f"{' and '.join(again)} have re-reads here; say whose agreement: --reader {again[0]}")
