"""Illness of a person's joints at two visits: erosions by grade, and how much of each joint space is left.

Grades of Sharp/van der Heijde: an erosion counts 1, 2 when large, 3 when past the midline; a site has their sum, 5 at
most, in the foot 10 (5 on each side of the joint). Narrowing: 1 doubtful, 2 up to half lost, 3 more, 4 grown together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

HAND_EROSIONS: Final = (
    "IP1", "PIP2", "PIP3", "PIP4", "PIP5", "MCP1", "MCP2", "MCP3", "MCP4", "MCP5", "MC1", "MULT", "NAV", "LUN", "RAD",
    "ULN",
)  # fmt: skip
HAND_SPACES: Final = (
    "PIP2", "PIP3", "PIP4", "PIP5", "MCP1", "MCP2", "MCP3", "MCP4", "MCP5", "CM3", "CM4", "CM5", "MN", "CNL", "RC",
)  # fmt: skip
FOOT_SITES: Final = ("MTP1", "MTP2", "MTP3", "MTP4", "MTP5", "IPH")
SITES: Final[Mapping[str, tuple[str, ...]]] = {
    "EROH": HAND_EROSIONS,
    "JSNH": HAND_SPACES,
    "EROF": FOOT_SITES,
    "JSNF": FOOT_SITES,
}
PARTS: Final[Mapping[str, tuple[str, str]]] = {"HAND": ("EROH", "JSNH"), "FOOT": ("EROF", "JSNF")}
# part of the joint space that is left, by grade; bones that grew together lie in each other
LEFT: Final = (1.0, 0.8, 0.58, 0.28, -0.5)
MOST_ON_A_SIDE: Final = 5
# the erosions that make each grade of one side
MADE_OF: Final[Mapping[int, tuple[int, ...]]] = {0: (), 1: (1,), 2: (2,), 3: (3,), 4: (2, 2), 5: (3, 2)}


@dataclass(frozen=True, slots=True)
class Illness:
    """By site with its side, such as R-MCP2. erosions: grades on the near and on the far side of the joint."""

    erosions: Mapping[str, tuple[int, int]]
    narrowing: Mapping[str, int]
    feet: Mapping[str, tuple[int, int]]
    feet_narrowing: Mapping[str, int]

    def grade(self, feature: str, site: str) -> int:
        """The grade that a site deserves."""
        match feature:
            case "EROH":
                return min(sum(self.erosions[site]), MOST_ON_A_SIDE)
            case "EROF":
                return sum(self.feet[site])
            case "JSNH":
                return self.narrowing[site]
        return self.feet_narrowing[site]


def drawn(random: np.random.Generator, *, every_grade: bool) -> tuple[Illness, Illness]:
    """How ill somebody is at two visits; every_grade: with each grade of each feature at some site.

    Erosions and narrowing stay or grow. A quarter of the sites that are ill at baseline are worse at the follow-up, and
    one site in twenty is newly ill.
    """
    mild = tuple(0.62 * np.array([1.0, 0.25, 0.14, 0.08, 0.04, 0.02]) ** 1.0)
    share = np.array(mild) / sum(mild)
    hands = _sites(HAND_EROSIONS)
    feet = _sites(FOOT_SITES)
    spaces = _sites(HAND_SPACES)
    erosions = {site: int(random.choice(6, p=share)) for site in hands}
    narrowing = {site: int(random.choice(5, p=[0.66, 0.16, 0.1, 0.06, 0.02])) for site in spaces}
    near = {site: int(random.choice(6, p=share)) for site in feet}
    far = {site: int(random.choice(4, p=[0.8, 0.12, 0.05, 0.03])) for site in feet}
    toes = {site: int(random.choice(5, p=[0.66, 0.16, 0.1, 0.06, 0.02])) for site in feet}
    if every_grade:
        erosions |= {site: k % 6 for k, site in enumerate(hands)}
        narrowing |= {site: k % 5 for k, site in enumerate(spaces)}
        sums = {site: k * 7 % 11 for k, site in enumerate(feet)}
        near |= {site: min(value, MOST_ON_A_SIDE) for site, value in sums.items()}
        far |= {site: max(0, value - MOST_ON_A_SIDE) for site, value in sums.items()}
        toes |= {site: (k + 2) % 5 for k, site in enumerate(feet)}
    before = (erosions, narrowing, near, far, toes)
    after = tuple(_later(grades, most, random) for grades, most in zip(before, (5, 4, 5, 5, 4), strict=True))
    return _illness(before), _illness(after)


def _illness(parts: Sequence[Mapping[str, int]]) -> Illness:
    erosions, narrowing, near, far, toes = parts
    both = {site: (near[site], far[site]) for site in near}
    return Illness({site: (grade, 0) for site, grade in erosions.items()}, narrowing, both, toes)


def _sites(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{side}-{code}" for side in ("R", "L") for code in codes)


def _later(grades: Mapping[str, int], most: int, random: np.random.Generator) -> dict[str, int]:
    chances = {site: float(random.random()) for site in grades}
    return {
        site: min(most, grade + 1) if chances[site] < (0.25 if grade else 0.05) else grade
        for site, grade in grades.items()
    }
