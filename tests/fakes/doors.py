"""Doors to a study without a disk: one that keeps everything in memory, and one for each way the disk can fail."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.loading import shipped_scheme
from scoring.order import keys_in_reading_order
from scoring.reading import AnswerChanged, Reading
from scoring.scheme import Scheme
from storage.errors import NotSaved, StaleAnswer
from storage.records import CaseProgress, CaseRecord


class MemoryDoor:
    """A reader's study in memory; `recorded` is all that was committed, in order."""

    def __init__(self, *cases: CaseRecord) -> None:
        self.scheme: Scheme = shipped_scheme()
        self.recorded: list[tuple[str, AnswerChanged, str]] = []
        self._cases = {case.code: case for case in cases}
        self._readings = {case.code: Reading() for case in cases}
        self._places: dict[str, str] = {}
        self._last: str | None = None

    def worklist(self) -> tuple[CaseProgress, ...]:
        wanted = len(keys_in_reading_order(self.scheme))
        return tuple(CaseProgress(code, len(self._readings[code].answers), wanted) for code in self._cases)

    def case(self, code: str) -> CaseRecord:
        return self._cases[code]

    def reading(self, code: str) -> Reading:
        return self._readings[code]

    def record(self, case: str, changes: Sequence[AnswerChanged], source: str) -> None:
        reading = self._readings[case]
        for change in changes:
            try:
                reading = reading.applied(change)
            except ValueError:
                message = "Another window wrote in between."
                break
        else:
            self._readings[case] = reading
            self.recorded.extend((case, change, source) for change in changes)
            return
        raise StaleAnswer(message)

    def place(self, case: str) -> str | None:
        return self._places.get(case)

    def save_place(self, case: str, text: str) -> None:
        self._places[case] = text
        self._last = case

    def last_case(self) -> str | None:
        return self._last


class BrokenDoor(MemoryDoor):
    """Takes nothing while `broken`, as a full disk does."""

    broken = True

    def record(self, case: str, changes: Sequence[AnswerChanged], source: str) -> None:
        if self.broken:
            raise NotSaved("Not saved: the disk is full.")
        super().record(case, changes, source)

    def save_place(self, case: str, text: str) -> None:
        if self.broken:
            raise NotSaved("Not saved: the disk is full. Every answer shown is kept; the place is not.")
        super().save_place(case, text)
