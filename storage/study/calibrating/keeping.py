"""Calibration as a reader's door has it: what was signed beside the reference, and what goes on the record of it."""

from __future__ import annotations

from scoring.schemes.scheme import Scheme
from storage.database.engine import Store
from storage.record import chain, designs
from storage.study.calibrating import cases


class CalibrationKeeping:
    """Part of `ReaderStudy`."""

    reader: str
    scheme: Scheme
    _store: Store

    def calibrates(self) -> bool:
        """Whether the reader learns here: then what was signed may be seen beside the reference."""
        with self._store.reading() as connection:
            references = cases.references_for(designs.current(connection).design, self.reader)
            return bool(references) and self.reader not in references

    def calibrated(self) -> cases.Calibrated:
        """What the reader has signed, each beside the reference; StudyError where the study is no calibration."""
        with self._store.reading() as connection:
            return cases.calibrated(connection, self.scheme, self.reader)

    def note_feedback(self, case: str) -> None:
        """Put on the record that the reference of a case is shown, before it is; NotSaved, StudyLocked."""
        with self._store.writing("The reference isn't shown: the record doesn't say so yet.") as connection:
            cases.note_feedback(connection, self.reader, case)

    def note_passed(self, gates_sha256: str) -> bool:
        """Put on the record that the reader passed by what is signed now; whether that is new. NotSaved."""
        with self._store.writing("The record doesn't say that you passed; every answer is kept.") as connection:
            found = cases.calibrated(connection, self.scheme, self.reader)
            return cases.note_passed(connection, found, gates_sha256)

    def passed_at(self) -> str:
        """When the reader passed the calibration first, UTC; "" before."""
        with self._store.reading() as connection:
            return cases.passed_at(connection, self.reader)

    def head(self) -> str:
        """The head of the record as it is now."""
        with self._store.reading() as connection:
            return chain.head(connection).hash
