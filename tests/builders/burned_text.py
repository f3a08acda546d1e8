"""Names drawn into pictures by Pillow, as some consoles do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.builders.dicom_files import a_slice, written

NAME = "DOE^JANE 1970"
SIDE = 128


def drawn(volume: NDArray[Any], corner: tuple[int, int], size: int, value: float, text: str = NAME) -> NDArray[Any]:
    """A copy of (slice, row, column) with the text on every slice, its upper left at (row, column)."""
    mask = Image.new("L", (volume.shape[2], volume.shape[1]), 0)
    ImageDraw.Draw(mask).text((corner[1], corner[0]), text, fill=255, font=ImageFont.load_default(size))
    share = np.asarray(mask, dtype=np.float64) / 255
    return np.asarray(volume * (1 - share) + share * value).astype(volume.dtype)


def extent(corner: tuple[int, int], size: int, text: str = NAME) -> tuple[int, int, int, int]:
    """First row and column and the ones behind the last of a text that `drawn` drew, by Pillow."""
    box = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox(
        (corner[1], corner[0]), text, font=ImageFont.load_default(size)
    )
    left, top, right, bottom = (round(value) for value in box)
    return top, left, bottom, right


def a_wrist(slices: int = 4, seed: int = 1) -> NDArray[np.uint16]:
    """An arm in noise, (slice, row, column), darker at its ends, with a bone that wanders."""
    generator = np.random.default_rng(seed)
    row, column = np.mgrid[:SIDE, :SIDE]
    volume = np.abs(generator.normal(0, 12, (slices, SIDE, SIDE)))
    for number in range(slices):
        arm = ((row - 70) / 40) ** 2 + ((column - 62) / 28) ** 2 < 1
        bone = ((row - 64 - 3 * number) / 12) ** 2 + ((column - 58) / 10) ** 2 < 1
        volume[number] += arm * (500 + generator.normal(0, 30, (SIDE, SIDE))) + bone * 400
    return np.clip(volume, 0, 4095).astype(np.uint16)


def a_named_series(folder: Path, series: str = "1.2.3.5", **attributes: Any) -> list[Path]:  # noqa: ANN401 - values of any attribute
    """An axial series of four slices, with a name in the upper margin of each."""
    return a_picture_series(folder, drawn(a_wrist(), (4, 4), 12, 1500), series, **attributes)


def a_picture_series(folder: Path, volume: Iterable[NDArray[Any]], series: str, **attributes: Any) -> list[Path]:  # noqa: ANN401 - values of any attribute
    """An axial series of those slices, one file a slice."""
    values: dict[str, Any] = {"Rows": SIDE, "Columns": SIDE, **attributes}
    return [
        written(
            a_slice(
                f"{series}.{number}", series, z_mm=2.0 * number, PixelData=picture.astype("<u2").tobytes(), **values
            ),
            folder / f"{series}-{number}",
        )
        for number, picture in enumerate(volume)
    ]
