"""Rates of text found in pixels, and of anatomy taken for it, on the sample and on real scanners' files.

    python -m tests.benchmarks.burned_in

Text is drawn into each series of the sample by Pillow; handwriting is a pen's line. The rates stand in
docs/coordinator.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.builders.burned_text import drawn
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


def _holds(box: Region, row: int, column: int) -> bool:
    near = 10
    return (
        box.row - near <= row <= box.row + box.rows + near
        and box.column - near <= column <= box.column + box.columns + near
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print rates."""
    sample = volumes(ROOT / "sample_dicom")
    for name, where in (("every slice", slice(None)), ("one slice", slice(9, 10)), ("two slices", slice(9, 11))):
        for look, grey in GREYS.items():
            typed = _share(sample, lambda v, g=grey, w=where: [_typed(v, size, g, w) for size in SIZES])  # type: ignore[misc] # bound now
            by_hand = _share(sample, lambda v, g=grey, w=where: [_written(v, g, w)])  # type: ignore[misc] # bound now
            _say(f"over anatomy, {name}, {look}: typed {typed[0]} of {typed[1]}, by hand {by_hand[0]} of {by_hand[1]}")
    start = time.perf_counter()
    wrong = {name: _found(volume) for name, volume in sample.items()}
    taken = time.perf_counter() - start
    _say(f"false alarms: {sum(map(bool, wrong.values()))} of {len(wrong)}, {1000 * taken / len(wrong):.0f} ms each")
    if EXPECTED.exists():
        real = volumes(*(FOLDER / folder for folder in ("hazen", "dcm_qa_philips", "dcm_qa_deident", "ibsi_sts")))
        alarms = {name: _found(volume) for name, volume in real.items()}
        _say(f"false alarms, real scanners: {sum(map(bool, alarms.values()))} of {len(alarms)} series")
    for folder in map(Path, sys.argv[1:]):
        found = [_found(volume) for volume in volumes(folder).values()]
        _say(f"false alarms, {folder.name}: {sum(map(bool, found))} of {len(found)} series")


if __name__ == "__main__":
    main()
