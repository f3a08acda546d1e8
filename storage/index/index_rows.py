"""The image index of a subject from rows to frozen values, for SQLAlchemy and for SQLite alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from storage.records import SeriesRecord, SliceRecord, VisitRecord

Row = Mapping[str, Any]

# each takes `subject`; slices in their order along the normal, series and visits in theirs
IMAGES: Final = (
    "SELECT image.series, image.uid, image.file, image.pixel_offset, image.x_mm, image.y_mm, image.z_mm FROM image "
    "JOIN series ON series.code = image.series WHERE series.subject = :subject ORDER BY image.series, image.position"
)
SERIES: Final = "SELECT * FROM series WHERE subject = :subject ORDER BY position"
VISITS: Final = "SELECT number, side FROM visit WHERE subject = :subject ORDER BY number"


def visits_in(images: Iterable[Row], series: Iterable[Row], visits: Iterable[Row]) -> tuple[VisitRecord, ...]:
    """The visits that the rows of IMAGES, SERIES and VISITS tell of, as SQLite holds them."""
    slices: dict[str, list[SliceRecord]] = defaultdict(list)
    for row in images:
        position = (row["x_mm"], row["y_mm"], row["z_mm"])
        slices[row["series"]].append(SliceRecord(row["uid"], row["file"], row["pixel_offset"], position))
    stacks: dict[int, list[SeriesRecord]] = defaultdict(list)
    for row in series:
        stacks[row["visit"]].append(_series(row, tuple(slices[row["code"]])))
    return tuple(VisitRecord(row["number"], tuple(stacks[row["number"]]), row["side"] or "") for row in visits)


def _series(row: Row, slices: tuple[SliceRecord, ...]) -> SeriesRecord:
    x, y, z, u, v, w = (float(value) for value in msgspec.json.decode(row["orientation"]))
    return SeriesRecord(
        code=row["code"],
        kind=row["kind"],
        plane=row["plane"],
        frame=row["frame"],
        rows=row["rows"],
        columns=row["columns"],
        pixel_spacing_mm=(row["row_spacing_mm"], row["column_spacing_mm"]),
        slice_spacing_mm=row["slice_spacing_mm"],
        orientation=(x, y, z, u, v, w),
        dtype=row["dtype"],
        inverted=bool(row["inverted"]),
        minimum=row["minimum"],
        maximum=row["maximum"],
        window_low=row["window_low"],
        window_high=row["window_high"],
        slices=slices,
        padding=padding_in(row["padding"]),
        pixels_sha256=row["pixels_sha256"] or "",
        turn=row["turn"] or "",
    )


def padding_in(text: str | None) -> tuple[tuple[int, int], ...]:
    """The ranges of padding as the index holds them."""
    return msgspec.json.decode(text, type=tuple[tuple[int, int], ...]) if text else ()
