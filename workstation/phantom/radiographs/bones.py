"""Bones of a hand and of a foot in the plane of the film, mm, right side, seen from the back; other side: mirrored.

x to the right, y towards the fingertips, 0 at the joint of the wrist, or at the base of the second metatarsal. Rays are
chains: each bone begins where the one before ends, a joint space further. Sizes are those of an adult's hand of 190 mm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import Final

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bone:
    """A long bone from its base to its head, or a short one where both ends are one: then radii are its half axes.

    radii_mm: at the base, in the shaft, at the head. cortex_mm: thickness of its shell in the shaft.
    """

    name: str
    base: Point
    head: Point
    radii_mm: tuple[float, float, float]
    cortex_mm: float
    degrees: float = 0.0

    @property
    def length_mm(self) -> float:
        """From end to end; 0 of a short bone."""
        return hypot(self.head[0] - self.base[0], self.head[1] - self.base[1])

    @property
    def axis(self) -> Point:
        """Unit vector from base to head; of a short bone the long half axis."""
        if not self.length_mm:
            return (sin(radians(self.degrees)), cos(radians(self.degrees)))
        return ((self.head[0] - self.base[0]) / self.length_mm, (self.head[1] - self.base[1]) / self.length_mm)


@dataclass(frozen=True, slots=True)
class Joint:
    """A site: where it is, the bones on its two sides, and the direction across it."""

    at: Point
    bones: tuple[str, ...]
    axis: Point


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Bones by name, and sites by their code without the side."""

    bones: Mapping[str, Bone]
    joints: Mapping[str, Joint]


@dataclass(frozen=True, slots=True)
class _Ray:
    base: Point
    degrees: float
    lengths: tuple[float, ...]
    bend: float = 0.0


# half of a bone's width: base, shaft, head, mm
METACARPAL, PROXIMAL, MIDDLE, DISTAL = (6.8, 3.9, 6.6), (6.9, 3.7, 5.2), (5.6, 3.1, 4.4), (4.7, 2.3, 3.0)
HAND_RAYS: Final[Mapping[int, _Ray]] = {
    1: _Ray((-24.5, 25.0), -36.0, (43.0, 29.0, 21.0), 6.0),
    2: _Ray((-10.5, 28.5), -7.0, (65.0, 39.0, 22.5, 16.5)),
    3: _Ray((-0.2, 31.0), -0.5, (62.0, 43.5, 26.5, 17.5)),
    4: _Ray((8.6, 28.6), 6.0, (55.5, 40.5, 25.5, 17.5)),
    5: _Ray((16.6, 25.5), 13.5, (51.0, 32.0, 18.0, 15.5)),
}
FOOT_RAYS: Final[Mapping[int, _Ray]] = {
    1: _Ray((-17.5, -4.0), -9.0, (60.0, 31.0, 23.0), -4.0),
    2: _Ray((-3.5, 2.0), -3.0, (70.0, 27.0, 12.0, 10.0)),
    3: _Ray((6.0, -0.5), 2.5, (66.5, 25.0, 10.0, 9.0)),
    4: _Ray((14.8, -4.5), 7.5, (64.0, 23.0, 9.0, 8.5)),
    5: _Ray((23.5, -10.0), 13.0, (62.0, 21.0, 8.0, 8.0)),
}
SPACE: Final[Mapping[str, float]] = {
    "MCP": 1.8,
    "PIP": 1.4,
    "DIP": 1.2,
    "IP": 1.4,
    "CM": 1.3,
    "MN": 1.5,
    "CNL": 1.6,
    "RC": 2.1,
    "MTP": 2.2,
    "IPH": 1.6,
}


def hand(spaces: Mapping[str, float], size: float = 1.0) -> Skeleton:
    """The hand and wrist.

    Args:
        spaces: width of the joint spaces that aren't healthy, mm, by site without the side; 0 is grown together.
        size: of the person.
    """
    rc, cnl, mn = (spaces.get(code, SPACE[code]) for code in ("RC", "CNL", "MN"))
    down, apart = rc - SPACE["RC"], cnl - SPACE["CNL"]
    row, far, thumb = down, down + apart, down + mn - SPACE["MN"]
    bones = [
        Bone("RAD", (-4.5, -64.0), (-8.0, -0.8), (7.2, 7.4, 15.0), 2.4),
        Bone("ULN", (16.5, -64.0), (14.5, -3.2), (6.0, 5.8, 8.0), 2.2),
        Bone("NAV", (-11.5, 9.0 + row), (-11.5, 9.0 + row), (6.2, 0, 9.4), 1.0, -38.0),
        Bone("LUN", (1.5, 8.0 + row), (1.5, 8.0 + row), (7.0, 0, 6.6), 1.0),
        Bone("TRI", (13.0, 9.5 + row), (13.0, 9.5 + row), (6.0, 0, 6.6), 0.9, 30.0),
        Bone("CAP", (0.0, 22.2 + far), (0.0, 22.2 + far), (6.2, 0, 9.0), 1.0, -4.0),
        Bone("HAM", (11.2, 20.6 + far), (11.2, 20.6 + far), (6.4, 0, 7.6), 0.9, 12.0),
        Bone("TRM", (-20.6, 20.2 + thumb), (-20.6, 20.2 + thumb), (6.4, 0, 5.8), 0.9, 35.0),
        Bone("TRD", (-11.2, 22.0 + thumb), (-11.2, 22.0 + thumb), (5.0, 0, 5.8), 0.9),
    ]
    joints: dict[str, Joint] = {}
    starts = {1: thumb, 2: thumb, 3: far, 4: far, 5: far}
    names = {2: ("MC", "PP", "DP"), 3: ("MC", "PP", "MP", "DP")}
    for number, ray in HAND_RAYS.items():
        shift = starts[number] + spaces.get(f"CM{number}", SPACE["CM"]) - SPACE["CM"]
        segments = names[3 if len(ray.lengths) > len(names[2]) else 2]
        sites = [f"MCP{number}", "IP1" if number == 1 else f"PIP{number}", f"DIP{number}"]
        radii = (METACARPAL, PROXIMAL, MIDDLE, DISTAL) if number > 1 else (METACARPAL, PROXIMAL, DISTAL)
        made = _chain(ray, shift, (segments, radii, sites), number, spaces)
        bones += made[0]
        joints |= made[1]
        first = made[0][0]
        joints[f"CM{number}"] = Joint(first.base, (first.name,), first.axis)
    here = {bone.name: bone for bone in bones}
    joints["MC1"] = Joint(here["MC1"].base, ("MC1",), here["MC1"].axis)
    joints["MULT"] = Joint(_middle(here["TRM"], here["TRD"]), ("TRM", "TRD"), (0.0, 1.0))
    joints["MN"] = Joint(_middle(here["TRD"], here["NAV"]), ("TRM", "TRD", "NAV"), (0.0, 1.0))
    joints["CNL"] = Joint((-2.0, 14.4 + row), ("CAP", "NAV", "LUN"), (0.0, 1.0))
    joints["RC"] = Joint((-5.0, 0.6), ("RAD", "NAV", "LUN"), (0.0, 1.0))
    for code in ("NAV", "LUN"):
        joints[code] = Joint(here[code].base, (code,), (0.0, 1.0))
    for code in ("RAD", "ULN"):
        joints[code] = Joint(here[code].head, (code,), (0.0, 1.0))
    return _sized(Skeleton(here, joints), size)


def foot(spaces: Mapping[str, float], size: float = 1.0) -> Skeleton:
    """The forefoot and the midfoot; arguments as of `hand`."""
    bones = [
        Bone("CU1", (-19.0, -18.0), (-19.0, -18.0), (8.0, 0, 11.5), 1.0, -8.0),
        Bone("CU2", (-5.0, -11.5), (-5.0, -11.5), (6.5, 0, 9.0), 0.9),
        Bone("CU3", (4.5, -13.0), (4.5, -13.0), (6.0, 0, 10.0), 0.9),
        Bone("CUB", (17.0, -22.5), (17.0, -22.5), (9.5, 0, 14.5), 1.0, -14.0),
        Bone("NVP", (-9.0, -33.0), (-9.0, -33.0), (16.5, 0, 8.0), 1.1),
        Bone("TAL", (-8.0, -55.0), (-8.0, -55.0), (15.0, 0, 15.0), 1.2),
        Bone("CAL", (10.0, -55.0), (10.0, -55.0), (13.0, 0, 19.0), 1.2),
    ]
    joints: dict[str, Joint] = {}
    toe = ((8.0, 4.0, 6.4), (6.4, 3.6, 4.6), (5.0, 3.2, 4.2), (4.4, 2.6, 3.4))
    great = ((10.5, 6.8, 10.8), (9.6, 6.6, 7.8), (8.4, 4.6, 5.6))
    for number, ray in FOOT_RAYS.items():
        segments = ("MT", "PP", "DP") if number == 1 else ("MT", "PP", "MP", "DP")
        sites = [f"MTP{number}", "IPH" if number == 1 else f"PIP{number}", f"DIP{number}"]
        made = _chain(ray, 0.0, (segments, great if number == 1 else toe, sites), number, spaces)
        bones += made[0]
        joints |= made[1]
    return _sized(Skeleton({bone.name: bone for bone in bones}, joints), size)


def space_of(site: str) -> float:
    """The healthy joint space of a site, mm."""
    return SPACE.get(site, SPACE.get(site.rstrip("12345"), SPACE["DIP"]))


def _chain(
    ray: _Ray,
    shift_mm: float,
    parts: tuple[tuple[str, ...], tuple[tuple[float, float, float], ...], list[str]],
    number: int,
    spaces: Mapping[str, float],
) -> tuple[list[Bone], dict[str, Joint]]:
    """The bones of a ray and the joints between them."""
    segments, radii, sites = parts
    x, y = ray.base[0], ray.base[1] + shift_mm
    angle = ray.degrees
    bones: list[Bone] = []
    joints: dict[str, Joint] = {}
    for k, (name, length, radius) in enumerate(zip(segments, ray.lengths, radii, strict=True)):
        way = (sin(radians(angle)), cos(radians(angle)))
        end = (x + way[0] * length, y + way[1] * length)
        bones.append(Bone(f"{name}{number}", (x, y), end, radius, 1.7 if k == 0 else 1.2))
        if k + 1 == len(segments):
            break
        angle += ray.bend
        way = (sin(radians(angle)), cos(radians(angle)))
        space = spaces.get(sites[k], space_of(sites[k]))
        x, y = end[0] + way[0] * space, end[1] + way[1] * space
        middle = ((end[0] + x) / 2, (end[1] + y) / 2)
        joints[sites[k]] = Joint(middle, (bones[-1].name, f"{segments[k + 1]}{number}"), way)
    return bones, joints


def _middle(one: Bone, other: Bone) -> Point:
    return ((one.base[0] + other.base[0]) / 2, (one.base[1] + other.base[1]) / 2)


def _sized(skeleton: Skeleton, size: float) -> Skeleton:
    def scaled(point: Point) -> Point:
        return (point[0] * size, point[1] * size)

    bones = {
        name: Bone(
            name,
            scaled(bone.base),
            scaled(bone.head),
            (bone.radii_mm[0] * size, bone.radii_mm[1] * size, bone.radii_mm[2] * size),
            bone.cortex_mm * size,
            bone.degrees,
        )
        for name, bone in skeleton.bones.items()
    }
    joints = {code: Joint(scaled(item.at), item.bones, item.axis) for code, item in skeleton.joints.items()}
    return Skeleton(bones, joints)
