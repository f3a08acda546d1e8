"""Hand of one person at one visit: everything that the painter needs, and where the hand lies in the scanner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.bending import Bend
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.fields import Field, Points
from workstation.phantom.anatomy.tendons import Tube, median_nerve
from workstation.phantom.lesions import FINE, Fineness, Lesions, grow
from workstation.phantom.plan import Illness
from workstation.phantom.realism.looks import Looks

_LATTICE = 96
_LATTICE_MM = 0.55
_BESIDE_THE_NERVE = ("F2", "F3")


@dataclass(frozen=True, slots=True)
class Rigid:
    """A rigid movement: p -> rotation @ p + translation_mm. rotation: 3 x 3, right-handed."""

    rotation: NDArray[np.float64]
    translation_mm: NDArray[np.float64]

    def __call__(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """The moved point."""
        moved: NDArray[np.float64] = self.rotation @ point + self.translation_mm
        return moved

    def after(self, first: Rigid) -> Rigid:
        """The movement that does `first` and then this."""
        return Rigid(self.rotation @ first.rotation, self.rotation @ first.translation_mm + self.translation_mm)


def turn(degrees: tuple[float, float, float]) -> NDArray[np.float64]:
    """Rotation about x, then y, then z, by degrees."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    turned: NDArray[np.float64] = about_z @ about_y @ about_x
    return turned


@dataclass(frozen=True, slots=True)
class Texture:
    """Grain of the tissues, the same at every visit: a periodic lattice of about -1..1, looked up by place."""

    lattice: NDArray[np.float32]

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Texture:
        """A lattice of smoothed noise."""
        fine = random.standard_normal((_LATTICE,) * 3).astype(np.float32)
        for axis in range(3):
            fine = fine + np.float32(0.6) * (np.roll(fine, 1, axis) + np.roll(fine, -1, axis))
        return cls((fine / np.float32(2 * fine.std())).clip(-1, 1))

    def at(self, at: Points, coarser: float = 1.0) -> Field:
        """The grain at places; `coarser` times as large as the lattice's own 0.55 mm."""
        scale = np.float32(1 / (coarser * _LATTICE_MM))
        x, y, z = (np.rint(axis * scale).astype(np.int32) % _LATTICE for axis in (at.x, at.y, at.z))
        grain: Field = self.lattice[x, y, z]
        return grain


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand, palm forward, fingers up: along the body's axes before `pose` moves it (prone, arm overhead).

    pose: from the hand's axes (`fields.Points`, millimetres of the patient) to the patient's LPS mm.
    nerve: the median nerve, where this visit's swelling leaves it. side: R or L; a left hand is the model seen in a
    mirror. looks: of the tissues, in pictures that aren't easy. bend: of the joints at this visit; None for none.
    """

    skeleton: Skeleton
    tubes: tuple[Tube, ...]
    nerve: Tube
    texture: Texture
    lesions: Lesions
    pose: Rigid
    side: str = "R"
    looks: Looks | None = None
    bend: Bend | None = None

    def to_model(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """A place in LPS mm as x, y, z of the model."""
        found = self.pose.rotation.T @ (point - self.pose.translation_mm) / self.skeleton.size
        result: NDArray[np.float64] = found * self._mirror()
        return result

    def to_patient(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """A place of the model in LPS mm."""
        return self.pose(point * self._mirror() * self.skeleton.size)

    def field(self) -> tuple[float, float, float]:
        """Direction of the scanner's field, which is the patient's axis, in the model."""
        x, y, z = self.pose.rotation.T @ np.array([0.0, 0.0, 1.0]) * self._mirror()
        return float(x), float(y), float(z)

    def _mirror(self) -> NDArray[np.float64]:
        return np.array([-1.0 if self.side == "L" else 1.0, 1.0, 1.0])


def ill_hand(  # noqa: PLR0917 - from the bones outwards, then its place
    illness: Illness,
    skeleton: Skeleton,
    tubes: tuple[Tube, ...],
    texture: Texture,
    pose: Rigid,
    side: str = "R",
    fineness: Fineness = FINE,
    looks: Looks | None = None,
    bend: Bend | None = None,
) -> Hand:
    """A hand with the lesions of one visit; the median nerve gives way to the sheaths of the finger flexors."""
    beside = max(illness.sheath_mm.get(area, 0.0) for area in _BESIDE_THE_NERVE) / skeleton.size
    nerve = median_nerve(skeleton, tubes, beside)
    lesions = grow(illness, skeleton, tubes, nerve, fineness)
    return Hand(skeleton, tubes, nerve, texture, lesions, pose, side, looks, bend)
