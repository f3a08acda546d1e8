"""The fifteen bones of a wrist of given proportions, as shapes that fit each other without touching. Pure.

Axes as in `fields.Points`; the origin lies in the body of the capitate. Sizes are those of an adult hand after the
plates of Gray's Anatomy (1918, public domain), rounded to half millimetres; the cortex follows the thickness usual in
wrist radiographs. Joint surfaces are congruent because each bone is carved by those before it, `gap_mm` away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

from workstation.phantom.anatomy.facets import Solid
from workstation.phantom.anatomy.fields import Cone, Ellipsoid, Point, RoundedBox, Shape


@dataclass(frozen=True, slots=True)
class Proportions:
    """What varies in shape between people, in millimetres of the model and degrees.

    ulnar_variance_mm: how far the ulna's head stands beyond the radius's edge beside it.
    inclination_degrees, palmar_tilt_degrees: of the radius's joint surface, to the thumb's side and to the palm.
    hamate_facet: whether the lunate has a facet for the hamate (type II).
    """

    ulnar_variance_mm: float = 0.0
    inclination_degrees: float = 24.0
    palmar_tilt_degrees: float = 12.0
    hamate_facet: bool = True


@dataclass(frozen=True)  # no slots: its box is kept
class Bone:
    """One bone: its shapes, blended into one; what carves it; how deep the assessed volume goes.

    inside: a point deep in the bone. erodes_towards: direction from there to where erosions start.
    articular: a point of a long bone's joint surface, on its flat average; None for a carpal bone (assessed whole).
    deeper: how much farther from that surface a place is for each mm along x, y and z, measured along the shaft.
    cuts: what is taken away from it. gaps_mm: the width of the joint gap beside each of `carved_by`; `gap_mm` where
    there are none. slack_mm: how far a person's own shape may reach beyond these shapes.
    """

    code: str
    shapes: tuple[Solid, ...]
    blend_mm: float
    carved_by: tuple[str, ...]
    gap_mm: float
    cortex_mm: float
    inside: Point
    erodes_towards: Point
    articular: Point | None = None
    deeper: Point = (0.0, 0.0, 0.0)
    cuts: tuple[Solid, ...] = ()
    gaps_mm: tuple[float, ...] = ()
    slack_mm: float = 0.0

    def box(self, margin_mm: float) -> tuple[Point, Point]:
        """Corners of a box that holds the bone and a margin."""
        margin_mm += self.slack_mm
        low, high = self._tight
        return (low[0] - margin_mm, low[1] - margin_mm, low[2] - margin_mm), (
            high[0] + margin_mm,
            high[1] + margin_mm,
            high[2] + margin_mm,
        )

    @cached_property
    def _tight(self) -> tuple[Point, Point]:
        """The box without a margin: asked for on every sheet, and slow to find."""
        boxes = [shape.box() for shape in self.shapes]
        low = [min(box[0][k] for box in boxes) for k in range(3)]
        high = [max(box[1][k] for box in boxes) for k in range(3)]
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


# Those that are alike in all people but for size and surface.
_COMMON: tuple[Bone, ...] = (
    Bone(
        "CAP",
        (
            RoundedBox((0.3, 0.0, 7.0), (6.7, 8.5, 5.8), 3.4, 0.0, 0.16),
            Cone((0.2, -0.3, -3.0), (0.2, -0.3, 5.0), 5.5, 6.0),
            Ellipsoid((0.2, -0.5, -4.7), (6.6, 6.8, 6.0)),
        ),
        3.0,
        (),
        0.0,
        0.65,
        (0.0, -0.5, 2.0),
        (0.75, 0.6, -0.5),
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
        0.65,
        (12.5, -1.8, -8.4),
        (0.85, 0.5, -0.1),
    ),
    Bone(
        "LUN",
        (RoundedBox((-3.8, 0.2, -15.3), (7.3, 8.6, 6.7), 5.2, 8.0),),
        1.0,
        ("CAP", "HAM", "SCA"),
        1.7,
        0.65,
        (-3.8, 0.3, -17.0),
        (0.25, 0.95, -0.2),
    ),
    Bone(
        "TRQ",
        (RoundedBox((-16.6, 0.6, -8.0), (6.0, 6.8, 5.2), 3.8, -32.0),),
        1.0,
        ("HAM", "LUN", "CAP"),
        1.7,
        0.65,
        (-17.0, 0.6, -9.0),
        (-0.9, 0.3, -0.4),
    ),
    Bone(
        "PIS",
        (Ellipsoid((-18.4, -11.2, -8.0), (4.6, 4.8, 5.8)),),
        1.0,
        ("TRQ", "HAM"),
        1.6,
        0.65,
        (-18.4, -11.6, -8.0),
        (-0.6, -0.5, -0.6),
    ),
    Bone(
        "TRD",
        (RoundedBox((11.8, 1.8, 8.3), (4.9, 7.2, 5.5), 3.4, -8.0, 0.25),),
        1.0,
        ("CAP", "SCA"),
        1.6,
        0.65,
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
        0.65,
        (21.2, -6.2, 8.2),
        (0.7, 0.65, -0.2),
    ),
    Bone(
        "MC3",
        (
            RoundedBox((0.2, 1.0, 20.0), (6.2, 7.8, 5.6), 3.8, 0.0, 0.22),
            Cone((4.2, 6.0, 18.5), (5.2, 6.6, 14.6), 2.2, 1.4),  # its styloid process
            Cone((0.4, 1.0, 24.0), (0.8, 1.5, 42.0), 5.2, 4.2),
            Cone((0.8, 1.5, 42.0), (1.4, 1.5, 75.0), 4.2, 4.8),
        ),
        3.0,
        ("CAP", "TRD", "HAM"),
        1.6,
        1.2,
        (0.2, 1.0, 20.0),
        (-0.5, 0.8, -0.4),
        (0.2, 1.0, 14.6),
        (0.0, 0.0, 1.0),
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
        (12.8, 1.4, 14.8),
        (0.0, 0.0, 1.0),
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
        (-9.2, 0.4, 14.2),
        (0.0, 0.0, 1.0),
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
        (-17.9, -1.4, 13.8),
        (0.0, 0.0, 1.0),
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
        (25.4, -9.7, 14.4),
        # its shaft runs to the thumb's side and to the palm
        (0.415, -0.28, 0.866),
    ),
)

# In carving order: a convex head comes before the hollow that receives it.
CODES = (
    *("CAP", "HAM", "SCA", "LUN", "TRQ", "PIS", "TRD", "TRM", "ULN", "RAD"),
    *("MC3", "MC2", "MC4", "MC5", "MC1"),
)
COMMON = Proportions()


@lru_cache(maxsize=8)
def bones(proportions: Proportions = COMMON) -> dict[str, Bone]:
    """The bones of a wrist by code, in carving order."""
    found = {bone.code: bone for bone in (*_COMMON, _hamate(proportions), _ulna(proportions), _radius(proportions))}
    return {code: found[code] for code in CODES}


def disc(proportions: Proportions) -> tuple[Shape, ...]:
    """The disc between the radius and the ulnar styloid, thicker there: triangular in the coronal plane too.

    It fills what the ulna's head leaves: thinner, and farther out, the longer the ulna (Palmer 1984, J Hand Surg
    9A:681).
    """
    z = -23.6 + 0.75 * proportions.ulnar_variance_mm
    half = 1.1 - 0.25 * proportions.ulnar_variance_mm
    return (
        RoundedBox((-12.2, 1.5, z), (6.6, 4.8, half), min(0.8, 0.9 * half)),
        Cone((-12.0, 2.0, z), (-18.6, 3.0, z + 0.5), 0.8, 1.6),
    )


def _hamate(proportions: Proportions) -> Bone:
    # the proximal pole of a hamate that meets the lunate reaches farther
    pole = Cone((-8.0, -0.5, -5.0), (-13.2, -1.0, 6.2), 3.2, 6.8)
    if not proportions.hamate_facet:
        pole = Cone((-9.6, -0.5, -1.6), (-13.2, -1.0, 6.2), 2.8, 6.8)
    return Bone(
        "HAM",
        (
            pole,
            RoundedBox((-13.0, -0.5, 8.0), (6.2, 7.4, 4.8), 3.6, 6.0, 0.1),
            Cone((-12.5, -6.0, 7.5), (-11.0, -14.5, 8.5), 3.4, 2.3),
        ),
        2.0,
        ("CAP",),
        1.7,
        0.65,
        (-12.8, -0.8, 5.0),
        (-0.8, 0.6, 0.2),
    )


def _ulna(proportions: Proportions) -> Bone:
    by = proportions.ulnar_variance_mm
    return Bone(
        "ULN",
        (
            Ellipsoid((-14.2, 1.5, -31.5 + by), (7.6, 7.4, 6.4)),
            Cone((-14.2, 1.5, -34.0 + by), (-15.0, 2.0, -90.0), 5.6, 5.2),
            Cone((-18.2, 4.0, -28.0 + by), (-20.0, 4.6, -22.6 + by), 2.6, 1.7),
        ),
        3.0,
        (),
        0.0,
        1.0,
        (-14.2, 1.5, -32.0 + by),
        (-0.85, 0.35, 0.35),
        (-14.2, 1.5, -25.0 + by),
        (0.0, 0.0, -1.0),
    )


def _radius(proportions: Proportions) -> Bone:
    turn, tilt = proportions.inclination_degrees, proportions.palmar_tilt_degrees
    end = RoundedBox((8.0, 1.0, -26.0), (15.6, 10.0, 7.2), 5.0, turn, 0.0, tilt)
    # The joint surface rises to the styloid and to the back of the hand; the depth is along the shaft, so along z.
    across, dorsal = math.tan(math.radians(turn)), math.tan(math.radians(tilt))
    tip = -18.9 + 13.7 * across
    return Bone(
        "RAD",
        (
            end,
            Cone((7.5, 1.0, -32.0), (6.0, 0.5, -46.0), 9.6, 7.4),
            Cone((6.0, 0.5, -46.0), (5.0, 0.0, -90.0), 7.4, 6.8),
            Cone((18.5, -0.5, tip - 8.2), (22.3, -1.0, tip), 4.8, 2.0),
            Cone((7.5, 10.0, -30.0), (7.8, 10.6, -23.5), 2.0, 1.6),
        ),
        3.0,
        ("SCA", "LUN", "TRQ", "ULN"),
        2.0,
        1.0,
        (9.0, 1.0, -26.5),
        (0.8, 0.55, 0.3),
        (8.0, 1.0, -20.5),
        (across, dorsal, -1.0),
    )
