"""Wanted scans: which studies are asked for, of which server. What was asked is kept for the next time. No network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from storage.files.atomic import write_whole

FOLDER: Final = "incoming"
_LAST: Final = "last.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which studies are asked for; "" asks for all. patient and description may hold * and ?; dates are YYYYMMDD."""

    patient: str = ""
    description: str = ""
    since: str = ""
    until: str = ""

    def as_query(self) -> dict[str, str]:
        """The query of QIDO, without its page."""
        found = {"PatientID": self.patient, "StudyDescription": self.description}
        if self.since or self.until:
            found["StudyDate"] = f"{self.since}-{self.until}"
        return {key: value for key, value in found.items() if value}


class Last(Struct, frozen=True):
    """What was asked the last time. ca: the file of the server's authority, "" for a public one."""

    address: str
    user: str
    ca: str
    wanted: Wanted


def last_asked(study: Path) -> Last | None:
    """What was asked for the study in that folder the last time; None where nothing was."""
    try:
        return msgspec.json.decode((study / FOLDER / _LAST).read_bytes(), type=Last)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def remember(study: Path, last: Last) -> None:
    """Keep what is asked. OSError where it can't be written."""
    write_whole(study / FOLDER / _LAST, msgspec.json.encode(last))
