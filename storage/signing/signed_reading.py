"""Signed reading: all that a signature stands for, as frozen values for a sheet of paper. Names no subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.readings.answers import stored_answer
from scoring.readings.reading import Answer, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from storage import shown_visits
from storage.database import study_schema as tables
from storage.errors import CaseClosed
from storage.files.layout import HIDDEN
from storage.index import index_tables
from storage.record import acts, case_status, case_visits, chain, exclusions, grade_events, key_images, side_records
from storage.record.viewings import viewings_of
from storage.records import KeyImage, SeriesRecord, Sighting, SiteNote, Viewing
from storage.schemes.shown_planes import planes_of

_SIGNED: Final = "signed"


class SignedOnce(Struct, frozen=True):
    """One signature: when, what it meant, under which design, what the checks found and what was answered.

    act: its number on the record; head: of the record with it. name: the reader's printed one then, "" where the study
    had none. passphrase: whether one was given. checks: each with the answer.
    """

    act: int
    at_utc: str
    meaning: str
    passphrase: bool
    checks: tuple[tuple[str, str], ...]
    answers_sha256: str
    design: int
    design_sha256: str
    head: str
    name: str = ""


class Amended(Struct, frozen=True):
    """An answer that was changed after the case had been signed; None is blank."""

    key: SiteKey
    before: Answer | None
    after: Answer | None
    at_utc: str


class SignedReading(Struct, frozen=True):
    """One case as it is signed. signatures: all, the last one holds. amended: after the first of them, in order.

    visits: positions that have images. ordered: whether they are baseline and follow-up, and not A and B. series: those
    of the key images, by code.
    """

    case: str
    reader: str
    scheme: Scheme
    ordered: bool
    visits: tuple[int, ...]
    reading: Reading
    notes: Mapping[SiteKey, SiteNote]
    sightings: Mapping[tuple[SiteKey, Answer], Sighting]
    viewings: Mapping[tuple[SiteKey, Answer], Viewing]
    images: tuple[KeyImage, ...]
    series: Mapping[str, SeriesRecord]
    signatures: tuple[SignedOnce, ...]
    amended: tuple[Amended, ...]

    @property
    def alone(self) -> bool:
        """Whether it shows one visit."""
        return len(self.visits) == 1

    @property
    def signature(self) -> SignedOnce:
        """The one that holds."""
        return self.signatures[-1]


def signed_cases(connection: Connection) -> dict[str, str]:
    """Cases whose last signature holds, each with its reader, by reader and code."""
    states = case_status.of_all(connection)
    case = tables.reading_case.c
    rows = connection.execute(select(case.code, case.reader).order_by(case.reader, case.code))
    return {
        row.code: row.reader for row in rows if row.code in states and states[row.code].status == case_status.SIGNED
    }


def signed_reading(connection: Connection, scheme: Scheme, order: str, case: str) -> SignedReading:
    """One case of the study.

    Raises:
        CaseClosed: no signature holds.
        NoResultFound: no such case: the caller looks first.
    """
    if case_status.of_case(connection, case).status != case_status.SIGNED:
        raise CaseClosed(f"Case {case} isn't signed, so it has no read sheet yet; sign it first")
    row = connection.execute(select(tables.reading_case).where(tables.reading_case.c.code == case)).mappings().one()
    found = case_visits.of_case(connection, case)
    answers = grade_events.current_reading(connection, case).answers
    images = key_images.current(connection, case)
    of_subject = index_tables.visits_of(connection, row["subject"])
    of_subject = exclusions.left(connection, row["subject"], case, of_subject)
    planes = planes_of(connection, row["reader"])
    shown = shown_visits.in_positions(of_subject, shown_visits.decoded(row["visits"]), planes=planes)
    wanted = {image.series for image in images}
    signatures = _signatures(connection, case)
    return SignedReading(
        case=case,
        reader=row["reader"],
        scheme=scheme,
        ordered=order != HIDDEN,
        visits=found.there,
        reading=Reading({key: answer for key, answer in answers.items() if key.visit in found.there}),
        notes=side_records.notes_of(connection, case),
        sightings=side_records.sightings_of(connection, case),
        viewings=viewings_of(connection, case),
        images=images,
        series={series.code: series for visit in shown for series in visit.series if series.code in wanted},
        signatures=signatures,
        amended=_amended(connection, case, case_status.of_case(connection, case).first_signed_after),
    )


def _signatures(connection: Connection, case: str) -> tuple[SignedOnce, ...]:
    table = tables.act
    query = select(table).where(table.c.case == case, table.c.kind == _SIGNED).order_by(table.c.seq)
    rows = connection.execute(select(tables.design.c.id, tables.design.c.sha256))
    designs = {row.id: row.sha256 for row in rows}
    found = []
    for row in connection.execute(query).mappings():
        act = acts.Act(**row)
        said = act.said
        number = act.design or 0
        found.append(
            SignedOnce(
                act.seq,
                act.at_utc,
                said["meaning"],
                said["passphrase"],
                tuple((check["text"], check["answer"]) for check in said["checks"]),
                said["answers_sha256"],
                number,
                designs.get(number, ""),
                chain.joined(act.event_hash, act.hash),
                said.get("name", ""),
            )
        )
    return tuple(found)


def _amended(connection: Connection, case: str, after_event: int | None) -> tuple[Amended, ...]:
    event = tables.event.c
    query = select(tables.event).where(event.case == case, event.seq > (after_event or 0)).order_by(event.seq)
    return tuple(
        Amended(
            SiteKey(row["visit"], FeatureCode(row["feature"]), SiteCode(row["site"])),
            stored_answer(row["before"]),
            stored_answer(row["after"]),
            row["at_utc"],
        )
        for row in connection.execute(query).mappings()
    )
