"""Images that show no wrist: each is lit somehow, and nothing fails on the way."""

from __future__ import annotations

from itertools import product
from math import isfinite
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.values import replace
from storage.records import SeriesRecord
from tests.builders.cases import a_series
from workstation.imaging.light.matching import lit

SHAPE = (5, 17, 17)
RANDOM = np.random.default_rng(1)
ONE_POINT = np.zeros(SHAPE, np.uint16)
ONE_POINT[2, 8, 8] = 4000
ODD: dict[str, NDArray[Any]] = {
    "nothing": np.zeros(SHAPE, np.uint16),
    "one value": np.full(SHAPE, 700, np.uint16),
    "the highest value": np.full(SHAPE, 65_535, np.uint16),
    "one point": ONE_POINT,
    "noise": RANDOM.integers(0, 4_000, SHAPE, np.uint16),
    "noise about zero": RANDOM.integers(-900, 900, SHAPE, np.int16),
}


def a_visit(number: int, pixels: NDArray[Any], *, inverted: bool = False) -> tuple[SeriesRecord, ...]:
    """T1 and T2FS with the same pixels."""
    return tuple(
        replace(
            a_series(f"{number}{kind}", kind, slices=SHAPE[0], size=SHAPE[1]),
            dtype=str(pixels.dtype),
            minimum=int(pixels.min()),
            maximum=int(pixels.max()),
            inverted=inverted,
        )
        for kind in ("T1", "T2FS")
    )


@pytest.mark.parametrize(("one", "other"), list(product(ODD, ODD)))
def test_images_without_a_wrist_get_windows_that_can_be_shown(one: str, other: str) -> None:
    first, second = a_visit(1, ODD[one]), a_visit(2, ODD[other], inverted=True)
    volumes = {series.code: ODD[one] for series in first} | {series.code: ODD[other] for series in second}

    lights = lit(first, second, volumes)

    assert len(lights) == len(volumes)
    for light in lights.values():
        assert light.why_not
        assert all(map(isfinite, (light.low, light.high, light.equal_low, light.equal_high)))
        assert light.high > light.low


def test_a_pair_without_a_follow_up_is_lit() -> None:
    first = a_visit(1, ODD["noise"])

    lights = lit(first, (), {series.code: ODD["noise"] for series in first})

    assert {light.why_not for light in lights.values()} == {"only at this visit"}
