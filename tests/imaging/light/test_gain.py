"""The most frequent ratio, and the threshold of tissue: what lesions shift, and what they don't."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.imaging.light.gain import LEAST_VOXELS, Gain, most_frequent
from workstation.imaging.light.tissue import otsu


def test_the_gain_of_what_did_not_change_stands_though_four_in_ten_changed() -> None:
    random = np.random.default_rng(7)
    same = random.normal(0.31, 0.15, 6_000)
    ill = random.normal(1.2, 0.4, 4_000)

    found, voxels = most_frequent(np.concatenate((same, ill)).astype(np.float32))

    assert found == pytest.approx(0.31, abs=0.01)
    assert 5_000 < voxels < 7_000


def test_no_ratios_give_no_gain_and_no_voxels() -> None:
    assert most_frequent(np.empty(0, np.float32)) == (0.0, 0)


def test_a_gain_on_little_tissue_is_doubted() -> None:
    assert not Gain(0.1, LEAST_VOXELS, 0.02).doubt
    assert "needed" in Gain(0.1, LEAST_VOXELS - 1, 0.02).doubt


def test_a_gain_whose_directions_differ_is_doubted() -> None:
    assert "uncertain by 12%" in Gain(0.1, 9_000, -0.12).doubt
    assert Gain(0.1, 9_000, float("nan")).doubt


def test_a_gain_that_no_two_scans_have_is_doubted() -> None:
    assert Gain(1.7, 9_000, 0.0).doubt
    assert Gain(-1.7, 9_000, 0.0).doubt


@pytest.mark.parametrize("value", [0.0, 1.0, 700.0])
def test_values_that_are_all_one_are_not_parted(value: float) -> None:
    assert otsu(np.full((4, 20, 20), value, np.float32)) == 0


def test_the_threshold_lies_between_two_brightnesses() -> None:
    values = np.repeat(np.array([20.0, 500.0], np.float32), 1_000)

    assert 20 < otsu(values) < 500
