"""Scheme as it was given on a command line: a shipped one by name, a folder of one's own, or that of a study."""

from __future__ import annotations

from pathlib import Path

from scoring.errors import TomlRefused
from scoring.schemes.folder import SCHEME_FILE, SchemeFolder, shipped_folder, shipped_ids
from scoring.schemes.load import load_scheme
from scoring.schemes.own_folder import read_folder
from scoring.schemes.scheme import Scheme
from storage.files.record_url import holds_study
from storage.record.study_file import scheme_of
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


def scheme_to_show(given: str) -> Scheme:
    """A scheme that nothing is wrong with, or that of the study in a folder, as it was when the study was made."""
    path = Path(given)
    if given not in shipped_ids() and holds_study(path):
        return scheme_of(path)
    folder = whole_folder(given)
    return load_scheme(folder.packed(), SCHEME_FILE)
