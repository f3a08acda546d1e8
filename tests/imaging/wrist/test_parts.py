"""Parts of a mask are those that a labelling voxel by voxel gives (SciPy's, as the other opinion)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from workstation.imaging.wrist.parts import Part, parts


@pytest.mark.parametrize("share", [0.02, 0.2, 0.35, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("shape", [(1, 9, 9), (6, 17, 5), (12, 20, 30)])
def test_parts_are_those_of_another_program(share: float, shape: tuple[int, int, int]) -> None:
    random = np.random.default_rng(round(share * 100))
    mask = random.random(shape) < share
    seeds = mask & (random.random(shape) < 0.3)

    labels, _ = ndimage.label(mask)
    theirs = []
    for number, (_, rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        held = int((seeds & (labels == number)).sum())
        if held:
            theirs.append(Part(held, rows.start, rows.stop, columns.start, columns.stop))

    def order(part: Part) -> tuple[int, ...]:
        return (part.seeds, part.first_row, part.end_row, part.first_column, part.end_column)

    assert sorted(parts(mask, seeds), key=order) == sorted(theirs, key=order)


def test_a_long_winding_part_is_one() -> None:
    # a snake through all rows: each run meets the next at one end alone
    mask = np.zeros((1, 41, 30), np.bool_)
    mask[0, ::2] = True
    mask[0, 1::4, -1] = mask[0, 3::4, 0] = True

    assert parts(mask, mask) == [Part(int(mask.sum()), 0, 41, 0, 30)]


def test_an_empty_mask_has_no_part() -> None:
    nothing = np.zeros((3, 4, 5), np.bool_)

    assert parts(nothing, nothing) == []
