"""Layout of a study on disk: its file names, and the header that tells its files from others. No SQLAlchemy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from scoring.ordinary_file import open_ordinary
from storage.errors import NotAStudy

STUDY_FILE: Final = "study.db"
# its name alone is known here: a folder that has one is the coordinator's
VAULT_FILE: Final = "vault.db"
IMAGES_FOLDER: Final = "images"
# in the folder of a copy: where what is read in it is sent. It holds no password
SENT_FILE: Final = "sent-to.json"
BACKUPS_FOLDER: Final = "backups"

# Whether the reader knows which visit came first
HIDDEN: Final = "hidden"
SINGLE: Final = "single"
ORDERS: Final = ("known", HIDDEN, SINGLE)

# "RMRS" in ASCII, at byte 68 of the file: tells a study from any other SQLite file
APPLICATION_ID: Final = 0x524D5253
SCHEMA_VERSION: Final = 16

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_BYTES: Final = 100


class FileKind(Struct, frozen=True):
    """What a file of ours must be: its name, the id in its header, the schema that this program writes.

    `kept_before_upgrade`: a copy of the older file stays beside it. Not of identities: the copy would stay behind when
    vault.db is taken out of the folder. `keep_elsewhere` is called with such a file instead; what it raises stops it.
    """

    name: str
    application_id: int
    schema_version: int
    branch: str
    kept_before_upgrade: bool = False
    keep_elsewhere: Callable[[Path], object] | None = None


_COMPANIONS: Final = ("-journal", "-wal", "-shm")
KIND: Final = FileKind(STUDY_FILE, APPLICATION_ID, SCHEMA_VERSION, "study", kept_before_upgrade=True)


def check_header(path: Path, kind: FileKind) -> None:
    """Refuse what isn't ours from its first 100 bytes, before SQLite touches it (sqlite.org/fileformat2.html).

    Raises:
        NotAStudy: there is none, it can't be read, or it is another program's; it is left as it is.
    """
    _refuse_odd_companion(path, kind)
    try:
        with open_ordinary(path) as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        # not which folder: readers see this too, and a folder's name can hold anything
        reason = f"This folder holds no study ({kind.name} is missing); `ramris study create` makes one"
    except OSError as error:
        reason = f"{kind.name} can't be read ({error.strerror}); check the folder and its permissions"
    else:
        if header[:16] == _MAGIC and int.from_bytes(header[68:72], "big") == kind.application_id:
            return
        reason = f"{kind.name} is not a file of ramris; it was left as it is. Name a folder that holds a study"
    raise NotAStudy(reason)


def _refuse_odd_companion(path: Path, kind: FileKind) -> None:
    """SQLite opens what lies beside its file, and waits for ever where that is a pipe."""
    for suffix in _COMPANIONS:
        beside = path.with_name(path.name + suffix)
        # a link may lead to one
        if os.path.lexists(beside) and not beside.is_file():
            raise NotAStudy(f"{kind.name}{suffix} is no ordinary file: take it away, then try again")
