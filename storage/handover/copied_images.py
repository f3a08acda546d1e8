"""The images of a reader's copy: each case has its own, under its own names and UIDs, with the same pixels."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from scoring.ordinary_file import content_of
from scoring.values import replace
from storage.errors import RecordDamaged
from storage.files.layout import IMAGES_FOLDER, STUDY_FILE
from storage.handover.edition_file import Case
from storage.index import pixel_digests
from storage.index.renaming import NewNames
from storage.records import SeriesRecord, VisitRecord

# An image's header with other UIDs: the bytes up to the first pixel, and what to put in the place of each UID of ours
Renaming = Callable[[bytes, Callable[[str], str]], bytes]
# One moment for all files, that of import: see `workstation.intake.writing.images_folder`
MOMENT: Final = 315_532_800


def series_of(visits: Iterable[VisitRecord]) -> Iterator[SeriesRecord]:
    """All series of the visits, in their order."""
    for visit in visits:
        yield from visit.series


def check(study: Path, cases: Iterable[Case]) -> None:
    """Refuse, with RecordDamaged, an index that names images that aren't there or lie elsewhere."""
    images = (study / IMAGES_FOLDER).resolve()
    names = {item.file for case in cases for series in series_of(case.old) for item in series.slices}
    if any(not (images / name).resolve().is_relative_to(images) for name in names):
        # a changed index must not make the vault an image
        raise RecordDamaged(f"{STUDY_FILE} names an image outside {IMAGES_FOLDER}; use its last copy")
    missing = [name for name in names if not (images / name).is_file()]
    if missing:
        raise RecordDamaged(f"{len(missing)} images of the study are missing; import their folder again first")


def write(source: Path, target: Path, case: Case, key: bytes, renaming: Renaming) -> tuple[VisitRecord, ...]:
    """Write the images of a case; its index, with the places where the pixels begin now, and their digests.

    Raises:
        RecordDamaged: an image isn't as import wrote it, or the pixels of a series aren't those of the record.
        OSError: the disk didn't take one.
    """
    names = NewNames(key, case.code)
    begun: dict[str, SeriesRecord] = {}
    pairs = zip(series_of(case.old), series_of(case.visits), strict=True)
    # by the new code, which tells nothing: folders are made in this order
    for old, new in sorted(pairs, key=lambda pair: pair[1].code):
        slices, digests = [], []
        for before, after in zip(old.slices, new.slices, strict=True):
            content = content_of(source / before.file)
            digests.append(pixel_digests.slice_digest(memoryview(content)[before.pixel_offset :][: _size(old)]))
            start = _write_image(content, before.pixel_offset, target / after.file, names, renaming)
            slices.append(replace(after, pixel_offset=start))
        if old.pixels_sha256 not in ("", pixel_digests.series_digest(old.code, digests)):
            raise RecordDamaged(
                f"series {old.code}: its pixels aren't those that were imported. Nothing was handed over; "
                "`ramris audit` lists all such series"
            )
        # with the new code in it: two cases of the same images have other digests
        digest = pixel_digests.series_digest(new.code, digests) if old.pixels_sha256 else ""
        begun[new.code] = replace(new, slices=tuple(slices), pixels_sha256=digest)
    return tuple(replace(visit, series=tuple(begun[one.code] for one in visit.series)) for visit in case.visits)


def _size(series: SeriesRecord) -> int:
    return series.rows * series.columns * pixel_digests.BYTES[series.dtype]


def _write_image(content: bytes, start: int, target: Path, names: NewNames, renaming: Renaming) -> int:
    """One image on disk; where its pixels begin."""
    header = renaming(content[:start], names.uid)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with target.open("xb") as file:
        file.write(header)
        file.write(memoryview(content)[start:])
        file.flush()
        os.fsync(file.fileno())
    os.utime(target, (MOMENT, MOMENT))
    os.utime(target.parent, (MOMENT, MOMENT))
    return len(header)
