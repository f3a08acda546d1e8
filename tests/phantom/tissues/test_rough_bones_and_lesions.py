"""Outlines: bones with ridges and pits, lesions with lobes and bays."""

import numpy as np
import pytest

from workstation.phantom.anatomy.fields import Points
from workstation.phantom.lesions import grid
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty


@pytest.mark.parametrize("code", ["CAP", "SCA", "TRQ"])
def test_a_bone_s_outline_has_ridges_and_pits(code: str) -> None:
    hand = pair(1, 6, 48, effects=EFFECTS[Difficulty.TYPICAL]).scan(1).hand
    inside = hand.skeleton.bones[code].inside
    angles = np.radians(np.arange(0, 360, 2.0))[:, None]
    steps = np.arange(2.0, 16.0, 0.02)
    y, z = inside[1] + np.cos(angles) * steps, inside[2] + np.sin(angles) * steps
    at = Points(*(axis.astype(np.float32).ravel() for axis in (np.full(y.shape, inside[0]), y, z)))
    outside = hand.skeleton.distance(code, at).reshape(y.shape) > 0
    radius = steps[outside.argmax(axis=1)]
    waves = np.fft.rfft(radius)
    # what is 1.5 to 6 mm long along the outline
    waves[: int(2 * np.pi * radius.mean() / 6.0)] = 0
    waves[int(2 * np.pi * radius.mean() / 1.5) :] = 0
    rough_mm = float(np.fft.irfft(waves, len(radius)).std())

    # it was 0.044, 0.045 and 0.024 mm; how high ridges are is chosen, below half a millimetre from crest to pit
    assert 0.055 < rough_mm < 0.18


def test_erosions_and_oedema_are_longer_than_wide_and_have_bays() -> None:
    longer: dict[str, list[float]] = {"ERO": [], "OST": []}
    for number in (2, 3, 5, 6):
        hand = pair(1, number, 48, effects=EFFECTS[Difficulty.TYPICAL]).scan(1).hand
        for feature, growths in (("ERO", hand.lesions.erosions), ("OST", hand.lesions.osteitis)):
            for growth in growths.values():
                if not 0.04 < growth.share < 0.4:
                    continue
                x, y, z = growth.seeds[0]
                at = grid((x - 12, y - 12, z - 12), (x + 12, y + 12, z + 12), 0.5)
                ill = at.where(growth.depth(at, hand.skeleton.phases) < 0)
                places = np.stack([ill.x, ill.y, ill.z]).astype(float)
                axes = np.sqrt(np.linalg.eigvalsh(np.cov(places)))
                longer[feature].append(float(axes[-1] / axes[0]))

    # a ball has 1; those of before had 1.07 and 1.30. By how much they are longer is chosen.
    assert np.median(longer["ERO"]) > 1.35
    assert np.median(longer["OST"]) > 1.5
