"""Desk of the window of numbers: what it asks of the study, as functions that whoever opens it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.study.coordinator import CoordinatorStudy
from storage.study.figures_keeping import open_readings_in
from storage.study.reading_times import reading_times
from storage.study.repeats import coordinators_readings
from workstation.numbers.readings import Numbers, numbers_of
from workstation.numbers.words import count_of


@dataclass(frozen=True, slots=True)
class Desk:
    """folder: of the study. load: its readings as they are now; raises RamrisError.

    seen: puts on the record that figures are looked at, and why; nothing where no reading is open. give: gives the
    enrolments of these keys, on which two readers differ, to a third one; what came of it in words. Both raise
    RamrisError; None where there is no vault, in a copy that a reader has.
    """

    folder: Path
    load: Callable[[], Numbers]
    seen: Callable[[str], None] | None = None
    give: Callable[[str, tuple[str, str], Sequence[str]], str] | None = None


def numbers_in(folder: Path, opened: CoordinatorStudy | None) -> Numbers:
    """The readings of the study in a folder, the record verified first; `opened`: the same study, if it is open.

    Raises:
        StudyError, RecordDamaged: as `coordinators_readings`.
    """
    readings = coordinators_readings(folder, opened)
    still_open = open_readings_in(folder) if opened is None else opened.open_readings()
    return numbers_of(readings, folder.resolve().name, reading_times(folder), still_open)


def about_adjudication(reader: str, cases: int) -> str:
    """What came of giving cases to a third reader."""
    return f"{reader} has {count_of(cases, 'case')} to settle. Next: hand over"
