"""The record of all answers: events that only grow in number, each sealed by a hash that holds the one before.

A chain shows what was changed inside the file. Whoever owns the file could rewrite all of it with new hashes: the
record is tamper-evident, not tamper-proof, and only a head hash kept elsewhere proves the whole of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, func, insert, select, text

from scoring.answers import check_answer, format_answer, stored_answer
from scoring.errors import AnswerRefused
from scoring.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.scheme import FeatureCode, Scheme, SiteCode
from storage import schema as tables
from storage.errors import RecordDamaged, StaleAnswer
from storage.moments import now, written
from storage.records import Event
from storage.study_file import open_study_file

SOURCES: Final = ("room", "enter")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every event of one call carries."""

    reader: str
    case: str
    source: str
    scheme_sha256: str


def append(connection: Connection, stamp: Stamp, changes: Sequence[AnswerChanged]) -> int:
    """Add the changes to the record, in order, inside the caller's transaction; the number of the first.

    Raises:
        StaleAnswer: an answer on disk isn't the one that its change started from; the caller's transaction rolls back.
    """
    head = _last(connection)
    seq, previous = (head.seq, head.hash) if head else (0, genesis(connection))
    for change in changes:
        _refuse_stale(connection, stamp.case, change)
        seq += 1
        fields = {
            "seq": seq,
            "at_utc": written(now()),
            "reader": stamp.reader,
            "case": stamp.case,
            "visit": change.key.visit,
            "feature": str(change.key.feature),
            "site": str(change.key.site),
            "before": format_answer(change.before),
            "after": format_answer(change.after),
            "source": stamp.source,
            "scheme_sha256": stamp.scheme_sha256,
            "previous_hash": previous,
        }
        previous = seal(fields)
        connection.execute(insert(tables.event).values(**fields, hash=previous))
    return seq - len(changes) + 1


def genesis(connection: Connection) -> str:
    """What the first event holds as its previous hash: bound to this study by its random token."""
    token: str = connection.execute(select(tables.study.c.token)).scalar_one()
    return sha256(f"ramris record of study {token}".encode()).hexdigest()


def seal(fields: dict[str, Any]) -> str:
    """SHA-256 of the previous hash, then the canonical JSON of all other fields (sorted keys, no blanks, ASCII)."""
    rest = {name: value for name, value in fields.items() if name not in {"previous_hash", "hash"}}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(f"{fields['previous_hash']}\n{canonical}".encode()).hexdigest()


def events(connection: Connection) -> Iterator[Event]:
    """The whole record in order."""
    for row in connection.execute(select(tables.event).order_by(tables.event.c.seq)).mappings():
        yield Event(**row)


def standing(connection: Connection, case: str) -> Reading:
    """The answers that stand: the latest of each key of a case."""
    event = tables.event.c
    # SQLite gives the bare columns of the row that has the maximum: sqlite.org/lang_select.html#bareagg
    query = (
        select(event.visit, event.feature, event.site, event.after, func.max(event.seq))
        .where(event.case == case)
        .group_by(event.visit, event.feature, event.site)
    )
    answers = {_key(row): stored_answer(row["after"]) for row in connection.execute(query).mappings()}
    return Reading(MappingProxyType({key: answer for key, answer in answers.items() if answer is not None}))


def answered(connection: Connection, reader: str) -> dict[str, int]:
    """How many answers stand in each case of a reader; a case without events is absent."""
    event, case = tables.event.c, tables.reading_case.c
    latest = (
        select(event.case, event.after, func.max(event.seq))
        .join(tables.reading_case, case.code == event.case)
        .where(case.reader == reader)
        .group_by(event.case, event.visit, event.feature, event.site)
        .subquery()
    )
    query = select(latest.c.case, func.count()).where(latest.c.after != "").group_by(latest.c.case)
    return {row[0]: row[1] for row in connection.execute(query)}


def verify_record(path: Path) -> int:
    """Replay the whole record of the study folder `path`; the number of events verified.

    Raises:
        RecordDamaged: names the first bad row, or what guards the record and is gone.
    """
    store, row = open_study_file(path)
    try:
        with store.reading() as connection:
            return verify(connection, row.scheme)
    finally:
        store.close()


def verify(connection: Connection, scheme: Scheme) -> int:
    """`verify_record` inside the caller's view of the file."""
    _check_triggers(connection)
    owners = {row.code: row.reader for row in connection.execute(select(tables.reading_case))}
    answers: dict[tuple[str, SiteKey], str] = {}
    count, previous = 0, genesis(connection)
    for event in events(connection):
        key = SiteKey(event.visit, FeatureCode(event.feature), SiteCode(event.site))
        fault = _fault(event, count + 1, previous) or _meaning_fault(event, key, scheme, owners)
        if not fault and answers.get((event.case, key), "") != event.before:
            fault = "its old answer isn't the one before"
        if fault:
            raise RecordDamaged(f"record row {event.seq}: {fault}; the {count} rows before it verify")
        answers[event.case, key] = event.after
        count, previous = count + 1, event.hash
    given = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'event'")).scalar_one_or_none() or 0
    if given != count:
        raise RecordDamaged(f"record row {count + 1}: missing; {given} rows were given, the first {count} are here")
    return count


def _last(connection: Connection) -> Event | None:
    query = select(tables.event).order_by(tables.event.c.seq.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Event(**row)


def _key(row: RowMapping) -> SiteKey:
    return SiteKey(row["visit"], FeatureCode(row["feature"]), SiteCode(row["site"]))


def _standing_answer(connection: Connection, case: str, key: SiteKey) -> Answer | None:
    event = tables.event.c
    query = (
        select(event.after)
        .where(and_(event.case == case, event.visit == key.visit, event.feature == key.feature, event.site == key.site))
        .order_by(event.seq.desc())
        .limit(1)
    )
    return stored_answer(connection.execute(query).scalar_one_or_none() or "")


def _refuse_stale(connection: Connection, case: str, change: AnswerChanged) -> None:
    found = _standing_answer(connection, case, change.key)
    if found != change.before:
        stands, wanted = (format_answer(answer) or "blank" for answer in (found, change.before))
        raise StaleAnswer(
            f"Not saved: {change.key.feature}.{change.key.site} of case {case}, visit {change.key.visit}, is {stands} "
            f"on disk and was {wanted} here: it was changed elsewhere. Open the case again."
        )


def _fault(event: Event, seq: int, previous: str) -> str:
    if event.seq != seq:
        return f"row {seq} is missing"
    if event.previous_hash != previous:
        return "it doesn't hold the hash of the row before"
    return "" if seal(asdict(event)) == event.hash else "its hash doesn't match what it says"


def _meaning_fault(event: Event, key: SiteKey, scheme: Scheme, owners: dict[str, str]) -> str:
    if event.scheme_sha256 != scheme.sha256:
        return "it was given under another scheme"
    if owners.get(event.case) != event.reader:
        return f"case {event.case} isn't on the worklist of {event.reader}"
    try:
        check_answer(scheme, key, stored_answer(event.after))
    except (AnswerRefused, ValueError) as error:
        return str(error)
    return ""


def _check_triggers(connection: Connection) -> None:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    found = {row.name: row.sql for row in rows}
    for name, statement in tables.TRIGGERS.items():
        if found.get(name) != statement:
            raise RecordDamaged(f"The guard {name} of the record is missing or changed; rows may have been too")
