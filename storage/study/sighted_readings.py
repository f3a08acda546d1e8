"""Signed readings with the sightings of their answers, the record verified first. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.design.enrolments import key_of
from scoring.readings.reading import Answer, SiteKey
from scoring.schemes.scheme import Scheme
from storage import shown_visits
from storage.audit import verification
from storage.database import study_schema as tables
from storage.errors import StudyError, UnknownReader
from storage.index import index_tables
from storage.record import case_visits, chain, designs, exclusions, grade_events, side_records, study_lock
from storage.record.snapshot import still_view
from storage.records import SeriesRecord, Sighting
from storage.shown_visits import CaseVisits
from storage.signing.signed_reading import signed_cases


class SightedReading(Struct, frozen=True):
    """A signed reading. subject: the enrolment's key; reader: as it is called; round: of `scoring.readings.rounds`.

    series: all that it shows, by code, each with the position of its visit. sighted: of the answers that stand, where
    they were given and what was drawn then.
    """

    case: str
    subject: str
    reader: str
    round: int
    scheme: Scheme
    series: Mapping[str, tuple[int, SeriesRecord]]
    sighted: Mapping[SiteKey, tuple[Answer, Sighting]]


class SightedReadings(Struct, frozen=True):
    """Signed readings, and of which record: a word for the study, the head, and the moment of its last row."""

    study: str
    head: str
    last_utc: str
    locked: bool
    readings: tuple[SightedReading, ...]


def sighted_readings(study: Path, reader: str = "", case: str = "") -> SightedReadings:
    """Those of a reader, of a case, or all, by reader and code; what is excluded is left out.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader, StudyError: that reader has signed nothing, that case isn't signed, or nothing is.
    """
    with still_view(study) as (store, row), store.reading() as connection:
        found = verification.verify(connection, row.scheme)
        last = max(chain.last(connection, table).at_utc for table in (tables.event, tables.act))
        called = designs.called(connection)
        signed = signed_cases(connection)
        asked = designs.id_of(connection, reader) if reader else ""
        if asked and asked not in signed.values():
            raise UnknownReader(f"reader {reader!a} has signed no case, and only signed readings are exported here")
        if case and case not in signed:
            raise StudyError(f"case {case!a} isn't signed, and only signed readings are exported here")
        if not signed:
            raise StudyError("No case of this study is signed, and only signed readings are exported here")
        gone = exclusions.of_cases(connection)
        visits = case_visits.of_cases(connection)
        wanted = {
            code: whose
            for code, whose in signed.items()
            if asked in {"", whose} and case in {"", code} and code not in gone
        }
        return SightedReadings(
            sha256(row.token.encode()).hexdigest(),
            found.head,
            last,
            study_lock.held(connection) is not None,
            tuple(
                _sighted_readings(connection, row.schemes.of(whose), called.get(whose, whose), code, visits[code])
                for code, whose in wanted.items()
            ),
        )


def _sighted_readings(
    connection: Connection, scheme: Scheme, reader: str, code: str, visits: CaseVisits
) -> SightedReading:
    of = connection.execute(select(tables.reading_case).where(tables.reading_case.c.code == code)).one()
    every = exclusions.left(connection, of.subject, code, index_tables.visits_of(connection, of.subject))
    shown = shown_visits.in_positions(every, shown_visits.decoded(of.visits))
    answers = grade_events.current_reading(connection, code).answers
    sighted = side_records.sightings_of(connection, code)
    return SightedReading(
        case=code,
        subject=key_of(of.subject, of.enrolment or 1),
        reader=reader,
        round=of.round,
        scheme=scheme,
        series={one.code: (visit.number, one) for visit in shown for one in visit.series},
        sighted={
            key: (answer, sighted[key, answer])
            for key, answer in answers.items()
            if key.visit in visits.there and (key, answer) in sighted
        },
    )
