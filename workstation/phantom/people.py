"""One person of a synthetic study and both visits, drawn from the study's seed and the person's number. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workstation.phantom.bones import Skeleton
from workstation.phantom.hand import Hand, Rigid, Texture, turn
from workstation.phantom.headers import Occasion
from workstation.phantom.identity import days, identity
from workstation.phantom.lesions import grow
from workstation.phantom.plan import patient, textbook
from workstation.phantom.protocol import PLANES, Layout, layout
from workstation.phantom.tendons import lay

_SMALLEST, _LARGEST = 0.9, 1.07
"""Sizes of hands against the common one: wrists of women and men are some 8 % apart in width."""

_LEFT = 0.4
"""Share of left wrists; the dominant one is scanned, and some are scanned on the side that hurts."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A hand in the scanner at one visit, and where the stacks were laid."""

    hand: Hand
    occasion: Occasion
    layouts: dict[str, Layout]


@dataclass(frozen=True, slots=True)
class Pair:
    """One subject: both visits, and the movement from baseline's patient coordinates to the follow-up's."""

    patient_id: str
    scans: tuple[Scan, Scan]
    movement: Rigid


@lru_cache(maxsize=1)
def pair(seed: int, number: int, size: int) -> Pair:
    """The person of that number, from 1, in a study of that seed, to be drawn with `size` rows and columns."""
    random = np.random.default_rng((seed, number, 1))
    who = identity(number, random)
    phases = np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 2 * np.pi, 3)])
    skeleton = Skeleton(phases, round(float(random.uniform(_SMALLEST, _LARGEST)), 3))
    side = "L" if random.random() < _LEFT else "R"
    tubes = lay(skeleton)
    texture = Texture.drawn(random)
    illnesses = textbook(random) if number == 1 else patient(random)
    first = Rigid(turn(_jitter(random, 4.0)), np.array([12.0, 30.0, -8.0]) + random.normal(0, 2, 3))
    movement = Rigid(turn(_jitter(random, 4.0)), random.normal(0, 4, 3))
    scans = []
    for k, (illness, placed, day) in enumerate(
        zip(illnesses, (first, movement.after(first)), days(random), strict=True)
    ):
        hand = Hand(skeleton, tubes, texture, grow(illness, skeleton, tubes), placed, side)
        # the stacks are laid along the forearm as well as a technologist does it, anew at each visit
        laid = Rigid(placed.rotation @ turn(_jitter(random, 2.0)), np.zeros(3))
        centre = hand.to_patient(np.array([2.0, -1.5, -1.0]) + random.normal(0, 0.8, 3))
        occasion = Occasion(k + 1, day, uid(seed, number, k, "study"), uid(seed, number, k, "frame"), side)
        layouts = {plane: layout(plane, centre, laid.rotation, size) for plane in PLANES}
        scans.append(Scan(hand, occasion, layouts))
    return Pair(who.patient_id, (scans[0], scans[1]), movement)


def uid(*parts: int | str) -> str:
    """A UID below 2.25 (a UUID as a whole number, PS3.5 B.2), the same for the same parts."""
    digest = hashlib.sha256("/".join(map(str, ("ramris phantom", *parts))).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _jitter(random: np.random.Generator, degrees: float) -> tuple[float, float, float]:
    x, y, z = random.normal(0, degrees, 3).clip(-2 * degrees, 2 * degrees)
    return float(x), float(y), float(z)
