"""The ten tendon areas as tubes along the hand, laid over the bones so that none is crossed. Pure.

Each tube is a path x(z), y(z); its distance is measured in the plane of constant z, right for paths that run nearly
along z. Order and place: six dorsal compartments E1 (thumb side) to E6, the carpal tunnel with superficial and deep
finger flexors in two layers, its neighbours F1, F3, F4. Source: Gray's Anatomy (1918), wrist cross sections.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.values import replace
from workstation.phantom.anatomy.bones import FAR_MM, Skeleton
from workstation.phantom.anatomy.fields import Field, Point, Points

STATION_MM = 2.0
"""Distance of the places along z where a path is laid against the bones."""

CLEAR_MM = 0.9
"""Least distance of a tendon's surface from bone: capsule, retinaculum and a thin sheath lie between."""

_THINS_OVER_MM = 4.0

APART_MM = 0.15
"""Least distance between the surfaces of two tendons."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one tendon is meant to run: knots (x, y, z) from proximal to distal, where to give way to bone.

    radius_mm: of a round tendon with the same cross section. flat: how many times wider than thick it is. uneven: as in
    `Tube`.
    """

    area: str
    name: str
    radius_mm: float
    knots: tuple[Point, ...]
    gives_way: tuple[float, float]
    flat: float = 1.0
    uneven: tuple[float, float] = (0.0, 0.0)

    def half_thickness(self) -> float:
        """Half of the smaller side. The section is a line drawn out by this radius, as large as the round one."""
        return self.radius_mm * float(np.sqrt(np.pi / (np.pi + 4 * (self.flat - 1))))

    def direction(self) -> NDArray[np.float64]:
        """Unit vector (x, y) in which to give way; the tendon lies flat across it."""
        found: NDArray[np.float64] = np.array(self.gives_way) / np.hypot(*self.gives_way)
        return found


_DORSAL = (0.0, 1.0)
_PALMAR = (0.0, -1.0)
_RADIAL = (0.9, -0.43)

# Deep ones first: each gives way to bone and to the tendons before it.
COURSES: tuple[Course, ...] = (
    Course(
        "E2", "ECRL", 1.8, ((16, 9, -70), (16, 10, -30), (16.5, 9, -10), (14.5, 9, 8), (13.5, 8, 16)), (0.3, 0.95), 1.7
    ),
    Course("E2", "ECRB", 1.8, ((12, 9, -70), (12, 10, -30), (11.5, 9, -10), (6.5, 9, 8), (4, 9, 16)), _DORSAL, 1.6),
    Course("E1", "APL", 1.7, ((20, 5, -70), (22, 0, -34), (25, -4, -18), (26, -8, -2), (28, -13, 13)), _RADIAL, 1.6),
    Course(
        "E1", "EPB", 1.2, ((17, 9, -70), (21, 5, -34), (25.5, 1, -18), (27.5, -2, -2), (31, -7, 18)), (0.9, 0.43), 1.2
    ),
    Course("E4", "EIP", 1.0, ((0, 8, -70), (0.2, 8, -30), (0.8, 8, -10), (3.6, 8, 15), (13, 9, 60)), _DORSAL, 1.2),
    Course("E4", "EDC2", 1.2, ((2, 11, -70), (1.6, 11, -30), (2.5, 11, -10), (6, 11, 15), (16, 9, 60)), _DORSAL, 1.35),
    Course(
        "E4", "EDC3", 1.3, ((-1, 11, -70), (-1.2, 11, -30), (-0.6, 11, -10), (0.8, 11, 15), (1.5, 9, 60)), _DORSAL, 1.35
    ),
    Course(
        "E4",
        "EDC4",
        1.2,
        ((-4, 11, -70), (-3.9, 11, -30), (-3.8, 11, -10), (-5.5, 11, 15), (-13, 8, 60)),
        _DORSAL,
        1.35,
    ),
    Course("E5", "EDM", 1.2, ((-9, 10, -70), (-8.6, 9, -30), (-9.5, 9, -10), (-13, 9, 15), (-24, 6, 60)), _DORSAL, 1.3),
    Course(
        "E3",
        "EPL",
        1.3,
        ((2, 10, -70), (5.0, 10, -30), (8, 10, -18), (20, 7, -2), (28, 2, 12), (37, -6, 30)),
        _DORSAL,
        1.25,
    ),
    Course(
        "E6",
        "ECU",
        1.9,
        ((-17, 8, -70), (-17.6, 8, -30), (-20, 6, -10), (-20.5, 5, 8), (-20, 4, 15)),
        (-0.6, 0.8),
        1.35,
    ),
    Course("F1", "FCU", 2.1, ((-15, -15, -70), (-17, -14.5, -30), (-18.6, -12.5, -14.6)), _PALMAR, 1.4),
    # deep flexors side by side; the superficial ones of the middle and ring finger lie before the other two
    *(
        Course(
            "F2",
            f"FDP{finger}",
            radius,
            ((at - 2, -9.9, -70), (at - 1, -10.9, -30), (at, -11.6, 0), (at, -11.9, 12), (far, -10.4, 60)),
            _PALMAR,
            1.3,
        )
        for finger, radius, at, far in (
            *((2, 1.5, 5.5, 17.0), (3, 1.6, 1.9, 3.0)),
            *((4, 1.55, -1.9, -10.0), (5, 1.35, -5.3, -23.0)),
        )
    ),
    *(
        Course(
            "F2",
            f"FDS{finger}",
            radius,
            (
                *((at - 2, -13.4 - up, -70), (at - 1, -14.4 - up, -30), (at, -15.2 - up, 0)),
                *((at, -15.4 - up, 12), (far, -14.0, 60)),
            ),
            _PALMAR,
            1.3,
        )
        for finger, radius, at, far, up in (
            *((2, 1.4, 6.5, 18.0, 0.0), (5, 1.15, -4.9, -22.0, 0.0)),
            *((3, 1.55, 3.0, 4.0, 0.9), (4, 1.5, -1.2, -9.0, 0.8)),
        )
    ),
    Course(
        "F4",
        "FCR",
        1.8,
        ((10, -14, -70), (12, -14.5, -30), (13.2, -13.8, -4), (12.6, -10, 8), (12, -7, 15)),
        _PALMAR,
        1.3,
    ),
    Course(
        "F3", "FPL", 1.7, ((10, -11, -70), (10, -12, -30), (9.8, -13.0, 0), (11, -14, 12), (30, -20, 42)), _PALMAR, 1.2
    ),
)

NERVE = "N"
"""What stands for an area where a tube is the median nerve."""

# Between the layers of muscle in the forearm, then flat, superficial and radial in the tunnel, fanning out beyond. Its
# section there is some 10 mm2: the upper part of the normal range, Klauser 2009, Radiology 250:171.
_MEDIAN = Course(
    NERVE,
    "median nerve",
    1.75,
    ((2.5, -16.6, -70), (3.0, -16.8, -50), (5.6, -17.0, -20), (5.4, -17.2, 0), (5.4, -17.2, 14), (8.0, -16.6, 30)),
    _PALMAR,
    2.0,
)
# In the hand with lifelike bones it comes between the finger flexors and the radial flexor, as deep as they lie.
_BESIDE_THE_FLEXORS: tuple[Point, ...] = (
    *((2.5, -15.6, -70.0), (4.0, -15.6, -50.0), (9.2, -15.6, -26.0), (8.8, -15.8, -8.0)),
    *((8.0, -16.2, 6.0), (6.6, -17.0, 14.0), (8.0, -16.6, 30.0)),
)
_FLEXORS = 0.98
"""How much thicker than in the plainer hand the flexors of the fingers are."""

_APART = 0.2
"""By how much their rows are wider."""

_WINDS_MM = 0.55
"""How far a flexor of a finger may lie from its place in the rows."""

_DEEP = {"FDP2": (0.2, 0.0), "FDP3": (-0.7, 0.0), "FDP4": (-1.2, 0.0), "FDP5": (-1.6, 0.0)}
_MADE_ROOM = {
    "FCR": (2.2, 0.3),
    "FPL": (1.2, 1.2),
    "FDS2": (-1.5, 0.5),
    "FDS3": (-1.4, 0.4),
    "FDS4": (-1.6, 0.4),
    "FDS5": (-1.6, 0.0),
    **_DEEP,
}
"""How far tendons beside the median nerve lie from their places in the plainer hand, x and y, before the palm."""

_SINKS_MM = 2.6
"""How much lower than in the plainer hand the finger extensors lie over the metacarpals."""

_YIELDS, _YIELDS_MOST_MM, _FLATTENS = 0.5, 2.6, 0.28
_BESIDE = 0.4
"""How much of its way a nerve need go that lies beside the tendons rather than on them."""

AREAS = ("E1", "E2", "E3", "E4", "E5", "E6", "F1", "F2", "F3", "F4")


@dataclass(frozen=True, slots=True)
class Tube:
    """A laid path: x and y at the stations z (ascending), all mm.

    radius_mm: half the thickness. half_mm: from the centre to where the round edge begins; along: unit vector (x, y) of
    the tendon's width. uneven: by how much of its thickness the section stands out to one side of its width, and of
    the side across it.
    """

    area: str
    name: str
    radius_mm: float
    half_mm: float
    along: tuple[float, float]
    z: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    uneven: tuple[float, float] = (0.0, 0.0)

    def distance(self, at: Points) -> Field:
        """Signed distance to the tube's surface; it thins out at its ends."""
        middle_x, middle_y = self.middle(at.z)
        dx: Field = at.x - middle_x
        dy: Field = at.y - middle_y
        wide = np.clip(
            dx * np.float32(self.along[0]) + dy * np.float32(self.along[1]),
            np.float32(-self.half_mm),
            np.float32(self.half_mm),
        )
        thin_x, thin_y = dx - wide * np.float32(self.along[0]), dy - wide * np.float32(self.along[1])
        left = np.minimum(at.z - np.float32(self.z[0]), np.float32(self.z[-1]) - at.z)
        thins = np.sqrt(np.clip(left * np.float32(1 / _THINS_OVER_MM), 0, 1))
        from_line = np.sqrt(thin_x * thin_x + thin_y * thin_y)
        radius = np.float32(self.radius_mm) * thins
        if any(self.uneven):
            out, beside = self.uneven
            slope = np.float32(out / max(self.half_mm, 0.5)) * wide
            turned = thin_x * np.float32(-self.along[1]) + thin_y * np.float32(self.along[0])
            radius = radius * (1 + slope + np.float32(beside) * turned / np.maximum(from_line, np.float32(0.05)))
        across: Field = from_line - radius
        past_end = np.maximum(np.float32(self.z[0]) - at.z, at.z - np.float32(self.z[-1]))
        result: Field = np.maximum(across, past_end)
        return result

    def middle(self, z: Field) -> tuple[Field, Field]:
        """Where its middle lies at levels: x, and y."""
        return np.interp(z, self.z, self.x).astype(np.float32), np.interp(z, self.z, self.y).astype(np.float32)

    def box(self, margin_mm: float, z_low: float, z_high: float) -> tuple[Point, Point] | None:
        """Corners of a box round the part between two levels; None when no part lies there."""
        low, high = max(z_low, float(self.z[0])), min(z_high, float(self.z[-1]))
        if low >= high:
            return None
        inside = np.clip(np.concatenate(([low], self.z, [high])), low, high)
        x, y = np.interp(inside, self.z, self.x), np.interp(inside, self.z, self.y)
        reach = self.radius_mm * (1 + sum(map(abs, self.uneven))) + self.half_mm + margin_mm
        return (float(x.min()) - reach, float(y.min()) - reach, low - margin_mm), (
            float(x.max()) + reach,
            float(y.max()) + reach,
            high + margin_mm,
        )


def lay(skeleton: Skeleton) -> tuple[Tube, ...]:
    """All tendons, each moved out of the way of this person's bones."""
    tubes: tuple[Tube, ...] = ()
    for course in varied(skeleton) if skeleton.lifelike else COURSES:
        tubes = (*tubes, _laid(course, skeleton, tubes))
    return tubes


def varied(skeleton: Skeleton) -> tuple[Course, ...]:
    """The courses of a person whose bones are lifelike: no two tendons alike in size, section or place.

    The abductor of the thumb has several slips (Timins 1996, Radiographics 16:987).
    """
    random = np.random.default_rng(int(np.abs(skeleton.phases).sum() * 1e6))
    found: list[Course] = []
    for course in COURSES:
        x, y = random.uniform(-0.55, 0.55, 2)
        # those of the fingers lie in no rows: each a little aside, up or down along its way
        aside, up, turn = random.uniform(-1, 1, 2), random.uniform(-0.3, 1, 2), random.uniform(0, 2 * np.pi)
        winds = _WINDS_MM * float(course.area == "F2")
        apart = _APART * float(course.area == "F2")
        beside_x, beside_y = _MADE_ROOM.get(course.name, (0.0, 0.0))
        # over the metacarpals the extensors lie on what is between the bones, not in the middle of the fat
        sinks = _SINKS_MM * float(course.area in {"E4", "E5"})
        knots = tuple(
            (
                at[0]
                + x
                + beside_x * float(np.clip((26.0 - at[2]) / 16.0, 0, 1))
                + apart * (at[0] - 1.0)
                + winds * float(aside[0] + 0.5 * aside[1] * np.sin(at[2] / 14 + turn)),
                at[1]
                + y
                + beside_y * float(np.clip((26.0 - at[2]) / 16.0, 0, 1))
                + winds * float(up[0] + 0.5 * up[1] * np.cos(at[2] / 14 + turn))
                - sinks * float(np.clip((at[2] + 10.0) / 25.0, 0, 1)),
                at[2],
            )
            for at in course.knots
        )
        size, flat = float(np.exp(np.clip(random.normal(0, 0.2), -0.34, 0.34))), float(random.uniform(0.8, 1.4))
        # those of the fingers lie close in their tunnel
        size *= _FLEXORS if course.area == "F2" else 1.0
        uneven = (float(random.uniform(-0.28, 0.28)), float(random.uniform(-0.22, 0.22)))
        # they lie askew
        lean = np.radians(float(random.uniform(-1, 1)) * 22.0)
        dx, dy = course.gives_way
        own = replace(
            course,
            radius_mm=course.radius_mm * size,
            knots=knots,
            flat=max(1.0, course.flat * flat),
            uneven=uneven,
            gives_way=(
                float(dx * np.cos(lean) - dy * np.sin(lean)),
                float(dx * np.sin(lean) + dy * np.cos(lean)),
            ),
        )
        if course.name == "APL":
            beside = tuple((at[0] - 1.2, at[1] + 2.0, at[2]) for at in knots)
            slip = replace(own, name="APL, second slip", radius_mm=own.radius_mm * 0.6, knots=beside)
            found += [replace(own, radius_mm=own.radius_mm * 0.8), slip]
        else:
            found.append(own)
    return tuple(found)


def median_nerve(skeleton: Skeleton, tubes: tuple[Tube, ...], swelling_mm: float = 0.0) -> Tube:
    """The median nerve on the palmar side of the tendons.

    swelling_mm: greatest width of the sheaths beside it, in millimetres of the model. They press it to the roof of the
    tunnel and flatten it; it doesn't vanish in them.
    """
    course = replace(_MEDIAN, flat=_MEDIAN.flat + _FLATTENS * swelling_mm)
    if skeleton.lifelike:
        # thicker on one side than on the other, by person
        random = np.random.default_rng(int(np.abs(skeleton.phases).sum() * 1e6) + 1)
        sign = float(random.choice((-1.0, 1.0)))
        uneven = (sign * float(random.uniform(0.12, 0.25)), float(random.uniform(-0.12, 0.12)))
        flat = course.flat - float(random.uniform(0.1, 0.6))
        course = replace(course, flat=flat, uneven=uneven, knots=_BESIDE_THE_FLEXORS)
    laid = _laid(course, skeleton, tubes)
    most = min(_YIELDS * swelling_mm, _YIELDS_MOST_MM) * (_BESIDE if skeleton.lifelike else 1.0)
    within = np.clip((laid.z + 40.0) / 15.0, 0, 1) * np.clip((24.0 - laid.z) / 12.0, 0, 1)
    return replace(laid, y=laid.y - most * within)


def nearest_tendon(tubes: tuple[Tube, ...], at: Points, area: str | None = None) -> Field:
    """Signed distance to the nearest tendon, of one area or of all."""
    result = np.full(at.x.shape, FAR_MM, np.float32)
    for tube in tubes:
        if area is None or tube.area == area:
            result = np.minimum(result, tube.distance(at))
    return result


def _laid(course: Course, skeleton: Skeleton, before: tuple[Tube, ...]) -> Tube:
    knots = np.array(course.knots, float)
    z = np.arange(knots[0, 2], knots[-1, 2] + STATION_MM / 2, STATION_MM)
    x, y = _eased(z, knots[:, 2], knots[:, 0]), _eased(z, knots[:, 2], knots[:, 1])
    shift = _least_shift(course, skeleton, before, x, y, z)
    # A tendon spans hollows: widen the bumps that bone makes, then smooth, then give way again where that cut a corner.
    for _ in range(2):
        shift = np.maximum(shift, _smoothed(np.maximum(shift, _smoothed(shift))))
    direction = course.direction()
    x, y = x + shift * direction[0], y + shift * direction[1]
    again = _least_shift(course, skeleton, before, x, y, z)
    thin = course.half_thickness()
    return Tube(
        course.area,
        course.name,
        thin,
        thin * (course.flat - 1),
        (-float(direction[1]), float(direction[0])),
        z,
        x + again * direction[0],
        y + again * direction[1],
        course.uneven,
    )


def _least_shift(  # noqa: PLR0917 - three coordinates stand in their order
    course: Course,
    skeleton: Skeleton,
    before: tuple[Tube, ...],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    z: NDArray[np.float64],
) -> NDArray[np.float64]:
    """How far each station must move along `gives_way` to be clear of bone, mm: the first such place."""
    steps = np.arange(0.0, 16.0, 0.2)
    found = np.full(len(z), steps[-1])
    left = np.arange(len(z))
    # most are clear where they lie or soon after: only for the others is it looked farther
    for some in np.split(steps, (6, 24)):
        clear = _is_clear(course, skeleton, before, x[left], y[left], z[left], some)
        free = clear.any(axis=1)
        found[left[free]] = some[clear[free].argmax(axis=1)]
        left = left[~free]
    return found


def _is_clear(  # noqa: PLR0917 - three coordinates stand in their order
    course: Course,
    skeleton: Skeleton,
    before: tuple[Tube, ...],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    z: NDArray[np.float64],
    steps: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which steps (stations x steps, mm along `gives_way`) are clear of bone and of the tendons laid before."""
    direction, thin = course.direction(), course.half_thickness()
    stands_out = thin * (1 + sum(map(abs, course.uneven)))
    # its middle and both ends of its width
    sides = np.array([0.0] if course.flat == 1 else [-1.0, 0.0, 1.0])
    beside = (sides * thin * (course.flat - 1))[:, None, None]
    at = Points(
        (x[:, None] + steps * direction[0] - beside * direction[1]).astype(np.float32),
        (y[:, None] + steps * direction[1] + beside * direction[0]).astype(np.float32),
        np.broadcast_to(z[:, None], (len(sides), len(z), len(steps))).astype(np.float32),
    )
    clear = nearest_tendon(before, at) > stands_out + APART_MM
    clear[clear] = skeleton.nearest(at.where(clear)) > stands_out + CLEAR_MM
    result: NDArray[np.bool_] = np.all(clear, axis=0)
    return result


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(values, 3, mode="edge")
    return np.convolve(padded, np.ones(7) / 7, mode="valid")


def _eased(z: NDArray[np.float64], at: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear between knots, its corners rounded."""
    return _smoothed(_smoothed(np.interp(z, at, values)))
