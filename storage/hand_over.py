"""The reader's copy of a study: study.db and the images it names, and nothing else. Whole, or not there at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from storage import schema as tables
from storage.errors import NotSaved, RecordDamaged, StudyError, StudyExists
from storage.import_lock import import_lock
from storage.study_file import IMAGES_FOLDER, STUDY_FILE, open_study_file


def hand_over(study: Path, out: Path) -> int:
    """Copy what a reader needs to a new folder; returns how many images that were.

    The copy of study.db is written anew page by page, so nothing that was deleted comes along. The vault, the lock,
    the protocol and whatever else lies in the study stay.

    Raises:
        NotAStudy: there is no study.
        StudyExists: `out` holds something already.
        StudyError: `out` lies inside the study, or an import is running.
        RecordDamaged: an image that the index names isn't there.
        NotSaved: the copy couldn't be written; nothing was left of it.
    """
    study, out = study.resolve(), out.resolve()
    if out == study or out.is_relative_to(study):
        raise StudyError(f"{out.name} lies inside the study; choose a folder outside it")
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise StudyExists(f"{out.name} holds something already; choose a new or an empty folder")
    open_study_file(study)[0].close()
    try:
        with import_lock(study):
            files = _files(study)
            _write_whole(study, out, files)
    except OSError as error:
        raise NotSaved(f"Not handed over: {out.name}: {error.strerror}. Nothing was left of the copy") from error
    except sqlite3.Error as error:
        raise NotSaved(f"Not handed over: {out.name}: {STUDY_FILE} can't be written there") from error
    return len(files)


def _files(study: Path) -> tuple[str, ...]:
    store, _ = open_study_file(study)
    try:
        with store.reading() as connection:
            names: list[str] = list(connection.execute(select(tables.image.c.file).distinct()).scalars())
    finally:
        store.close()
    images = (study / IMAGES_FOLDER).resolve()
    if any(not (images / name).resolve().is_relative_to(images) for name in names):
        # a changed index must not make the vault an image
        raise RecordDamaged(f"{STUDY_FILE} names an image outside {IMAGES_FOLDER}; go back to its last copy")
    missing = [name for name in names if not (images / name).is_file()]
    if missing:
        raise RecordDamaged(f"{len(missing)} images that the study names aren't there; import their folder again first")
    return tuple(sorted(names))


def _write_whole(study: Path, out: Path, files: tuple[str, ...]) -> None:
    """Build the copy in a sibling folder, then give it its name."""
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".ramris-", dir=out.parent))
    try:
        for name in files:
            _copy(study / IMAGES_FOLDER / name, building / IMAGES_FOLDER / name)
        (building / IMAGES_FOLDER).mkdir(mode=0o700, exist_ok=True)
        _copy_database(study / STUDY_FILE, building / STUDY_FILE)
        open_study_file(building)[0].close()
        if out.is_dir():
            out.rmdir()
        building.rename(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """One image with its time, which is the same for all and so tells nothing."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy2(source, target)
    shutil.copystat(source.parent, target.parent)
    if target.stat().st_size != source.stat().st_size:
        raise OSError(0, "an image was not copied whole")
    _to_disk(target)


def _copy_database(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    _to_disk(target)


def _to_disk(file: Path) -> None:
    # for writing, since Windows flushes no other handles
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
