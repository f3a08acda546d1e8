"""Positions of the parts of the model: a right hand, its tendons in their compartments."""

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom.anatomy.bone_shapes import CODES
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.tendons import AREAS
from workstation.phantom.hand import Hand
from workstation.phantom.lesions import LEVEL_HIGH_MM, LEVEL_LOW_MM


def everywhere(step_mm: float) -> Points:
    axes = [np.arange(-34, 50, step_mm), np.arange(-26, 24, step_mm), np.arange(-44, 40, step_mm)]
    x, y, z = (axis.ravel().astype(np.float32) for axis in np.meshgrid(*axes, indexing="ij"))
    return Points(x, y, z)


@pytest.fixture(scope="module")
def bones(hands: tuple[Hand, Hand]) -> tuple[Points, dict[str, NDArray[np.float32]]]:
    at = everywhere(1.0)
    return at, {code: hands[0].skeleton.distance(code, at) for code in CODES}


def centre(at: Points, distance: NDArray[np.float32]) -> NDArray[np.float64]:
    near_wrist = (distance < 0) & (at.z > -36) & (at.z < 24)
    return np.array([axis[near_wrist].mean() for axis in (at.x, at.y, at.z)])


def test_the_bones_stand_as_in_a_right_hand_with_the_palm_forward(
    bones: tuple[Points, dict[str, NDArray[np.float32]]],
) -> None:
    at, distances = bones
    places = {code: centre(at, distance) for code, distance in distances.items()}

    # from the thumb's side to the little finger's (x falls), proximal to distal (z rises): any anatomy book
    for row in ("RAD ULN", "SCA LUN TRQ", "TRM TRD CAP HAM", "MC1 MC2 MC3 MC4 MC5"):
        across = [places[code][0] for code in row.split()]
        assert across == sorted(across, reverse=True), row
    for ray in ("RAD SCA TRM MC1", "RAD LUN CAP MC3", "ULN TRQ HAM MC5"):
        along = [places[code][2] for code in ray.split()]
        assert along == sorted(along), ray
    # the carpal arch: pisiform and trapezium lie to the palm, which is anterior
    assert places["PIS"][1] < places["TRQ"][1] - 5
    assert places["TRM"][1] < places["TRD"][1] - 4


def test_sizes_are_those_of_an_adult_carpus(bones: tuple[Points, dict[str, NDArray[np.float32]]]) -> None:
    # volumes of carpal bones by CT, women and men together, in mm3: capitate 2700-4700, scaphoid 1800-3700,
    # lunate 1300-2600, pisiform 500-1200 (Crisco 2005, J Hand Surg 30A:35; rounded outwards); a fifth of slack
    _, distances = bones
    expected = {"CAP": (2700, 4700), "SCA": (1800, 3700), "LUN": (1300, 2600), "PIS": (500, 1200)}

    for code, (low, high) in expected.items():
        assert 0.8 * low < (distances[code] < 0).sum() < 1.2 * high, code


def test_every_tendon_keeps_its_distance_from_bone(hands: tuple[Hand, Hand]) -> None:
    hand = hands[0]

    for tube in hand.tubes:
        along = np.linspace(tube.z[0] + 0.1, tube.z[-1] - 0.1, 200)
        around = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        x = np.interp(along, tube.z, tube.x)[:, None] + tube.radius_mm * np.cos(around)
        y = np.interp(along, tube.z, tube.y)[:, None] + tube.radius_mm * np.sin(around)
        z = np.broadcast_to(along[:, None], x.shape)
        surface = Points(x.astype(np.float32), y.astype(np.float32), z.astype(np.float32))
        assert hand.skeleton.nearest(surface).min() > 0.3, tube.name


def test_the_extensors_lie_in_order_from_the_thumb_at_the_radius(hands: tuple[Hand, Hand]) -> None:
    at_radius = {
        area: float(np.mean([np.interp(-28.0, tube.z, tube.x) for tube in hands[0].tubes if tube.area == area]))
        for area in AREAS
    }
    extensors = [at_radius[f"E{k}"] for k in range(1, 7)]

    assert extensors == sorted(extensors, reverse=True)


def test_the_finger_flexors_pass_the_carpal_tunnel_in_two_layers(hands: tuple[Hand, Hand]) -> None:
    at_tunnel = {tube.name: float(np.interp(5.0, tube.z, tube.y)) for tube in hands[0].tubes if tube.area == "F2"}
    superficial = [y for name, y in at_tunnel.items() if name.startswith("FDS")]
    deep = [y for name, y in at_tunnel.items() if name.startswith("FDP")]

    assert len(superficial) == len(deep) == 4
    assert max(superficial) + 2 < min(deep)
    assert min(deep) < hands[0].skeleton.bones["CAP"].inside[1] - 8


def test_every_tendon_area_runs_through_the_level_that_is_scored(hands: tuple[Hand, Hand]) -> None:
    assert {tube.area for tube in hands[0].tubes} == set(AREAS)
    for tube in hands[0].tubes:
        assert tube.z[0] < LEVEL_LOW_MM
        # the flexor carpi ulnaris ends on the pisiform
        assert tube.z[-1] > (-16 if tube.area == "F1" else LEVEL_HIGH_MM - 6), tube.name
