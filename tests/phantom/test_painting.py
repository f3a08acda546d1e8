import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom.anatomy.bone_shapes import CODES
from workstation.phantom.anatomy.fields import Field, Points, only_where, slab_coverage
from workstation.phantom.anatomy.tendons import median_nerve, nearest_tendon
from workstation.phantom.anatomy.tissues import Material, Tissue, signal, spin_echo
from workstation.phantom.hand import Hand, ill_hand
from workstation.phantom.painting import paint
from workstation.phantom.plan import Illness
from workstation.phantom.protocol import PD, SERIES, T1, T1FSGD, T2FS
from workstation.phantom.surveying import survey

SEQUENCES = (T1, T2FS, PD, T1FSGD)


def test_the_spin_echo_equation_gives_a_hand_calculation() -> None:
    # muscle on T1: 0.8 * (1 - exp(-610 / 1420)) * exp(-17 / 31.7) = 0.8 * 0.34923 * 0.58490 = 0.16341
    assert spin_echo(0.8, 1420.0, 31.7, T1) == pytest.approx(0.16341, abs=1e-4)


def test_the_agent_shortens_t1_by_its_relaxivity() -> None:
    # 0.8 mmol/l at 3.5 and 4.9 per mmol/l and second, on a T1 of 1550 ms and a T2 of 105 ms:
    # 1 / (0.64516 + 2.8) s = 290.26 ms and 1 / (9.5238 + 3.92) s = 74.385 ms
    synovium = Tissue(1.0, 1550.0, 105.0, 0.0, 0.8)

    assert signal(synovium, T1FSGD) == pytest.approx(spin_echo(1.0, 290.26, 74.385, T1FSGD), rel=1e-4)


def test_the_seven_series_are_those_of_the_protocol_with_contrast_given_last() -> None:
    # reference: scoring rules, the read that the workstation exists for
    kinds = {(plan.kind, plan.plane) for plan in SERIES}
    given = [plan.sequence.after_agent for plan in SERIES]

    assert kinds == {
        *(("T1", plane) for plane in ("AX", "COR")),
        *(("T2FS", plane) for plane in ("AX", "COR")),
        *(("T1FSGD", plane) for plane in ("AX", "COR")),
        ("PD", "COR"),
    }
    assert given == sorted(given)


def picture_of(hand: Hand, at: Points) -> NDArray[np.float32]:
    """A sheet of 0.4 mm pixels in all sequences: contrast x rows x columns."""
    colours = {m: np.array([signal(m.value, s) for s in SEQUENCES], np.float32) for m in Material}
    picture = np.zeros((len(SEQUENCES), *at.x.shape), np.float32)
    surveyed = survey(hand, at, 0.4)
    assert surveyed is not None
    paint(hand, surveyed, colours, picture)
    return picture


@pytest.fixture(scope="module")
def painted(hands: tuple[Hand, Hand]) -> tuple[Points, NDArray[np.float32]]:
    """A thin axial sheet through the capitate at baseline, 0.4 mm pixels: contrast x rows x columns."""
    x, y = np.meshgrid(np.arange(-40, 40, 0.4), np.arange(-30, 25, 0.4))
    at = Points(x.astype(np.float32), y.astype(np.float32), np.full(x.shape, 5.0, np.float32))
    return at, picture_of(hands[0], at)


def test_air_has_no_signal(painted: tuple[Points, NDArray[np.float32]]) -> None:
    _, picture = painted

    assert (picture[:, :4, :4] == 0).all()
    assert 0.2 < (picture[0] > 0).mean() < 0.8


def test_marrow_is_bright_without_and_dark_with_fat_suppression(
    hands: tuple[Hand, Hand], painted: tuple[Points, NDArray[np.float32]]
) -> None:
    at, picture = painted
    hand = hands[0]
    deep = hand.skeleton.nearest(at) < -2.0
    for lesions in (hand.lesions.osteitis, hand.lesions.erosions):
        for lesion in lesions.values():
            deep &= lesion.depth(at, hand.skeleton.phases) > 2.0

    t1, t2fs, pd, t1fsgd = (float(np.median(channel[deep])) for channel in picture)

    assert t1 > 0.4
    assert pd > 0.4
    assert t2fs < 0.1
    assert t1fsgd < 0.1


def test_tendons_are_dark_in_every_contrast(
    hands: tuple[Hand, Hand], painted: tuple[Points, NDArray[np.float32]]
) -> None:
    at, picture = painted
    for tube in hands[0].tubes:
        inside = tube.distance(at) < -0.4
        if inside.any():
            assert picture[:, inside].max() < 0.05, tube.name


def test_cortex_is_dark_in_every_contrast_away_from_erosions(
    hands: tuple[Hand, Hand], painted: tuple[Points, NDArray[np.float32]]
) -> None:
    at, picture = painted
    hand = hands[0]
    distance = hand.skeleton.distance("CAP", at)
    # the middle of a shell of 0.8 mm; neighbours' seeds may have eaten into it
    shell = np.abs(distance + 0.4) < 0.1
    for erosion in hand.lesions.erosions.values():
        shell &= erosion.depth(at, hand.skeleton.phases) > 1.0

    assert shell.sum() > 20
    assert np.median(picture[:, shell], axis=1).max() < 0.12


def test_a_swollen_sheath_is_bright_on_both_inflammation_series_and_not_on_t1(
    hands: tuple[Hand, Hand],
) -> None:
    hand = hands[0]
    area, sheath = max(hand.lesions.sheaths.items(), key=lambda item: item[1].width_mm)
    tube = next(tube for tube in hand.tubes if tube.area == area)
    z = sheath.centre_z
    x0, y0 = float(np.interp(z, tube.z, tube.x)), float(np.interp(z, tube.z, tube.y))
    x, y = np.meshgrid(np.arange(x0 - 14, x0 + 14, 0.4), np.arange(y0 - 14, y0 + 14, 0.4))
    at = Points(x.astype(np.float32), y.astype(np.float32), np.full(x.shape, z, np.float32))

    t1, t2fs, _, t1fsgd = picture_of(hand, at)

    own = np.min([t.distance(at) for t in hand.tubes if t.area == area], axis=0)
    others = np.min([t.distance(at) for t in hand.tubes if t.area != area], axis=0)
    ring = (own > 0.5) & (sheath.depth(at, own) < -0.5) & (others > 0.6) & (hand.skeleton.nearest(at) > 0.6)
    fat = signal(Material.FAT.value, T1)
    assert ring.sum() > 20
    assert np.median(t2fs[ring]) > 0.35
    assert np.median(t1fsgd[ring]) > 0.5
    assert np.median(t1[ring]) < 0.6 * fat


def test_fluid_is_the_brightest_thing_on_t2_and_synovium_after_contrast() -> None:
    on_t2 = {m: signal(m.value, T2FS) for m in Material}
    after = {m: signal(m.value, T1FSGD) for m in Material}

    assert max(on_t2, key=lambda m: on_t2[m]) is Material.FLUID
    assert after[Material.SYNOVITIS] > 2 * after[Material.FLUID]
    assert after[Material.SYNOVITIS] > 3 * after[Material.MUSCLE]


def axial(z: float, step: float = 0.3) -> Points:
    x, y = np.meshgrid(np.arange(-30, 32, step), np.arange(-30, 18, step))
    return Points(x.astype(np.float32), y.astype(np.float32), np.full(x.shape, z, np.float32))


def test_the_median_nerve_stays_visible_beside_a_swollen_sheath_flatter_and_nearer_to_the_palm(
    hands: tuple[Hand, Hand],
) -> None:
    # nerves are compressed and flattened, not replaced: any text on carpal tunnel syndrome in tenosynovitis
    well = hands[0]
    healthy = dict.fromkeys(CODES, 0.0)
    illness = Illness(healthy, healthy, {}, {"F2": 5.0})
    swollen = ill_hand(illness, well.skeleton, well.tubes, well.texture, well.pose)
    at = axial(2.0)

    t2fs = picture_of(swollen, at)[1]

    nerve = swollen.nerve.distance(at) < -0.3
    synovium = (swollen.lesions.sheaths["F2"].depth(at, nearest_tendon(swollen.tubes, at, "F2")) < -0.5) & (
        nearest_tendon(swollen.tubes, at) > 0.5
    )
    synovium &= swollen.nerve.distance(at) > 0.5
    assert nerve.sum() > 30
    assert 0.3 * np.median(t2fs[synovium]) < np.median(t2fs[nerve]) < 0.75 * np.median(t2fs[synovium])
    assert swollen.nerve.y.min() < median_nerve(well.skeleton, well.tubes).y.min() - 1.5
    assert swollen.nerve.radius_mm < median_nerve(well.skeleton, well.tubes).radius_mm


def test_muscle_lies_between_the_shafts_of_the_metacarpals(hands: tuple[Hand, Hand]) -> None:
    at = axial(42.0)
    t1 = picture_of(hands[0], at)[0]
    between = (at.x > -20) & (at.x < 12) & (np.abs(at.y) < 2.5) & (hands[0].skeleton.nearest(at) > 0.6)

    muscle, fat = (signal(m.value, T1) for m in (Material.MUSCLE, Material.FAT))
    assert between.sum() > 100
    assert (np.abs(t1[between] - muscle) < np.abs(t1[between] - fat)).mean() > 0.9


def test_a_surface_that_lies_flat_in_a_slab_is_blurred_by_its_thickness_and_an_upright_one_by_the_pixel() -> None:
    x = np.broadcast_to(np.arange(-5, 5, 0.25, dtype=np.float32), (8, 40))

    upright = slab_coverage(x, 0.25, 1.0)
    flat = slab_coverage(np.full_like(x, 0.25), 0.25, 1.0)

    # upright: all or nothing but for the one pixel that it cuts in half
    assert set(np.unique(upright[:, :-1])) == {0.0, 0.5, 1.0}
    # flat, a quarter of a millimetre above the middle of a slab of one: a quarter of it is inside
    assert flat == pytest.approx(np.full(x.shape, 0.25), abs=1e-6)


def test_marrow_is_uneven_but_stays_marrow(hands: tuple[Hand, Hand]) -> None:
    at = axial(-38.0)
    hand = hands[0]
    deep = hand.skeleton.distance("RAD", at) < -2.5
    t1 = picture_of(hand, at)[0][deep]

    assert 0.02 < t1.std() / t1.mean() < 0.2
    assert t1.mean() > 0.75 * signal(Material.MARROW.value, T1)


def test_a_field_is_worked_out_where_it_is_wanted_alone() -> None:
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    asked: list[int] = []

    def doubled(at: Points) -> Field:
        asked.append(at.x.size)
        return 2 * at.x

    found = only_where(x > 8, Points(x, x, x), doubled)

    assert found.tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 18, 20, 22]]
    assert asked == [3]
