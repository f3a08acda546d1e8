"""Ends of the long bones with their own shapes: fossae, tubercles, styloids, the flare of the metacarpals. Pure.

Axes as in `fields.Points`. After Gray's Anatomy (1918, public domain), chapters on radius, ulna and metacarpus. Where
the joint surface lies and how deep a place is are those of the plainer shapes in `bone_shapes`.
"""

from __future__ import annotations

import math

from workstation.phantom.anatomy.bone_shapes import Bone, Proportions
from workstation.phantom.anatomy.facets import Chain, Face, Faceted, Solid
from workstation.phantom.anatomy.fields import Cone, Ellipsoid, Point


def radius(proportions: Proportions) -> Bone:
    """Two fossae for scaphoid and lunate, the notch for the ulna, the styloid, Lister's tubercle with its groove."""
    turn, tilt = proportions.inclination_degrees, proportions.palmar_tilt_degrees
    across, dorsal = math.tan(math.radians(turn)), math.tan(math.radians(tilt))
    tip = -18.9 + 13.7 * across
    end = Faceted(
        (8.0, 1.0, -26.0),
        (
            Face((-across, -dorsal, 1), 7.2),
            # all sides draw in towards the shaft
            Face((0.05, -1, -0.20), 9.2, -60.0),
            Face((0, 1, -0.24), 9.2, 26.0),
            Face((1, 0, 0.40), 15.4),
            Face((1, 0, -0.42), 13.4),
            Face((0.70, 0.72, -0.2), 13.6),
            Face((0.75, -0.66, -0.2), 13.2),
            Face((-1, 0, -0.36), 14.8),
            Face((-0.5, -0.8, -0.2), 13.4),
            Face((-0.5, 0.8, -0.2), 13.8),
            Face((0, 0, -1), 16.0),
        ),
        (19.0, 12.5, 20.0),
        3.0,
    )
    return Bone(
        "RAD",
        (
            end,
            Chain(
                (((7.6, 1.0, -33.0), 9.2), ((6.6, 0.6, -45.0), 7.6), ((5.8, 0.3, -58.0), 6.8), ((5.0, 0.0, -90.0), 6.5))
            ),
            Cone((18.9, -0.5, tip - 8.6), (22.4, -1.0, tip), 4.4, 1.8),
            Cone((7.8, 10.4, -32.0), (8.6, 11.2, -24.5), 1.9, 1.5),
        ),
        3.0,
        ("SCA", "LUN", "TRQ", "ULN"),
        1.8,
        1.0,
        (9.0, 1.0, -26.5),
        (0.8, 0.55, 0.3),
        (8.0, 1.0, -20.5),
        (across, dorsal, -1.0),
        cuts=(Cone((3.6, 13.6, -36.0), (5.2, 13.0, -20.0), 2.7, 2.7),),
        gaps_mm=(1.7, 2.0, 2.4, 1.5),
    )


def ulna(proportions: Proportions) -> Bone:
    """A head with a low dome under the disc, a pit at the root of its styloid, the groove of the extensor beside it."""
    by = proportions.ulnar_variance_mm
    head = Faceted(
        (-14.0, 1.4, -31.4 + by),
        (Face((1, 0, 0), 7.7, 7.7), Face((0.06, 0, 1), 6.2, 17.0), Face((0, 0, -1), 6.4)),
        (8.4, 8.4, 8.2),
        1.8,
    )
    return Bone(
        "ULN",
        (
            head,
            Chain((((-14.2, 1.5, -35.0 + by), 5.9), ((-14.5, 1.7, -46.0), 5.0), ((-15.0, 2.0, -90.0), 5.0))),
            Cone((-18.6, 4.4, -29.0 + by), (-20.6, 5.0, -22.0 + by), 2.3, 1.25),
        ),
        2.2,
        (),
        0.0,
        1.0,
        (-14.2, 1.5, -32.0 + by),
        (-0.85, 0.35, 0.35),
        (-14.2, 1.5, -25.0 + by),
        (0.0, 0.0, -1.0),
        cuts=(
            Ellipsoid((-17.4, 2.9, -24.6 + by), (1.7, 1.7, 1.5)),
            Cone((-16.8, 10.4, -40.0), (-17.4, 10.2, -24.0), 2.6, 2.6),
        ),
    )


def _metacarpal(  # noqa: PLR0917 - from the base to the far end
    code: str,
    base: tuple[Solid, ...],
    shaft: tuple[tuple[Point, float], ...],
    carved_by: tuple[str, ...],
    gaps_mm: tuple[float, ...],
    cortex_mm: float,
    inside: Point,
    erodes_towards: Point,
    articular: Point,
    deeper: Point = (0.0, 0.0, 1.0),
) -> Bone:
    """A base and a shaft that narrows from it and widens again. shaft: places along it and the radius at each."""
    return Bone(
        code,
        (*base, Chain(shaft)),
        2.4,
        carved_by,
        1.1,
        cortex_mm,
        inside,
        erodes_towards,
        articular,
        deeper,
        gaps_mm=gaps_mm,
    )


_BACK, _PALM, _FAR = Face((0, 1, 0.06), 7.6, 22.0), Face((0, -1, 0.16), 7.6, 12.0), Face((0, 0, 1), 5.6, 9.0)

METACARPALS: tuple[Bone, ...] = (
    _metacarpal(
        "MC3",
        (
            Faceted(
                (0.2, 1.0, 20.0),
                (Face((0, 0, -1), 7.4), Face((1, -0.30, 0), 6.3), Face((-1, -0.24, 0), 6.1), _BACK, _PALM, _FAR),
                (9.0, 9.0, 7.0),
                1.6,
            ),
            Cone((4.8, 6.2, 18.5), (5.9, 6.9, 13.0), 2.2, 1.1),  # its styloid process
        ),
        (
            ((0.4, 0.8, 20.0), 5.6),
            ((0.5, 1.1, 30.0), 4.5),
            ((0.8, 1.5, 45.0), 3.9),
            ((1.4, 1.5, 75.0), 4.9),
        ),
        ("CAP", "TRD", "HAM"),
        (0.9, 1.2, 1.3),
        0.9,
        (0.2, 1.0, 20.0),
        (-0.5, 0.8, -0.4),
        (0.2, 1.0, 14.6),
    ),
    _metacarpal(
        "MC2",
        (
            Faceted(
                (12.6, 1.4, 20.0),
                (Face((0, 0, -1), 7.4), Face((1, -0.22, 0), 6.6), Face((-1, -0.26, 0), 6.0), _BACK, _PALM, _FAR),
                (9.5, 9.0, 7.5),
                1.6,
            ),
            # it straddles the trapezoid: the longer prong reaches the capitate
            Cone((9.4, 2.2, 18.0), (8.7, 2.6, 12.6), 3.0, 1.7),
            Cone((16.2, 1.6, 18.0), (17.0, 1.6, 13.4), 2.6, 1.5),
        ),
        (
            ((12.8, 1.0, 20.0), 5.8),
            ((13.3, 1.2, 30.0), 4.6),
            ((14.6, 1.5, 45.0), 3.9),
            ((17.0, 1.5, 75.0), 5.0),
        ),
        ("TRD", "CAP", "TRM", "MC3"),
        (0.9, 1.2, 1.3, 1.4),
        0.9,
        (12.8, 1.4, 20.0),
        (0.7, 0.6, -0.4),
        (12.8, 1.4, 14.8),
    ),
    _metacarpal(
        "MC4",
        (
            Faceted(
                (-9.0, 0.4, 18.6),
                (
                    *(Face((0, 0, -1), 6.6), Face((1, -0.20, 0), 4.8), Face((-1, -0.18, 0.05), 4.8)),
                    *(Face((0, 1, 0.06), 6.4, 18.0), Face((0, -1, 0.16), 6.4, 11.0), Face((0, 0, 1), 4.8, 8.0)),
                ),
                (7.0, 7.8, 6.4),
                1.4,
            ),
        ),
        (
            ((-9.1, 0.4, 18.8), 4.5),
            ((-9.9, 0.5, 28.0), 3.6),
            ((-11.4, 0.8, 44.0), 3.1),
            ((-14.5, 0.5, 75.0), 4.2),
        ),
        ("HAM", "CAP", "MC3"),
        (1.0, 1.3, 1.2),
        0.85,
        (-9.2, 0.4, 19.0),
        (-0.4, 0.85, -0.35),
        (-9.2, 0.4, 14.2),
    ),
    _metacarpal(
        "MC5",
        (
            Faceted(
                (-17.6, -1.2, 17.8),
                (
                    *(Face((0.25, 0, -1), 6.6), Face((1, -0.12, 0.1), 4.6), Face((-1, -0.1, 0.1), 5.0, 9.0)),
                    *(Face((-0.1, 1, 0.06), 5.9, 14.0), Face((0, -1, 0.2), 5.7, 9.0), Face((0, 0, 1), 4.6, 8.0)),
                ),
                (7.0, 7.4, 6.8),
                1.5,
            ),
            Cone((-20.4, -0.8, 18.4), (-22.7, -0.4, 16.2), 2.5, 1.5),  # where the extensor ends
        ),
        (
            ((-18.0, -1.4, 18.4), 4.4),
            ((-19.6, -1.4, 27.0), 3.6),
            ((-22.8, -1.5, 43.0), 3.1),
            ((-30.0, -2.0, 75.0), 4.2),
        ),
        ("HAM", "MC4"),
        (1.1, 1.2),
        0.85,
        (-17.9, -1.4, 18.2),
        (-0.8, 0.5, -0.3),
        (-17.9, -1.4, 13.8),
    ),
    _metacarpal(
        "MC1",
        (
            Faceted(
                (27.4, -11.0, 18.8),
                (
                    *(Face((-0.415, 0.28, -0.866), 7.4), Face((0.415, -0.28, 0.866), 5.0, 8.0)),
                    *(Face((0.902, 0, -0.432), 6.4, 14.0), Face((-0.902, 0, 0.432), 6.6)),
                    *(Face((0.121, 0.960, 0.252), 6.0, 16.0), Face((-0.121, -0.960, -0.252), 5.6)),
                ),
                (9.5, 8.5, 9.0),
                1.8,
            ),
            Cone((25.6, -14.0, 17.6), (23.2, -14.8, 13.4), 2.8, 1.6),  # its beak
        ),
        (
            ((28.0, -11.5, 20.2), 5.6),
            ((31.4, -13.8, 28.0), 4.9),
            ((37.0, -17.5, 40.0), 4.5),
            ((46.0, -22.0, 58.0), 5.2),
        ),
        ("TRM", "TRD", "MC2"),
        (1.3, 1.6, 1.8),
        0.9,
        (28.0, -11.3, 19.6),
        (0.3, 0.9, -0.4),
        (25.4, -9.7, 14.4),
        # its shaft runs to the thumb's side and to the palm
        (0.415, -0.28, 0.866),
    ),
)


def long_bones(proportions: Proportions) -> tuple[Bone, ...]:
    """The ends of the seven."""
    return (radius(proportions), ulna(proportions), *METACARPALS)
