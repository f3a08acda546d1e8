"""The proof that the record holds: both chains replayed, and every table that they speak of compared with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Row, Table, select, text

from scoring.schemes.scheme import Scheme
from storage.audit import origins
from storage.audit.replay import Misfit, Replay
from storage.database import server_tables
from storage.database import study_schema as tables
from storage.database.column_types import POSTGRESQL
from storage.database.engine import HIDES_PASSPHRASES
from storage.database.own_schema import check_schema
from storage.database.own_values import check_values
from storage.errors import MENDING, MENDING_FOREIGN, RecordDamaged
from storage.files.layout import STUDY_FILE
from storage.index import index_tables
from storage.record import acts, chain, designs, exclusions, side_records
from storage.record.snapshot import still_view
from storage.schemes import study_schemes
from storage.signing import passphrases

_NAMES: Final = tuple(column.name for column in tables.event.columns)
_CHUNK: Final = 4096
# each row of these is held by a hash
_GUARDED: Final = frozenset({tables.event.name, tables.image.name})


class Audit(Struct, frozen=True):
    """What was verified. `clock_steps`: how often the clock had gone back, `longest_step_ms`: by how much at most.

    `contains`: whether the record went through the head that was asked for; None when none was.
    """

    events: int
    acts: int
    head: str
    clock_steps: int
    longest_step_ms: int
    contains: bool | None


def audit(path: Path, wanted_head: str | None = None) -> Audit:
    """Replay the whole record of the study folder `path`; `wanted_head` is a head hash that was noted earlier.

    Raises:
        RecordDamaged: names the first bad row, or what guards the record and is gone.
    """
    with still_view(path) as (store, row), store.reading() as connection:
        return verify(connection, row.scheme, wanted_head)


def verify(
    connection: Connection,
    scheme: Scheme,
    wanted_head: str | None = None,
    each: Callable[[], object] = lambda: None,
) -> Audit:
    """`audit` inside the caller's view of the file; `scheme` is the study's own. each: called behind each row."""
    _check_pages(connection)
    check_schema(connection, STUDY_FILE, tables.metadata, tables.TRIGGERS, MENDING_FOREIGN)
    check_values(connection, STUDY_FILE, tables.metadata, MENDING_FOREIGN, _GUARDED)
    links = [chain.Link(0, "", chain.genesis(connection, table)) for table in (tables.event, tables.act)]
    replay = Replay(study_schemes.of_study(connection, scheme), links[0], links[1], _NAMES)
    heads = set[str]()
    replay.merged(origins.merged_events(connection))

    def played() -> None:
        each()
        if wanted_head:
            heads.add(replay.head)

    _play(connection, replay, played)
    _compare(connection, replay)
    origins.check(connection)
    steps = replay.clock_steps_ms
    contains = None if wanted_head is None else wanted_head in heads | origins.heads(connection)
    done = replay.event_link.seq, replay.act_link.seq
    return Audit(*done, replay.head, len(steps), max(steps, default=0), contains)


def _play(connection: Connection, replay: Replay, note: Callable[[], object]) -> None:
    """Play events and acts in the order in which they happened."""
    waiting = deque(connection.execute(select(tables.act).order_by(tables.act.c.seq)).mappings())
    owners = select(tables.reading_case.c.code, tables.reading_case.c.reader, tables.reading_case.c.round)
    replay.known_later({row.code: (row.reader, row.round) for row in connection.execute(owners)})

    def acts_due() -> None:
        # in an untouched record no act can stand behind an event that is yet to come
        while waiting and waiting[0]["after_event"] <= replay.event_link.seq:
            fields = dict(waiting.popleft())
            act = acts.Act(**fields)
            try:
                replay.act(act, fields)
            except (Misfit, KeyError, ValueError, TypeError) as fault:
                told = fault if isinstance(fault, Misfit) else "its detail can't be read"
                raise _damaged(f"act row {act.seq}: {told}", replay.act_link.seq) from None
            note()

    acts_due()
    columns = ", ".join(f'"{name}"' for name in _NAMES)
    # raw rows: what SQLAlchemy adds to each would double the time of an audit
    query = f"SELECT {columns} FROM event ORDER BY seq"  # noqa: S608 - our own names
    # of a server not all at once; SQLite gives them one by one anyway
    bit_by_bit = {"stream_results": True, "max_row_buffer": _CHUNK}
    number = _NAMES.index("seq")
    with closing(connection.exec_driver_sql(query, execution_options=bit_by_bit)) as rows:
        while chunk := rows.fetchmany(_CHUNK):
            for row in chunk:
                try:
                    replay.event(row)
                except (Misfit, LookupError, ValueError, TypeError) as fault:
                    told = fault if isinstance(fault, Misfit) else "it holds what the program doesn't write"
                    raise _damaged(f"record row {row[number]}: {told}", replay.event_link.seq) from None
                note()
                acts_due()
    _check_given(connection)
    _check_tail(connection, tables.event, "record row", replay.event_link.seq)
    if waiting:
        raise _damaged(f"act row {waiting[0]['seq']}: it stands behind a row that isn't here", replay.act_link.seq)
    _check_tail(connection, tables.act, "act row", replay.act_link.seq)


def _damaged(what: str, before: int) -> RecordDamaged:
    return RecordDamaged(f"{what}; the {before} rows before it are intact")


def _check_given(connection: Connection) -> None:
    """Refuse a file that keeps highest numbers of more than the two chains, or of one of them twice."""
    if connection.dialect.name == POSTGRESQL:
        # a key there, and the chains alone have a row
        return
    names = connection.exec_driver_sql("SELECT name FROM sqlite_sequence").scalars().all()
    if len(names) != len(set(names)) or not {*names} <= {tables.event.name, tables.act.name}:
        raise RecordDamaged("sqlite_sequence holds a number that the program doesn't keep; both chains are intact")


def _check_tail(connection: Connection, table: Table, what: str, count: int) -> None:
    """Refuse a record whose last rows were cut off: the highest number that was given is kept beside."""
    numbers = server_tables.GIVEN if connection.dialect.name == POSTGRESQL else "sqlite_sequence"
    query = text(f"SELECT seq FROM {numbers} WHERE name = :name")  # noqa: S608 - our own names
    given = connection.execute(query, {"name": table.name}).scalar_one_or_none() or 0
    if given != count:
        raise RecordDamaged(f"{what} {count + 1}: missing; {given} rows were given, the first {count} are here")


def _compare(connection: Connection, replay: Replay) -> None:
    """Hold the tables that may be changed by hand against what the acts say of them."""
    found = replay.found
    if designs.study_sha256(connection) != found.study_sha256:
        raise RecordDamaged("The row that says what the study is was changed; both chains are intact")
    _hold("design", {row.id: _design_said(row) for row in connection.execute(select(tables.design))}, found.designs)
    named = {one.id: one.sha256 for one in designs.current(connection).design.further}
    texts = connection.execute(select(tables.further_scheme))
    _hold("the scheme", {row.id: sha256(row.toml.encode()).hexdigest() for row in texts}, named)
    case = tables.reading_case.c
    query = select(
        case.code,
        case.reader,
        case.subject,
        case.round,
        case.position,
        case.due_at_utc,
        case.mix,
        case.visits,
        case.enrolment,
        case.draw,
    )
    _hold("case", {row.code: list(row) for row in connection.execute(query)}, found.cases)
    _hold("draw", {row["id"]: dict(row) for row in connection.execute(select(tables.draw)).mappings()}, found.draws)
    subjects = {code: index_tables.digest(connection, code) for code in index_tables.subject_codes(connection)}
    _hold("the images of subject", subjects, found.indexes)
    _hold("the case off the worklists", dict.fromkeys(exclusions.closed(connection)), dict.fromkeys(found.excluded))
    _hold_sightings(connection)
    if not connection.info.get(HIDES_PASSPHRASES):
        query = select(tables.reader.c.id, tables.reader.c.passphrase)
        stored = {row.id: passphrases.mark(row.passphrase) for row in connection.execute(query)}
        _hold("the passphrase of reader", stored, dict.fromkeys(stored) | found.passphrases)
    shown = {row.case: (row.answered, row.begun_at_utc) for row in connection.execute(select(tables.case_progress))}
    _hold("the progress of case", shown, _progress(replay))


def _hold_sightings(connection: Connection) -> None:
    event, sighting = tables.event, tables.grade_place
    query = select(sighting, event.c.design, event.c.place_sha256).join(event, event.c.seq == sighting.c.seq)
    for row in connection.execute(query.order_by(sighting.c.seq)).mappings():
        columns = {column.name: row[column.name] for column in sighting.c if column.name != "seq"}
        # a sighting from before schema 4 was never sealed
        if row["design"] is not None and side_records.row_digest(columns) != row["place_sha256"]:
            raise RecordDamaged(
                f"the sighting of record row {row['seq']} isn't what that row says; both chains are intact"
            )
    gone = select(event.c.seq).where(event.c.place_sha256.is_not(None), event.c.seq.not_in(select(sighting.c.seq)))
    seq = connection.execute(gone.limit(1)).scalar_one_or_none()
    if seq is not None:
        raise RecordDamaged(f"the sighting of record row {seq} is gone; both chains are intact")


def _hold(what: str, stored: Mapping[Any, Any], said: Mapping[Any, Any]) -> None:
    for key in sorted({*stored, *said}, key=str):
        if key not in stored:
            raise RecordDamaged(f"{what} {key} is on the record and gone from the study; both chains are intact")
        if key not in said:
            raise RecordDamaged(f"{what} {key} isn't on the record; both chains are intact")
        if stored[key] != said[key]:
            raise RecordDamaged(f"{what} {key} isn't what the record says; both chains are intact")


def _design_said(row: Row[Any]) -> str:
    digest: str = row.sha256
    return digest if sha256(row.content.encode()).hexdigest() == digest else "changed"


def _progress(replay: Replay) -> dict[str, tuple[int, str | None]]:
    return {
        case: (sum(map(bool, replay.answers[case].values())), replay.first.get(case)) for case in replay.found.cases
    }


def _check_pages(connection: Connection) -> None:
    """Refuse a file whose indexes don't hold what its tables do: the answers that stand are read from an index."""
    if connection.dialect.name == POSTGRESQL:
        # its pages are the server's own business: data checksums, amcheck
        return
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        raise RecordDamaged(f"The file is damaged ({found}): {MENDING}")
