"""Truth of typical pictures at two resolutions: what is counted in voxels differs by what partial volume explains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom import labels
from workstation.phantom.acquiring import points
from workstation.phantom.counting import count, together
from workstation.phantom.lesions import CAPSULES, READING_ORDER
from workstation.phantom.people import Scan, pair
from workstation.phantom.protocol import FIELD_OF_VIEW_MM, Layout
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.surveying import survey

TYPICAL = EFFECTS[Difficulty.TYPICAL]
COARSE, FINE = 48, 120
PARTS = 2
Key = tuple[str, str]

# Which labels are a site's whole, and which of them are ill, by feature: first labels, in the order of the sites.
_OF = {
    "OST": ("COR", READING_ORDER, (labels.BONE_FROM, labels.EROSION_FROM, labels.OEDEMA_FROM), labels.OEDEMA_FROM),
    "ERO": ("COR", READING_ORDER, (labels.BONE_FROM, labels.OEDEMA_FROM, labels.EROSION_FROM), labels.EROSION_FROM),
    "SYN": ("AX", tuple(CAPSULES), (labels.SPACE_FROM, labels.SYNOVITIS_FROM), labels.SYNOVITIS_FROM),
}


@pytest.fixture(scope="module")
def visits() -> tuple[Scan, Scan]:
    """A follow-up with bent joints in voxels of two sizes; the hand is the same."""
    coarse = pair(3, 1, COARSE, effects=TYPICAL).scans[1]
    layouts = {plane: replace(laid, size=FINE, first=_first(laid, FINE)) for plane, laid in coarse.layouts.items()}
    return coarse, replace(coarse, layouts=layouts)


def _first(layout: Layout, size: int) -> NDArray[np.float64]:
    """Centre of the first voxel of the same field in so many."""
    off = (FIELD_OF_VIEW_MM / size - layout.pixel_mm) / 2
    first: NDArray[np.float64] = layout.first + off * (layout.right + layout.down)
    return first


def counted(scan: Scan, plane: str) -> dict[Key, float]:
    """Quantities in the voxels' centres, as truth.csv has them."""
    layout, pixel = scan.layouts[plane], scan.layouts[plane].pixel_mm / scan.hand.skeleton.size
    sheets = [survey(scan.hand, points(scan.hand, layout, index), pixel) for index in range(layout.slices)]
    return together([count(scan.hand, sheet.at, sheet.distances) for sheet in sheets if sheet is not None])


def parts_of_voxels(scan: Scan, plane: str) -> NDArray[np.uint8]:
    """Labels of the parts of each voxel: (slice, part, row, part, column, part)."""
    layout = scan.layouts[plane]
    finer = replace(layout, size=PARTS * layout.size, first=_first(layout, PARTS * layout.size))
    places = [(step + 0.5) / PARTS - 0.5 for step in range(PARTS * layout.slices)]
    sheets = [labels.labelled(scan.hand, replace(finer, first=finer.position(place)), 0) for place in places]
    shape = (layout.slices, PARTS, layout.size, PARTS, layout.size, PARTS)
    return np.stack(sheets).reshape(shape)


def standard_errors(parts: NDArray[np.uint8], feature: str) -> dict[Key, float]:
    """By site that lies whole in the stack the share's error when a voxel that a border cuts is all or nothing.

    A border lies anywhere in a voxel, so that the voxel's share is off by up to a half either way, as likely one as
    another: a variance of one twelfth each (that of an even distribution).
    """
    _, sites, of_whole, ill = _OF[feature]
    found = {}
    for k, site in enumerate(sites):
        whole = np.isin(parts, [first + k for first in of_whole]).mean(axis=(1, 3, 5))
        sick = (parts == ill + k).mean(axis=(1, 3, 5))
        cut, edge = ((share > 0) & (share < 1) for share in (sick, whole))
        # what goes on beyond the stack, as the space of the distal joint can, is counted in part
        if whole.sum() and sick.sum() and not (whole[[0, -1]].any() or whole[:, [0, -1]].any()):
            share = sick.sum() / whole.sum()
            found[feature, site] = float(np.sqrt((cut.sum() + share**2 * edge.sum()) / 12) / whole.sum())
    return found


def test_shares_are_off_by_no_more_than_partial_volume_and_by_less_in_finer_voxels(visits: tuple[Scan, Scan]) -> None:
    off: dict[int, list[float]] = {COARSE: [], FINE: []}
    expected: dict[int, list[float]] = {COARSE: [], FINE: []}
    for scan, size in zip(visits, off, strict=True):
        true = scan.hand.lesions.quantities()
        parts = {plane: parts_of_voxels(scan, plane) for plane in scan.layouts}
        for feature, (plane, *_) in _OF.items():
            found = counted(scan, plane)
            for key, error in standard_errors(parts[plane], feature).items():
                off[size].append(found[key] - true[key])
                expected[size].append(error)
                # three standard errors, and what the model's own grid of half a millimetre rounds
                assert abs(off[size][-1]) < 3 * error + 0.01, (size, key, found[key], true[key], error)
    for size, errors in off.items():
        assert len(errors) > 10
        assert np.sqrt(np.mean(np.square(errors))) < 1.2 * np.sqrt(np.mean(np.square(expected[size]))) + 0.005, size
        # neither more nor less in the mean
        assert abs(np.mean(errors)) < 0.015, size
    assert np.sqrt(np.mean(np.square(off[FINE]))) < np.sqrt(np.mean(np.square(off[COARSE])))


def test_a_sheath_is_counted_no_wider_than_it_is_and_less_by_a_voxel_at_most(visits: tuple[Scan, Scan]) -> None:
    for scan in visits:
        layout, found = scan.layouts["AX"], counted(scan, "AX")
        true = scan.hand.lesions.quantities()
        sheaths = scan.hand.lesions.sheaths
        assert sheaths
        for area, sheath in sheaths.items():
            # between two slices it may be widest: it narrows by this much in half their distance
            away = 0.5 * layout.spacing_mm / (sheath.reach_mm * scan.hand.skeleton.size)
            narrower = true["TEN", area] * (1 - (1 - away**2) ** 0.75)
            width = found["TEN", area]
            assert width <= true["TEN", area] + 0.01
            assert width >= true["TEN", area] - narrower - layout.pixel_mm * 2**0.5 - 0.15, (area, layout.size)
