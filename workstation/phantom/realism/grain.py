"""Band-limited random fields: a periodic cube of numbers, looked up by place, the same in all pictures. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfftn, rfftn
from scipy.ndimage import map_coordinates

from workstation.phantom.anatomy.fields import Field, Points


@dataclass(frozen=True, slots=True)
class Grain:
    """A field of mean 0 and standard deviation 1 on a periodic cube of `step_mm`."""

    cube: NDArray[np.float32]
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
    ) -> Grain:
        """A field whose power falls with that exponent of the frequency between the longest and shortest waves."""
        white = random.standard_normal((points,) * 3, np.float32)
        whole, half = np.fft.fftfreq(points, step_mm), np.fft.rfftfreq(points, step_mm)
        frequency = np.sqrt(whole[:, None, None] ** 2 + whole[None, :, None] ** 2 + half[None, None, :] ** 2)
        longest = 1 / longest_mm
        amplitude = np.where(frequency > 0, np.maximum(frequency, longest) ** (-falling / 2), 0)
        amplitude *= np.clip(2 * frequency / longest, 0, 1) * np.exp(-((frequency * shortest_mm) ** 4))
        found = irfftn(rfftn(white) * amplitude.astype(np.float32), s=white.shape)
        return cls((found / found.std()).astype(np.float32), step_mm)

    def at(self, at: Points, stretch: tuple[float, float, float] = (1.0, 1.0, 1.0), offset: float = 0.0) -> Field:
        """The field at points; `stretch` draws it out along x, y and z. offset: another part of it, in mm."""
        scale = [np.float32(1 / (self.step_mm * along)) for along in stretch]
        moved = np.float32(offset / self.step_mm)
        coordinates = np.stack(
            [
                np.ravel(at.x) * scale[0] + moved,
                np.ravel(at.y) * scale[1] + np.float32(0.7) * moved,
                np.ravel(at.z) * scale[2] + np.float32(1.3) * moved,
            ]
        )
        found = map_coordinates(self.cube, coordinates, order=1, mode="grid-wrap", output=np.float32)
        result: Field = found.reshape(at.x.shape)
        return result
