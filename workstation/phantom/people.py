"""People of a synthetic study: a person and both visits, drawn from the study's seed and the person's number. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.bending import Bend
from workstation.phantom.anatomy.bone_shapes import Proportions
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.tendons import AREAS, Tube, lay
from workstation.phantom.hand import Hand, Rigid, Texture, ill_hand, turn
from workstation.phantom.headers import Occasion
from workstation.phantom.identity import again, days, identity
from workstation.phantom.lesions import CAPSULES, COARSE, FINE, READING_ORDER
from workstation.phantom.plan import Illness, patient, shares, textbook
from workstation.phantom.protocol import PLANES, Layout, layout
from workstation.phantom.realism.coil import Coil
from workstation.phantom.realism.difficulty import Effects
from workstation.phantom.realism.looks import Looks

_SIZES = {"F": (0.93, 0.025), "M": (1.05, 0.025)}
"""Mean and standard deviation of a hand's size against the common one.

Women's carpal bones are smaller by a common factor in all directions (Crisco 2005, J Hand Surg 30A:35); that the
factor is some 0.88, and the spread, are chosen within the range of their volumes.
"""

_INCLINATION, _PALMAR_TILT, _ULNAR_VARIANCE = (24.0, 3.75), (12.0, 4.0), (-0.45, 1.2)
"""Mean and standard deviation of the radius's angles (degrees) and of the ulnar variance (mm).

After 400 radiographs of Hadi and Wijiono 2013, Med J Indones 22:173 (24.0 +- 3.8 and 13.8 +- 4.4 degrees, -0.45 +- 2.0
mm), the tilt nearer to the 11 or 12 degrees of most textbooks; cut at two deviations, the variance at 2 mm.
"""

_MOST_VARIANCE_MM = 2.0

_HAMATE_FACET = 0.655
"""Share of lunates with a facet for the hamate: Viegas 1990, J Hand Surg 15A:564."""

_LEFT = 0.4
"""Share of left wrists; the dominant one is scanned, and some are scanned on the side that hurts."""


EASY = Effects()
_SITES = {"SYN": tuple(CAPSULES), "OST": READING_ORDER, "ERO": READING_ORDER, "TEN": AREAS}


@dataclass(frozen=True, slots=True)
class Scan:
    """A hand in the scanner at one visit, where the stacks were laid, and the coil round it."""

    hand: Hand
    occasion: Occasion
    layouts: dict[str, Layout]
    coil: Coil


@dataclass(frozen=True, slots=True)
class Visit:
    """What is to be scanned at one visit, before the lesions have grown, which takes long."""

    illness: Illness
    pose: Rigid
    occasion: Occasion
    centre: NDArray[np.float64]
    laid: Rigid


@dataclass(frozen=True, slots=True)
class Pair:
    """One subject: both visits, and the movement from baseline's patient coordinates to the follow-up's.

    visits: what is to be scanned. bends: how much the joints do between the visits. drawn_from: the study's seed and
    the person's number. The rest is what the two visits have in common.
    """

    patient_id: str
    visits: tuple[Visit, Visit]
    movement: Rigid
    skeleton: Skeleton
    tubes: tuple[Tube, ...]
    texture: Texture
    side: str
    looks: Looks | None
    coil: Coil
    size: int
    coarse: bool
    bends: float
    drawn_from: tuple[int, int]

    @property
    def scans(self) -> tuple[Scan, Scan]:
        """Both visits."""
        return self.scan(1), self.scan(2)

    def scan(self, visit: int) -> Scan:
        """The hand in the scanner at the first visit or the second; its lesions grow here."""
        wanted = self.visits[visit - 1]
        bend, k = None, wanted.occasion.number - 1
        if self.bends and k > 0:
            bend = Bend.drawn(self.skeleton, self.bends, np.random.default_rng((*self.drawn_from, 9, k)))
        # the stacks are laid along the forearm as well as a technologist does it, anew at each visit
        hand = ill_hand(
            wanted.illness,
            self.skeleton,
            self.tubes,
            self.texture,
            wanted.pose,
            self.side,
            COARSE if self.coarse else FINE,
            self.looks,
            bend,
        )
        centre = hand.to_patient(wanted.centre)
        layouts = {
            plane: layout(plane, centre, wanted.laid.rotation, self.size, coarse=self.coarse) for plane in PLANES
        }
        return Scan(hand, wanted.occasion, layouts, self.coil)


@lru_cache(maxsize=1)
def pair(
    seed: int, number: int, size: int, enrolment: int = 1, *, coarse: bool = False, effects: Effects = EASY
) -> Pair:
    """The person of that number, from 1, in a study of that seed, to be drawn with `size` rows and columns.

    enrolment: the first two visits, or with 2 the two that follow when the person is enrolled again. coarse: in few,
    thick slices, for a cohort of which the pictures don't matter. effects: what makes the pictures harder to read; who
    it is, how ill and how it lies doesn't hang on them.
    """
    random = np.random.default_rng((seed, number, 1))
    who = identity(number, random)
    skeleton = skeleton_of(seed, number, lifelike=effects.bones > 0)
    side = "L" if random.random() < _LEFT else "R"
    tubes = lay(skeleton)
    texture = Texture.drawn(random)
    illnesses = planned(seed, number, enrolment)
    first = Rigid(turn(_jitter(random, 4.0)), np.array([12.0, 30.0, -8.0]) + random.normal(0, 2, 3))
    movement = Rigid(turn(_jitter(random, 4.0)), random.normal(0, 4, 3))
    dates = days(random)
    if enrolment > 1:
        random = np.random.default_rng((seed, number, 1, enrolment))
        first, movement = movement.after(first), Rigid(turn(_jitter(random, 4.0)), random.normal(0, 4, 3))
        dates = again(dates[1], random)
    seen = np.random.default_rng((seed, number, 7))
    coil = Coil.drawn(seen)
    looks = None if effects == EASY else Looks.drawn(effects, seen, _SITES, skeleton)
    found = []
    visits = zip(illnesses, (first, movement.after(first)), dates, strict=True)
    for k, (illness, pose, day) in enumerate(visits, 2 * (enrolment - 1)):
        laid = Rigid(pose.rotation @ turn(_jitter(random, 2.0)), np.zeros(3))
        centre = np.array([2.0, -1.5, -1.0]) + random.normal(0, 0.8, 3)
        occasion = Occasion(k + 1, day, uid(seed, number, k, "study"), uid(seed, number, k, "frame"), side)
        found.append(Visit(illness, pose, occasion, centre, laid))
    return Pair(
        who.patient_id,
        (found[0], found[1]),
        movement,
        skeleton,
        tubes,
        texture,
        side,
        looks,
        coil,
        size,
        coarse,
        effects.bend,
        (seed, number),
    )


def planned(seed: int, number: int, enrolment: int = 1) -> tuple[Illness, Illness]:
    """How ill that person is meant to be at baseline and at the follow-up; the first one is the plate of the atlas.

    Who is enrolled again is ill anew; erosions are at least what they were.
    """
    if enrolment > 1:
        healed = planned(seed, number)[1].erosion
        drawn = patient(np.random.default_rng((seed, number, 3, enrolment)), shares(seed, 100 * number))
        return _not_healed(drawn[0], healed), _not_healed(drawn[1], healed)
    random = np.random.default_rng((seed, number, 3))
    return textbook(random) if number == 1 else patient(random, shares(seed, number))


def _not_healed(illness: Illness, before: Mapping[str, float]) -> Illness:
    return replace(illness, erosion={code: max(share, before[code]) for code, share in illness.erosion.items()})


def skeleton_of(seed: int, number: int, *, lifelike: bool = False) -> Skeleton:
    """The bones of that person: size by sex, proportions and surfaces by chance; the plainer ones unless lifelike."""
    sex = identity(number, np.random.default_rng((seed, number, 1))).sex
    random = np.random.default_rng((seed, number, 5))
    phases = np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 2 * np.pi, 3)])
    size = round(_drawn(random, _SIZES[sex]), 3)
    return Skeleton(phases, size, _proportions(random, size), lifelike, shaped=1.0 if lifelike else 0.0)


def uid(*parts: int | str) -> str:
    """A UID below 2.25 (a UUID as a whole number, PS3.5 B.2), the same for the same parts."""
    digest = hashlib.sha256("/".join(map(str, ("ramris phantom", *parts))).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _proportions(random: np.random.Generator, size: float) -> Proportions:
    variance = float(np.clip(_drawn(random, _ULNAR_VARIANCE), -_MOST_VARIANCE_MM, _MOST_VARIANCE_MM))
    return Proportions(
        round(variance / size, 2),
        round(_drawn(random, _INCLINATION), 1),
        round(_drawn(random, _PALMAR_TILT), 1),
        bool(random.random() < _HAMATE_FACET),
    )


def _drawn(random: np.random.Generator, mean_and_deviation: tuple[float, float]) -> float:
    """From a normal distribution, cut at two deviations."""
    mean, deviation = mean_and_deviation
    return mean + deviation * float(np.clip(random.normal(), -2, 2))


def _jitter(random: np.random.Generator, degrees: float) -> tuple[float, float, float]:
    x, y, z = random.normal(0, degrees, 3).clip(-2 * degrees, 2 * degrees)
    return float(x), float(y), float(z)
