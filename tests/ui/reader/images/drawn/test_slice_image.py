"""A slice as it is painted: whatever was shown before, its picture is that of a slice drawn for the first time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from workstation.imaging.resampling import resample
from workstation.imaging.volume import Volume
from workstation.reading.view_state import Window
from workstation.ui.reader.images import slice_image
from workstation.ui.reader.images.slice_image import SliceImage

CELL = QSize(90, 70)
WHOLE, ENLARGED = QRectF(5.3, -4.2, 80, 80), QRectF(-60.5, -30.1, 200, 200)
WINDOWS = (Window(0.0, 900.0), Window(250.0, 260.0), Window(-100.0, 4000.0))

Look = tuple[int, int, int, bool, bool, bool]


def volume(kind: type[np.generic]) -> Volume:
    made = np.random.default_rng(5).integers(0, 1000, (3, 40, 36)).astype(kind)
    made.flags.writeable = False
    return made


VOLUMES = (volume(np.uint16), volume(np.int32), volume(np.float32))


def shown(picture: SliceImage, look: Look) -> QImage:
    """What is painted when a slice is asked for: volume, slice, window; inverted, smooth, enlarged."""
    which, index, window, inverted, smooth, enlarged = look
    picture.show_slice(VOLUMES[which], index, WINDOWS[window], inverted=inverted, smooth=smooth)
    device = QImage(CELL, QImage.Format.Format_RGB32)
    with QPainter(device) as painter:
        picture.paint(painter, ENLARGED if enlarged else WHOLE, CELL, 1.0)
    return device


numbers, either = st.integers(0, 2), st.booleans()
# a slice, and the windows that it is looked at in; then another
looks = st.lists(
    st.tuples(numbers, numbers, st.lists(st.tuples(numbers, either), min_size=1, max_size=4), either, either),
    max_size=5,
)


@given(looks)
def test_whatever_was_shown_before_a_slice_is_drawn_as_if_it_were_the_first(
    asked: list[tuple[int, int, list[tuple[int, bool]], bool, bool]],
) -> None:
    used = SliceImage()
    before = [whole.copy() for whole in VOLUMES]

    for which, index, windows, smooth, enlarged in asked:
        for window, inverted in windows:
            look = (which, index, window, inverted, smooth, enlarged)
            assert shown(used, look) == shown(SliceImage(), look)
    # windowing works where the values lie: never where those of the series lie
    assert all(np.array_equal(whole, kept) for whole, kept in zip(VOLUMES, before, strict=True))


@pytest.fixture
def resampled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []

    def call(*given: object) -> object:
        calls.append(1)
        return resample(*given)  # type: ignore[arg-type] # handed on as they are

    monkeypatch.setattr(slice_image, "resample", call)
    return calls


def test_a_window_that_is_dragged_resamples_its_slice_once(resampled: list[int]) -> None:
    picture = SliceImage()
    shown(picture, (0, 1, 0, False, True, False))
    resampled.clear()

    for window in (1, 2, 0, 1, 2):
        shown(picture, (0, 1, window, False, True, False))

    assert len(resampled) == 1


def test_a_slice_of_one_window_holds_no_values_beside_its_picture() -> None:
    picture = SliceImage()

    for index in (0, 1, 2):
        shown(picture, (0, index, 0, False, True, False))

        assert picture._values is None
        # Qt reads this memory: four bytes to a pixel of the screen, of which 80 x 70 show the slice
        assert picture._pixels32.nbytes <= 4 * CELL.width() * CELL.height()
