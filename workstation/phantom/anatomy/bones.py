"""The bones of one person: the common shapes at this person's proportions and size, with uneven surfaces. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.bone_shapes import CODES, COMMON, Bone, Proportions, bones, disc
from workstation.phantom.anatomy.facets import Solid, smooth_cut
from workstation.phantom.anatomy.fields import Field, Points, ripple, smooth_union
from workstation.phantom.anatomy.lifelike import lifelike_bones
from workstation.phantom.anatomy.own_shape import MOST_MM, warp_of
from workstation.phantom.anatomy.soft_parts import lifelike_disc

FAR_MM = np.float32(30.0)
_NEAR_MM = 6.0

_RIDGES_MM = 0.16
"""Height of the small unevenness of a bone's surface."""

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
    have the shapes that they have in life, and gaps between them that gape here and are narrow there. shaped: how much
    these shapes then differ from the common ones; 1 is as people differ.
    """

    phases: NDArray[np.float64]
    size: float = 1.0
    proportions: Proportions = COMMON
    lifelike: bool = False
    shaped: float = 0.0

    @property
    def bones(self) -> dict[str, Bone]:
        """All bones by code, in carving order; their places are those of this person, their shapes the common ones."""
        if not self.lifelike:
            return bones(self.proportions)
        if not self.shaped:
            return lifelike_bones(self.proportions)
        return _own_bones(self.proportions, self.shaped, self.phases.tobytes())

    @property
    def disc(self) -> tuple[Solid, ...]:
        """The triangular fibrocartilage."""
        return lifelike_disc(self.proportions) if self.lifelike else disc(self.proportions)

    def unevenness(self, at: Points) -> Field:
        """How far surfaces stand out at places; the same for all bones, so joint spaces keep their width."""
        result: Field = np.float32(0.45) * ripple(at, self.phases, 11.0)
        if self.lifelike:
            # ridges, and the pits where ligaments and vessels enter: sharp inwards, blunt outwards
            small = ripple(at, self.phases[:, [1, 2, 0, 3]], 4.6)
            result += np.float32(_RIDGES_MM) * (small + np.float32(0.9) * np.maximum(small - np.float32(0.35), 0))
        return result

    def common(self, at: Points) -> Points:
        """Where in the common shapes places of this person's bones, ligaments and disc lie."""
        return warp_of(self.shaped, self.phases).common(at) if self.lifelike and self.shaped else at

    def distance(
        self, code: str, at: Points, unevenness: Field | None = None, *, common: Points | None = None
    ) -> Field:
        """Signed distance to one bone's surface, joint gaps kept; right below 6 mm, a bound above.

        `unevenness` and `common`, the places in the common shapes, may be handed in where they are known.
        """
        uneven = self.unevenness(at) if unevenness is None else unevenness
        at = self.common(at) if common is None else common
        bone = self.bones[code]
        result = self._uncarved(bone, at) + uneven
        if not self.lifelike:
            for other in bone.carved_by:
                result = np.maximum(result, np.float32(bone.gap_mm) - self._uncarved(self.bones[other], at) - uneven)
            return result
        # what is cut away and carved only makes a place lie farther off: where it lies far already, nothing is asked
        near = result < _NEAR_MM
        at, uneven, cut_out = at.where(near), uneven[near], result[near]
        gapes = 1 + np.float32(_GAPES) * ripple(at, self.phases[::-1], 13.0)
        for cut in bone.cuts:
            cut_out = smooth_cut(cut_out, -cut.distance(at), _CUT_ROUNDING_MM)
        for other, gap_mm in zip(bone.carved_by, bone.gaps_mm or (bone.gap_mm,) * len(bone.carved_by), strict=True):
            beside = np.float32(gap_mm) * gapes - self._uncarved(self.bones[other], at) - uneven
            cut_out = smooth_cut(cut_out, beside, _CARVED_ROUNDING_MM)
        result[near] = cut_out
        return result

    def nearest(self, at: Points, codes: tuple[str, ...] = CODES) -> Field:
        """Signed distance to the nearest of the bones; exact below some 5 mm, a bound or FAR_MM above."""
        result = np.full(at.x.shape, FAR_MM, np.float32)
        uneven, common = self.unevenness(at), self.common(at)
        for code in codes:
            near = at.within(self.bones[code].box(_NEAR_MM))
            if near.any():
                found = self.distance(code, at.where(near), uneven[near], common=common.where(near))
                result[near] = np.minimum(result[near], found)
        return result

    def _uncarved(self, bone: Bone, at: Points) -> Field:
        result = bone.shapes[0].distance(at)
        for shape in bone.shapes[1:]:
            result = smooth_union(result, shape.distance(at), bone.blend_mm)
        return result


@lru_cache(maxsize=8)
def _own_bones(proportions: Proportions, shaped: float, phases: bytes) -> dict[str, Bone]:
    warp = warp_of(shaped, np.frombuffer(phases).reshape(3, 4))
    return {
        code: replace(
            bone,
            inside=warp.own(bone.inside),
            articular=None if bone.articular is None else warp.own(bone.articular),
            slack_mm=MOST_MM,
        )
        for code, bone in lifelike_bones(proportions).items()
    }


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
