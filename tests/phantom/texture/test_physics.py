"""Faults of the scanner in typical pictures: what each does to a picture, and that it can be told from the others."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.magic_angle import askew
from workstation.phantom.anatomy.tendons import Tube
from workstation.phantom.anatomy.tissues import Material, signal
from workstation.phantom.protocol import SERIES, T1, T2FS
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.realism.manner import PLAIN, Manner, manner
from workstation.phantom.realism.metal import Metal
from workstation.phantom.reconstructing import Raw, scanned

SIZE = 64
QUIET = replace(PLAIN, noise=1e-4, masked=False)


def picture(way: Manner, seed: int = 1) -> NDArray[np.float32]:
    """A square of water, half as wide as the field, by a scanner of that manner."""
    water = np.zeros((SIZE, SIZE), np.float32)
    water[16:48, 4:36] = 1
    raw = Raw(water, np.zeros_like(water), None, None, 1.0)
    random = np.random.default_rng(seed)
    return scanned(raw, way, size=SIZE, point_mm=1.0, shift_mm=(0.0, 0.0), random=random)


def test_a_zipper_is_one_bright_dotted_line_across_the_phase_axis() -> None:
    found = picture(replace(QUIET, noise=0.02, zipper=(8.0, 0.9)))

    rows = np.median(found, axis=1)
    assert rows[57] > 3 * np.median(rows[52:56])
    assert found[57].std() / found[57].mean() > 0.3


def test_what_lies_beyond_the_field_folds_over_along_the_phase_axis() -> None:
    found = picture(replace(QUIET, wrap=(0.2, 0.75)))

    # columns 4 to 35, three quarters of the field further, are 52 to 63 and 0 to 19
    assert np.median(found[20:44, 54:62]) == pytest.approx(0.2, abs=0.02)
    assert np.median(found[20:44, 40:48]) < 0.02
    assert np.median(found[2:12, :]) < 0.02


def width(profile: NDArray[np.float32]) -> float:
    """Twice the spread of a bump about its middle, in points."""
    at = np.arange(len(profile))
    weight = np.clip(profile - 0.1 * profile.max(), 0, None)
    middle = (at * weight).sum() / weight.sum()
    return float(2 * np.sqrt(((at - middle) ** 2 * weight).sum() / weight.sum()))


def test_copies_of_an_artery_are_smeared_along_the_phase_axis_the_farther_the_more() -> None:
    points = 256
    down, across = np.mgrid[0:points, 0:points] - points // 2
    disc = (down**2 + across**2 <= 9).astype(np.float32)
    raw = Raw(np.zeros_like(disc), np.zeros_like(disc), None, disc, 1.0)
    first_places = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        way = replace(QUIET, ghost=1.0)
        found = scanned(raw, way, size=points, point_mm=0.4, shift_mm=(0.0, 0.0), random=random)
        row = found[points // 2]
        # the first copy lies a sixth to a twelfth of the field away, the second one twice as far
        low, high = points // 2 + points // 13, points // 2 + round(points / 6.2)
        first = low + int(row[low:high].argmax())
        apart = first - points // 2
        second = points // 2 + 2 * apart
        half = apart // 2
        widths = [width(row[at - half : at + half]) for at in (first, second)]
        assert widths[0] > 1.3 * width(found[points // 2 - 12 : points // 2 + 12, first])
        assert widths[1] > 1.15 * widths[0]
        first_places.append(first)
    # a pulse isn't locked to the slices
    assert len(set(first_places)) > 1


def test_tendons_are_grey_at_the_magic_angle_on_short_echoes_alone() -> None:
    # Fullerton 1985, Radiology 155:433: greatest at 55 degrees from the field, gone where echoes are long
    z = np.arange(-70.0, 62.0, 2.0)
    slanting, straight = (
        Tube("E3", "EPL", 1.3, 0.3, (1.0, 0.0), z, x, np.zeros_like(z)) for x in (z * np.tan(np.radians(55)), z * 0)
    )
    level = np.array([0.0], np.float32)

    assert askew((slanting,), level)[0] == pytest.approx(1, abs=0.01)
    assert askew((straight,), level)[0] < 0.01
    askew_t1, askew_t2 = (signal(Material.ASKEW_TENDON.value, sequence) for sequence in (T1, T2FS))
    assert askew_t1 > 4 * signal(Material.TENDON.value, T1)
    assert askew_t2 < 0.06


def test_metal_leaves_a_void_with_a_bright_rim_and_is_rare() -> None:
    metal = Metal(0.0, 0.0, 0.0, 5.0)
    x = np.arange(0.0, 30.0, 0.25, dtype=np.float32)
    left = metal.signal(Points(x, np.zeros_like(x), np.zeros_like(x)))

    assert left[x < 2].max() == 0
    assert left.max() > 1.2
    assert left[-1] == pytest.approx(1, abs=0.02)
    carrying = [Metal.drawn(1.0, np.random.default_rng(seed)) is not None for seed in range(400)]
    assert 0.01 < np.mean(carrying) < 0.08


def test_faults_are_drawn_for_some_series_and_left_out_on_request() -> None:
    typical = EFFECTS[Difficulty.TYPICAL]

    def drawn(without: tuple[str, ...]) -> list[Manner]:
        return [
            manner(
                typical.without(*without),
                plan.sequence,
                plan.plane,
                np.random.default_rng((seed, plan.number)),
                np.random.default_rng((seed, plan.number, 1)),
            )
            for seed in range(40)
            for plan in SERIES
        ]

    ways = drawn(())
    assert 0.01 < np.mean([way.zipper[0] > 0 for way in ways]) < 0.12
    assert 0.05 < np.mean([way.wrap[0] > 0 for way in ways]) < 0.3
    # slice to slice real T1 and PD vary by 0.6 to 3.2 %
    assert max(way.crosstalk for way in ways) <= 0.032
    for way in drawn(("zipper", "wrap", "crosstalk")):
        assert way.zipper[0] == way.wrap[0] == way.crosstalk == 0
