"""The bones of one person: the common shapes at this person's proportions and size, with uneven surfaces. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.bone_shapes import CODES, COMMON, Bone, Proportions, bones, disc
from workstation.phantom.anatomy.facets import Solid, smooth_cut
from workstation.phantom.anatomy.fields import Field, Points, ripple, smooth_union
from workstation.phantom.anatomy.lifelike import lifelike_bones
from workstation.phantom.anatomy.soft_parts import lifelike_disc

FAR_MM = np.float32(30.0)
_NEAR_MM = 6.0

_GAPES = 0.28
"""By how much of its width a gap varies from place to place."""

_CUT_ROUNDING_MM, _CARVED_ROUNDING_MM = 1.2, 0.9

ASSESSED_DEPTH_MM = 10.0
"""How deep a long bone is scored."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The bones of one person: shapes of this person's proportions, made uneven by this person's `phases` (3 x 4).

    size: millimetres of this person to one of the model. Everything else here is in millimetres of the model; what is
    fixed in the patient's millimetres (the 1 cm rule, widths of sheaths) is divided by it. lifelike: whether the bones
    have the shapes that they have in life, and gaps between them that gape here and are narrow there.
    """

    phases: NDArray[np.float64]
    size: float = 1.0
    proportions: Proportions = COMMON
    lifelike: bool = False

    @property
    def bones(self) -> dict[str, Bone]:
        """All bones by code, in carving order."""
        return lifelike_bones(self.proportions) if self.lifelike else bones(self.proportions)

    @property
    def disc(self) -> tuple[Solid, ...]:
        """The triangular fibrocartilage."""
        return lifelike_disc(self.proportions) if self.lifelike else disc(self.proportions)

    def unevenness(self, at: Points) -> Field:
        """How far surfaces stand out at places; the same for all bones, so joint spaces keep their width."""
        result: Field = np.float32(0.45) * ripple(at, self.phases, 11.0)
        return result

    def distance(self, code: str, at: Points, unevenness: Field | None = None) -> Field:
        """Signed distance to one bone's surface, joint gaps kept. `unevenness` may be handed in where it is known."""
        uneven = self.unevenness(at) if unevenness is None else unevenness
        bone = self.bones[code]
        result = self._uncarved(bone, at) + uneven
        if not self.lifelike:
            for other in bone.carved_by:
                result = np.maximum(result, np.float32(bone.gap_mm) - self._uncarved(self.bones[other], at) - uneven)
            return result
        gapes = 1 + np.float32(_GAPES) * ripple(at, self.phases[::-1], 13.0)
        for cut in bone.cuts:
            result = smooth_cut(result, -cut.distance(at), _CUT_ROUNDING_MM)
        for other, gap_mm in zip(bone.carved_by, bone.gaps_mm or (bone.gap_mm,) * len(bone.carved_by), strict=True):
            beside = np.float32(gap_mm) * gapes - self._uncarved(self.bones[other], at) - uneven
            result = smooth_cut(result, beside, _CARVED_ROUNDING_MM)
        return result

    def nearest(self, at: Points, codes: tuple[str, ...] = CODES) -> Field:
        """Signed distance to the nearest of the bones; exact below some 5 mm, a bound or FAR_MM above."""
        result = np.full(at.x.shape, FAR_MM, np.float32)
        uneven = self.unevenness(at)
        for code in codes:
            near = at.within(self.bones[code].box(_NEAR_MM))
            if near.any():
                result[near] = np.minimum(result[near], self.distance(code, at.where(near), uneven[near]))
        return result

    def _uncarved(self, bone: Bone, at: Points) -> Field:
        result = bone.shapes[0].distance(at)
        for shape in bone.shapes[1:]:
            result = smooth_union(result, shape.distance(at), bone.blend_mm)
        return result


def depth_mm(bone: Bone, at: Points) -> Field | None:
    """How far along the shaft places lie from a long bone's joint surface; None for a carpal bone."""
    if bone.articular is None:
        return None
    (x0, y0, z0), (across, dorsal, along) = bone.articular, bone.deeper
    result: Field = (at.z - np.float32(z0)) * np.float32(along)
    if across or dorsal:
        result = result + (at.x - np.float32(x0)) * np.float32(across) + (at.y - np.float32(y0)) * np.float32(dorsal)
    return result


def assessed(bone: Bone, at: Points, size: float = 1.0) -> NDArray[np.bool_]:
    """Which of the points lie in the depth that is scored: 1 cm from the joint surface in long bones, else all.

    size: as in `Skeleton`. Source: RAMRIS, Ostergaard 2003.
    """
    depth = depth_mm(bone, at)
    return np.ones(at.x.shape, bool) if depth is None else depth <= ASSESSED_DEPTH_MM / size
