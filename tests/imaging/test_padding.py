"""Padding: what is put around an image is no part of it, and what merely has the value of padding is."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.values import replace
from storage.records import SeriesRecord, SliceRecord
from workstation.imaging.padding import blackened, padded
from workstation.imaging.volume import Volume
from workstation.registering.grid import PADDED, reduced


def a_frame(inside: int = 100, around: int = 65535, dtype: str = "uint16") -> Volume:
    """Two slices of 24 x 24, of which the 16 x 16 in the middle were imaged; their first pixel is 7."""
    volume = np.full((2, 24, 24), around, dtype)
    volume[:, 4:20, 4:20] = inside
    volume[:, 4, 4] = 7
    return volume


def indexed(volume: Volume, *padding: tuple[int, int], inverted: bool = False) -> SeriesRecord:
    """The series as the index has it, lowest and highest value by what lies inside of the frame."""
    imaged = volume[:, 4:20, 4:20]
    return SeriesRecord(
        "S", "T1", "AX", "F", 24, 24, (1.0, 1.0), 1.0, (1, 0, 0, 0, 1, 0), volume.dtype.name, inverted=inverted,
        minimum=int(imaged.min()), maximum=int(imaged.max()), window_low=7.0, window_high=100.0, slices=(),
        padding=padding,
    )  # fmt: skip


def test_padding_hangs_together_with_an_edge_and_the_same_value_inside_is_anatomy() -> None:
    (pixels, _) = a_frame()
    pixels[10:14, 10:14] = 65535

    mask = padded(pixels, [(65535, 65535)])

    assert mask is not None
    # 24 x 24 without 16 x 16
    assert mask.sum() == 576 - 256
    assert not mask[4:20, 4:20].any()


def test_fewer_than_sixteen_pixels_at_an_edge_are_noise_that_has_the_value() -> None:
    pixels = np.full((24, 24), 100, np.uint16)
    pixels[0, :15] = 4095

    assert padded(pixels, [(4095, 4095)]) is None
    pixels[0, 15] = 4095
    found = padded(pixels, [(4095, 4095)])
    assert found is not None
    assert found.sum() == 16


def test_a_slice_of_padding_alone_is_padding_whole() -> None:
    mask = padded(np.zeros((3, 3), np.uint16), [(0, 0)])

    assert mask is not None
    assert mask.all()


@pytest.mark.parametrize(
    ("around", "dtype"),
    [(65535, "uint16"), (0, "uint16"), (-32768, "int16"), (32767, "int16"), (255, "uint8"), (-(2**31), "int32")],
)
def test_padding_is_shown_as_dark_as_the_darkest_that_was_imaged(around: int, dtype: str) -> None:
    volume = a_frame(around=around, dtype=dtype)

    shown = blackened(volume, indexed(volume, (around, around)))
    white_is_low = blackened(volume, indexed(volume, (around, around), inverted=True))

    outside = np.ones((24, 24), np.bool_)
    outside[4:20, 4:20] = False
    assert np.unique(shown[:, outside]).tolist() == [7]
    assert np.unique(white_is_low[:, outside]).tolist() == [100]
    assert np.array_equal(shown[:, 4:20, 4:20], volume[:, 4:20, 4:20])
    assert not shown.flags.writeable


def test_padding_that_anatomy_has_as_a_value_too_is_dark_outside_and_stays_inside() -> None:
    volume = a_frame(inside=300, around=500)
    volume[:, 10, 10], volume[:, 12, 12] = 500, 900

    shown = blackened(volume, indexed(volume, (500, 500)))

    assert np.unique(shown[:, :4]).tolist() == [7]
    assert shown[:, 10, 10].tolist() == [500, 500]
    assert shown[:, 12, 12].tolist() == [900, 900]


def test_a_series_without_padding_is_shown_as_it_is_stored() -> None:
    volume = a_frame()

    assert blackened(volume, indexed(volume)) is volume


def test_registration_leaves_out_every_voxel_with_padding_in_it() -> None:
    volume = np.repeat(a_frame(), 2, axis=0)
    series = indexed(volume, (65535, 65535))
    # pixels of 1 mm put together by threes: 4 and 20 lie within the second and the seventh
    lying = replace(series, slices=tuple(SliceRecord("", "", 0, (0.0, 0.0, float(z))) for z in range(4)))

    voxels = reduced(lying, volume, pixel_mm=3.0).voxels

    assert voxels.shape == (4, 8, 8)
    assert np.unique(voxels[:, 2:6, 2:6]).tolist() == [1.0]
    voxels[:, 2:6, 2:6] = PADDED
    assert np.unique(voxels).tolist() == [PADDED]
