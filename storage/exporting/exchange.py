"""Exchange of one export for another, file by file: a run that is killed leaves a note that the next one reads.

Not by exchanging folders: somebody may stand in `out`, or have it mounted, and for a moment it would be nowhere. The
note is there before the first file goes and goes after the last one has come; in between `out` holds files of both
exports, each known by its hash, and no package that would vouch for them.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from scoring.ordinary_file import content_of, open_ordinary
from storage.errors import StudyError
from storage.files.atomic import sync_folder

PACKAGE_FILE: Final = "datapackage.json"
# what the package says of files that are no resources of it; our mark in it, too
OURS: Final = "ramris"
NOTE: Final = "EXPORT-UNFINISHED.json"
_SAYS: Final = (
    "An export into this folder was broken off: it holds files of two exports, and analysing them would mix them. "
    "Run the same `ramris export` again, which finishes it."
)
_READ_BYTES: Final = 1 << 20

_Digests = Mapping[str, frozenset[str]]


def earlier_files(out: Path) -> tuple[str, ...]:
    """The files of earlier exports in `out`, also of one that was broken off; none when it is empty or not there.

    Raises:
        StudyError: it holds something that no export wrote, or that was changed since.
    """
    if not out.exists():
        return ()
    if not out.is_dir():
        raise StudyError(f"{out.name} is a file; choose a new or an empty folder")
    found = _files(out)
    known = _known(out) if found else {}
    for name in found:
        if name not in known:
            raise StudyError(f"{out.name} holds {name}, which no export wrote; choose a new or an empty folder")
        if known[name] and _digest(out / name) not in known[name]:
            raise StudyError(f"{name} in {out.name} was changed after its export; choose a new or an empty folder")
    return found


def put_instead(building: Path, out: Path, earlier: Iterable[str]) -> None:
    """Make what `building` holds what `out` holds; `earlier`: the files that are there, as `earlier_files` told.

    Raises:
        OSError: a file can't be replaced; where `is_unfinished` says so, the next export goes on.
    """
    building.chmod(0o755)
    if not out.exists():
        building.rename(out)
        sync_folder(out.parent)
        return
    made, gone = _files(building), set(earlier) - {NOTE}
    _leave_note(building, out, made, gone)
    # the packages vouch for the others: the old one goes first, the new one comes last
    for name in sorted(gone, key=lambda name: (name != PACKAGE_FILE, name)):
        if name == PACKAGE_FILE or name not in made:
            (out / name).unlink()
    for name in sorted(made, key=lambda name: (name == PACKAGE_FILE, name)):
        (out / name).parent.mkdir(exist_ok=True)
        (building / name).replace(out / name)
    sync_folder(out)
    (out / NOTE).unlink()


def is_unfinished(out: Path) -> bool:
    """Whether an export into the folder was broken off."""
    return (out / NOTE).exists()


def _leave_note(building: Path, out: Path, made: Iterable[str], gone: Iterable[str]) -> None:
    digests: dict[str, set[str]] = defaultdict(set)
    for folder, names in ((out, gone), (building, made)):
        for name in names:
            digests[name].add(_digest(folder / name))
    note = {"note": _SAYS, OURS: {name: sorted(found) for name, found in sorted(digests.items())}}
    with (building / NOTE).open("w", encoding="utf-8") as file:
        json.dump(note, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    # over that of one that was broken off before: this one knows all that it knew
    (building / NOTE).replace(out / NOTE)
    sync_folder(out)


def _known(out: Path) -> _Digests:
    """File -> the SHA-256 that it may have; none at all where any will do."""
    try:
        if is_unfinished(out):
            note: Any = json.loads(content_of(out / NOTE))
            digests = {str(name): frozenset(map(str, found)) for name, found in note[OURS].items()}
            return {NOTE: frozenset(), **digests}
        package: Any = json.loads(content_of(out / PACKAGE_FILE))
        named = [*package["resources"], *package[OURS]["other_files"]]
        digests = {str(item["path"]): frozenset({str(item["hash"]).removeprefix("sha256:")}) for item in named}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    # that of the package itself is written nowhere
    return {PACKAGE_FILE: frozenset(), **digests}


def _files(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()))


def _digest(path: Path) -> str:
    digest = sha256()
    with open_ordinary(path) as file:
        while content := file.read(_READ_BYTES):
            digest.update(content)
    return digest.hexdigest()
