"""Address of the server where the copies of a study's readers meet, beside the study. It holds no password."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from storage.files.atomic import write_whole

MEETING_FILE: Final = "meets-at.json"


class MeetsAt(Struct, frozen=True):
    """The server that was used last. ca: the file of its authority's certificate, "" of one that this system trusts."""

    address: str
    ca: str = ""


def meeting_of(study: Path) -> MeetsAt | None:
    """Where the copies of the study in that folder meet; None where no server was used, or the file says nothing."""
    try:
        return msgspec.json.decode((study / MEETING_FILE).read_bytes(), type=MeetsAt)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def remember_meeting(study: Path, where: MeetsAt) -> None:
    """Keep it for the next time. OSError where it can't be written."""
    if meeting_of(study) != where:
        write_whole(study / MEETING_FILE, msgspec.json.encode(where))
