"""Band-limited random fields: a periodic cube of numbers, looked up by place, the same in all pictures. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfftn, rfftn

from workstation.phantom.anatomy.fields import Field, Points


@dataclass(frozen=True, slots=True)
class Grain:
    """A field of mean 0 and deviation 1 on a periodic cube of `step_mm`; 16 bits, so that a cache holds more of it."""

    cube: NDArray[np.float16]
    step_mm: float

    @classmethod
    def drawn(
        cls,
        random: np.random.Generator,
        *,
        points: int,
        step_mm: float,
        longest_mm: float,
        shortest_mm: float,
        falling: float,
        finer: int,
    ) -> Grain:
        """A field whose power falls with that exponent of the frequency between the longest and shortest waves.

        finer: how many times points are put half way between the drawn ones.
        """
        white = random.standard_normal((points,) * 3, np.float32)
        whole, half = np.fft.fftfreq(points, step_mm), np.fft.rfftfreq(points, step_mm)
        frequency = np.sqrt(whole[:, None, None] ** 2 + whole[None, :, None] ** 2 + half[None, None, :] ** 2)
        longest = 1 / longest_mm
        amplitude = np.where(frequency > 0, np.maximum(frequency, longest) ** (-falling / 2), 0)
        amplitude *= np.clip(2 * frequency / longest, 0, 1) * np.exp(-((frequency * shortest_mm) ** 4))
        found = irfftn(rfftn(white) * amplitude.astype(np.float32), s=white.shape)
        cube = (found / found.std()).astype(np.float32)
        for _ in range(finer):
            cube = _finer(cube)
        return cls(cube.astype(np.float16), step_mm / 2**finer)

    def at(self, at: Points, stretch: tuple[float, float, float] = (1.0, 1.0, 1.0), offset: float = 0.0) -> Field:
        """The field at points; `stretch` draws it out along x, y and z. offset: another part of it, in mm."""
        points = len(self.cube)
        found = np.zeros(at.x.shape, np.int32)
        for axis, along, part in zip((at.x, at.y, at.z), stretch, _PARTS, strict=True):
            scaled = axis * np.float32(1 / (self.step_mm * along))
            scaled += np.float32(part * offset / self.step_mm)
            np.rint(scaled, out=scaled)
            found *= points
            if points & (points - 1) == 0:
                # the remainder by a power of two is what its lowest bits say
                found += scaled.astype(np.int32) & (points - 1)
                continue
            # the remainder by whole numbers, in floats: half the time of % on integers
            times = scaled + np.float32(0.5)
            times *= np.float32(1 / points)
            np.floor(times, out=times)
            times *= np.float32(points)
            scaled -= times
            found += scaled.astype(np.int32)
        result: Field = self.cube.ravel().take(found).astype(np.float32)
        return result


_PARTS = (1.0, 0.7, 1.3)
"""How far along x, y and z an offset goes."""


def _finer(cube: NDArray[np.float32]) -> NDArray[np.float32]:
    """The periodic cube with a point half way between each two: the nearest one is then as good as a linear look-up."""
    for axis in range(3):
        shape = [*cube.shape]
        shape[axis] *= 2
        finer = np.empty(shape, np.float32)
        # views of which the first axis is the one that grows
        drawn, whole = np.moveaxis(cube, axis, 0), np.moveaxis(finer, axis, 0)
        whole[::2] = drawn
        np.add(drawn[:-1], drawn[1:], out=whole[1:-1:2])
        np.add(drawn[-1], drawn[0], out=whole[-1])
        whole[1::2] *= np.float32(0.5)
        cube = finer
    return cube
