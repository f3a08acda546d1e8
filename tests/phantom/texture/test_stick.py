"""The measuring stick of the pictures: each measure on an image whose answer is arithmetic."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from tests.phantom.texture.air import air, body, ghosts
from tests.phantom.texture.blocks import squares, texture, without_parabola
from tests.phantom.texture.borders import cortex, edge_widths, measured
from tests.phantom.texture.lesions import inside, spread
from tests.phantom.texture.shading import landmarks, shading


def grid(n: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:n, 0:n].astype(float)
    return y, x


def test_a_parabola_has_no_texture() -> None:
    y, x = grid(32)

    left = without_parabola(5 + 0.3 * x - 0.02 * y * y + 0.01 * x * y)

    assert np.abs(left).max() < 1e-9


def test_white_noise_has_its_variation_no_skew_a_flat_spectrum_and_a_length_below_a_pixel() -> None:
    random = np.random.default_rng(1)

    found = [texture(100 + 5 * random.standard_normal((40, 40)), 0.2) for _ in range(30)]
    middle = {name: np.median([getattr(t, name) for t in found]) for name in ("cv", "skew", "kurtosis", "length_mm")}

    assert middle["cv"] == pytest.approx(0.05, rel=0.03)
    assert middle["skew"] == pytest.approx(0, abs=0.05)
    assert middle["kurtosis"] == pytest.approx(0, abs=0.15)
    # uncorrelated: falls to 1/e between lag 0 and lag 1, at 1 - 1/e of a pixel when straight
    assert middle["length_mm"] == pytest.approx(0.2 * (1 - 1 / np.e), rel=0.05)
    assert np.median([t.slope for t in found]) == pytest.approx(0, abs=0.35)


def test_a_blur_of_one_millimetre_leaves_of_white_noise_what_its_kernel_does() -> None:
    random = np.random.default_rng(2)

    found = [texture(100 + 5 * random.standard_normal((200, 200)), 0.2) for _ in range(5)]

    # the sum of squares of a Gaussian of 5 pixels: 1 / (2 sqrt(pi) 5) each way, so the square of the root of it
    assert np.mean([t.structure for t in found]) == pytest.approx(0.05 / (2 * np.sqrt(np.pi) * 5), rel=0.05)


def test_blurred_noise_has_the_length_of_its_blur() -> None:
    random = np.random.default_rng(3)
    noise = gaussian_filter(random.standard_normal((400, 400)), 3.0)

    # the autocorrelation of a Gaussian blur of s is exp(-r2 / 4 s2): 1/e at 2 s
    assert texture(50 + noise, 0.1).length_mm == pytest.approx(0.6, rel=0.1)


def test_the_square_is_the_largest_away_from_the_border() -> None:
    region = np.zeros((100, 100), bool)
    region[10:70, 20:90] = True

    (found,) = squares(region, 0.2)

    # 60 x 70 pixels, 7 off each side: 46 x 56, of which 8 mm = 40 pixels at most, an odd number of them
    assert found[0].stop - found[0].start == 41
    assert found[0].start >= 17
    assert found[1].start >= 27
    assert list(squares(region[:, :40], 0.2)) == []


def disc(n: int = 200, radius: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    y, x = grid(n)
    far = np.hypot(y - n / 2, x - n / 2)
    return far, far < radius


def test_air_of_two_channels_of_noise_is_rayleigh_s() -> None:
    random = np.random.default_rng(4)
    _, limb = disc(400, 100)
    noise = 4 * random.standard_normal((2, 400, 400))
    image = np.hypot(np.where(limb, 200, 0) + noise[0], noise[1])

    found = air(image, 0.25)

    # Rayleigh: mean / sd = sqrt(pi / 2) / sqrt(2 - pi / 2) = 1.913, skew 0.631
    assert found.ratio == pytest.approx(1.913, rel=0.02)
    assert found.skew == pytest.approx(0.631, abs=0.05)
    assert found.sigma == pytest.approx(4, rel=0.02)
    assert found.spread == pytest.approx(4 * np.sqrt(2 - np.pi / 2) / 200, rel=0.03)
    assert found.unevenness < 1.2
    assert found.zeros == 0
    assert (body(image) == limb).mean() > 0.99


def test_masked_air_is_all_zeros() -> None:
    _, limb = disc()

    assert air(np.where(limb, 200.0, 0.0), 0.25).zeros == 1


def test_a_ghost_stands_out_along_the_phase_axis_alone() -> None:
    random = np.random.default_rng(5)
    _, limb = disc(300, 70)
    image = np.where(limb, 200.0, 0.0) + np.abs(random.standard_normal((300, 300)))
    image[148:153, :] += np.where(limb[148:153, :], 0, 10.0)

    along, across = ghosts(image, 0.5, phase_axis=1)

    assert along == pytest.approx(10 / 200, rel=0.1)
    assert across < 0.01


def test_shading_of_a_ramp_is_its_percentiles() -> None:
    _, x = grid(400)
    ramp = 1 + 0.5 * (x / 399 - 0.5)

    low, high, whole = shading(ramp, np.ones_like(ramp, bool), 1.0)

    # from 0.75 to 1.25: 5th percentile 0.775, 95th 1.225, a little less after the blur at the ends
    assert low == pytest.approx(0.775, abs=0.01)
    assert high == pytest.approx(1.225, abs=0.01)
    assert whole == pytest.approx(1.245 / 0.755, abs=0.02)


def test_landmarks_are_percentiles_over_the_median() -> None:
    _, limb = disc(300, 100)
    y, _ = grid(300)
    image = np.where(limb, np.where(y < 100, 150.0, 100.0), 0.0)

    found = landmarks(image)

    # above the line at half the radius lies a segment: 1/3 - sqrt(3) / (4 pi) = 0.1955 of the disc
    assert found[75] == pytest.approx(1)
    assert found[95] == pytest.approx(1.5)


def ring(dark: float, share: float) -> np.ndarray:
    """Marrow of 100 in a disc, a line of 2 mm of `dark` round a share of it, fat of 100 beyond; 0.1 mm pixels."""
    y, x = grid(400)
    far = np.hypot(y - 200, x - 200) * 0.1
    turned = (np.arctan2(y - 200, x - 200) + np.pi) / (2 * np.pi)
    image = np.where((far > 10) & (far < 12) & (turned < share), dark, 100.0)
    outside = np.where(far > 16, 10.0, image)
    # a thin grey ring where there is no dark one, so that the marrow can be told from the fat
    return np.where((far > 10) & (far < 12) & (turned >= share), 55.0, outside)


def test_the_cortex_is_seen_along_its_share_with_its_depth_and_width() -> None:
    seed = (slice(180, 220), slice(180, 220))

    found = cortex(measured(ring(5.0, 0.7), 0.1, seed))

    assert found.visible == pytest.approx(0.7, abs=0.03)
    assert found.minimum == pytest.approx(0.05, abs=0.01)
    assert found.most == pytest.approx(0.55, abs=0.02)
    assert found.black == pytest.approx(0.7, abs=0.03)
    assert found.grey == pytest.approx(0.3, abs=0.03)
    assert found.width_mm == pytest.approx(2.0, abs=0.11)


def test_the_edge_of_a_ramp_is_eight_tenths_of_it() -> None:
    far, _ = disc(400)
    image = 10 + 90 * np.clip((120 - far) / 40 + 0.5, 0, 1)

    widths = edge_widths(image, 0.1, far < 120)

    # a ramp of 4 mm: 3.2 mm from 90 to 10 %, a little more by the blur of 0.3 mm
    assert np.median(widths) == pytest.approx(3.2, abs=0.15)


def test_a_lesion_s_level_is_its_median_and_its_variation_that_of_what_is_inside() -> None:
    random = np.random.default_rng(6)
    image = 400 * (1 + 0.1 * random.standard_normal((60, 60)))

    level, cv = inside(image, np.ones((60, 60), bool), 0.2)

    assert level == pytest.approx(400, rel=0.02)
    assert cv == pytest.approx(0.1, rel=0.1)
    assert spread([100.0, 200.0]) == pytest.approx(195 / 105)
