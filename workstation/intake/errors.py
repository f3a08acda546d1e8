"""Errors that keep a single file out of the study. They never stop the rest."""

from typing import Final

from scoring.errors import RamrisError

MR: Final = "MR image"
RADIOGRAPH: Final = "radiograph"


class FileUnusable(RamrisError):
    """The file can't be imported. `what` says what it is; the message says why, without quoting the file."""

    def __init__(self, why: str, what: str = MR) -> None:
        super().__init__(why)
        self.what = what
        self.why = why


class DecodingFailed(FileUnusable):
    """The pixels can't be decoded."""
