"""Films of a person: what a detector makes of a drawn skeleton, and each in another way in which real files store it.

Right hand: DX, MONOCHROME2, 12 bits, a window. Left hand: DX, MONOCHROME1, 14 bits, a VOI LUT. Right foot: CR,
MONOCHROME2, 10 bits, a window. Left foot: CR, MONOCHROME1, 16 bits, no window, rescaled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.phantom.radiographs import bones
from workstation.phantom.radiographs.illness import LEFT, Illness
from workstation.phantom.radiographs.projection import Grid, Plane, bites, drawn

HAND, FOOT = "HAND", "FOOT"
# height and width of the film, mm, and where the skeleton's 0 lies on it from the left and from the top
FILMS: Final[Mapping[str, tuple[float, float, float, float]]] = {
    HAND: (250.0, 200.0, 108.0, 195.0),
    FOOT: (240.0, 180.0, 92.0, 135.0),
}
# the light of the beam falls off to one side; blur of the detector, mm; noise, as mm of tissue where 1 mm has it
HEEL, BLUR_MM, NOISE = 0.05, 0.11, 0.22
# mm of tissue that make the darkest and the brightest value
THINNEST_MM, THICKEST_MM = 0.0, 120.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file stores its film."""

    modality: str
    bits: int
    inverted: bool
    shown_by: str


STORED: Final[Mapping[tuple[str, str], Kind]] = {
    (HAND, "R"): Kind("DX", 12, inverted=False, shown_by="window"),
    (HAND, "L"): Kind("DX", 14, inverted=True, shown_by="table"),
    (FOOT, "R"): Kind("CR", 10, inverted=False, shown_by="window"),
    (FOOT, "L"): Kind("CR", 16, inverted=True, shown_by="nothing"),
}


@dataclass(frozen=True, slots=True)
class Film:
    """One picture: stored values (row, column), the size of a pixel, and the mm of tissue that became the extremes."""

    part: str
    side: str
    kind: Kind
    values: NDArray[np.uint16]
    pixel_mm: float
    shown: tuple[float, float]


def film(view: tuple[str, str], illness: Illness, size: float, rows: int, random: np.random.Generator) -> Film:
    """A film of one side.

    Args:
        view: HAND or FOOT, and R or L.
        illness: of the visit.
        size: of the person, 1 is the middle.
        rows: of the picture; columns follow.
        random: of this film.
    """
    part, side = view
    height, width, left, top = FILMS[part]
    pixel = height / rows
    # laid by hand: some millimetres off, some degrees turned
    shift, degrees = random.normal(0, 2.0, 2), float(np.clip(random.normal(0, 2.0), -4, 4))
    grid = Grid(pixel, rows, round(width / pixel), -left - float(shift[0]), top + float(shift[1]))
    grades, narrowed = (illness.erosions, illness.narrowing) if part == HAND else (illness.feet, illness.feet_narrowing)
    mine = {site[2:]: grade for site, grade in grades.items() if site.startswith(side)}
    spaces = {site[2:]: LEFT[grade] for site, grade in narrowed.items() if site.startswith(side)}
    widths = {code: left_over * bones.space_of(code) for code, left_over in spaces.items()}
    skeleton = bones.hand(widths, size) if part == HAND else bones.foot(widths, size)
    tissue = drawn(skeleton, bites(skeleton, mine), grid, random)
    tissue = np.asarray(ndimage.rotate(tissue, degrees, reshape=False, order=1, mode="nearest"), dtype=np.float32)
    # drawn as a right one seen from the back; the left one is its mirror
    tissue = tissue if side == "R" else np.ascontiguousarray(tissue[:, ::-1])
    seen = _seen(tissue, pixel, random)
    kind = STORED[part, side]
    shown = (float(np.percentile(seen, 3)), float(np.percentile(seen, 99.8)))
    return Film(part, side, kind, _values(seen, kind), pixel, shown)


def _seen(tissue: Plane, pixel_mm: float, random: np.random.Generator) -> Plane:
    """With the beam's fall-off, the detector's blur and noise; noise is the larger the less light comes through."""
    rows, columns = tissue.shape
    heel = 1 + HEEL * np.linspace(-1, 1, columns, dtype=np.float32)[np.newaxis, :]
    blurred = ndimage.gaussian_filter(tissue, BLUR_MM / pixel_mm)
    noise = random.normal(size=(rows, columns)).astype(np.float32)
    noise = ndimage.gaussian_filter(noise, 0.6) * (NOISE * np.exp(blurred / 90) * min(1.0, 0.2 / pixel_mm) ** 0.5)
    return np.asarray(blurred + (heel - 1) * 8 + noise + 2.0, dtype=np.float32)


def _values(seen: Plane, kind: Kind) -> NDArray[np.uint16]:
    """Stored values: bone is high, or low where the film is stored as MONOCHROME1."""
    top = (1 << kind.bits) - 1
    part = np.clip((seen - THINNEST_MM) / (THICKEST_MM - THINNEST_MM), 0, 1)
    part = 0.04 + 0.92 * part
    stored = np.rint((1 - part if kind.inverted else part) * top)
    return np.asarray(stored, dtype=np.uint16)


def stored_of(mm: float, kind: Kind) -> float:
    """The stored value of so much tissue."""
    part = 0.04 + 0.92 * min(max((mm - THINNEST_MM) / (THICKEST_MM - THINNEST_MM), 0.0), 1.0)
    return (1 - part if kind.inverted else part) * ((1 << kind.bits) - 1)
