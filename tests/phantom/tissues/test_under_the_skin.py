"""Fat under the skin: of unlike thickness round the hand, under a palm that is hollow."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.phantom.tissues.painted import hand_of, painted, sheet
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.flesh import outline
from workstation.phantom.anatomy.tissues import Material, signal
from workstation.phantom.protocol import T1

FAR = np.float32(30.0)
STEP_MM = 0.25


def layer_mm(ways: NDArray[np.float32]) -> float:
    """How long the first stretch of fat is on ways in from outside the skin, one a row: the median over the rows."""
    fat = ways > 0.5 * signal(Material.FAT.value, T1)
    first = fat.argmax(axis=1)
    assert fat.any(axis=1).all()
    ends = [start + int((~row[start:]).argmax()) for start, row in zip(first, fat, strict=True)]
    return float(np.median(np.array(ends) - first) * STEP_MM)


def test_fat_is_thick_at_the_ball_of_the_little_finger_and_thin_over_that_of_the_thumb() -> None:
    found = []
    for number in (4, 5, 6):
        from_the_side = sheet(np.arange(-46.0, -18.0, STEP_MM), np.arange(-16.0, -9.0, 1.0), 20.0)
        from_the_palm = sheet(np.arange(31.0, 38.0, 1.0), np.arange(-46.0, -22.0, STEP_MM), 38.0)
        little = layer_mm(painted(hand_of(number), from_the_side, T1, STEP_MM))
        thumb = layer_mm(painted(hand_of(number), from_the_palm, T1, STEP_MM).T)
        found.append(little / max(thumb, STEP_MM))

    # On the only real hand at hand (STS_019 of the IBSI's set, T1 at 1.2 mm) the layer through the metacarpals is less
    # than 1.6 mm on a quarter of the way round, and several millimetres on another; its deviation over its mean is 0.8
    # to 1.1, where the model's was 0.36 to 0.42.
    assert min(found) > 2.0


def test_the_palm_is_hollow_between_its_balls() -> None:
    y = np.arange(-42, 0, 0.1, dtype=np.float32)

    def surface(x: float) -> float:
        at = Points(np.full_like(y, x), y, np.full_like(y, 27.0))
        return float(y[outline(at, np.full_like(y, FAR), slim=True) < 0].min())

    # a straight edge laid over both balls; any atlas of surface anatomy shows the hollow, how deep is chosen
    left, right = (-20.0, surface(-20.0)), (24.0, surface(24.0))
    edge = left[1] + (3.5 - left[0]) / (right[0] - left[0]) * (right[1] - left[1])
    assert surface(3.5) - edge > 3.5


@pytest.mark.parametrize("number", [2, 5])
def test_skin_does_not_follow_each_tendon(number: int) -> None:
    """Before the wrist it spans the flexors: no hump over one of them, nor over the nerve."""
    hand = hand_of(number, seed=1)
    y = np.arange(-34, -8, 0.1)
    x = np.arange(-14.0, 15.0, 1.0)
    body = painted(hand, sheet(x, y, -16.0), T1, 0.1) > 0.02
    skin = y[body.argmax(axis=0)]
    smooth = np.polyval(np.polyfit(x, skin, 4), x)

    assert np.abs(skin - smooth).max() < 0.8
