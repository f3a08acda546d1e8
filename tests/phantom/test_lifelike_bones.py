"""Bones of pictures that aren't easy: shapes and sizes as in life, gaps of unequal width, truth as exact as ever."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from workstation.phantom.anatomy.bone_shapes import CODES, Proportions
from workstation.phantom.anatomy.bones import Skeleton, assessed, depth_mm
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.tendons import lay, median_nerve, nearest_tendon
from workstation.phantom.hand import Hand, Rigid, Texture, ill_hand
from workstation.phantom.lesions import CAPSULES, compartment
from workstation.phantom.plan import textbook

STEP_MM = 0.8
CARPALS = ("CAP", "HAM", "SCA", "LUN", "TRQ", "PIS", "TRD", "TRM")
Fields = dict[str, NDArray[np.float32]]


def skeleton(proportions: Proportions) -> Skeleton:
    random = np.random.default_rng(4)
    phases = np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 6.28, 3)])
    return Skeleton(phases, 1.0, proportions, lifelike=True)


def box(step_mm: float) -> Points:
    axes = [np.arange(a, b, step_mm, dtype=np.float32) for a, b in ((-34, 44), (-25, 19), (-44, 38))]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return Points(x, y, z)


@pytest.fixture(scope="module")
def common() -> tuple[Points, Fields]:
    at, person = box(STEP_MM), skeleton(Proportions())
    return at, {code: person.distance(code, at) for code in CODES}


def test_every_bone_is_one_piece_and_none_overlaps(common: tuple[Points, Fields]) -> None:
    inside = {code: distance < 0 for code, distance in common[1].items()}

    assert {code: int(ndimage.label(found)[1]) for code, found in inside.items()} == dict.fromkeys(CODES, 1)
    assert [pair for pair in itertools.combinations(CODES, 2) if (inside[pair[0]] & inside[pair[1]]).any()] == []


def test_the_carpal_bones_stand_in_the_order_of_their_volumes(common: tuple[Points, Fields]) -> None:
    volume = {code: float((common[1][code] < 0).sum()) * STEP_MM**3 for code in CARPALS}

    # Patterson 1995, J Hand Surg 20A:923: 35 wrists, in this order
    assert sorted(CARPALS, key=lambda code: -volume[code]) == ["CAP", "HAM", "SCA", "TRM", "LUN", "TRD", "TRQ", "PIS"]
    # as in `test_places`: by CT, rounded outwards, a fifth of slack
    for code, (low, high) in {
        "CAP": (2700, 4700),
        "SCA": (1800, 3700),
        "LUN": (1300, 2600),
        "PIS": (500, 1200),
    }.items():
        assert 0.8 * low < volume[code] < 1.2 * high, code


def spans(common: tuple[Points, Fields], code: str) -> list[float]:
    """Lengths along its three principal axes of a bone, longest first, mm."""
    at, inside = common[0], common[1][code] < 0
    places = np.column_stack([at.x[inside], at.y[inside], at.z[inside]]).astype(float)
    turned = (places - places.mean(0)) @ np.linalg.eigh(np.cov(places.T))[1]
    return sorted((float(np.ptp(axis)) for axis in turned.T), reverse=True)


def test_shapes_are_those_of_the_bones_they_are_named_for(common: tuple[Points, Fields]) -> None:
    at, distances = common
    solid = {code: distance < 0 for code, distance in distances.items()}

    def width(code: str, axis: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
        return float(np.ptp(axis[solid[code] & where]))

    # the scaphoid is a boat, half as broad as long; some 25 to 30 mm of it
    longest, middle, _ = spans(common, "SCA")
    assert 23 < longest < 31
    assert middle < 0.72 * longest
    # capitate and trapezoid are broader at the back of the hand than in the palm
    for code, least in (("CAP", 1.2), ("TRD", 1.4)):
        level = np.abs(at.z - 7.0) < 1
        assert width(code, at.x, level & (np.abs(at.y - 6) < 0.6)) > least * width(
            code, at.x, level & (np.abs(at.y + 5) < 0.6)
        ), code
    # the capitate's neck is narrower than its base
    assert width("CAP", at.x, np.abs(at.z - 0.5) < 0.6) < 0.85 * width("CAP", at.x, np.abs(at.z - 9) < 0.6)
    # the hook of the hamate stands far out to the palm, thin; the trapezium's ridge less
    assert at.y[solid["HAM"]].min() < -15
    assert width("HAM", at.x, np.abs(at.y + 13) < 0.6) < 7
    # the lunate is a crescent: on its middle sagittal sheet thinner in the middle than at both horns
    sheet = solid["LUN"] & (np.abs(at.x + 3.0) < STEP_MM / 2 + 0.01)
    heights = {y: float(np.max(at.z[sheet & (np.abs(at.y - y) < 0.6)])) for y in (-6.0, -0.5, 5.0)}
    assert heights[-0.5] < min(heights[-6.0], heights[5.0]) - 1.0
    # both styloids stand out distally, the radius's farther
    for code, x, least in (("RAD", 21.5, 4.0), ("ULN", -19.5, 0.8)):
        tip = at.z[solid[code] & (np.abs(at.x - x) < 1.5)].max()
        assert tip > at.z[solid[code] & (np.abs(at.x - (2.0 if code == "RAD" else -11.0)) < 1.5)].max() + least, code
    # Lister's tubercle stands out at the back of the radius
    back = {x: float(at.y[solid["RAD"] & (np.abs(at.x - x) < 0.6) & (np.abs(at.z + 27) < 2)].max()) for x in (3.4, 8.2)}
    assert back[8.2] > back[3.4] + 1.0


def test_the_trapezium_bulges_to_the_thumb_and_the_hamate_s_hook_is_bent() -> None:
    person = skeleton(Proportions())
    top, normal, hollow = (24.7, -8.6, 13.6), np.array((0.476, -0.350, 0.807)), np.array((0.693, 0.711, -0.100))
    out = np.arange(-7.0, 4.0, 0.05)

    def height(direction: NDArray[np.float64], along: float) -> float:
        """How far out of the bone its surface lies, that far along a direction from the top."""
        ray = np.array(top) + along * direction + out[:, None] * normal
        at = Points(*(ray[:, k].astype(np.float32) for k in range(3)))
        return float(out[np.flatnonzero(person.distance("TRM", at) < 0)[-1]])

    # Gray 1918: hollow from side to side, bulging from front to back; what is hollow in life is flat here
    across = np.cross(normal, hollow)
    assert min(height(hollow, -4.0), height(hollow, 4.0)) > height(hollow, 0.0) - 0.3
    assert max(height(across, -4.0), height(across, 4.0)) < height(across, 0.0) - 0.25

    def middle(y: float) -> float:
        """Where to the thumb's side the hook is, that far to the palm."""
        x, z = (axis.ravel().astype(np.float32) for axis in np.meshgrid(np.arange(-20, -4, 0.2), np.arange(4, 14, 0.2)))
        inside = person.distance("HAM", Points(x, np.full_like(x, y), z)) < 0
        return float(x[inside].mean())

    assert middle(-15.0) > middle(-10.0) + 1.5


def test_a_metacarpal_is_waisted_between_its_base_and_its_far_end() -> None:
    person = skeleton(Proportions())
    x, y = (axis.astype(np.float32) for axis in np.meshgrid(np.arange(-35, 30, 0.4), np.arange(-14, 14, 0.4)))
    for code in ("MC2", "MC3", "MC4", "MC5"):
        areas = [int((person.distance(code, Points(x, y, np.full_like(x, z))) < 0).sum()) for z in (18.0, 42.0, 64.0)]
        assert areas[1] < 0.65 * areas[0], code
        assert areas[1] < areas[2], code


def test_gaps_between_the_bones_are_unequal_as_on_real_wrists(common: tuple[Points, Fields]) -> None:
    gaps = {}
    for one, other in itertools.combinations(CODES, 2):
        beside = common[1][other][np.abs(common[1][one]) < 0.6]
        if len(beside) and beside.min() < 2.6:
            gaps[one, other] = float(np.median(beside[beside < beside.min() + 1.5]))
    widths = np.array(list(gaps.values()))

    # sixteen joints of a real wrist: 0.29 between joints, narrow in the distal row, widest at the radius
    assert len(gaps) >= 20
    assert widths.std() / widths.mean() >= 0.25
    assert 0.7 < gaps["CAP", "MC3"] < 1.5
    assert gaps["LUN", "RAD"] > gaps["CAP", "HAM"] + 0.4


@pytest.mark.parametrize(
    "proportions",
    [
        Proportions(-2.2, 17.0, 4.0, False),
        Proportions(2.2, 31.0, 20.0, True),
    ],
)
def test_bones_tendons_and_nerve_keep_apart_at_the_ends_of_the_normal_ranges(proportions: Proportions) -> None:
    grid, person = box(1.0), skeleton(proportions)
    inside = {code: person.distance(code, grid) < 0 for code in CODES}
    bone = np.any(list(inside.values()), axis=0)
    tubes = lay(person)
    tendon = nearest_tendon(tubes, grid) < 0

    assert [pair for pair in itertools.combinations(CODES, 2) if (inside[pair[0]] & inside[pair[1]]).any()] == []
    assert not (bone & tendon).any()
    nerve = median_nerve(person, tubes, 5.5).distance(grid) < 0
    assert nerve.sum() > 100
    assert not (nerve & (bone | tendon)).any()


def test_the_joint_surfaces_lie_where_depth_is_measured_from() -> None:
    person = skeleton(Proportions())
    z = np.arange(-45.0, 5.0, 0.1, dtype=np.float32)
    for code, x in (("RAD", 0.0), ("RAD", 8.0), ("RAD", 15.0), ("ULN", -12.0)):
        at = Points(np.full_like(z, x), np.full_like(z, 1.0), z)
        depth = depth_mm(person.bones[code], at)
        assert depth is not None
        assert abs(float(depth[np.flatnonzero(person.distance(code, at) < 0)[-1]])) < 3.0, (code, x)


@pytest.fixture(scope="module")
def ill() -> Hand:
    random = np.random.default_rng(11)
    person = skeleton(Proportions(0.6, 22.0, 10.0))
    return ill_hand(textbook(random)[0], person, lay(person), Texture.drawn(random), Rigid(np.eye(3), np.zeros(3)))


def test_truth_is_the_share_of_these_bones_and_of_the_spaces_between_them(ill: Hand) -> None:
    person, phases = ill.skeleton, ill.skeleton.phases
    random = np.random.default_rng(3)

    def scattered(low: tuple[float, ...], high: tuple[float, ...]) -> Points:
        drawn = random.uniform(low, high, (60_000, 3)).astype(np.float32)
        return Points(drawn[:, 0], drawn[:, 1], drawn[:, 2])

    for growths in (ill.lesions.erosions, ill.lesions.osteitis):
        for code, growth in growths.items():
            at = scattered(*person.bones[code].box(0.5))
            at = at.where((person.distance(code, at) < 0) & assessed(person.bones[code], at))
            assert float((growth.depth(at, phases) < 0).mean()) == pytest.approx(growth.share, abs=0.035), code
    for code, growth in ill.lesions.synovitis.items():
        at = scattered(*CAPSULES[code][0].box())
        space = compartment(code, at, person.nearest(at), nearest_tendon(ill.tubes, at), person) < 0
        share = float((growth.depth(at.where(space), phases) < 0).mean())
        assert share == pytest.approx(growth.share, abs=0.035), code


def test_an_erosion_of_these_bones_breaks_the_cortex(ill: Hand) -> None:
    for code, erosion in ill.lesions.erosions.items():
        x, y, z = erosion.seeds[0]
        axes = [np.arange(middle - 2, middle + 2, 0.4, dtype=np.float32) for middle in (x, y, z)]
        at = Points(*(axis.ravel() for axis in np.meshgrid(*axes)))
        shell = np.abs(ill.skeleton.distance(code, at)) < 0.4
        assert (erosion.depth(at.where(shell), ill.skeleton.phases) < 0).any(), code
