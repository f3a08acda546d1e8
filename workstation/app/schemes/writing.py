"""Files of a scheme written: a folder to start from. All of it appears at once, or nothing."""

from __future__ import annotations

import re
from pathlib import Path

from scoring.errors import TomlRefused
from scoring.schemes.folder import SCHEME_FILE, SchemeFolder
from storage.errors import NotSaved, StudyExists
from storage.files.atomic import sync_folder
from storage.files.staging import staging_folder

_ID = re.compile(r'^id = "[^"\n]*"', re.MULTILINE)
_VERSION = re.compile(r'^version = "[^"\n]*"', re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def begin_scheme(path: Path, source: SchemeFolder) -> None:
    """Write the files of a scheme into a new folder, under the folder's name as id and as version 0.1.0.

    Raises:
        TomlRefused: the folder's name can't be an id.
        StudyExists: something is there.
        NotSaved: it can't be written.
    """
    path = path.resolve()
    if not _NAME.fullmatch(path.name):
        raise TomlRefused(
            f"{path.name!a}: the folder's name becomes the id: a-z, 0-9 and dashes, 40 at most, a letter first"
        )
    if path.exists():
        raise StudyExists(f"{path.name} is there already; choose a new folder")
    texts = dict(source.texts)
    texts[SCHEME_FILE] = _VERSION.sub('version = "0.1.0"', _ID.sub(f'id = "{path.name}"', texts[SCHEME_FILE], 1), 1)
    try:
        with staging_folder(path) as building:
            for name, text in texts.items():
                (building / name).write_text(text, encoding="utf-8", newline="\n")
            building.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise NotSaved(f"Not made: {path.name}: {error.strerror}. Choose a folder that can be written") from error
