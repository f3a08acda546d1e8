from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.imaging.windowing import to_screen


def greys(values: NDArray[Any], low: float, high: float, *, inverted: bool = False) -> NDArray[np.uint8]:
    """What the screen shows of values, as one of its three equal colours."""
    out = np.zeros(values.shape, np.uint32)
    to_screen(values, low, high, out, inverted=inverted)
    return (out & 0xFF).astype(np.uint8)


@pytest.mark.parametrize(("low", "high"), [(0, 255), (100, 1000), (-50.5, 3071.25), (0, 65535), (7, 9)])
def test_the_ends_of_the_window_are_black_and_white_and_so_is_all_beyond(low: float, high: float) -> None:
    values = np.array([low - 100, low, high, high + 100], np.float32)

    assert greys(values, low, high).tolist() == [0, 0, 255, 255]


def test_a_window_of_255_values_shows_each_as_itself() -> None:
    values = np.arange(256, dtype=np.uint16)

    assert greys(values, 0, 255).tolist() == list(range(256))


def test_the_middle_is_rounded_to_the_nearest_grey() -> None:
    # by hand: (300 - 100) / 800 * 255 = 63.75; (500 - 100) / 800 * 255 = 127.5
    assert greys(np.array([300, 500], np.uint16), 100, 900).tolist() == [64, 128]


def test_inverted_series_show_low_values_white() -> None:
    values = np.array([0, 100, 200], np.uint16)

    assert greys(values, 0, 200, inverted=True).tolist() == [255, 128, 0]


def test_unsigned_values_below_the_window_do_not_wrap_round_to_white() -> None:
    assert greys(np.array([0], np.uint16), 500, 600).tolist() == [0]


def test_values_beyond_24_bits_keep_their_ends() -> None:
    values = np.array([2**31 - 2, 2**31 - 1], np.int32)

    assert greys(values, 2**31 - 2, 2**31 - 1).tolist() == [0, 255]


@pytest.mark.parametrize(("low", "high"), [(5, 5), (6, 5), (float("nan"), 5), (0, float("inf"))])
def test_an_empty_window_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="empty"):
        greys(np.zeros(3, np.uint16), low, high)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.int32, np.float32])
def test_in_the_screens_format_each_colour_is_the_grey_and_nothing_shines_through(dtype: type, inverted: bool) -> None:
    values: NDArray[Any] = np.arange(-50, 350, dtype=np.int32).clip(0).reshape(20, 20).astype(dtype)
    out = np.zeros((20, 20), np.uint32)

    to_screen(values[:, 3:17], 20.5, 271.25, out[:, :14], inverted=inverted)

    grey = greys(values[:, 3:17], 20.5, 271.25, inverted=inverted).astype(np.uint32)
    assert np.array_equal(out[:, :14], 0xFF000000 + grey * 0x10000 + grey * 0x100 + grey)
    assert not out[:, 14:].any()
