"""Address of a study folder's record: none where it is study.db, else that of a server, in a small file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scoring.ordinary_file import open_ordinary
from storage.errors import NotAStudy, StudyError
from storage.files.atomic import write_whole
from storage.files.layout import STUDY_FILE

# one line: the server's address, never a password
ADDRESS_FILE: Final = "study.url"
_LONGEST: Final = 2000


def holds_study(folder: Path) -> bool:
    """Whether the folder holds a study, wherever its record lies."""
    return (folder / STUDY_FILE).exists() or (folder / ADDRESS_FILE).exists()


def is_on_server(folder: Path) -> bool:
    """Whether the record of the folder lies on a server; it does where both files are there."""
    return (folder / ADDRESS_FILE).exists()


def written_address(folder: Path) -> str | None:
    """The address as it stands in the folder; None where the record is study.db.

    Raises:
        NotAStudy: the file can't be read, or it is none of ours.
    """
    try:
        with open_ordinary(folder / ADDRESS_FILE) as file:
            raw = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as fault:
        refusal = f"{ADDRESS_FILE} can't be read ({fault.strerror}); check the folder and its permissions"
    else:
        lines = raw.decode("utf-8", "replace").splitlines()
        if len(raw) <= _LONGEST and len(lines) == 1 and lines[0].startswith("postgresql://"):
            return lines[0]
        refusal = (
            f"{ADDRESS_FILE} must hold one line, postgresql://HOST/DATABASE; write into it where the record of this "
            "study lies"
        )
    raise NotAStudy(refusal)


def refuse_on_server(folder: Path, what: str) -> None:
    """Refuse what exchanges or reads study.db alone; `what` is its past participle: restored, salvaged.

    Raises:
        StudyError: the record lies on a server.
    """
    if is_on_server(folder):
        raise StudyError(
            f"Not {what}: the record of this study lies on a server ({ADDRESS_FILE} says where); backups are kept for "
            f"the day on which that server is lost for good. Delete {ADDRESS_FILE} then, and do this again"
        )


def write_address(folder: Path, address: str) -> None:
    """Say that the record of the folder lies there.

    Raises:
        OSError: it can't be written.
    """
    write_whole(folder / ADDRESS_FILE, f"{address}\n".encode())
