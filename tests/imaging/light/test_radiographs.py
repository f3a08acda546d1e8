"""Radiographs in one light: what a detector and its processing made otherwise is undone, an ill hand isn't."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from storage.records import SeriesRecord
from tests.builders.series import a_series
from workstation.imaging.light.lit import Lit, Scale
from workstation.imaging.light.matching import lit
from workstation.imaging.light.radiographs import ALONE, ANOTHER_PART, NO_LIMB, OTHER_GREYS
from workstation.phantom.radiographs.films import FOOT, HAND, film
from workstation.phantom.radiographs.illness import drawn

PA = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
ROWS = 500


def films(seed: int, view: tuple[str, str] = (HAND, "R")) -> tuple[NDArray[Any], NDArray[Any]]:
    """One person's at both visits: laid anew, healthy and with every grade."""
    random = np.random.default_rng(seed)
    found = [film(view, ill, 1.0, ROWS, random).values.astype(np.float64) for ill in drawn(random, every_grade=True)]
    return found[0], found[1]


class Pair:
    """Both visits' series and pixels, with the light that they are shown in."""

    def __init__(self, images: Path, one: NDArray[Any], other: NDArray[Any], **said: tuple[Any, Any]) -> None:
        kinds = said.get("kinds", ("RHAND", "RHAND"))
        inverted = said.get("inverted", (False, False))
        self.series: list[SeriesRecord] = []
        self.volumes: dict[str, NDArray[Any]] = {}
        for visit, (values, kind, turned) in enumerate(zip((one, other), kinds, inverted, strict=True)):
            volume = np.clip(np.rint(values), 0, 65535).astype(np.uint16)[np.newaxis]
            series = a_series(
                images, f"R{visit}", kind, "PA", orientation=PA, slices=1, volume=volume,
                rows=volume.shape[1], columns=volume.shape[2], spacing_mm=(0.5, 0.5), inverted=turned,
            )  # fmt: skip
            self.series.append(series)
            self.volumes[series.code] = volume
        self.lights = lit([self.series[0]], [self.series[1]], self.volumes)

    def light(self, visit: int) -> Lit:
        return self.lights[self.series[visit].code]

    def grey(self, visit: int, value: float) -> float:
        """Of a stored value, 0 black to 1 white, as it is shown."""
        light = self.light(visit)
        part = (value - light.low) / (light.high - light.low)
        return 1 - part if self.series[visit].inverted else part


@pytest.mark.parametrize("view", [(HAND, "R"), (FOOT, "R")])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("gain", "shift"), [(1.0, 0.0), (1.6, 300.0), (0.6, 900.0), (3.0, -200.0)])
def test_the_same_tissue_has_the_same_grey_whatever_gain_and_offset_and_however_ill(
    tmp_path: Path, view: tuple[str, str], seed: int, gain: float, shift: float
) -> None:
    one, other = films(seed, view)

    pair = Pair(tmp_path, one, other * gain + shift)

    assert not pair.light(1).why_not
    assert pair.light(0).gain == 1.0
    # soft tissue, spongy and dense bone of the healthy film
    for value in np.percentile(one[one > np.percentile(one, 55)], [10, 50, 90]):
        assert pair.grey(1, value * gain + shift) == pytest.approx(pair.grey(0, value), abs=0.03)


def test_bone_isnt_cut_off_white_at_either_visit(tmp_path: Path) -> None:
    one, other = films(4)

    pair = Pair(tmp_path, one, other * 1.4 + 100)

    for visit in (0, 1):
        light, values = pair.light(visit), pair.volumes[f"R{visit}"]
        assert (values > light.high).mean() < 0.002


def test_a_film_stored_the_other_way_round_is_matched_too(tmp_path: Path) -> None:
    one, other = films(5)

    pair = Pair(tmp_path, one, 20000 - other * 2, inverted=(False, True))

    assert not pair.light(1).why_not
    middle = float(np.percentile(one[one > np.percentile(one, 55)], 50))
    assert pair.grey(1, 20000 - middle * 2) == pytest.approx(pair.grey(0, middle), abs=0.03)


def test_the_same_numbers_are_those_that_are_stored(tmp_path: Path) -> None:
    one, other = films(6)

    pair = Pair(tmp_path, one, other * 1.6)

    first, second = pair.light(0), pair.light(1)
    assert (second.equal_low, second.equal_high) == (first.low, first.high)


def test_a_collimators_shadow_and_a_marker_of_lead_change_little(tmp_path: Path) -> None:
    one, other = films(7)
    covered = other.copy()
    covered[:, :30] = covered[:, -25:] = covered[:40] = 4095
    covered[60:85, 60:80] = 4095

    plain, shadowed = (Pair(tmp_path, one, values * 1.3).light(1) for values in (other, covered))

    assert not shadowed.why_not
    assert shadowed.gain == pytest.approx(plain.gain, rel=0.05)


def half_of_it(values: NDArray[Any]) -> NDArray[Any]:
    shown: NDArray[Any] = values[: ROWS // 3]
    return shown


def curved(values: NDArray[Any]) -> NDArray[Any]:
    """As a table that is no straight line makes it."""
    top = values.max()
    bent: NDArray[Any] = top * (values / top) ** 2
    return bent


def nothing(values: NDArray[Any]) -> NDArray[Any]:
    return np.full_like(values, 700.0)


@pytest.mark.parametrize(("made", "why"), [(half_of_it, ANOTHER_PART), (curved, OTHER_GREYS), (nothing, NO_LIMB)])
def test_where_it_isnt_sure_nothing_is_matched_and_it_says_why(
    tmp_path: Path, made: Callable[[NDArray[Any]], NDArray[Any]], why: str
) -> None:
    one, other = films(8)

    pair = Pair(tmp_path, one, made(other))

    for visit in (0, 1):
        light, series = pair.light(visit), pair.series[visit]
        assert light.why_not == why
        assert light.low == series.window_low, "as it is opened today"


def test_a_hand_isnt_matched_with_a_foot(tmp_path: Path) -> None:
    pair = Pair(tmp_path, films(9)[0], films(9, (FOOT, "R"))[0], kinds=("RHAND", "RFOOT"))

    assert {pair.light(0).why_not, pair.light(1).why_not} == {ALONE}


def test_the_light_follows_from_the_pixels_alone(tmp_path: Path) -> None:
    one, other = films(10)

    assert Pair(tmp_path, one, other).lights == Pair(tmp_path, one, other).lights


def test_signal_and_stored_values_are_each_others_inverse() -> None:
    assert Scale(100.0, -1.0).stored(Scale(100.0, -1.0).signal(30.0)) == 30.0
