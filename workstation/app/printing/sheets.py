"""Sheets of signed readings as PDF: all of a study for the coordinator, one for the reader who has just signed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storage.signing.signed_reading import SignedReading
    from storage.study.reader import ReaderStudy

FOLDER_VARIABLE: Final = "RAMRIS_DOCUMENTS"
OWN_FOLDER: Final = "ramris read sheets"


def write_sheets(
    directory: Path, out: Path, reader: str, case: str, progress: Callable[[int, int, str], None] | None = None
) -> list[Path]:
    """A PDF for each signed case that is asked for, named by its code, in the folder `out`; which were written.

    Raises:
        UsageRefused: `out` lies inside the study, which readers get.
        StudyError, RecordDamaged: as `storage.study.signed_readings.signed_readings`.
        NotSaved: a sheet can't be written; those before it are there.
    """
    from storage.errors import NotSaved
    from storage.files.atomic import write_page
    from storage.files.layout import IMAGES_FOLDER
    from storage.study.signed_readings import signed_readings
    from workstation.errors import UsageRefused

    if out.resolve().is_relative_to(directory.resolve()):
        raise UsageRefused(f"sheets {out.name}: not inside the study folder, which readers get; choose another folder")
    found = tuple(signed_readings(directory, reader, case))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror
    else:
        reason = ""
    if reason:
        raise NotSaved(f"Not written: {out.name}: {reason}. Choose a folder that can be written")
    written = []
    for number, item in enumerate(found, 1):
        written.append(out / f"{item.case}.pdf")
        write_page(written[-1], sheet_of(item, directory / IMAGES_FOLDER))
        if progress is not None:
            progress(number, len(found), "Sheets")
    return written


def sheet_of(found: SignedReading, images: Path) -> bytes:
    """One sheet as PDF; `images` is the folder of the study's images."""
    from workstation.app.printing.printed import printed
    from workstation.reporting.key_pictures import key_pictures
    from workstation.reporting.read_sheet import read_sheet, title_of

    pictures = key_pictures(images, found.images, found.series)
    return printed(read_sheet(found, pictures), {}, title_of(found))


def save_sheet(study: ReaderStudy, case: str) -> str:
    """The sheet of a case that a reader has signed, into that reader's documents; the line that says where.

    Raises:
        CaseClosed, UnknownCase: no signature of it holds, or it isn't on the worklist.
        NotSaved: the folder can't be written.
    """
    from storage.files.atomic import write_page

    found = study.signed_reading(case)
    folder = _own_folder()
    write_page(folder / f"{case}.pdf", sheet_of(found, study.images))
    return f"The read sheet of case {case} is in your documents, in the folder {OWN_FOLDER}."


def _own_folder() -> Path:
    from platformdirs import user_documents_path

    from storage.errors import NotSaved

    chosen = os.environ.get(FOLDER_VARIABLE)
    folder = (Path(chosen) if chosen else user_documents_path()) / OWN_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror
    else:
        return folder
    raise NotSaved(f"Not written: {OWN_FOLDER}: {reason}. {FOLDER_VARIABLE} names another folder for it")
