"""Soft parts of pictures that aren't easy: ligaments by name, muscles as bundles, the disc with its limbs. Pure.

Axes as in `fields.Points`. Course and attachments after Gray's Anatomy (1918, public domain), chapters on syndesmology
and myology; thickness and layers of the scapholunate ligament (dorsal part the thickest) after Berger 1996, J Hand Surg
21A:170.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.phantom.anatomy.bone_shapes import Proportions
from workstation.phantom.anatomy.facets import Chain, Face, Faceted, Solid
from workstation.phantom.anatomy.fields import Ellipsoid, Point, RoundedBox


@dataclass(frozen=True, slots=True)
class Band:
    """A ligament from bone to bone. dark: share of the pixel's signal that is the ligament's."""

    name: str
    shape: Solid
    dark: float = 0.85


def _band(name: str, half_mm: float, *knots: Point, dark: float = 0.85) -> Band:
    return Band(name, Chain(tuple((knot, half_mm) for knot in knots)), dark)


BANDS: tuple[Band, ...] = (
    # within the proximal row, dorsal and palmar parts; the membrane between is in `MEMBRANES`
    _band("scapholunate, dorsal", 1.35, (-0.4, 7.0, -16.4), (3.4, 7.4, -15.6), (7.6, 7.2, -14.2)),
    _band("scapholunate, palmar", 0.9, (-0.4, -8.2, -16.2), (3.2, -7.8, -15.8), (7.2, -5.6, -15.0), dark=0.7),
    _band("lunotriquetral, dorsal", 0.9, (-7.4, 7.0, -15.0), (-13.4, 7.2, -12.2), dark=0.75),
    _band("lunotriquetral, palmar", 1.2, (-7.4, -8.2, -15.2), (-13.2, -6.6, -12.4)),
    # from the radius to the palm's side of the carpus
    _band("radioscaphocapitate", 0.95, (21.0, -4.6, -19.6), (13.8, -7.6, -9.0), (5.0, -9.6, -3.4), (1.4, -9.6, 1.6)),
    _band("long radiolunate", 1.0, (16.6, -8.8, -22.0), (6.0, -10.0, -17.6), (-5.4, -9.8, -14.4)),
    _band("short radiolunate", 0.9, (3.0, -9.0, -24.4), (-2.8, -9.6, -17.6), dark=0.7),
    _band("ulnolunate", 0.8, (-10.6, -4.6, -23.4), (-6.6, -8.8, -17.2), dark=0.7),
    _band("ulnotriquetral", 0.8, (-14.6, -4.2, -23.4), (-16.6, -6.6, -13.6), dark=0.7),
    _band("triquetrocapitate", 0.8, (-13.4, -6.8, -7.6), (-6.0, -9.6, -2.6), (-1.8, -9.6, 1.4), dark=0.75),
    _band("radial collateral", 0.8, (23.0, -1.0, -17.4), (20.4, -3.4, -6.4), dark=0.7),
    _band("ulnar collateral", 0.8, (-21.0, 4.2, -22.4), (-22.2, 3.0, -11.0), dark=0.7),
    # at the back of the hand: a V that lies on its side
    _band("dorsal radiocarpal", 0.9, (9.0, 10.4, -23.0), (-3.0, 9.6, -16.4), (-14.8, 8.4, -10.4)),
    _band("dorsal intercarpal", 0.85, (-14.8, 8.4, -8.8), (-2.0, 9.4, -7.0), (9.4, 9.2, -5.6), (12.4, 9.6, 4.2)),
    _band("pisohamate", 0.8, (-17.4, -12.6, -2.6), (-12.6, -12.2, 6.4), dark=0.75),
    # at the bases of the metacarpals
    _band("dorsal carpometacarpal", 0.7, (0.6, 9.0, 10.6), (0.4, 9.0, 17.4), dark=0.6),
    _band("second to third metacarpal", 0.7, (11.0, 8.8, 18.4), (2.0, 9.2, 19.0), dark=0.6),
    _band("first to second metacarpal", 0.9, (14.2, -5.8, 20.2), (23.4, -10.4, 20.6), dark=0.7),
)

MEMBRANES: tuple[Solid, ...] = (
    # proximal parts of the two ligaments of the row: a wedge in the gap, dark where the rest of it is cartilage
    RoundedBox((3.2, 0.5, -18.6), (2.0, 7.6, 1.7), 1.0),
    RoundedBox((-11.0, 0.5, -15.0), (2.0, 7.0, 1.5), 1.0),
    # between the bones of the distal row, deep in the palm's half of each gap
    RoundedBox((-6.6, -2.6, 7.2), (2.0, 3.0, 3.0), 1.2),
    RoundedBox((7.0, -2.4, 7.6), (2.2, 3.0, 2.4), 1.2),
)


def lifelike_disc(proportions: Proportions) -> tuple[Solid, ...]:
    """The triangular fibrocartilage: thin in the middle, thick at its dorsal and palmar edge, on the radius's corner.

    It fills what the ulna's head leaves, as the plainer one does.
    """
    z = -23.5 + 0.75 * proportions.ulnar_variance_mm
    half = max(0.45, 0.75 - 0.2 * proportions.ulnar_variance_mm)
    disc = Faceted(
        (-11.4, 1.5, z),
        (
            Face((0.04, 0, 1), half, -13.0),
            Face((-0.04, 0, -1), half, -15.0),
            Face((0, 1, 0), 6.0, 9.0),
            Face((0, -1, 0), 6.0, 9.0),
            Face((1, 0, 0), 6.4),
            Face((-1, 0, 0), 5.6),
        ),
        (7.6, 7.2, 4.2),
        0.5,
    )
    return (disc,)


def limbs(proportions: Proportions) -> tuple[Solid, ...]:
    """How the disc holds to the ulna: one limb to the pit beside the styloid, one to the styloid itself."""
    by = proportions.ulnar_variance_mm
    z = -23.5 + 0.75 * by
    return (
        Chain((((-15.4, 2.4, z - 0.2), 1.0), ((-17.4, 2.9, -25.4 + by), 0.7))),
        Chain((((-15.8, 2.8, z + 0.3), 1.1), ((-18.6, 3.8, z + 0.6), 0.9), ((-20.2, 4.8, -23.0 + by), 0.7))),
    )


_PRONATOR = Faceted(
    (-2.0, -9.6, -54.0),
    (
        *(Face((0, 1, 0), 3.0, -40.0), Face((0, -1, 0), 3.2, 34.0), Face((0.1, 0, 1), 20.0, 60.0)),
        *(Face((0, 0, -1), 30.0), Face((1, 0.3, 0), 16.0, 20.0), Face((-1, 0.3, 0), 17.0, 20.0)),
    ),
    (20.0, 5.5, 32.0),
    2.0,
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A muscle, or a head of one. room_mm: how far it swells beyond its shape until it meets another, or fascia."""

    name: str
    shape: Solid
    room_mm: float = 1.0


_BALL_MM, _BETWEEN_BONES_MM = 6.5, 3.0
"""Room of the muscles of both balls of the hand, and of those between the metacarpals: they fill their places."""

# By name, from where a muscle begins to where it goes: place and radius.
_BELLIES: tuple[tuple[str, float, tuple[tuple[Point, float], ...]], ...] = (
    # the ball of the thumb
    (
        "abductor brevis",
        _BALL_MM,
        (((16.6, -16.6, 3.0), 1.8), ((23.0, -19.0, 14.0), 5.2), ((31.0, -22.6, 28.0), 6.6), ((41.0, -25.6, 50.0), 4.4)),
    ),
    (
        "opponens",
        _BALL_MM,
        (((18.4, -13.6, 8.0), 2.0), ((25.0, -15.4, 20.0), 6.0), ((32.6, -16.6, 32.0), 6.4), ((40.0, -19.6, 46.0), 4.6)),
    ),
    (
        "flexor brevis",
        _BALL_MM,
        (((13.2, -17.0, 9.0), 1.6), ((17.8, -18.0, 20.0), 5.2), ((24.6, -20.6, 34.0), 6.6), ((36.0, -24.0, 52.0), 4.8)),
    ),
    ("adductor, oblique", _BALL_MM, (((3.6, -9.0, 16.0), 1.2), ((10.4, -11.0, 28.0), 4.4), ((22.0, -14.6, 44.0), 5.4))),
    # the ball of the little finger
    (
        "abductor minimi",
        _BALL_MM,
        (
            ((-19.4, -13.0, -2.0), 2.0),
            ((-23.0, -11.8, 10.0), 5.0),
            ((-26.2, -8.8, 26.0), 6.2),
            ((-32.0, -6.4, 52.0), 4.6),
        ),
    ),
    (
        "flexor minimi",
        _BALL_MM,
        (((-12.6, -15.4, 10.0), 1.6), ((-16.4, -15.6, 20.0), 4.6), ((-21.0, -13.6, 34.0), 5.8)),
    ),
    (
        "opponens minimi",
        _BALL_MM,
        (((-12.6, -12.4, 10.4), 1.6), ((-17.2, -10.2, 21.0), 4.8), ((-21.6, -7.8, 34.0), 5.4)),
    ),
    # between the metacarpals: dorsal ones fill the spaces, palmar ones stand out of them
    ("second dorsal", _BETWEEN_BONES_MM, (((6.2, 0.8, 20.0), 1.4), ((6.8, 0.4, 29.0), 5.2), ((7.8, -0.4, 66.0), 6.0))),
    (
        "third dorsal",
        _BETWEEN_BONES_MM,
        (((-4.4, 0.8, 19.0), 1.4), ((-5.0, 0.4, 28.0), 4.8), ((-6.4, -0.4, 66.0), 5.8)),
    ),
    (
        "fourth dorsal",
        _BETWEEN_BONES_MM,
        (((-13.4, 0.2, 19.0), 1.4), ((-14.4, -0.2, 28.0), 4.6), ((-18.4, -0.8, 66.0), 5.6)),
    ),
    (
        "first palmar",
        _BETWEEN_BONES_MM,
        (((8.8, -4.4, 22.0), 1.4), ((9.6, -5.6, 32.0), 4.0), ((10.8, -6.2, 62.0), 4.6)),
    ),
    (
        "second palmar",
        _BETWEEN_BONES_MM,
        (((-8.4, -4.4, 21.0), 1.4), ((-9.0, -5.4, 31.0), 3.8), ((-10.4, -6.0, 62.0), 4.4)),
    ),
    (
        "third palmar",
        _BETWEEN_BONES_MM,
        (((-16.6, -4.4, 21.0), 1.4), ((-18.0, -5.2, 31.0), 3.6), ((-20.6, -6.0, 62.0), 4.2)),
    ),
    ("first dorsal, deep", _BALL_MM, (((19.4, -2.0, 19.0), 1.4), ((21.6, -2.2, 30.0), 5.6), ((23.8, -2.2, 62.0), 7.4))),
    (
        "first dorsal, thumb's",
        _BALL_MM,
        (((26.4, -6.2, 24.0), 2.0), ((28.4, -6.8, 36.0), 6.0), ((28.6, -5.4, 54.0), 6.4)),
    ),
    *(
        ("lumbrical", 0.5, (((at + 1.7, -12.4, 24.0), 0.9), ((at + spread, -12.8, 50.0), 1.8)))
        for at, spread in ((5.2, 8.0), (1.7, 3.5), (-1.8, -2.5), (-5.3, -8.5))
    ),
    # of the forearm, beside the tendons that they end in
    ("flexor ulnaris", 1.5, (((-17.0, -12.6, -24.0), 1.0), ((-18.6, -12.8, -36.0), 3.6), ((-20.0, -12.0, -60.0), 6.0))),
    ("flexor of the thumb", 1.5, (((9.6, -11.6, -30.0), 1.4), ((10.0, -11.4, -40.0), 4.0), ((9.0, -11.0, -62.0), 6.0))),
    ("extensor indicis", 1.0, (((0.6, 8.4, -30.0), 1.0), ((-1.4, 7.4, -42.0), 3.2), ((-3.6, 7.0, -62.0), 4.4))),
    ("outcropping", 1.0, (((16.4, 8.0, -38.0), 1.2), ((13.2, 9.0, -48.0), 3.8), ((9.4, 9.4, -62.0), 5.0))),
    ("extensor ulnaris", 1.0, (((-18.6, 8.6, -34.0), 1.0), ((-18.4, 9.0, -48.0), 3.2), ((-18.0, 9.6, -64.0), 4.4))),
)

BUNDLES: tuple[Bundle, ...] = (
    Bundle("pronator quadratus", _PRONATOR),
    Bundle("adductor, transverse", Ellipsoid((10.0, -9.6, 50.0), (17.0, 4.2, 20.0)), _BALL_MM),
    *(Bundle(name, Chain(links), room) for name, room, links in _BELLIES),
)
"""Muscles; neighbours are parted by a thin layer of fat."""
