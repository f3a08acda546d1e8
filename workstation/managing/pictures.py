"""Small pictures of series: of the study from its blinded files, of those that wait from the scans, never from disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.worklists.overview import SeriesGlance
from workstation.imaging.shown import as_shown
from workstation.intake.deidentify.blind import Disguise
from workstation.intake.files.archives import archives_open
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.pixels.decode import Decoder, Stored
from workstation.intake.pixels.padding import without_padding
from workstation.intake.pixels.source import PixelSource

Picture = NDArray[np.uint8]
WINDOW = (1.0, 99.5)
# the square root: faint writing in dark air is lifted to where an eye finds it
LIFTED = np.sqrt(np.arange(256) * 255.0).astype(np.uint8)


def middle_slice(images: Path, series: SeriesGlance) -> Picture | None:
    """The middle slice of a series of the study as readers see it, (row, column); None when its file isn't whole."""
    dtype = np.dtype(series.dtype).newbyteorder("<")
    count = series.rows * series.columns
    try:
        values = np.fromfile(images / series.file, dtype, count, offset=series.pixel_offset)
        picture = values.reshape(series.rows, series.columns)
    except (OSError, ValueError):
        return None
    (seen,) = as_shown(picture[np.newaxis], series)
    return shown(seen, series.window_low, series.window_high, inverted=series.inverted)


def over_all_slices(images: Path, series: SeriesRecord) -> tuple[Picture, Picture] | None:
    """The highest and the lowest value of each pixel over all slices of a series of the study: bright text on any slice
    stands in the one, dark text in the other. None when a file isn't whole.
    """
    dtype = np.dtype(series.dtype).newbyteorder("<")
    count, shape = series.rows * series.columns, (series.rows, series.columns)
    highest = lowest = None
    try:
        for item in series.slices:
            stored = np.fromfile(images / item.file, dtype, count, offset=item.pixel_offset).reshape(shape)
            values = without_padding(stored, series.padding, inverted=series.inverted)
            highest = values if highest is None else np.maximum(highest, values)
            lowest = values if lowest is None else np.minimum(lowest, values)
    except (OSError, ValueError):
        return None
    if highest is None or lowest is None:
        return None
    pictures = []
    for values in (lowest, highest) if series.inverted else (highest, lowest):
        low = float(np.percentile(values, WINDOW[0]))
        # up to the highest value there is: writing brighter than any tissue mustn't be as white as fat
        pictures.append(LIFTED[shown(values, low, float(values.max()), inverted=series.inverted)])
    return pictures[0], pictures[1]


def brightest(study: CoordinatorStudy, series: str) -> Picture | None:
    """The highest value of each pixel over all slices of a series that waits, so that text on any slice is seen.

    None when its scans aren't where they were.
    """
    highest = None
    inverted = False
    for values, inverted in slices_of_held(study, series):
        merge = np.minimum if inverted else np.maximum
        highest = values.copy() if highest is None else merge(highest, values)
    if highest is None:
        return None
    low, high = np.percentile(highest, WINDOW)
    return shown(highest, float(low), float(high), inverted=inverted)


def slices_of_held(study: CoordinatorStudy, series: str) -> Iterator[tuple[Stored, bool]]:
    """The slices of a series that waits, all of one shape, and whether they are MONOCHROME1; none without scans.

    Read from the scans. Nothing of it is written anywhere.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for source in study.vault.sources():
        if source.series_code == series:
            wanted[source.path].add(source.slice_uid)
    disguise = Disguise(study.vault.secret)
    shape = None
    with quiet(), archives_open(), Decoder() as decoder:
        pixels = PixelSource(decoder)
        for path, uids in sorted(wanted.items()):
            found = scan(Path(path))
            for frame in found.frames if isinstance(found, Scanned) else ():
                if disguise.uid("slice", frame.facts.sop_uid, str(frame.index)) not in uids:
                    continue
                values = pixels.values(frame)
                if values is None or (shape is not None and shape != values.shape):
                    continue
                shape, inverted = values.shape, frame.facts.layout.inverted
                yield without_padding(values, frame.facts.layout.padding, inverted=inverted), inverted


def shown(values: NDArray[np.generic], low: float, high: float, *, inverted: bool) -> Picture:
    """Values between these two as grey, (row, column)."""
    width = max(high - low, 1.0)
    grey = np.clip((values.astype(np.float32) - low) * (255.0 / width), 0, 255).astype(np.uint8)
    return np.asarray(255 - grey if inverted else grey)
