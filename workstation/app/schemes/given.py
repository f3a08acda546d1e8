"""Scheme as it was given on a command line: the name of a shipped one, or a folder of one's own."""

from __future__ import annotations

from pathlib import Path

from scoring.errors import TomlRefused
from scoring.schemes.folder import SchemeFolder, shipped_folder, shipped_ids
from scoring.schemes.own_folder import read_folder
from workstation.app.schemes.check import check_scheme


def given_folder(given: str) -> SchemeFolder:
    """The files of a scheme; a name that is shipped means the shipped one, `./NAME` the folder.

    Raises:
        TomlRefused: neither, or a folder that can't be read as one.
    """
    if given in shipped_ids():
        return shipped_folder(given)
    if not Path(given).is_dir() and "/" not in given and "\\" not in given:
        raise TomlRefused(
            f"No scheme and no folder {given!a} (shipped: {', '.join(shipped_ids())}). "
            "Give one of these, or the folder of a scheme of your own"
        )
    return read_folder(Path(given))


def whole_folder(given: str) -> SchemeFolder:
    """The same, once nothing in it is wrong; TomlRefused names the first mistake."""
    folder = given_folder(given)
    mistakes = check_scheme(folder).mistakes
    if mistakes:
        more = f" ({len(mistakes) - 1} more: ramris scheme check {folder.name})" if len(mistakes) > 1 else ""
        raise TomlRefused(f"{mistakes[0]}{more}")
    return folder
