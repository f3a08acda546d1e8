"""Calibration cases of a reader: what the reader signed, beside the reference. Only in a study that is for learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.calibration.consensus import consensus
from scoring.design.read_design import ReadDesign
from scoring.readings import rounds
from scoring.readings.reading import Answer, Reading, SiteKey
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import acts, case_status, designs, grade_events, side_records, study_lock
from storage.record.case_visits import key_of_case
from storage.records import Sighting

NO_CALIBRATION: Final = (
    "This study is no calibration: nobody sees how others have read it. A coordinator makes one with "
    "`ramris study design DIR --set calibration=ID`, before anybody but the reference reads"
)
_CASE = tables.reading_case.c


class CalibrationCase(Struct, frozen=True):
    """One case that the reader signed and the reference knows.

    enrolment: its key; the same case drawn again has the same. seen: where the (first) reference saw each of its
    answers. signed_at_utc: by the reader.
    """

    case: str
    enrolment: str
    given: Reading
    reference: Reading
    seen: Mapping[tuple[SiteKey, Answer], Sighting]
    signed_at_utc: str


class Calibrated(Struct, frozen=True):
    """All of a reader. cases: in the order of signing. waiting: signed, but the reference hasn't signed theirs yet.

    left: cases on the reader's worklist that aren't signed.
    """

    reader: str
    references: tuple[str, ...]
    cases: tuple[CalibrationCase, ...]
    waiting: int
    left: int

    @property
    def latest(self) -> tuple[CalibrationCase, ...]:
        """Of a case that was drawn again the last reading alone, in the order of signing."""
        by_enrolment = {item.enrolment: item for item in self.cases}
        return tuple(item for item in self.cases if by_enrolment[item.enrolment] is item)


def calibrated(connection: Connection, scheme: Scheme, reader: str) -> Calibrated:
    """What a reader has signed, each beside the reference.

    Raises:
        StudyError: the study is no calibration, or the reader is the reference.
    """
    design = designs.current(connection).design
    if not design.calibration:
        raise StudyError(NO_CALIBRATION)
    references = references_for(design, reader)
    if not references:
        raise StudyError(f"The reference of this calibration reads by another scheme than {reader}")
    if reader in references:
        raise StudyError(f"{reader} is the reference here; a calibration is of somebody else")
    known = _of_references(connection, scheme, references)
    rows = connection.execute(select(tables.reading_case).where(_CASE.reader == reader).order_by(_CASE.position)).all()
    states = case_status.of_reader(connection, reader)
    found, waiting, left = [], 0, 0
    for row in rows:
        state = states.get(row.code)
        if state is not None and state.status == case_status.EXCLUDED:
            continue
        if state is None or state.status != case_status.SIGNED:
            left += 1
        elif (key := key_of_case(row)) not in known:
            waiting += 1
        else:
            # as it was before the reader could see the reference, whatever was reopened since
            given = grade_events.reading_as_of(connection, row.code, state.first_signed_after or 0)
            found.append(CalibrationCase(row.code, key, given, *known[key], state.signed_at_utc))
    found.sort(key=lambda item: (item.signed_at_utc, item.case))
    return Calibrated(reader, references, tuple(found), waiting, left)


def references_for(design: ReadDesign, reader: str) -> tuple[str, ...]:
    """Those references that read by the reader's scheme: by another one there is nothing to hold a reader against."""
    return tuple(one for one in design.calibration if design.further_of(one) == design.further_of(reader))


def note_feedback(connection: Connection, reader: str, case: str) -> None:
    """Put on the record that the reference of a case was shown; once a case. StudyLocked where it can't be."""
    if not any(act.case == case for act in acts.of_kind(connection, acts.FEEDBACK)):
        study_lock.refuse_when_locked(connection)
        acts.append(connection, acts.Deed(acts.FEEDBACK, acts.READER, {}, reader=reader, case=case))


def note_passed(connection: Connection, found: Calibrated, gates_sha256: str) -> bool:
    """Put on the record that every gate was passed, by which cases; whether that is new. Of a locked study nothing."""
    detail = {"cases": [item.case for item in found.latest], "gates_sha256": gates_sha256}
    if any(act.reader == found.reader and act.said == detail for act in acts.of_kind(connection, acts.CALIBRATED)):
        return False
    if study_lock.held(connection) is not None:
        return False
    acts.append(connection, acts.Deed(acts.CALIBRATED, acts.READER, detail, reader=found.reader))
    return True


def passed_at(connection: Connection, reader: str) -> str:
    """When a reader passed first, UTC; "" before."""
    return next((act.at_utc for act in acts.of_kind(connection, acts.CALIBRATED) if act.reader == reader), "")


def _of_references(
    connection: Connection, scheme: Scheme, references: tuple[str, ...]
) -> dict[str, tuple[Reading, Mapping[tuple[SiteKey, Answer], Sighting]]]:
    """By enrolment the reference's reading and sightings, where all of them have signed."""
    readings: dict[str, dict[str, str]] = {}
    for reader in references:
        states = case_status.of_reader(connection, reader)
        query = select(tables.reading_case).where(_CASE.reader == reader, _CASE.round == rounds.FIRST)
        for row in connection.execute(query):
            if row.code in states and states[row.code].status == case_status.SIGNED:
                readings.setdefault(key_of_case(row), {})[reader] = row.code
    found: dict[str, tuple[Reading, Mapping[tuple[SiteKey, Answer], Sighting]]] = {}
    for key, codes in readings.items():
        if len(codes) == len(references):
            every = [grade_events.current_reading(connection, codes[reader]) for reader in references]
            seen = side_records.sightings_of(connection, codes[references[0]])
            found[key] = consensus(scheme, every), seen
    return found
