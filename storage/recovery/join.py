"""A folder of another coordinator's machine, joined to a record that lies on a server already."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from storage.database.server_address import address_of
from storage.errors import NotSaved, StudyExists
from storage.files.layout import IMAGES_FOLDER, VAULT_FILE
from storage.files.record_url import holds_study, write_address
from storage.files.watched import UNWATCHED, Watched
from storage.record import chain
from storage.record.study_file import open_study_on_server


class Joined(Struct, frozen=True):
    """What the folder is joined to, and what it lacks: names of the files and folders that the machine has to get."""

    lies_in: str
    events: int
    acts: int
    head: str
    lacks: tuple[str, ...]


KEPT: Final = "Nothing was joined"


def join(address: str, folder: Path, watched: Watched = UNWATCHED) -> Joined:
    """Say in a folder that its record lies at an address; the record is opened, and nothing in it is changed.

    Args:
        address: of a record that is there.
        folder: a new one, or one that holds no study: empty, or with the vault and the images that were copied to it.
        watched: told what is done, and asked to stop as long as nothing was written.

    Raises:
        AddressRefused: it is no address.
        StudyExists: the folder holds a study.
        NotAStudy, SchemaTooNew, RecordDamaged: of the record; nothing was made.
        NotSaved: the folder can't be written.
        Stopped: somebody asked for it; nothing was made.
    """
    told = address_of(address, proven=False).told
    if folder.is_file() or holds_study(folder):
        raise StudyExists(f"{folder.name} holds a study or a file already; choose a new or an empty folder")
    watched.at(0, 0, "asking the server")
    store, _ = open_study_on_server(address)
    try:
        with store.reading() as connection:
            head = chain.head(connection)
    finally:
        store.close()
    watched.at(0, 0, "writing the folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_address(folder, address)
    except OSError as error:
        raise NotSaved(f"Not joined: {folder.name}: {error.strerror}. Choose a folder that can be written") from error
    lacks = tuple(name for name in (VAULT_FILE, IMAGES_FOLDER) if not (folder / name).exists())
    return Joined(told, head.events, head.acts, head.hash, lacks)
