"""A radiograph is reduced from halves of it: the picture is the same to a grey, and little of it is looked at."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.imaging import halving
from workstation.imaging.halving import LARGE, halves_of, reduced_for
from workstation.imaging.resampling import Samples, resample


def a_radiograph(rows: int = 2000, columns: int = 1600, dtype: str = "uint16") -> NDArray[Any]:
    """Smooth as bone is, with an edge and a line of one pixel."""
    down, across = np.mgrid[0:rows, 0:columns]
    values = 20000 + 12000 * np.sin(down / 90) * np.cos(across / 70)
    values[:, 700:] += 9000
    values[1200] += 4000
    made: NDArray[Any] = values.astype(dtype)[np.newaxis]
    return made


def test_each_half_is_the_mean_of_two_by_two_and_an_odd_edge_goes_with_the_one_before() -> None:
    pixels = np.arange(5 * 7, dtype=np.uint16).reshape(5, 7)

    half = halving._half(pixels)

    assert half.tolist() == [[4, 6, 8], [18, 20, 22]]


@pytest.mark.parametrize(("step", "level"), [(0.5, 0), (1.0, 0), (1.99, 0), (2.0, 1), (3.9, 1), (4.0, 2), (5.0, 2)])
def test_the_half_taken_has_a_pixel_for_every_sample(step: float, level: int) -> None:
    halves = halves_of(a_radiograph(4000, 3000), 0)

    pixels, rows, columns = reduced_for(halves, Samples(7.0, step, 10), Samples(3.0, step, 10))

    assert pixels is halves[level]
    assert rows.step == columns.step == step / 2**level
    # the outer edge of the first pixel is 0 in both
    assert (rows.start + 0.5) * 2**level == pytest.approx(7.5)


@pytest.mark.parametrize("step", [2.0, 2.7, 4.9])
def test_what_is_reduced_from_a_half_differs_from_the_whole_by_less_than_a_grey_of_256_nearly_everywhere(
    step: float,
) -> None:
    volume = a_radiograph()
    rows, columns = Samples(2.2, step, int(1900 / step)), Samples(1.7, step, int(1500 / step))

    ours = resample(*reduced_for(halves_of(volume, 0), rows, columns))
    whole = resample(volume[0], rows, columns)

    grey = (float(volume.max()) - float(volume.min())) / 255
    # at an edge of one pixel the two filters differ; an edge stays where it is
    assert np.quantile(np.abs(ours - whole), 0.98) < grey
    assert np.abs(ours.mean() - whole.mean()) < grey / 10
    across = np.abs(np.diff(ours[10])).argmax() - np.abs(np.diff(whole[10])).argmax()
    assert abs(int(across)) <= 1


def test_a_slice_of_an_mri_is_taken_as_it_is() -> None:
    volume = np.zeros((4, 512, 512), np.int16)
    assert volume[0].size < LARGE

    (alone,) = halves_of(volume, 2)

    assert np.shares_memory(alone, volume[2])


def test_halves_are_made_once_and_go_with_the_pixels() -> None:
    volume = a_radiograph()
    first = halves_of(volume, 0)

    assert halves_of(volume, 0) is first
    before = len(halving._KEPT)
    del volume, first
    gc.collect()
    assert len(halving._KEPT) == before - 1


def test_signed_values_and_values_of_32_bits_are_halved_without_running_over() -> None:
    for dtype in ("int16", "int32", "uint32", "uint16"):
        most = np.iinfo(dtype).max
        assert halving._half(np.full((4, 4), most, dtype)).tolist() == [[most] * 2] * 2
        least = np.iinfo(dtype).min
        assert halving._half(np.full((4, 4), least, dtype)).tolist() == [[least] * 2] * 2
