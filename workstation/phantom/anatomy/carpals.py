"""Carpal bones with their own shapes: faces, necks, tubercles, the hook. Pure.

Axes as in `fields.Points`. Shapes and which face meets which bone after Gray's Anatomy (1918, public domain), chapter
on the carpus; order of volumes after Patterson 1995, J Hand Surg 20A:923 (capitate, hamate, scaphoid, trapezium,
lunate, trapezoid, triquetrum, pisiform). Widths of joint gaps between the bones' edges: narrow beside the capitate and
in the distal row, wider at the radius, as on real wrists; they hold both layers of cartilage.
"""

from __future__ import annotations

from workstation.phantom.anatomy.bone_shapes import Bone
from workstation.phantom.anatomy.facets import Chain, Face, Faceted, Saddle
from workstation.phantom.anatomy.fields import Cone, Ellipsoid

_CORTEX_MM = 0.65


def _capitate() -> Bone:
    """The largest: a round head, a neck that is hollow on the thumb's side, a base broad at the back of the hand."""
    body = Faceted(
        (0.4, 0.4, 6.0),
        (
            Face((0.06, 0, 1), 6.5, 40.0),
            Face((0, 1, 0.05), 8.2, -26.0),
            Face((0, -1, 0), 8.4),
            Face((1, -0.27, 0.02), 6.6, -22.0),
            Face((-1, -0.24, 0), 6.8),
            Face((0.45, 0.1, 1), 7.4),
            Face((0, 0, -1), 8.0, 9.0),
        ),
        (9.5, 10.0, 9.0),
        2.0,
    )
    return Bone(
        "CAP",
        (
            body,
            Cone((-0.2, -0.3, -3.4), (-0.2, -0.2, 3.5), 5.3, 5.4),
            Ellipsoid((0.0, -0.5, -4.9), (6.5, 7.2, 5.9)),
        ),
        2.4,
        (),
        0.0,
        _CORTEX_MM,
        (0.0, -0.5, 2.0),
        (0.75, 0.6, -0.5),
    )


def _hamate(*, facet: bool) -> Bone:
    """A wedge: its edge towards the lunate, its base to two metacarpals, its hook to the palm and the thumb's side."""
    wedge = Faceted(
        (-12.6, 0.0, 5.6),
        (
            Face((1, -0.04, 0), 6.0),
            # to the fourth and fifth metacarpal, a ridge between
            Face((0.10, 0, 1), 6.6, -24.0),
            Face((-0.50, -0.05, 1), 7.0, -30.0),
            Face((-0.82, 0, -0.57), 6.4, -17.0),
            Face((-1, 0.12, 0.25), 8.2),
            Face((0.05, 1, -0.1), 8.1),
            Face((0, -1, 0.05), 7.8),
            Face((0.1, 0, -1), 11.2 if facet else 8.0, 9.0),
        ),
        (10.5, 9.5, 13.0),
        1.6,
    )
    return Bone(
        "HAM",
        (
            wedge,
            Chain((((-13.4, -5.5, 8.0), 3.6), ((-12.8, -11.4, 9.0), 2.6), ((-10.2, -15.0, 9.6), 2.1))),
        ),
        1.6,
        ("CAP",),
        1.2,
        _CORTEX_MM,
        (-12.8, -0.8, 5.0),
        (-0.8, 0.6, 0.2),
    )


def _scaphoid() -> Bone:
    """A boat: its keel to the radius, a waist, its tubercle to the palm."""
    return Bone(
        "SCA",
        (
            Ellipsoid((8.9, 1.4, -14.6), (6.4, 7.0, 6.0), -35.0),
            Chain((((10.0, 0.0, -13.0), 5.5), ((13.6, -2.1, -8.0), 4.9), ((16.7, -3.2, -3.2), 5.7))),
            Cone((16.6, -5.2, -3.8), (18.9, -9.6, -3.2), 4.2, 2.6),
        ),
        1.8,
        ("CAP",),
        1.35,
        _CORTEX_MM,
        (12.5, -1.0, -9.4),
        (0.85, 0.5, -0.1),
    )


def _lunate() -> Bone:
    """A crescent that holds the capitate's head: its palmar horn is the higher and the broader one."""
    crescent = Faceted(
        (-3.8, 0.0, -15.6),
        (
            Face((-0.05, 0.05, -1), 6.6, 11.5),
            Face((1, -0.03, 0.22), 6.6),
            Face((-1, -0.03, -0.10), 6.7, 24.0),
            Face((0, 0.16, 1), 6.9),
            Face((0, 1, -0.18), 7.5, 13.0),
            Face((0, -1, -0.10), 8.6, 14.0),
            # towards the hamate, on its corner
            Face((-0.75, 0, 0.66), 7.6),
        ),
        (8.6, 11.0, 8.6),
        1.6,
    )
    return Bone(
        "LUN",
        (crescent,),
        1.0,
        ("CAP", "HAM", "SCA"),
        1.4,
        _CORTEX_MM,
        (-3.8, 0.3, -18.4),
        (0.25, 0.95, -0.2),
        gaps_mm=(1.4, 1.5, 1.5),
    )


def _triquetrum() -> Bone:
    """A pyramid: its base to the lunate, its point to the little finger's side, an oval face for the pisiform."""
    pyramid = Faceted(
        (-16.4, 0.9, -9.2),
        (
            Face((1, 0, -0.42), 5.6),
            Face((0.62, 0, 0.78), 5.8, -15.0),
            Face((-0.72, 0.1, -0.70), 6.2, 10.0),
            Face((-1, 0.1, 0.45), 6.3, 9.0),
            Face((-0.30, 1, 0.1), 6.7),
            Face((0.35, 1, -0.1), 7.0),
            Face((-0.12, -1, 0), 7.0),
        ),
        (9.0, 8.5, 9.0),
        1.7,
    )
    return Bone(
        "TRQ",
        (pyramid,),
        1.0,
        ("HAM", "LUN", "CAP"),
        1.3,
        _CORTEX_MM,
        (-16.8, 0.6, -9.4),
        (-0.9, 0.3, -0.4),
        gaps_mm=(1.25, 1.7, 1.5),
    )


def _pisiform() -> Bone:
    """A pea, drawn out along the tendon that it lies in, flat where it meets the triquetrum."""
    pea = Faceted(
        (-18.4, -11.2, -8.0),
        (
            Face((0, 1, 0), 4.2),
            Face((-1, -0.2, 0.1), 5.1, 6.8),
            Face((1, -0.25, 0.05), 5.0, 7.2),
            Face((0.1, -1, 0), 5.2, 7.0),
            Face((0, -0.05, 1), 6.8, 7.4),
            Face((0, -0.15, -1), 6.3, 7.0),
        ),
        (6.2, 6.2, 8.0),
        1.6,
    )
    return Bone(
        "PIS",
        (pea,),
        1.0,
        ("TRQ", "HAM"),
        1.1,
        _CORTEX_MM,
        (-18.4, -11.6, -8.0),
        (-0.6, -0.5, -0.6),
        gaps_mm=(1.1, 1.6),
    )


def _trapezoid() -> Bone:
    """A wedge twice as broad at the back of the hand as in the palm, with a ridge for the second metacarpal."""
    boot = Faceted(
        (11.8, 1.6, 8.0),
        (
            Face((0.50, 0, 0.87), 5.9),
            Face((-0.36, 0, 0.93), 5.8),
            Face((0.12, 0, -1), 6.0, -14.0),
            Face((1, -0.42, -0.08), 5.0),
            Face((-1, -0.36, -0.05), 5.4, 22.0),
            Face((0, 1, -0.08), 7.6, 16.0),
            Face((-0.1, -1, 0), 7.6),
        ),
        (9.6, 9.6, 8.8),
        1.3,
    )
    return Bone(
        "TRD",
        (boot,),
        1.0,
        ("CAP", "SCA"),
        1.0,
        _CORTEX_MM,
        (11.9, 2.2, 8.2),
        (0.2, 0.9, -0.4),
        gaps_mm=(0.95, 1.6),
    )


def _trapezium() -> Bone:
    """Half a saddle for the thumb, flat where it is hollow in life; a ridge beside the groove of a flexor."""
    block = Faceted(
        (21.2, -6.2, 7.6),
        (
            Face((0.47, -0.35, 0.81), 7.0),
            Face((-0.60, 0.15, 0.79), 7.0),
            Face((-0.92, 0.39, 0), 6.4),
            Face((-0.22, 0.1, -1), 7.2, -15.0),
            Face((0.86, 0.5, -0.15), 7.2, 14.0),
            Face((0.2, 1, 0), 7.2),
            Face((0.3, -1, 0.0), 6.6),
            Face((-0.75, -0.66, 0), 6.8),
        ),
        (10.5, 10.0, 10.5),
        1.5,
    )
    return Bone(
        "TRM",
        (
            block,
            Cone((20.4, -9.6, 4.8), (19.6, -12.6, 9.0), 2.8, 2.2),
        ),
        1.6,
        ("SCA", "TRD", "CAP"),
        1.1,
        _CORTEX_MM,
        (21.4, -5.8, 7.6),
        (0.7, 0.65, -0.2),
        cuts=(
            Saddle((24.7, -8.6, 13.6), (0.476, -0.350, 0.807), (0.693, 0.711, -0.100), 11.0),
            # the tendon's groove
            Cone((14.8, -13.0, -1.0), (14.2, -11.0, 13.0), 3.0, 3.0),
        ),
        gaps_mm=(1.5, 0.95, 1.2),
    )


def carpals(*, hamate_facet: bool) -> tuple[Bone, ...]:
    """The eight, in carving order."""
    return (
        *(_capitate(), _hamate(facet=hamate_facet), _scaphoid(), _lunate()),
        *(_triquetrum(), _pisiform(), _trapezoid(), _trapezium()),
    )
