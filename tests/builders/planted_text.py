"""Names planted in series as consoles, archives and people do: scripts, sizes, brightness, turned, on some slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

Volume = NDArray[Any]
NAMES = {
    "Latin": ("BROWN MARY", "O.Keefe, P. 12.3.1961", "ID 8841207", "Smith^John F 54Y"),
    "umlauts": ("GÖßLER KÄTHE", "Østergård Bjørn"),
    "Cyrillic": ("КУЗНЕЦОВА О.В.", "Попов Илья"),  # noqa: RUF001 - Cyrillic letters are meant
    "Greek": ("ΝΙΚΟΛΑΪΔΗΣ Κ", "Μαρία Αλεξίου"),  # noqa: RUF001 - Greek ones too
    "Chinese, Japanese": ("鈴木花子 F", "李雷 1965.3"),
}
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
SHIPPED = tuple(FONTS / name for name in ("DejaVuSerif.ttf", "DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf"))
SIZES = (8, 8, 10, 13, 18, 24)
LEGIBLE_CHINESE = 16
# Brightness in parts of tissue's: where nothing is behind the text, and where anatomy is
IN_AIR = {"faint": 0.3, "grey": 0.6, "white": 1.3}
OVER_ANATOMY = {"white": 1.6, "as bright as tissue": 0.8, "black": 0.0}
TRIES = 60


@dataclass(frozen=True, slots=True)
class Planted:
    """A series with a name in it, what kind of text it is, and where: first row and column, rows, columns."""

    volume: Volume
    kinds: Mapping[str, str]
    box: tuple[int, int, int, int]

    def is_touched(self, row: int, column: int, rows: int, columns: int) -> bool:
        """Whether that region holds a part of the text."""
        top, left, height, width = self.box
        return row < top + height and row + rows > top and column < left + width and column + columns > left


def planted(volumes: Mapping[str, Volume], count: int, seed: int, chinese: Path | None = None) -> Iterator[Planted]:
    """So many names, drawn at random, in turn in each series. chinese: a font for these names; none without."""
    generator = np.random.default_rng(seed)
    names = sorted(name for name, volume in volumes.items() if min(volume.shape[1:]) >= 64)
    made = 0
    while made < count:
        found = _planted(volumes[names[made % len(names)]], generator, chinese)
        if found is not None:
            made += 1
            yield found


def _planted(volume: Volume, generator: np.random.Generator, chinese: Path | None) -> Planted | None:
    part = _some_slices(volume, generator)
    tissue = float(np.percentile(part, 99.5))
    glyphs, kinds = _glyphs(generator, chinese)
    spot = _where(part, glyphs.shape, tissue, generator)
    if spot is None or tissue <= 0:
        return None
    row, column, where = spot
    looks = IN_AIR if where == "in air" else OVER_ANATOMY
    look = str(generator.choice(list(looks)))
    on = str(generator.choice(["every slice"] * 3 + ["one slice", "two slices"])) if len(part) > 3 else "every slice"
    middle = len(part) // 2
    slices = {"every slice": slice(None), "one slice": slice(middle, middle + 1)}.get(on, slice(middle, middle + 2))
    cut = slice(row, row + glyphs.shape[0]), slice(column, column + glyphs.shape[1])
    part[slices, *cut] = part[slices, *cut] * (1 - glyphs) + glyphs * looks[look] * tissue
    box = row, column, *glyphs.shape
    stored, box, afterwards = _afterwards(part, box, generator)
    kinds |= {"where": where, "look": look, "on": "the only slice" if len(part) == 1 else on, "afterwards": afterwards}
    return Planted(np.ascontiguousarray(np.round(stored).clip(0, 32_000).astype(np.uint16)), kinds, box)


def _some_slices(volume: Volume, generator: np.random.Generator) -> Volume:
    """Up to 15 slices, large enough for text, half of them with a margin, all with noise."""
    count = min(len(volume), int(generator.choice([1, 4, 8, 15])))
    first = int(generator.integers(0, len(volume) - count + 1))
    part = volume[first : first + count].astype(np.float64) - min(0.0, float(volume.min()))
    larger = -(-170 // max(part.shape[1:]))
    if larger > 1:
        part = np.stack([ndimage.zoom(values, larger, order=3) for values in part]).clip(0)
    margin = int(generator.integers(0, 50)) if generator.random() < 0.5 else 0
    part = np.pad(part, ((0, 0), (margin, 0), (margin, 0)))
    part *= generator.choice([250, 900, 2000]) / max(float(np.percentile(part, 99.5)), 1.0)
    noise = 0.015 * float(np.percentile(part, 99.5))
    return np.hypot(part + generator.normal(0, noise, part.shape), generator.normal(0, noise, part.shape))


def _glyphs(generator: np.random.Generator, chinese: Path | None) -> tuple[NDArray[np.float64], dict[str, str]]:
    scripts = ["Latin"] * 3 + [name for name in NAMES if name != "Latin" and (chinese or "Chinese" not in name)]
    script, size = str(generator.choice(scripts)), int(generator.choice(SIZES))
    path: Path | None = SHIPPED[int(generator.integers(len(SHIPPED)))]
    if "Chinese" in script:
        path, size = chinese, max(size, LEGIBLE_CHINESE)
    font = ImageFont.truetype(path, size)  # type: ignore[arg-type] # chosen only with a font
    smooth = bool(generator.random() < 0.6)
    text = str(generator.choice(NAMES[script]))
    probe = ImageDraw.Draw(Image.new("L", (4, 4)))
    left, top, right, bottom = probe.textbbox((0, 0), text, font=font)
    picture = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "L" if smooth else "1"
    pen.text((1 - left, 1 - top), text, fill=255, font=font)
    turns = int(generator.choice([0, 0, 0, 0, 1, 2, 3]))
    kinds = {
        "script": script,
        "size": f"{size:2} px",
        "edges": "grey" if smooth else "sharp",
        "turned": f"{90 * turns}",
    }
    return np.rot90(np.asarray(picture) / 255.0, turns), kinds


def _where(
    part: Volume, shape: tuple[int, ...], tissue: float, generator: np.random.Generator
) -> tuple[int, int, str] | None:
    """Row and column of a place that is nearly all air or nearly all anatomy, or None."""
    rows, columns = part.shape[1] - shape[0] - 2, part.shape[2] - shape[1] - 2
    if rows < 2 or columns < 2:
        return None
    anatomy = ndimage.uniform_filter((part.max(axis=0) > 0.15 * tissue).astype(float), 9)
    for _ in range(TRIES):
        row, column = int(generator.integers(1, rows)), int(generator.integers(1, columns))
        share = float(anatomy[row : row + shape[0], column : column + shape[1]].mean())
        if not 0.02 <= share <= 0.9:
            return row, column, "in air" if share < 0.02 else "over anatomy"
    return None


def _afterwards(
    part: Volume, box: tuple[int, int, int, int], generator: np.random.Generator
) -> tuple[Volume, tuple[int, int, int, int], str]:
    """What an archive did with the picture after the text was in it."""
    what = str(generator.choice(["kept", "kept", "kept", "JPEG", "resampled"]))
    if what == "JPEG":
        return np.stack(lossy(part, int(generator.choice([75, 90])))), box, what
    if what == "resampled":
        scale = float(generator.choice([0.8, 1.25, 1.6]))
        row, column, rows, columns = (int(value * scale) for value in box)
        return np.stack([ndimage.zoom(values, scale, order=1) for values in part]), (row, column, rows, columns), what
    return part, box, what


def lossy(volume: Volume, quality: int) -> list[Volume]:
    """Each slice through JPEG of eight bits and back."""
    highest = max(float(volume.max()), 1.0)
    after = []
    for values in volume:
        stream = BytesIO()
        Image.fromarray((values / highest * 255).astype(np.uint8)).save(stream, "JPEG", quality=quality)
        after.append(np.asarray(Image.open(stream), dtype=np.float64) / 255 * highest)
    return after
