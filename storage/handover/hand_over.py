"""The reader's copy of a study: that reader's cases with images of their own, and nothing else. Whole, or not there.

No two cases of a copy share a name, also where they are of one subject: see `edition_making`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from storage.apart.setting_apart import Apart, set_apart
from storage.audit import verification
from storage.audit.reader_copies import Edition
from storage.clock import now
from storage.errors import NotSaved, StudyError, StudyExists
from storage.files.atomic import sync_folder
from storage.files.import_lock import import_lock
from storage.files.layout import IMAGES_FOLDER, STUDY_FILE
from storage.files.staging import staging_folder
from storage.files.watched import UNWATCHED, Watched
from storage.handover import copied_images, edition_file
from storage.handover.copied_images import Renaming
from storage.handover.edition_file import Plan
from storage.record import acts, designs, study_lock
from storage.record.snapshot import still_view
from storage.record.study_file import open_study_file
from storage.records import VisitRecord
from storage.recovery.backup import back_up

README: Final = "README.txt"
# the text of it for a copy whose images lie apart
_README_APART: Final = "README_APART.txt"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One copy. `signed`, `later`, `left_out`, `excluded`: cases of the reader that aren't in it."""

    reader: str
    folder: Path
    cases: int
    images: int
    signed: int
    later: int
    left_out: int = 0
    excluded: int = 0


def hand_over(
    study: Path,
    out: Path,
    renaming: Renaming,
    reader: str | None = None,
    leave_out: frozenset[str] = frozenset(),
    *,
    apart: Apart | None = None,
    watched: Watched = UNWATCHED,
) -> tuple[HandedOver, ...]:
    """Write what a reader needs to a new folder; the study remembers the copy, so that it can be merged.

    Args:
        study: the coordinator's folder.
        out: new or empty; of several readers each gets a folder in it by the reader's id.
        renaming: writes the header of an image anew.
        reader: whose copy; None is that of everybody who has a case that is open.
        leave_out: subjects whose cases stay behind.
        apart: where images are to lie, if not in the copy.
        watched: told of each case, and of each image that is sealed; asked to stop, nothing is left.

    Raises:
        Stopped: it was asked to.
        NotAStudy: there is no study.
        StudyExists: `out`, or the folder for images, holds something already.
        InUse: another command is writing `out`.
        UnknownReader: nothing was assigned to that reader.
        StudyError: `out` lies inside the study, an import is running, the study is locked, or nobody has a case.
        RecordDamaged: the record doesn't verify, or an image that the index names isn't there.
        NotSaved: the copy couldn't be written; nothing was left of it.
    """
    study, out = study.resolve(), out.resolve()
    _check_free(study, out)
    if apart is not None:
        apart = replace(apart, folder=apart.folder.resolve())
        _check_free(study, apart.folder)
        if apart.folder.is_relative_to(out) or out.is_relative_to(apart.folder):
            raise StudyError(f"{apart.folder.name} and {out.name} lie in one another; images go to a folder apart")
    open_study_file(study)[0].close()
    try:
        with import_lock(study):
            plans = _plans(study, reader, leave_out)
            copied_images.check(study, [case for plan in plans for case in plan.cases])
            return _write_whole(study, out, plans, (renaming, apart, watched))
    except OSError as error:
        raise NotSaved(f"Not handed over: {out.name}: {error.strerror}. Nothing was left of the copy") from error
    except sqlite3.Error as error:
        raise NotSaved(
            f"Not handed over: {out.name}: {STUDY_FILE} can't be written there; choose a folder with space"
        ) from error


def _check_free(study: Path, folder: Path) -> None:
    if folder == study or folder.is_relative_to(study):
        raise StudyError(f"{folder.name} is inside the study; choose a folder outside it")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise StudyExists(f"{folder.name} holds something already; choose a new or an empty folder")


def _plans(study: Path, reader: str | None, leave_out: frozenset[str]) -> tuple[Plan, ...]:
    with still_view(study) as (store, row), store.reading() as connection:
        study_lock.refuse_when_locked(connection)
        verification.verify(connection, row.scheme)
        at = now()
        readers = edition_file.with_open_cases(connection, at, leave_out)
        if reader is not None:
            readers = (designs.known(connection, reader),)
        elif not readers:
            raise StudyError("Nobody has an open case to hand over; `ramris study assign` gives cases to a reader")
        return tuple(edition_file.plan(connection, row.schemes, name, at, leave_out) for name in readers)


def _write_whole(
    study: Path, out: Path, plans: tuple[Plan, ...], how: tuple[Renaming, Apart | None, Watched]
) -> tuple[HandedOver, ...]:
    """Build all copies in a sibling folder, tell the study of them, then give that folder its name."""
    renaming, apart, watched = how
    with ExitStack() as stack:
        building = stack.enter_context(staging_folder(out))
        pieces = None if apart is None else stack.enter_context(staging_folder(apart.folder))
        made, told = [], []
        for plan in plans:
            part = Path() if len(plans) == 1 else Path(plan.called)
            where = building / part, _part_of(apart, pieces, part)
            edition, images = _write_copy(study, where, plan, renaming, watched)
            made.append(edition)
            told.append(_told(plan, out / part, images))
        # before the copies can be used: one that the study doesn't know can't be merged
        _remember(study, made)
        # a backup from before would know nothing of them
        back_up(study)
        if apart is not None and pieces is not None:
            # as open as what is in it: see `set_apart`
            pieces.chmod(0o755)
            _name(pieces, apart.folder)
            stack.callback(_take_back, apart.folder, out)
        _name(building, out)
    return tuple(told)


def _part_of(apart: Apart | None, pieces: Path | None, part: Path) -> Apart | None:
    """Where the images of one copy are written, and the address that they will have."""
    if apart is None or pieces is None:
        return None
    one = apart.of(str(part)) if part != Path() else apart
    return replace(one, folder=pieces / part)


def _name(building: Path, folder: Path) -> None:
    """Give what was built its name."""
    if folder.is_dir():
        folder.rmdir()
    building.rename(folder)
    sync_folder(folder.parent)


def _take_back(pieces: Path, out: Path) -> None:
    """Images whose copy didn't get its name are nobody's."""
    if not (out.is_dir() and any(out.iterdir())):
        shutil.rmtree(pieces, ignore_errors=True)


def _told(plan: Plan, folder: Path, images: int) -> HandedOver:
    stays = plan.signed, plan.later, plan.left_out, plan.excluded
    return HandedOver(plan.called, folder, len(plan.cases), images, *stays)


def _write_copy(
    study: Path, where: tuple[Path, Apart | None], plan: Plan, renaming: Renaming, watched: Watched
) -> tuple[Edition, int]:
    folder, apart = where
    images = folder / IMAGES_FOLDER
    images.mkdir(mode=0o700, parents=True)
    visits: dict[str, tuple[VisitRecord, ...]] = {}
    # by code, which was drawn: the order in which files are made tells nothing
    for number, case in enumerate(sorted(plan.cases, key=lambda item: item.code)):
        watched.at(number, len(plan.cases), f"copying cases for {plan.called},")
        visits[case.code] = copied_images.write(study / IMAGES_FOLDER, images, case, plan.key, renaming)
    edition = edition_file.write(plan, folder / STUDY_FILE, visits, now())
    _write_readme(folder, plan.called, README if apart is None else _README_APART)
    if apart is not None:
        set_apart(folder, apart.folder, apart, visits, watched)
    # opened as a reader would, so that nothing is handed over that can't be
    open_study_file(folder)[0].close()
    # what writing leaves, emptied
    (folder / f"{STUDY_FILE}-journal").unlink(missing_ok=True)
    return edition, sum(len(series.slices) for found in visits.values() for series in copied_images.series_of(found))


def _write_readme(folder: Path, reader: str, page: str) -> None:
    """How the copy is opened. Of all copies of a reader it says the same, and is as old."""
    text = files(__package__).joinpath(page).read_text("utf-8").format(reader=reader)
    with (folder / README).open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.utime(folder / README, (copied_images.MOMENT, copied_images.MOMENT))


def _remember(study: Path, made: Iterable[Edition]) -> None:
    store, _ = open_study_file(study)
    try:
        with store.writing("Nothing was handed over.") as connection:
            study_lock.refuse_when_locked(connection)
            for edition in made:
                acts.append(connection, edition.deed())
    finally:
        store.close()
