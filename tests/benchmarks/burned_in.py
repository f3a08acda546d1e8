"""Rates of text found in pixels, and of anatomy taken for it, on the sample and on real scanners' files.

    python -m tests.benchmarks.burned_in [--chinese FONT] [FOLDER ...]

Three measures: typed text and a pen's line over the anatomy of the sample; 600 names planted at random; and series
without text: as they are, each of their images alone, and 400 made hard. FOLDER: more series without text. The rates
stand in docs/coordinator.md. Nothing was tuned on the sample, nor on this set of fonts and names.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.builders.burned_text import drawn
from tests.builders.hard_pictures import hard_pictures
from tests.builders.planted_text import planted
from tests.intake.deidentify.test_burned_in_text import ROOT, volumes
from tests.real_files import EXPECTED, FOLDER
from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.burned_in_text import TextSearch

Volume = NDArray[Any]
SIZES = (8, 13, 18)
GREYS = {"white": 1.6, "as bright as tissue": 0.8, "black": 0.0}
WORDS = "DOE JANE 1970"


def _found(volume: Iterable[Volume]) -> tuple[Region, ...]:
    search = TextSearch(inverted=False)
    for values in volume:
        search.add(values)
    return search.found()


def _bright(volume: Volume) -> float:
    return float(np.percentile(volume, 99.5))


def _typed(volume: Volume, size: int, grey: float, slices: slice) -> tuple[Volume, tuple[int, int]]:
    """Text over the middle of the anatomy, on those slices."""
    corner = (volume.shape[1] // 2, volume.shape[2] // 3)
    after = volume.copy()
    after[slices] = drawn(volume[slices], corner, size, grey * _bright(volume), WORDS)
    return after, corner


def _written(volume: Volume, grey: float, slices: slice) -> tuple[Volume, tuple[int, int]]:
    """A pen's line in loops over the middle, as a name written by hand."""
    corner = (volume.shape[1] // 2, volume.shape[2] // 3)
    along = np.linspace(0, 60, 200)
    points = [(corner[1] + x + 4 * np.sin(x), corner[0] + 7 * np.sin(1.3 * x) * np.cos(0.4 * x)) for x in along]
    mask = Image.new("1", (volume.shape[2], volume.shape[1]), 0)
    ImageDraw.Draw(mask).line(points, fill=1, width=2)
    after = volume.copy()
    after[slices] = np.where(np.asarray(mask), grey * _bright(volume), volume[slices]).astype(volume.dtype)
    return after, corner


def _share(
    sample: dict[str, Volume], make: Callable[[Volume], list[tuple[Volume, tuple[int, int]]]]
) -> tuple[int, int]:
    """(found, drawn): a region must hold the place where the text begins, or lie within ten pixels of it."""
    hits = total = 0
    for volume in sample.values():
        for after, (row, column) in make(volume):
            total += 1
            hits += any(
                box.row - 10 <= row <= box.row + box.rows + 10
                and box.column - 10 <= column + 20 <= box.column + box.columns + 10
                for box in _found(after)
            )
    return hits, total


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chinese", type=Path, help="a font with Chinese and Japanese characters")
    parser.add_argument("folders", nargs="*")
    arguments = parser.parse_args()
    sample = volumes(ROOT / "sample_dicom")
    for name, where in (("every slice", slice(None)), ("one slice", slice(9, 10)), ("two slices", slice(9, 11))):
        for look, grey in GREYS.items():
            typed = _share(sample, lambda v, g=grey, w=where: [_typed(v, size, g, w) for size in SIZES])  # type: ignore[misc] # bound now
            by_hand = _share(sample, lambda v, g=grey, w=where: [_written(v, g, w)])  # type: ignore[misc] # bound now
            _say(f"over anatomy, {name}, {look}: typed {typed[0]} of {typed[1]}, by hand {by_hand[0]} of {by_hand[1]}")
    real = _real()
    _say_planted("planted, the sample", sample, arguments.chinese)
    if real:
        _say_planted("planted, real scanners", real, arguments.chinese)
    folders = {folder.name: volumes(folder) for folder in map(Path, arguments.folders)}
    for name, series in {"the sample": sample, "real scanners": real, **folders}.items():
        if series:
            _say_alarms(name, series)


def _real() -> dict[str, Volume]:
    """Series of real scanners that hold pictures of something; those of `dicom2nifti` hold noise for pixels."""
    names = ("hazen", "dcm_qa_philips", "dcm_qa_deident", "ibsi_sts")
    return volumes(*(FOLDER / folder for folder in names)) if EXPECTED.exists() else {}


def _say_planted(name: str, series: dict[str, Volume], chinese: Path | None = None) -> None:
    tally: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for item in planted(series, 600, seed=6, chinese=chinese):
        hit = any(item.is_touched(box.row, box.column, box.rows, box.columns) for box in _found(item.volume))
        for kind, value in {"all": "all", **item.kinds}.items():
            tally[item.kinds["where"], kind, value].append(hit)
    for (where, kind, value), hits in sorted(tally.items()):
        if kind != "where":
            _say(f"{name}, {where}: {kind} {value}: {sum(hits)} of {len(hits)}")


def _say_alarms(name: str, series: dict[str, Volume]) -> None:
    start = time.process_time()
    wrong = [uid for uid, volume in series.items() if _found(volume)]
    taken = (time.process_time() - start) / len(series)
    alone = [bool(_found(volume[number : number + 1])) for volume in series.values() for number in range(len(volume))]
    hard = [bool(_found(volume)) for volume, _ in hard_pictures(series, 400, seed=22)]
    _say(
        f"false alarms, {name}: {len(wrong)} of {len(series)} series ({1000 * taken:.0f} ms each), "
        f"{sum(alone)} of {len(alone)} images alone, {sum(hard)} of {len(hard)} made hard"
    )


if __name__ == "__main__":
    main()
