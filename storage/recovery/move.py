"""A study's record moved from its folder to a server: the same rows, the same head, the same audit.

What only a coordinator's machine has stays in the folder: vault.db, the images, what was fetched. At each moment one of
the two is the record. The order of the steps makes a stop between any two of them harmless: the same command goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.schemes.scheme import Scheme
from storage.database import server_tables, study_schema
from storage.database.server_store import ServerStore, check_encoding, schema_version
from storage.errors import NotSaved, StudyError, StudyExists
from storage.files.atomic import sync_folder
from storage.files.import_lock import import_lock
from storage.files.layout import KIND, STUDY_FILE, check_header
from storage.files.record_url import ADDRESS_FILE, is_on_server, write_address, written_address
from storage.files.watched import UNWATCHED, Watched
from storage.files.window_lock import sole_window
from storage.record import chain
from storage.record.study_file import open_study_at
from storage.recovery.backup import back_up
from storage.recovery.copied_record import check_same, copy_rows

# what is said of whoever stops a move
KEPT_HERE: Final = "The record is in this folder, and nothing is on the server"
_EMPTY_ONE: Final = "choose a database that is empty (`createdb NAME` makes one)"


class Moved(Struct, frozen=True):
    """What was moved, and where it lies now."""

    events: int
    acts: int
    head: str
    lies_in: str


def move_to(study: Path, address: str, watched: Watched = UNWATCHED) -> Moved:
    """Bring the record of a folder to an empty database on a server; the folder names it from then on.

    A backup is made before the last step, and stays in backups/.

    Args:
        study: the folder.
        address: of the database.
        watched: told how far it is, and asked to stop until the copy is verified.

    Raises:
        StudyError: the address isn't one, or the record lies on a server already.
        StudyExists: the database holds something else.
        NotAStudy, InUse, RecordDamaged: of the study; it is as it was.
        NotSaved: the server or the folder didn't take it.
        Stopped: folder and server are as they were.
    """
    watched.at(0, 0, "asking the server")
    store = ServerStore(address)
    try:
        if is_on_server(study):
            return _finished(study, store, address)
        check_header(study / STUDY_FILE, KIND)
        with alone(study):
            own, row = open_study_at(study / STUDY_FILE)
            try:
                # held as by a writer: nobody adds a row between the copy and the change
                with own.writing("The record stays in the folder.") as here:
                    head = _brought(study, store, here, row.scheme, watched)
                    _named(study, address)
            finally:
                own.close()
            _removed(study)
    finally:
        store.close()
    return Moved(head.events, head.acts, head.hash, store.address.told)


@contextmanager
def alone(study: Path) -> Iterator[None]:
    """No window of a reader and no import works in the folder meanwhile."""
    with import_lock(study), sole_window(study):
        yield


def taken_at(there: Connection) -> str | None:
    """When a record was taken back to a folder; None where it is at home on the server."""
    query = f"SELECT taken_back_at_utc FROM {server_tables.HOME}"  # noqa: S608 - our own name
    found: str | None = there.exec_driver_sql(query).scalar_one()
    return found


def refuse_filled(store: ServerStore) -> None:
    """Refuse a database that isn't empty, or that can't hold every text.

    Raises:
        StudyExists, StudyError: nothing was done there.
    """
    with store.reading() as there:
        check_encoding(there)
        filled = schema_version(there) is not None
        others = not filled and _holds_anything(there)
    _refuse(store, filled=filled, others=others)


def _finished(study: Path, store: ServerStore, address: str) -> Moved:
    """What a move that was stopped behind its last step but one left in the folder goes, where all of it is there."""
    if written_address(study) == address and (study / STUDY_FILE).exists():
        with alone(study):
            own, row = open_study_at(study / STUDY_FILE)
            try:
                with own.reading() as here:
                    old = chain.head(here)
            finally:
                own.close()
            with store.reading() as there:
                head = chain.head(there)
                whole = _token(there) == row.token and chain.went_through(there, old.events, old.hash)
            if whole:
                _removed(study)
                return Moved(head.events, head.acts, head.hash, store.address.told)
    raise StudyError(
        f"The record of this study lies on a server already ({ADDRESS_FILE} says where). "
        "`ramris study move DIR --back` brings it back first"
    )


def _brought(study: Path, store: ServerStore, here: Connection, scheme: Scheme, watched: Watched) -> chain.Head:
    head = chain.head(here)
    with store.reading() as there:
        check_encoding(there)
        filled = schema_version(there) is not None
        others = not filled and _holds_anything(there)
        left = filled and _left_by_a_move(here, there)
        same = left and chain.head(there) == head
    if same:
        # an earlier move was stopped behind its last step on the server
        back_up(study)
        return head
    _refuse(store, filled=filled and not left, others=others)
    with store.laying_down() as there:
        if left:
            there.exec_driver_sql("LOCK TABLE public.study IN EXCLUSIVE MODE")
            if not _left_by_a_move(here, there):
                _refuse(store, filled=True, others=False)
            server_tables.take_away(there)
        server_tables.lay_down(there)
        copy_rows(here, there, watched)
        found = check_same(here, there, scheme, watched)
        watched.at(0, 0, "closing the record behind it")
        # now that nothing but a fault stops it any more: who stops it finds the folder as it was
        back_up(study)
        return found


def _left_by_a_move(here: Connection, there: Connection) -> bool:
    """Whether what is on the server was brought there by a move of this record that was stopped, and used by nobody."""
    used = there.exec_driver_sql(
        f"SELECT EXISTS (SELECT 1 FROM public.{server_tables.WRITTEN}) "  # noqa: S608 - our own names
        f"OR to_regnamespace('{server_tables.FIGURES}') IS NOT NULL"
    ).scalar_one()
    if used or taken_at(there) is not None or _token(here) != _token(there):
        return False
    old = chain.head(there)
    return chain.went_through(here, old.events, old.hash)


def _token(connection: Connection) -> str | None:
    found: str | None = connection.execute(select(study_schema.study.c.token)).scalar_one_or_none()
    return found


def _refuse(store: ServerStore, *, filled: bool, others: bool) -> None:
    if filled or others:
        what = "the record of a study already" if filled else "tables of something else"
        raise StudyExists(f"{store.address.told} holds {what}; {_EMPTY_ONE}")


def _named(study: Path, address: str) -> None:
    try:
        write_address(study, address)
    except OSError as error:
        raise NotSaved(
            f"Not moved: {ADDRESS_FILE} can't be written ({error.strerror}). The record is on the server and still in "
            "the folder, which holds; make the folder writable and run the same command again"
        ) from error


def _removed(study: Path) -> None:
    """What isn't the record any more goes; its last backup stays."""
    for name in (f"{STUDY_FILE}-journal", STUDY_FILE):
        (study / name).unlink(missing_ok=True)
    sync_folder(study)


def _holds_anything(there: Connection) -> bool:
    query = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
    return bool(there.exec_driver_sql(query).scalar_one())
