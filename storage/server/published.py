"""Copies on the server: put there by the coordinator, and made again from what was put and what has come since."""

from __future__ import annotations

import json
from collections.abc import Iterable
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
# what of a copy is put there; its images aren't
FILES: Final = (STUDY_FILE, "images.json")
# of a case; a name on disk never changes
_BOOKMARK: Final = "place"
_MANY: Final = 1000  # as the statements and the function say
Fields = dict[str, Any]
_MINE: Final = {
    "rows": "SELECT seq, previous_hash, hash, body, sighting FROM ramris.my_rows(%s, %s, %s)",
    "beside": "SELECT what, item, value FROM ramris.my_beside(%s)",
    "files": "SELECT name, sha256, bytes FROM ramris.my_files(%s)",
    "piece": "SELECT ramris.my_piece(%s, %s, %s)",
}
_ALL: Final = {
    "rows": "SELECT seq, previous_hash, hash, body, sighting FROM ramris.received WHERE token = %s AND chain = %s "
    "AND seq > %s ORDER BY seq LIMIT 1000",
    "beside": "SELECT what, item, value FROM ramris.beside WHERE token = %s",
    "files": "SELECT name, sha256, bytes FROM ramris.file WHERE token = %s",
    "piece": "SELECT content FROM ramris.piece WHERE token = %s AND name = %s AND number = %s",
}


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
    files = {name: (copy / name).read_bytes() for name in FILES if (copy / name).is_file()}
    if server.rows("SELECT 1 FROM ramris.copy WHERE token = %s", [edition.token]):
        return
    code = ""
    ends = [edition.events, edition.event_hash, edition.acts, edition.act_hash]
    try:
        with server.together():
            for name, content in files.items():
                for number, start in enumerate(range(0, len(content), PIECE)):
                    given = [edition.token, name, number, content[start : start + PIECE]]
                    server.rows("SELECT ramris.put_piece(%s, %s, %s, %s)", given)
            study_sha256 = sha256(token.encode()).hexdigest()
            server.rows(
                "SELECT ramris.put_copy(%s, %s, %s, %s, %s, %s, %s, %s)",
                [study_sha256, edition.token, edition.reader, cases, *ends],
            )
            for name, content in files.items():
                given = [edition.token, name, sha256(content).hexdigest()]
                server.rows("SELECT ramris.put_file(%s, %s, %s)", given)
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


def mine(server: Server) -> tuple[str, ...]:
    """The copies of the reader who asks, by their tokens, newest first."""
    return tuple(str(token) for (token,) in server.rows("SELECT ramris.my_copies()"))


def everybodys(server: Server) -> tuple[str, ...]:
    """Every copy, oldest first; for a coordinator."""
    return tuple(str(token) for (token,) in server.rows("SELECT token FROM ramris.copy ORDER BY number"))


def make(server: Server, token: str, folder: Path, *, whole: bool) -> None:
    """Make a copy as it is by what the server has: as handed over, and all rows that came since. Images aren't there.

    Args:
        server: as the copy's reader, or, with `whole`, as a coordinator.
        token: which.
        folder: where, which is there; a file is written as a whole, or not at all, the record last.
        whole: whether tables are read in place of functions.

    Raises:
        ServerAway: the server went away meanwhile.
        RecordDamaged, StudyError: what the server has isn't what the copy sent.
        NotSaved: the disk doesn't take it.
    """
    ask = _ALL if whole else _MINE
    files = {
        name: _file(server, ask["piece"], token, name, size) for name, _, size in server.rows(ask["files"], [token])
    }
    digests = {name: digest for name, digest, _ in server.rows(ask["files"], [token])}
    if STUDY_FILE not in files or any(sha256(files[name]).hexdigest() != digests[name] for name in files):
        raise StudyError(f"{server.address.name} has other bytes than were handed over: tell who keeps the server")
    rows = {chain: _behind(server, ask["rows"], token, chain) for chain in ("event", "act")}
    beside = server.rows(ask["beside"], [token])
    made = folder / f"{STUDY_FILE}.part"
    try:
        made.unlink(missing_ok=True)
        for name, content in files.items():
            write_whole(made if name == STUDY_FILE else folder / name, content)
        _bring(made, rows["event"], rows["act"], beside)
        made.replace(folder / STUDY_FILE)
        # what writing leaves, emptied
        made.with_name(f"{made.name}-journal").unlink(missing_ok=True)
    except OSError as error:
        cause = cause_of(error)
        refusal: StudyError = NotSaved(
            f"The copy can't be written to {folder.name}: {cause}. Free some space, and try again"
        )
    except (DBAPIError, KeyError, ValueError):
        refusal = StudyError(
            f"{server.address.name} has rows that this copy can't have sent: tell who keeps the server. The copy "
            "itself can be carried, and merged by its folder"
        )
    else:
        return
    raise refusal


def _file(server: Server, statement: str, token: str, name: str, size: int) -> bytes:
    numbers = range((size + PIECE - 1) // PIECE)
    return b"".join(bytes(server.rows(statement, [token, name, number])[0][0] or b"") for number in numbers)


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
                if what == "bookmark":
                    connection.execute(update(case).where(case.c.code == item).values({_BOOKMARK: value}))
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
