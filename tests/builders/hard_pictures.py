"""Pictures without text that look as if: what scanners and archives do to real series, several things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tests.builders.planted_text import lossy

Volume = NDArray[Any]
Change = Callable[[Volume, np.random.Generator], Volume]


def hard_pictures(volumes: Mapping[str, Volume], count: int, seed: int) -> Iterator[tuple[Volume, tuple[str, ...]]]:
    """So many, in turn of each series, with the names of what was done to them."""
    generator = np.random.default_rng(seed)
    names = sorted(name for name, volume in volumes.items() if min(volume.shape[1:]) >= 48)
    for number in range(count):
        volume = volumes[names[number % len(names)]]
        wanted, step = int(generator.choice([1, 1, 3, 6, 12, 20])), int(generator.choice([1, 2, 4]))
        taken = min(len(volume), wanted * step)
        first = int(generator.integers(0, len(volume) - taken + 1))
        part = volume[first : first + taken : step].astype(np.float64) - min(0.0, float(volume.min()))
        done = []
        for name, (share, change) in CHANGES.items():
            if generator.random() < share:
                part = change(part, generator)
                done.append(name)
        yield np.ascontiguousarray(np.round(part).clip(0, 32_000).astype(np.uint16)), tuple(done)


def _top(part: Volume) -> float:
    return float(np.percentile(part, 99.7)) or 1.0


def _turned(part: Volume, generator: np.random.Generator) -> Volume:
    angle = float(generator.uniform(-25, 25))
    return np.stack([ndimage.rotate(values, angle, reshape=False, order=1) for values in part])


def _enlarged(part: Volume, generator: np.random.Generator) -> Volume:
    """As scanners do: more points, no more detail."""
    larger = int(generator.choice([2, 3])) if max(part.shape[1:]) < 140 else 2
    return np.asarray(part if max(part.shape[1:]) > 300 else _interpolated(part, larger))


def _interpolated(part: Volume, larger: int) -> Volume:
    return np.stack([ndimage.zoom(values, larger, order=3) for values in part]).clip(0)


def _bright_at_the_coil(part: Volume, generator: np.random.Generator) -> Volume:
    rows, columns = part.shape[1:]
    row, column = np.mgrid[:rows, :columns].astype(np.float64)
    side = int(generator.integers(4))
    depth = (row, rows - row, column, columns - column)[side]
    along = (column - columns * generator.random()) if side < 2 else (row - rows * generator.random())
    reach = generator.uniform(0.05, 0.3) * max(rows, columns)
    return np.asarray(part * (0.25 + generator.uniform(2, 8) * np.exp(-np.hypot(depth, 0.7 * along) / reach)))


def _of_other_values(part: Volume, generator: np.random.Generator) -> Volume:
    return np.asarray(part / _top(part) * generator.choice([120, 250, 900, 2000, 4000]))


def _noisy(part: Volume, generator: np.random.Generator) -> Volume:
    noise = generator.uniform(0.003, 0.06) * _top(part)
    return np.hypot(part + generator.normal(0, noise, part.shape), generator.normal(0, noise, part.shape))


def _with_a_ghost(part: Volume, generator: np.random.Generator) -> Volume:
    rows = part.shape[1]
    lag = int(generator.integers(rows // 8, rows // 2))
    return np.asarray(part + generator.uniform(0.03, 0.15) * np.roll(part, lag, 1))


def _with_a_zipper(part: Volume, generator: np.random.Generator) -> Volume:
    rows, columns = part.shape[1:]
    column, width, period = (int(generator.integers(*ends)) for ends in ((0, columns), (1, 3), (1, 5)))
    after = part.copy()
    on = (np.arange(rows) // period) % 2 if generator.random() < 0.7 else np.ones(rows)
    strength = generator.uniform(0.2, 1.5) * _top(part)
    for values in after:
        values[:, column : column + width] += (np.abs(generator.normal(0, strength, rows)) * on)[:, None]
    return np.swapaxes(after, 1, 2) if generator.random() < 0.5 else after


def _saturated(part: Volume, generator: np.random.Generator) -> Volume:
    return np.asarray(np.minimum(part, np.percentile(part, generator.uniform(98, 99.9))))


def _masked(part: Volume, generator: np.random.Generator) -> Volume:
    return np.where(part < generator.uniform(0.03, 0.12) * _top(part), 0, part)


def _in_a_circle(part: Volume, generator: np.random.Generator) -> Volume:
    rows, columns = part.shape[1:]
    row, column = np.mgrid[:rows, :columns]
    return np.asarray(
        part * (np.hypot((row - rows / 2) / rows, (column - columns / 2) / columns) < generator.uniform(0.45, 0.52))
    )


def _padded(part: Volume, generator: np.random.Generator) -> Volume:
    above, below, left, right = (int(value) for value in generator.integers(0, 60, 4))
    return np.pad(part, ((0, 0), (above, below), (left, right)))


def _mosaic(part: Volume, generator: np.random.Generator) -> Volume:
    side = int(np.sqrt(len(part)))
    rows, columns = part.shape[1:]
    if side < 2 or max(rows, columns) * side > 800:
        return part
    first = int(generator.integers(0, len(part) - side**2 + 1))
    tiles = part[first : first + side**2].reshape(side, side, rows, columns)
    return tiles.swapaxes(1, 2).reshape(1, side * rows, side * columns)


def _of_coarse_steps(part: Volume, generator: np.random.Generator) -> Volume:
    step = float(generator.choice([4, 10, 25]))
    return np.asarray(np.round(part / step) * step)


def _lossy(part: Volume, generator: np.random.Generator) -> Volume:
    return np.stack(lossy(part, int(generator.choice([70, 85, 95]))))


# How often each is done, in this order
CHANGES: Mapping[str, tuple[float, Change]] = {
    "turned": (0.3, _turned),
    "enlarged": (0.6, _enlarged),
    "bright at the coil": (0.4, _bright_at_the_coil),
    "of other values": (1.0, _of_other_values),
    "noisy": (0.6, _noisy),
    "with a ghost": (0.15, _with_a_ghost),
    "with a zipper": (0.15, _with_a_zipper),
    "saturated": (0.15, _saturated),
    "masked": (0.25, _masked),
    "in a circle": (0.2, _in_a_circle),
    "padded": (0.25, _padded),
    "mosaic": (0.1, _mosaic),
    "of coarse steps": (0.15, _of_coarse_steps),
    "lossy": (0.15, _lossy),
}
