"""Desk of the window of numbers: what it asks of the study, as functions that whoever opens it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.study.coordinator import CoordinatorStudy
from storage.study.reading_times import reading_times
from storage.study.repeats import coordinators_readings
from workstation.numbers.readings import Numbers, numbers_of
from workstation.numbers.words import count_of


@dataclass(frozen=True, slots=True)
class Desk:
    """folder: of the study. load: its readings as they are now; raises RamrisError.

    seen: puts on the record that figures are looked at while so many readings are open. give: gives the enrolments of
    these keys, on which two readers differ, to a third one; what came of it in words. Both raise RamrisError; None
    where there is no vault, in a copy that a reader has.
    """

    folder: Path
    load: Callable[[], Numbers]
    seen: Callable[[int], None] | None = None
    give: Callable[[str, tuple[str, str], Sequence[str]], str] | None = None


def numbers_in(folder: Path, opened: CoordinatorStudy | None) -> Numbers:
    """The readings of the study in a folder, the record verified first; `opened`: the same study, if it is open.

    Raises:
        StudyError, RecordDamaged: as `coordinators_readings`.
    """
    return numbers_of(coordinators_readings(folder, opened), folder.resolve().name, reading_times(folder))


def about_adjudication(reader: str, cases: int) -> str:
    """What came of giving cases to a third reader."""
    return f"{reader} has {count_of(cases, 'case')} to settle. Next: hand over"
