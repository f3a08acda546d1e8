"""Signed readings that may leave as results: whose grades nobody can be swayed by any more. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.readings import rounds
from storage import shown_visits
from storage.audit import verification
from storage.database import study_schema as tables
from storage.errors import StudyError, UnknownReader
from storage.files.layout import HIDDEN, VAULT_FILE
from storage.index import index_tables
from storage.record import chain, designs, exclusions, study_lock
from storage.record.snapshot import still_view
from storage.record.study_file import StudyRow
from storage.records import VisitRecord
from storage.schemes.shown_planes import planes_of
from storage.signing.signed_reading import SignedReading, signed_cases, signed_reading

# whoever sees that one of these was read knows that something was read twice
_REPEATS = frozenset({rounds.REREAD, rounds.DRIFT})


class Result(Struct, frozen=True):
    """A signed reading. subject: the person's code; called: its reader's name now; program: in words, "" of a person.

    visits: those that it shows, with all their images, numbered by position; none where its scheme is read without.
    """

    signed: SignedReading
    subject: str
    round: int
    called: str
    program: str
    visits: tuple[VisitRecord, ...]

    @property
    def revision(self) -> int:
        """Which of the case's signatures holds, from 1: a reading that was opened again and signed has the next."""
        return len(self.signed.signatures)


class Results(Struct, frozen=True):
    """What may leave. study: a word for it; waiting: signed cases that stay until the study is locked."""

    study: str
    head: str
    last_utc: str
    locked: bool
    hidden: bool
    readings: tuple[Result, ...]
    waiting: int


def results(study: Path, reader: str = "", case: str = "") -> Results:
    """Those of a reader, of a case, or all, by reader and code; what is excluded is left out.

    Until the study is locked no repeat leaves, and nothing of a person whose images somebody still reads.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader, StudyError: a reader's copy; that reader has signed nothing, that case isn't signed, or nothing
            is; or all that is asked for must wait.
    """
    if not (study / VAULT_FILE).exists():
        raise StudyError(
            f"{study.resolve().name} is a reader's copy: results leave from the coordinator's study alone, which has "
            "vault.db"
        )
    with still_view(study) as (store, row), store.reading() as connection:
        found = verification.verify(connection, row.scheme)
        signed = _asked(connection, reader, case)
        locked = study_lock.held(connection) is not None
        waiting = frozenset[str]() if locked else _waiting(connection, signed)
        if waiting == frozenset(signed):
            raise StudyError(
                "Nothing can leave yet: repeats wait for the lock, and so does each person whose images are still "
                "read. Lock the study, or wait until all readings of a person are signed"
            )
        last = max(chain.last(connection, table).at_utc for table in (tables.event, tables.act))
        gone = exclusions.of_cases(connection)
        return Results(
            sha256(row.token.encode()).hexdigest(),
            found.head,
            last,
            locked,
            row.order == HIDDEN,
            tuple(
                _result(connection, row, code, whose)
                for code, whose in signed.items()
                if code not in waiting and code not in gone
            ),
            len(waiting),
        )


def _asked(connection: Connection, reader: str, case: str) -> dict[str, str]:
    """The signed cases that are asked for, each with the id of its reader."""
    signed = signed_cases(connection)
    if not signed:
        raise StudyError("No case of this study is signed, and only signed readings leave as results")
    asked = designs.id_of(connection, reader) if reader else ""
    if asked and asked not in signed.values():
        raise UnknownReader(f"reader {reader!a} has signed no case, and only signed readings leave as results")
    if case and case not in signed:
        raise StudyError(f"case {case!a} isn't signed, and only signed readings leave as results")
    found = {code: whose for code, whose in signed.items() if asked in {"", whose} and case in {"", code}}
    if not found:
        raise StudyError(f"case {case!a} isn't signed by {reader}, and only signed readings leave as results")
    return found


def _waiting(connection: Connection, asked: Collection[str]) -> frozenset[str]:
    """Those of the cases that stay until the lock: repeats, and all of a person of whom a reading is open."""
    table = tables.reading_case.c
    rows = connection.execute(select(table.code, table.subject, table.round)).all()
    done = frozenset(signed_cases(connection)) | exclusions.closed(connection)
    read = {row.subject for row in rows if row.code not in done}
    return frozenset(row.code for row in rows if row.code in asked and (row.round in _REPEATS or row.subject in read))


def _result(connection: Connection, row: StudyRow, code: str, whose: str) -> Result:
    of = connection.execute(select(tables.reading_case).where(tables.reading_case.c.code == code)).one()
    every = exclusions.left(connection, of.subject, code, index_tables.visits_of(connection, of.subject))
    design = designs.current(connection).design
    program = design.program_of(whose)
    return Result(
        signed=signed_reading(connection, row.schemes.of(whose), row.order, code),
        subject=of.subject,
        round=of.round,
        called=design.called.get(whose, whose),
        program="" if program is None else f"{program.name} {program.version}",
        visits=()
        if design.reads_without_images(whose)
        else shown_visits.in_positions(every, shown_visits.decoded(of.visits), planes=planes_of(connection, whose)),
    )
