"""Sheets of signed readings as PDF: all of a study for the coordinator, one for the reader who has just signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.signing.signed_reading import SignedReading
    from workstation.app.progress import Progress


def write_sheets(directory: Path, out: Path, reader: str, case: str, progress: Progress | None = None) -> list[Path]:
    """A PDF for each signed case that is asked for, named by its code, in the folder `out`; which were written.

    Raises:
        UsageRefused: `out` lies inside the study, which readers get.
        StudyError, RecordDamaged: as `storage.study.signed_readings.signed_readings`.
        NotSaved: a sheet can't be written; those before it are there.
    """
    from storage.errors import NotSaved
    from storage.files.layout import IMAGES_FOLDER
    from storage.study.signed_readings import signed_readings
    from workstation.app.printing.printed import put
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
        put(written[-1], sheet_of(item, directory / IMAGES_FOLDER))
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
