"""A record on a server brought back into a folder: the same rows and head; the server's copy takes nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from storage.clock import now, written
from storage.database import server_tables
from storage.database.engine import create_file
from storage.database.server_store import ServerStore, open_record
from storage.errors import NotCertain, NotSaved, StudyError
from storage.files.atomic import sync_folder, write_whole
from storage.files.layout import KIND, STUDY_FILE
from storage.files.record_url import ADDRESS_FILE, written_address
from storage.files.watched import UNWATCHED, Watched
from storage.record import chain
from storage.record.study_file import row_of
from storage.recovery.copied_record import check_same, copy_rows
from storage.recovery.move import Moved, alone, taken_at

# what is said of whoever stops it
KEPT_THERE: Final = "The record is on the server, as it was"
# written beside study.url before the server lets go of the record
TAKING: Final = ".study.db.taking-back"
# when the server let go of it for this folder: another one may have taken it while this one was stopped
TAKEN_AT: Final = ".study.db.taken-back-at"


def move_back(study: Path, watched: Watched = UNWATCHED) -> Moved:
    """Bring the record back into the folder as study.db; the server's copy is kept, and takes nothing more.

    Args:
        study: the folder.
        watched: told how far it is, and asked to stop until the copy is verified.

    Raises:
        StudyError: the record lies in the folder already, or was taken to another one.
        NotAStudy, InUse, RecordDamaged, NotSaved: as `move_to`.
        Stopped: folder and server are as they were.
    """
    address = written_address(study)
    if address is None:
        # the mark of one that was killed behind all else
        _sweep(study)
        raise StudyError("The record of this study lies in its folder; there is nothing to bring back")
    watched.at(0, 0, "asking the server")
    store = open_record(address)
    try:
        with alone(study):
            head = _taken(study, store, watched)
            _given_its_name(study)
    except OSError as error:
        raise NotSaved(f"Not moved whole: {error.strerror}. Run the same command again") from error
    finally:
        store.close()
    return Moved(head.events, head.acts, head.hash, STUDY_FILE)


def _taken(study: Path, store: ServerStore, watched: Watched) -> chain.Head:
    row = row_of(store)
    with store.reading() as there:
        taken = taken_at(there)
        head = chain.head(there)
    if taken is not None:
        if not _is_ours(study, taken):
            raise StudyError(
                f"The record was taken back from {store.address.told} to another folder ({taken} UTC): work in that one"
            )
        return head
    _sweep(study)
    try:
        # refused where another folder takes it back just before
        with store.writing("The record stays on the server.") as there:
            try:
                own = create_file(study / TAKING, KIND)
                try:
                    with own.writing() as here:
                        copy_rows(there, here, watched)
                        head = check_same(there, here, row.scheme, watched)
                finally:
                    own.close()
                watched.at(0, 0, "closing the record behind it")
                moment = written(now())
                # both names are on the disk before the server lets go
                write_whole(study / TAKEN_AT, moment.encode("ascii"))
                there.exec_driver_sql(
                    f"UPDATE {server_tables.HOME} SET taken_back_at_utc = %s",  # noqa: S608 - our own name
                    (moment,),
                )
            except BaseException:
                # nothing of it has happened on the server
                _sweep(study)
                raise
    except NotCertain:
        raise
    except NotSaved:
        _sweep(study)
        raise
    return head


def _is_ours(study: Path, taken: str) -> bool:
    """Whether the server let go of the record for this folder, and its file is here."""
    mark = study / TAKEN_AT
    here = (study / TAKING).exists() or (study / STUDY_FILE).exists()
    return here and mark.exists() and mark.read_text(encoding="ascii", errors="replace") == taken


def _given_its_name(study: Path) -> None:
    if (study / TAKING).exists():
        # an empty one; and one of a file that was put there by hand would be played back into this one
        for journal in (f"{TAKING}-journal", f"{STUDY_FILE}-journal"):
            (study / journal).unlink(missing_ok=True)
        sync_folder(study)
        (study / TAKING).replace(study / STUDY_FILE)
        sync_folder(study)
    (study / ADDRESS_FILE).unlink()
    sync_folder(study)
    (study / TAKEN_AT).unlink(missing_ok=True)


def _sweep(study: Path) -> None:
    """What one that was stopped or killed has left."""
    for name in (TAKEN_AT, f"{TAKING}-journal", TAKING):
        (study / name).unlink(missing_ok=True)
