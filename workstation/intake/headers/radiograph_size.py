"""Size of a pixel of a radiograph: what the header says, or what plate, field or detector lets one expect.

Sources: PS3.3 C.8.11.7 (DX), C.8.1.2 (CR Image Module: CassetteSize), 10.7.1.3 (pixel spacing).
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

from pydicom.dataset import Dataset

from workstation.intake.frames import LEAST_MM, MOST_MM
from workstation.intake.headers import tags

# of the detector; a digitised film has the third
SPACINGS: Final = ("ImagerPixelSpacing", "PixelSpacing", "NominalScannedPixelSpacing")
# what a pixel of a plate is taken for where nothing tells, until somebody says it
UNSIZED_MM: Final = 0.1
_CASSETTE: Final = re.compile(r"(\d+(?:\.\d+)?) ?(CM|IN) ?X ?(\d+(?:\.\d+)?) ?(CM|IN)")
_MM: Final = {"CM": 10.0, "IN": 25.4}
Hint = tuple[str, float]


def spacing_of(parts: tuple[Dataset, ...]) -> tuple[float, float] | None:
    """Millimetres at the detector of a row and of a column, so that both visits are measured alike.

    None where nothing is said, or what no plate has: another unit, or damage.
    """
    for keyword in SPACINGS:
        for part in parts:
            match tags.numbers(part, keyword):
                case (row, column) if min(row, column) >= LEAST_MM and max(row, column) <= MOST_MM:
                    return (row, column)
    return None


def detector_mm(parts: tuple[Dataset, ...], expected: tuple[Hint, ...]) -> tuple[float, float]:
    """What `spacing_of` says, else the likeliest of what is to be expected."""
    likely = expected[0][1] if expected else UNSIZED_MM
    return spacing_of(parts) or (likely, likely)


def hints(dataset: Dataset, rows: int, columns: int) -> tuple[Hint, ...]:
    """What else of a header tells millimetres of a pixel, and how many; the likeliest first, each size once.

    The plate is as large as its name says, and was read whole: what was cut off, or binned, no such word tells.
    """
    named = (
        _of_elements(dataset),
        _of_field(dataset, rows, columns),
        _of_cassette(tags.text(dataset, "CassetteSize"), rows, columns),
    )
    found: dict[float, Hint] = {}
    for how, mm in chain(*named):
        if LEAST_MM <= mm <= MOST_MM:
            found.setdefault(round(mm, 3), (how, mm))
    return tuple(found.values())


def _of_elements(dataset: Dataset) -> tuple[Hint, ...]:
    match tags.numbers(dataset, "DetectorElementSpacing"):
        case (row, column) if row > 0 and row == column:
            return (("DetectorElementSpacing", row),)
    return ()


def _of_field(dataset: Dataset, rows: int, columns: int) -> tuple[Hint, ...]:
    match tags.numbers(dataset, "FieldOfViewDimensions"):
        case (size,) if size > 0:
            return (("FieldOfViewDimensions", size / max(rows, columns)),)
        case (first, second) if first > 0 and second > 0:
            return (("FieldOfViewDimensions", max(first, second) / max(rows, columns)),)
    return ()


def _of_cassette(said: str, rows: int, columns: int) -> tuple[Hint, ...]:
    match = _CASSETTE.fullmatch(said.upper().strip())
    if match is None:
        return ()
    first, unit, second, other = match.groups()
    longest = max(float(first) * _MM[unit], float(second) * _MM[other])
    return ((f"CassetteSize {match[0]}", longest / max(rows, columns)),)
