"""A study's record moved from its folder to a server and back: the same rows, the same head, the same audit.

What only a coordinator's machine has stays in the folder: vault.db, the images, what was fetched. At each moment one of
the two is the record. The order of the steps makes a stop between any two of them harmless: the same command goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from storage.clock import now, written
from storage.database import server_tables
from storage.database.engine import create_file
from storage.database.server_store import ServerStore, check_encoding, open_record, schema_version
from storage.errors import NotSaved, StudyError, StudyExists
from storage.files.atomic import sync_folder
from storage.files.import_lock import import_lock
from storage.files.layout import KIND, STUDY_FILE, check_header
from storage.files.record_url import ADDRESS_FILE, is_on_server, write_address, written_address
from storage.files.window_lock import sole_window
from storage.record import chain
from storage.record.study_file import open_study_at, row_of
from storage.recovery.backup import back_up
from storage.recovery.copied_record import check_same, copy_rows

# written beside study.db before the server lets go of the record
TAKING: Final = ".study.db.taking-back"
_EMPTY_ONE: Final = "choose a database that is empty (`createdb NAME` makes one)"


class Moved(Struct, frozen=True):
    """What was moved, and where it lies now."""

    events: int
    acts: int
    head: str
    lies_in: str


def move_to(study: Path, address: str) -> Moved:
    """Bring the record of a folder to an empty database on a server; the folder names it from then on.

    A backup is made before, and stays in backups/.

    Raises:
        StudyError: the address isn't one, or the record lies on a server already.
        StudyExists: the database holds something else.
        NotAStudy, InUse, RecordDamaged: of the study; it is as it was.
        NotSaved: the server or the folder didn't take it.
    """
    store = ServerStore(address)
    try:
        if is_on_server(study):
            raise StudyError(
                f"The record of this study lies on a server already ({ADDRESS_FILE} says where). "
                "`ramris study move DIR --back` brings it back first"
            )
        check_header(study / STUDY_FILE, KIND)
        with _alone(study):
            back_up(study)
            own, row = open_study_at(study / STUDY_FILE)
            try:
                # held as by a writer: nobody adds a row between the copy and the change
                with own.writing("The record stays in the folder.") as here:
                    head = _brought(store, here, row.scheme)
                    _named(study, address)
            finally:
                own.close()
            _removed(study)
    finally:
        store.close()
    return Moved(head.events, head.acts, head.hash, store.address.told)


def move_back(study: Path) -> Moved:
    """Bring the record back into the folder as study.db; the server's copy is kept, and takes nothing more.

    Raises:
        StudyError: the record lies in the folder already, or was taken to another one.
        NotAStudy, InUse, RecordDamaged, NotSaved: as `move_to`.
    """
    address = written_address(study)
    if address is None:
        raise StudyError("The record of this study lies in its folder; there is nothing to bring back")
    store = open_record(address)
    try:
        with _alone(study):
            head = _taken(study, store)
            (study / TAKING).replace(study / STUDY_FILE)
            sync_folder(study)
            (study / ADDRESS_FILE).unlink()
            sync_folder(study)
    except OSError as error:
        raise NotSaved(f"Not moved whole: {error.strerror}. Run the same command again") from error
    finally:
        store.close()
    return Moved(head.events, head.acts, head.hash, STUDY_FILE)


@contextmanager
def _alone(study: Path) -> Iterator[None]:
    """No window of a reader and no import works in the folder meanwhile."""
    with import_lock(study), sole_window(study):
        yield


def _brought(store: ServerStore, here: Connection, scheme: object) -> chain.Head:
    head = chain.head(here)
    with store.reading() as there:
        check_encoding(there)
        filled = schema_version(there) is not None
        taken = filled and _taken_at(there) is not None
        same = filled and not taken and chain.head(there) == head
        others = not filled and _holds_anything(there)
    if same:
        # an earlier move was stopped behind its last step on the server
        return head
    _refuse(store, filled=filled, others=others)
    with store.laying_down() as there:
        server_tables.lay_down(there)
        copy_rows(here, there)
        return check_same(here, there, scheme)  # type: ignore[arg-type]


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


def _refuse(store: ServerStore, *, filled: bool, others: bool) -> None:
    if filled or others:
        what = "the record of a study already" if filled else "tables of something else"
        raise StudyExists(f"{store.address.told} holds {what}; {_EMPTY_ONE}")


def _taken(study: Path, store: ServerStore) -> chain.Head:
    row = row_of(store)
    with store.reading() as there:
        taken = _taken_at(there)
        head = chain.head(there)
    making = study / TAKING
    if taken is not None:
        if not making.exists():
            raise StudyError(
                f"The record was taken back from {store.address.told} to another folder ({taken} UTC): work in that one"
            )
        return head
    making.unlink(missing_ok=True)
    with store.writing("The record stays on the server.") as there:
        own = create_file(making, KIND)
        try:
            with own.writing() as here:
                copy_rows(there, here)
                head = check_same(there, here, row.scheme)
        finally:
            own.close()
        there.exec_driver_sql(
            f"UPDATE {server_tables.HOME} SET taken_back_at_utc = %s",  # noqa: S608 - our own name
            (written(now()),),
        )
    return head


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


def _taken_at(there: Connection) -> str | None:
    query = f"SELECT taken_back_at_utc FROM {server_tables.HOME}"  # noqa: S608 - our own name
    found: str | None = there.exec_driver_sql(query).scalar_one()
    return found


def _holds_anything(there: Connection) -> bool:
    query = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
    return bool(there.exec_driver_sql(query).scalar_one())
