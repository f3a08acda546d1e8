"""The fifteen bones of the wrist as shapes that fit each other without touching. Pure.

Axes as in `fields.Points`; the origin lies in the body of the capitate. Sizes are those of an adult hand after the
plates of Gray's Anatomy (1918, public domain), rounded to half millimetres; the cortex follows the thickness usual in
wrist radiographs. Joint surfaces are congruent because each bone is carved by those before it in `BONES`, `gap_mm`
away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.fields import Cone, Ellipsoid, Field, Point, Points, RoundedBox, Shape, ripple, smooth_union

FAR_MM = np.float32(30.0)
_NEAR_MM = 6.0


ASSESSED_DEPTH_MM = 10.0
"""How deep a long bone is scored."""


@dataclass(frozen=True, slots=True)
class Bone:
    """One bone: its shapes, blended into one; what carves it; how deep the assessed volume goes.

    inside: a point deep in the bone. erodes_towards: direction from there to where erosions start.
    articular_z: level of the joint surface of a long bone, None for a carpal bone (assessed whole).
    distal: +1 when a long bone's assessed end is its proximal one (metacarpals), -1 for radius and ulna.
    """

    code: str
    shapes: tuple[Shape, ...]
    blend_mm: float
    carved_by: tuple[str, ...]
    gap_mm: float
    cortex_mm: float
    inside: Point
    erodes_towards: Point
    articular_z: float | None = None
    distal: int = 0

    def box(self, margin_mm: float) -> tuple[Point, Point]:
        """Corners of a box that holds the bone and a margin."""
        boxes = [shape.box() for shape in self.shapes]
        low = [min(box[0][k] for box in boxes) - margin_mm for k in range(3)]
        high = [max(box[1][k] for box in boxes) + margin_mm for k in range(3)]
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


# In carving order: a convex head comes before the hollow that receives it.
BONES: tuple[Bone, ...] = (
    Bone(
        "CAP",
        (
            RoundedBox((0.3, 0.0, 4.5), (6.6, 8.5, 8.3), 4.2, 0.0, 0.16),
            Ellipsoid((0.2, -0.5, -4.5), (6.6, 6.8, 6.2)),
        ),
        3.0,
        (),
        0.0,
        0.8,
        (0.0, -0.5, 2.0),
        (0.75, 0.6, -0.5),
    ),
    Bone(
        "HAM",
        (
            Cone((-8.0, -0.5, -5.0), (-13.2, -1.0, 6.2), 3.2, 6.8),
            RoundedBox((-13.0, -0.5, 8.0), (6.2, 7.4, 4.8), 3.6, 6.0, 0.1),
            Cone((-12.5, -6.0, 7.5), (-11.0, -14.5, 8.5), 3.4, 2.3),
        ),
        2.0,
        ("CAP",),
        1.7,
        0.8,
        (-12.8, -0.8, 5.0),
        (-0.8, 0.6, 0.2),
    ),
    Bone(
        "SCA",
        (
            Cone((8.8, 0.8, -14.3), (16.3, -4.2, -2.6), 6.2, 4.9),
            Ellipsoid((17.8, -7.5, -2.8), (4.2, 4.2, 4.6)),
        ),
        3.0,
        ("CAP",),
        1.7,
        0.8,
        (12.5, -1.8, -8.4),
        (0.85, 0.5, -0.1),
    ),
    Bone(
        "LUN",
        (Ellipsoid((-3.6, 0.2, -15.2), (7.6, 8.4, 6.8)),),
        1.0,
        ("CAP", "HAM", "SCA"),
        1.7,
        0.8,
        (-3.8, 0.3, -17.0),
        (0.25, 0.95, -0.2),
    ),
    Bone(
        "TRQ",
        (RoundedBox((-16.6, 0.6, -8.0), (6.0, 6.8, 5.2), 3.8, -32.0),),
        1.0,
        ("HAM", "LUN", "CAP"),
        1.7,
        0.8,
        (-17.0, 0.6, -9.0),
        (-0.9, 0.3, -0.4),
    ),
    Bone(
        "PIS",
        (Ellipsoid((-18.4, -11.2, -8.0), (4.6, 4.8, 5.8)),),
        1.0,
        ("TRQ", "HAM"),
        1.6,
        0.8,
        (-18.4, -11.6, -8.0),
        (-0.6, -0.5, -0.6),
    ),
    Bone(
        "TRD",
        (RoundedBox((11.8, 1.8, 8.3), (4.9, 7.2, 5.5), 3.4, -8.0, 0.25),),
        1.0,
        ("CAP", "SCA"),
        1.6,
        0.8,
        (11.9, 1.8, 8.5),
        (0.2, 0.9, -0.4),
    ),
    Bone(
        "TRM",
        (
            RoundedBox((21.2, -6.4, 8.0), (6.0, 6.2, 5.9), 4.0, -24.0),
            Cone((17.5, -9.5, 7.5), (16.6, -12.6, 8.0), 3.0, 2.0),
        ),
        2.0,
        ("SCA", "TRD", "CAP"),
        1.6,
        0.8,
        (21.2, -6.2, 8.2),
        (0.7, 0.65, -0.2),
    ),
    Bone(
        "ULN",
        (
            Ellipsoid((-14.2, 1.5, -31.5), (7.6, 7.4, 6.4)),
            Cone((-14.2, 1.5, -34.0), (-15.0, 2.0, -90.0), 5.6, 5.2),
            Cone((-18.2, 4.0, -28.0), (-20.0, 4.6, -22.6), 2.6, 1.7),
        ),
        3.0,
        (),
        0.0,
        1.0,
        (-14.2, 1.5, -32.0),
        (-0.85, 0.35, 0.35),
        -25.0,
        -1,
    ),
    Bone(
        "RAD",
        (
            RoundedBox((8.6, 1.0, -27.0), (15.6, 10.0, 8.6), 6.0),
            Cone((7.5, 1.0, -32.0), (6.0, 0.5, -46.0), 10.0, 7.4),
            Cone((6.0, 0.5, -46.0), (5.0, 0.0, -90.0), 7.4, 6.8),
            Cone((19.5, 0.0, -24.0), (22.4, -1.0, -16.8), 4.6, 2.6),
            Cone((7.5, 10.0, -30.0), (7.8, 10.6, -24.5), 2.0, 1.6),
        ),
        3.0,
        ("SCA", "LUN", "TRQ", "ULN"),
        2.0,
        1.0,
        (9.0, 1.0, -28.5),
        (0.8, 0.55, 0.3),
        -21.0,
        -1,
    ),
    Bone(
        "MC3",
        (
            RoundedBox((0.2, 1.0, 20.0), (6.2, 7.8, 5.6), 3.8, 0.0, 0.22),
            Cone((0.4, 1.0, 24.0), (0.8, 1.5, 42.0), 5.2, 4.2),
            Cone((0.8, 1.5, 42.0), (1.4, 1.5, 75.0), 4.2, 4.8),
        ),
        3.0,
        ("CAP", "TRD", "HAM"),
        1.6,
        1.2,
        (0.2, 1.0, 20.0),
        (-0.5, 0.8, -0.4),
        14.6,
        1,
    ),
    Bone(
        "MC2",
        (
            RoundedBox((12.6, 1.4, 19.6), (6.8, 7.8, 5.4), 3.8, 0.0, 0.2),
            Cone((12.8, 1.2, 24.0), (14.4, 1.5, 42.0), 5.4, 4.3),
            Cone((14.4, 1.5, 42.0), (17.0, 1.5, 75.0), 4.3, 5.0),
        ),
        3.0,
        ("TRD", "CAP", "TRM", "MC3"),
        1.6,
        1.2,
        (12.8, 1.4, 20.0),
        (0.7, 0.6, -0.4),
        14.8,
        1,
    ),
    Bone(
        "MC4",
        (
            RoundedBox((-9.0, 0.4, 18.6), (4.9, 6.6, 4.8), 3.2, 0.0, 0.18),
            Cone((-9.2, 0.4, 22.0), (-11.0, 0.8, 42.0), 4.4, 3.5),
            Cone((-11.0, 0.8, 42.0), (-14.5, 0.5, 75.0), 3.5, 4.2),
        ),
        3.0,
        ("HAM", "CAP", "MC3"),
        1.6,
        1.1,
        (-9.2, 0.4, 19.0),
        (-0.4, 0.85, -0.35),
        14.2,
        1,
    ),
    Bone(
        "MC5",
        (
            RoundedBox((-17.6, -1.4, 17.8), (5.0, 6.0, 4.6), 3.4, 10.0),
            Cone((-18.2, -1.4, 21.0), (-22.6, -1.5, 42.0), 4.3, 3.5),
            Cone((-22.6, -1.5, 42.0), (-30.0, -2.0, 75.0), 3.5, 4.2),
        ),
        3.0,
        ("HAM", "MC4"),
        1.6,
        1.1,
        (-17.9, -1.4, 18.2),
        (-0.8, 0.5, -0.3),
        13.8,
        1,
    ),
    Bone(
        "MC1",
        (
            RoundedBox((27.4, -11.0, 18.6), (6.4, 6.2, 4.8), 3.8, -32.0),
            Cone((28.6, -11.8, 21.5), (37.0, -17.5, 39.0), 5.4, 4.6),
            Cone((37.0, -17.5, 39.0), (46.0, -22.0, 58.0), 4.6, 5.2),
        ),
        3.0,
        ("TRM", "TRD", "MC2"),
        1.8,
        1.2,
        (28.0, -11.3, 19.6),
        (0.3, 0.9, -0.4),
        14.6,
        1,
    ),
)
BONE = {bone.code: bone for bone in BONES}
ALL_BONES = tuple(BONE)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The bones of one person: the common shapes, their surfaces made uneven by this person's `phases` (3 x 4).

    size: millimetres of this person to one of the model. Everything else here is in millimetres of the model; what is
    fixed in the patient's millimetres (the 1 cm rule, widths of sheaths) is divided by it.
    """

    phases: NDArray[np.float64]
    size: float = 1.0

    def unevenness(self, at: Points) -> Field:
        """How far surfaces stand out at places; the same for all bones, so joint spaces keep their width."""
        result: Field = np.float32(0.45) * ripple(at, self.phases, 11.0)
        return result

    def distance(self, code: str, at: Points, unevenness: Field | None = None) -> Field:
        """Signed distance to one bone's surface, joint gaps kept. `unevenness` may be handed in where it is known."""
        uneven = self.unevenness(at) if unevenness is None else unevenness
        bone = BONE[code]
        result = self._uncarved(bone, at) + uneven
        for other in bone.carved_by:
            result = np.maximum(result, np.float32(bone.gap_mm) - self._uncarved(BONE[other], at) - uneven)
        return result

    def nearest(self, at: Points, codes: tuple[str, ...] = ALL_BONES) -> Field:
        """Signed distance to the nearest of the bones; exact below some 5 mm, a bound or FAR_MM above."""
        result = np.full(at.x.shape, FAR_MM, np.float32)
        uneven = self.unevenness(at)
        for code in codes:
            near = at.within(BONE[code].box(_NEAR_MM))
            if near.any():
                result[near] = np.minimum(result[near], self.distance(code, at.where(near), uneven[near]))
        return result

    def _uncarved(self, bone: Bone, at: Points) -> Field:
        result = bone.shapes[0].distance(at)
        for shape in bone.shapes[1:]:
            result = smooth_union(result, shape.distance(at), bone.blend_mm)
        return result


def assessed(bone: Bone, at: Points, size: float = 1.0) -> NDArray[np.bool_]:
    """Which of the points lie in the depth that is scored: 1 cm from the joint surface in long bones, else all.

    size: as in `Skeleton`. Source: RAMRIS, Ostergaard 2003. The depth is measured along the shaft, which runs along z
    but for the thumb's.
    """
    if bone.articular_z is None:
        return np.ones(at.x.shape, bool)
    depth = (at.z - np.float32(bone.articular_z)) * bone.distal
    return depth <= ASSESSED_DEPTH_MM / size
