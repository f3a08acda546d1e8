"""The fields of grain: looked up at the nearest point of a cube that repeats without end, on both sides of zero."""

import numpy as np
import pytest

from workstation.phantom.anatomy.fields import Points
from workstation.phantom.realism.grain import Grain


@pytest.mark.parametrize("points", [6, 8])
def test_a_place_beyond_the_cube_has_the_value_of_the_place_within(points: int) -> None:
    cube = np.arange(points**3, dtype=np.float16).reshape(points, points, points)
    grain = Grain(cube, 0.5)
    # steps of the cube and a bit; numpy's remainder, which is never negative, says where they lie in it
    i, j, k = (np.array(steps) for steps in ([-13, -1, 0, 5, 20], [7, -8, 3, 0, -30], [1, 2, -9, 17, 6]))
    at = Points(*((axis * 0.5 + 0.1).astype(np.float32) for axis in (i, j, k)))

    assert (grain.at(at) == cube[i % points, j % points, k % points]).all()


def test_points_put_between_are_the_mean_of_their_neighbours_round_the_edge_too() -> None:
    random = np.random.default_rng(2)
    drawn = {"points": 8, "step_mm": 1.0, "longest_mm": 6.0, "shortest_mm": 0.6, "falling": 1.0}
    plain = Grain.drawn(np.random.default_rng(2), **drawn, finer=0).cube.astype(float)  # type: ignore[arg-type] # numbers
    finer = Grain.drawn(random, **drawn, finer=1).cube.astype(float)  # type: ignore[arg-type] # numbers

    assert finer[::2, ::2, ::2] == pytest.approx(plain)
    # 16 bits hold three digits
    assert finer[1::2, ::2, ::2] == pytest.approx((plain + np.roll(plain, -1, 0)) / 2, abs=0.004)
    assert finer[::2, ::2, 1::2] == pytest.approx((plain + np.roll(plain, -1, 2)) / 2, abs=0.004)
