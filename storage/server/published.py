"""Copies on the server: put there by the coordinator, and made again from what was put and what has come since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from storage.audit import reader_copies
from storage.audit.reader_copies import Edition
from storage.database import study_schema as tables
from storage.database.faults import cause_of
from storage.errors import NotSaved, ServerRefused, StudyError
from storage.files.atomic import write_whole
from storage.files.layout import STUDY_FILE
from storage.record import progress
from storage.record.study_file import open_study_at, open_study_file
from storage.server.connecting import KNOWN, OTHER_STUDY, Server

PIECE: Final = 1 << 20
_MANY: Final = 1000  # as the statements and the function say
Fields = dict[str, Any]
_MINE: Final = {
    "rows": "SELECT seq, previous_hash, hash, body, place FROM ramris.my_rows(%s, %s, %s)",
    "beside": "SELECT what, item, value FROM ramris.my_beside(%s)",
    "piece": "SELECT ramris.my_piece(%s, %s)",
}
_ALL: Final = {
    "rows": "SELECT seq, previous_hash, hash, body, place FROM ramris.received WHERE token = %s AND chain = %s "
    "AND seq > %s ORDER BY seq LIMIT 1000",
    "beside": "SELECT what, item, value FROM ramris.beside WHERE token = %s",
    "piece": "SELECT content FROM ramris.piece WHERE token = %s AND number = %s",
}


@dataclass(frozen=True, slots=True)
class Published:
    """A copy as the server has it."""

    token: str
    sha256: str
    bytes: int


def put(server: Server, study: Path, copy: Path) -> None:
    """Put a copy's record on the server; one that is there already is left.

    Args:
        server: as a coordinator.
        study: the coordinator's folder, which remembers the copy.
        copy: the folder of the copy as it was handed over, before anybody read in it.

    Raises:
        StudyError: the folder isn't a copy of that study, or it has been read in.
        ServerAway, ServerRefused: it couldn't be put there; nothing of it is.
    """
    edition, token, cases = _handed(study, copy)
    content = (copy / STUDY_FILE).read_bytes()
    if server.rows("SELECT 1 FROM ramris.copy WHERE token = %s", [edition.token]):
        return
    code = ""
    try:
        with server.together():
            for number, start in enumerate(range(0, len(content), PIECE)):
                piece = content[start : start + PIECE]
                server.rows("SELECT ramris.put_piece(%s, %s, %s)", [edition.token, number, piece])
            server.rows(
                "SELECT ramris.put_copy(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    sha256(token.encode()).hexdigest(),
                    edition.token,
                    edition.reader,
                    sha256(content).hexdigest(),
                    cases,
                    edition.events,
                    edition.event_hash,
                    edition.acts,
                    edition.act_hash,
                ],
            )
    except ServerRefused as error:
        if error.code not in {OTHER_STUDY, KNOWN}:
            raise
        code = error.code
    if code == OTHER_STUDY:
        raise StudyError(f"{server.address.name} has the copies of another study: each study has a database of its own")


def _handed(study: Path, copy: Path) -> tuple[Edition, str, int]:
    """The copy as the study knows it, the study's token, and how many cases the copy has."""
    store, row = open_study_file(copy)
    try:
        with store.reading() as connection:
            events, acts = (
                connection.execute(select(func.max(table.c.seq))).scalar_one() or 0
                for table in (tables.event, tables.act)
            )
            cases = connection.execute(select(func.count()).select_from(tables.reading_case)).scalar_one()
    finally:
        store.close()
    store, mine = open_study_file(study)
    try:
        with store.reading() as connection:
            edition = reader_copies.of_token(connection, row.token)
    finally:
        store.close()
    if edition is None:
        raise StudyError(f"{copy.name} isn't a copy that was handed over from this study")
    if (edition.events, edition.acts) != (events, acts):
        raise StudyError(
            f"{copy.name} has been read in already: merge it by its folder, and hand over anew for the server"
        )
    return edition, mine.token, cases


def mine(server: Server) -> tuple[Published, ...]:
    """The copies of the reader who asks, newest first."""
    return tuple(Published(*row) for row in server.rows("SELECT token, sha256, bytes FROM ramris.my_copies()"))


def everybodys(server: Server) -> tuple[Published, ...]:
    """Every copy, oldest first; for a coordinator."""
    return tuple(Published(*row) for row in server.rows("SELECT token, sha256, bytes FROM ramris.copy ORDER BY number"))


def make(server: Server, copy: Published, file: Path, *, whole: bool) -> None:
    """Make the study.db of a copy as it is by what the server has: as handed over, and all rows that came since.

    Args:
        server: as the copy's reader, or, with `whole`, as a coordinator.
        copy: which.
        file: where; written as a whole, or not at all.
        whole: whether tables are read in place of functions.

    Raises:
        ServerAway: the server went away meanwhile.
        RecordDamaged, StudyError: what the server has isn't what the copy sent.
        NotSaved: the disk doesn't take it.
    """
    ask = _ALL if whole else _MINE
    pieces = [server.rows(ask["piece"], [copy.token, n])[0][0] for n in range((copy.bytes + PIECE - 1) // PIECE)]
    content = b"".join(bytes(piece or b"") for piece in pieces)
    if sha256(content).hexdigest() != copy.sha256:
        raise StudyError(f"{server.address.name} has other bytes than were handed over: tell who keeps the server")
    rows = {chain: _behind(server, ask["rows"], copy.token, chain) for chain in ("event", "act")}
    beside = server.rows(ask["beside"], [copy.token])
    made = file.with_name(f"{file.name}.part")
    try:
        made.unlink(missing_ok=True)
        write_whole(made, content)
        _bring(made, rows["event"], rows["act"], beside)
        made.replace(file)
    except OSError as error:
        cause = cause_of(error)
        refusal: StudyError = NotSaved(
            f"The copy can't be written to {file.parent.name}: {cause}. Free some space, and try again"
        )
    except (DBAPIError, KeyError, ValueError):
        refusal = StudyError(
            f"{server.address.name} has rows that this copy can't have sent: tell who keeps the server. The copy "
            "itself can be carried, and merged by its folder"
        )
    else:
        return
    raise refusal


def _behind(server: Server, statement: str, token: str, chain: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    while True:
        some = server.rows(statement, [token, chain, found[-1][0] if found else 0])
        found += some
        if len(some) < _MANY:
            return found


def _bring(
    file: Path, events: Iterable[tuple[Any, ...]], acts: Iterable[tuple[Any, ...]], beside: Iterable[tuple[Any, ...]]
) -> None:
    store, _ = open_study_at(file)
    try:
        with store.writing() as connection:
            _bring_rows(connection, list(events), list(acts))
            case, reader = tables.reading_case, tables.reader
            for what, item, value in beside:
                if what == "place":
                    connection.execute(update(case).where(case.c.code == item).values(place=value))
                else:
                    connection.execute(update(reader).where(reader.c.id == item).values({what: value}))
            progress.rebuild(connection)
    finally:
        store.close()


def _bring_rows(connection: Connection, events: list[tuple[Any, ...]], acts: list[tuple[Any, ...]]) -> None:
    """As they were given, hashes and all, in the order of the copy: an act stands behind the answers before it."""
    waiting = [_fields(tables.act.columns.keys(), row) for row in acts][::-1]
    for row in events:
        while waiting and waiting[-1]["after_event"] < row[0]:
            connection.execute(insert(tables.act), waiting.pop())
        connection.execute(insert(tables.event), _fields(tables.event.columns.keys(), row))
        if row[4] is not None:
            connection.execute(insert(tables.grade_place), {**json.loads(row[4]), "seq": row[0]})
    for act in reversed(waiting):
        connection.execute(insert(tables.act), act)


def _fields(columns: Iterable[str], row: tuple[Any, ...]) -> Fields:
    _, previous_hash, hash_, body, _ = row
    said = json.loads(body)
    known = set(columns)
    if odd := said.keys() - known:
        raise StudyError(
            f"A copy has written {min(odd)}, which this program doesn't know: use the program that readers have"
        )
    fields: Fields = dict.fromkeys(known) | said
    return fields | {"previous_hash": previous_hash, "hash": hash_}
