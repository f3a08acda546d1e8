"""Audit of the images: whether the files hold the pixels that the record says were imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from storage.errors import RecordDamaged
from storage.files.layout import IMAGES_FOLDER
from storage.index import index_tables, pixel_digests
from storage.record.snapshot import still_view

_NEXT = (
    "Somebody changed them, or the disk is failing. Put images/ back from a copy that you trust, or import the series "
    "into a new study"
)


class PixelAudit(Struct, frozen=True):
    """How many `series` hold the pixels of the record, of `bytes` in all, and how many have nothing `unknown` there.

    `here`: whether there is a folder of images at all; a record that is looked at alone has none.
    """

    series: int
    unknown: int
    bytes: int
    here: bool = True


def audit_pixels(study: Path, progress: Callable[[int, int, str], None] | None = None) -> PixelAudit:
    """Hold every series of the study or copy against the record, whose own audit comes first.

    Raises:
        RecordDamaged: names the first series whose pixels are others, and says how many there are.
    """
    with still_view(study) as (store, _), store.reading() as connection:
        subjects = [(code, index_tables.visits_of(connection, code)) for code in index_tables.subject_codes(connection)]
    all_series = [(code, visit.number, one) for code, visits in subjects for visit in visits for one in visit.series]
    known = [item for item in all_series if item[2].pixels_sha256]
    unknown, images = len(all_series) - len(known), study / IMAGES_FOLDER
    if known and not images.is_dir():
        return PixelAudit(0, len(all_series), 0, here=False)
    size, bad = 0, []
    for number, (subject, visit, series) in enumerate(known):
        if progress is not None:
            progress(number, len(known), "pixels")
        try:
            size += pixel_digests.check(images, series)
        except pixel_digests.PixelsUnlike as unlike:
            bad.append(f"{subject}, visit {visit}, {series.kind} {series.plane} {series.code}: {unlike}")
    if bad:
        more = f" ({len(bad)} of {len(known)} series)" if len(bad) > 1 else ""
        raise RecordDamaged(f"The images{more} aren't those of the record, first {bad[0]}. {_NEXT}")
    return PixelAudit(len(known), unknown, size)
