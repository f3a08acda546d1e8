"""Difficulty of the synthetic pictures, and the strength of each effect that makes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum


class Difficulty(Enum):
    """How hard the pictures are to read."""

    EASY = "easy"
    TYPICAL = "typical"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Effects:
    """Strength of each effect: 0 is off, 1 what is usual in real images of limbs.

    bones: the shapes that they have in life, with joint spaces of unequal width. marrow: trabeculae, patches, growth
    scars and vessels. cortex: its uneven thickness and gaps. lesions: uneven inside and of several levels, their
    borders soft. flesh: grain of muscle, tendon and fat. noise: of the air and of all else. coil: shading from the skin
    inwards. shift: of fat against water. ringing: at edges. fat: suppression that is patchy and fails at edges. ghosts:
    of the arteries. motion: of the hand within a series. bend: of the joints, and of how full the skin is, between the
    visits. zipper: a line of foreign radio. wrap: what folds over from beyond the field of view. crosstalk: every other
    slice darker. metal: in some people, with a void and fat that isn't suppressed beside it. angle: tendons that are
    grey where they lie askew in the field (magic angle). cysts: and canals of vessels in some bones, which are no
    erosions.
    """

    bones: float = 0.0
    marrow: float = 0.0
    cortex: float = 0.0
    lesions: float = 0.0
    flesh: float = 0.0
    noise: float = 0.0
    coil: float = 0.0
    shift: float = 0.0
    ringing: float = 0.0
    fat: float = 0.0
    ghosts: float = 0.0
    motion: float = 0.0
    bend: float = 0.0
    zipper: float = 0.0
    wrap: float = 0.0
    crosstalk: float = 0.0
    metal: float = 0.0
    angle: float = 0.0
    cysts: float = 0.0

    def without(self, *names: str) -> Effects:
        """The same with these switched off."""
        return replace(self, **dict.fromkeys(names, 0.0))

    def off(self) -> tuple[str, ...]:
        """The names of those that are off."""
        return tuple(name for name in EFFECT_NAMES if getattr(self, name) == 0)


EFFECT_NAMES = tuple(field.name for field in fields(Effects))

EFFECTS = {
    Difficulty.EASY: Effects(),
    Difficulty.TYPICAL: Effects(**dict.fromkeys(EFFECT_NAMES, 1.0)),
    Difficulty.HARD: Effects(
        bones=1.0,
        marrow=1.25,
        cortex=1.2,
        lesions=1.4,
        flesh=1.2,
        noise=1.35,
        coil=1.2,
        shift=1.1,
        ringing=1.3,
        fat=1.6,
        ghosts=1.8,
        motion=3.0,
        bend=1.3,
        zipper=2.0,
        wrap=1.6,
        crosstalk=1.6,
        metal=1.5,
        angle=1.3,
        cysts=1.6,
    ),
}
