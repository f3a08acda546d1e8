"""Audit of the images: whether the files hold the pixels that the record says were imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from storage.apart import at_rest
from storage.apart.image_list import names_apart
from storage.errors import RecordDamaged
from storage.files.layout import IMAGES_FOLDER
from storage.index import index_tables, pixel_digests
from storage.record.snapshot import still_view
from storage.records import SeriesRecord, VisitRecord

_NEXT = (
    "Somebody changed them, or the disk is failing. Put images/ back from a copy that you trust, or import the series "
    "into a new study"
)


class PixelAudit(Struct, frozen=True):
    """How many `series` hold the pixels of the record, of `bytes` in all, and how many have nothing `unknown` there.

    `here`: whether there is a folder of images at all; a record that is looked at alone has none. `strange`: the files
    in it that no series has; nothing reads them. `apart`: series of which images lie apart and haven't come yet.
    """

    series: int
    unknown: int
    bytes: int
    here: bool = True
    strange: tuple[str, ...] = ()
    apart: int = 0


class Unlike(Struct, frozen=True):
    """A series that doesn't hold the pixels of the record, and in what."""

    subject: str
    visit: int
    series: str
    why: str


def audit_pixels(study: Path, progress: Callable[[int, int, str], None] | None = None) -> PixelAudit:
    """Hold every series of the study or copy against the record, whose own audit comes first.

    Raises:
        RecordDamaged: names the first series whose pixels are others, and says how many there are.
    """
    with still_view(study) as (store, _), store.reading() as connection:
        subjects = [(code, index_tables.visits_of(connection, code)) for code in index_tables.subject_codes(connection)]
    found, bad = held_against(subjects, study / IMAGES_FOLDER, progress)
    if bad:
        more = f" ({len(bad)} of {found.series} series)" if len(bad) > 1 else ""
        first = bad[0]
        raise RecordDamaged(
            f"The images{more} aren't those of the record, first {first.subject}, visit {first.visit}, {first.series}: "
            f"{first.why}. {_NEXT}"
        )
    return structs.replace(found, strange=_strange(study / IMAGES_FOLDER, subjects)) if found.here else found


def _strange(images: Path, subjects: Sequence[tuple[str, Sequence[VisitRecord]]]) -> tuple[str, ...]:
    known = {item.file for _, visits in subjects for visit in visits for one in visit.series for item in one.slices}
    here = _lying(os.fspath(images)) if images.is_dir() else ()
    ending = at_rest.suffix(images)
    # of an encrypted file its name in the index; one of another key has none
    return tuple(sorted(name for name in here if name.removesuffix(ending) not in known))


def _lying(folder: str, below: str = "") -> Iterator[str]:
    """The names of all that lies in a folder and isn't a folder, a link to one among them, with `/` between parts."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _lying(entry.path, f"{name}/")
            else:
                yield name


def held_against(
    subjects: Sequence[tuple[str, Sequence[VisitRecord]]],
    images: Path,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[PixelAudit, list[Unlike]]:
    """Read the pixels of these subjects' series in a folder of images; the series whose pixels are others."""
    all_series = [(code, visit.number, one) for code, visits in subjects for visit in visits for one in visit.series]
    coming = names_apart(images.parent)
    to_come = [item for item in all_series if coming and not _has_come(images, item[2], coming)]
    known = [item for item in all_series if item[2].pixels_sha256 and item not in to_come]
    if known and not images.is_dir():
        return PixelAudit(0, len(all_series), 0, here=False), []
    size, bad = 0, list[Unlike]()
    for number, (subject, visit, series) in enumerate(known):
        if progress is not None:
            progress(number, len(known), "pixels")
        try:
            size += pixel_digests.check(images, series)
        except pixel_digests.PixelsUnlike as unlike:
            bad.append(Unlike(subject, visit, f"{series.kind} {series.plane} {series.code}", str(unlike)))
    unknown = len(all_series) - len(known) - len(to_come)
    return PixelAudit(len(known), unknown, size, apart=len(to_come)), bad


def _has_come(images: Path, series: SeriesRecord, coming: frozenset[str]) -> bool:
    """Whether no image of a series is still to come; one that is missing and isn't to come is damage."""
    rest = at_rest.of(images)
    return not any(
        item.file in coming
        and not os.path.lexists(images / item.file)
        and not (rest is not None and os.path.lexists(rest.path(str(images), item.file)))
        for item in series.slices
    )
