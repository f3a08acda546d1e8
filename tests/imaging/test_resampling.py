from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from workstation.imaging.resampling import Samples, resample


def test_sampling_every_pixel_centre_gives_the_slice_itself() -> None:
    pixels = np.random.default_rng(1).integers(0, 4096, (7, 9)).astype(np.uint16)

    assert np.array_equal(resample(pixels, Samples(0, 1, 7), Samples(0, 1, 9)), pixels)


def test_between_two_pixels_lies_their_weighted_mean() -> None:
    pixels = np.array([[100, 200]], np.uint16)

    row = resample(pixels, Samples(0, 1, 1), Samples(0, 0.25, 5))[0]

    assert row.tolist() == [100, 125, 150, 175, 200]


def test_enlarging_agrees_with_scipys_linear_interpolation() -> None:
    pixels = np.random.default_rng(2).integers(0, 4096, (12, 15)).astype(np.uint16)
    rows, columns = Samples(-0.4, 0.31, 40), Samples(2.2, 0.17, 50)

    ours = resample(pixels, rows, columns)

    at_rows = rows.start + rows.step * np.arange(rows.count)
    at_columns = columns.start + columns.step * np.arange(columns.count)
    grid = np.meshgrid(at_rows, at_columns, indexing="ij")
    theirs = map_coordinates(pixels.astype(float), grid, order=1, mode="nearest")
    assert np.abs(ours - theirs).max() < 0.01


def test_outside_the_slice_its_edge_goes_on() -> None:
    pixels = np.array([[10, 20], [30, 40]], np.uint16)

    assert resample(pixels, Samples(-3, 1, 1), Samples(5, 1, 1)).tolist() == [[20]]


@pytest.mark.parametrize("step", [1.0, 1.3, 2.0, 3.7])
def test_reducing_keeps_an_even_grey_even(step: float) -> None:
    pixels = np.full((60, 60), 777, np.uint16)

    reduced = resample(pixels, Samples(0.2, step, 15), Samples(0.7, step, 15))

    assert np.allclose(reduced, 777, rtol=1e-6)


def test_reducing_a_fine_pattern_shows_its_mean_and_no_false_stripes() -> None:
    stripes = np.tile(np.array([0, 1000], np.uint16), (64, 32))

    reduced = resample(stripes, Samples(8, 4, 12), Samples(8.3, 4.1, 11))

    assert np.abs(reduced - 500).max() < 30


def test_values_beyond_24_bits_are_kept_exactly() -> None:
    pixels = np.array([[2**31 - 1, 2**31 - 2]], np.int32)

    assert resample(pixels, Samples(0, 1, 1), Samples(0, 1, 2)).tolist() == [[2**31 - 1, 2**31 - 2]]


@pytest.mark.parametrize("start", [-40, 40])
def test_a_grid_that_lies_beside_the_slice_shows_its_nearest_edge(start: float) -> None:
    pixels = np.array([[10, 20], [30, 40]], np.uint16)

    beside = resample(pixels, Samples(start, 0.1, 3), Samples(0, 1, 2))

    assert beside.tolist() == [[10, 20] if start < 0 else [30, 40]] * 3


def test_the_part_in_sight_of_a_slice_is_what_the_whole_shows_there() -> None:
    pixels = np.random.default_rng(4).integers(0, 65536, (200, 300)).astype(np.uint16)
    step = 0.73

    whole = resample(pixels, Samples(-0.1, step, 270), Samples(-0.2, step, 410))
    part = resample(pixels, Samples(-0.1 + 101 * step, step, 43), Samples(-0.2 + 7 * step, step, 101))

    assert np.allclose(part, whole[101:144, 7:108], rtol=1e-6, atol=0.01)


@pytest.mark.parametrize(
    ("length", "count"), [(512, 1050), (512, 262), (512, 255), (512, 477), (511, 131), (300, 900), (1024, 200), (40, 3)]
)
def test_slices_of_every_size_agree_with_the_filter_written_out_for_each_sample(length: int, count: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 4096, (length, length)).astype(np.uint16)
    step = length / count
    samples = Samples((0.5 + 0.3) * step - 0.5, step, count)

    ours = resample(pixels, samples, samples)

    # a triangle as wide as the larger of a pixel and a sample, of the pixels that are there, its weights adding up to 1
    at = samples.start + step * np.arange(count)
    edge = 30
    weights = np.clip(1 - np.abs(np.arange(-edge, length + edge) - at[:, None]) / max(1.0, step), 0, None)
    weights /= weights.sum(axis=1, keepdims=True)
    going_on = np.pad(pixels.astype(float), edge, mode="edge")
    assert np.abs(ours - weights @ going_on @ weights.T).max() < 0.01
