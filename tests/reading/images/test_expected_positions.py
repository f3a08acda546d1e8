"""Expected positions of sites, held against synthetic persons whose sites' positions are known.

Errors are in mm: along the stack that the site is judged on (coronal for bones, axial for joints), as many millimetres
as the reader has to scroll, and in space. The bounds are a little above what was measured over these persons; the
template is of common proportions, the persons are not (`workstation.phantom.people`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from tests.builders.wrists import (
    BESIDE_PALM_BACK,
    BESIDE_THE_BODY,
    OVER_THE_HEAD,
    PALM_BACK,
    WAYS,
    Wrist,
    a_wrist,
    sites_of,
)
from workstation.imaging.geometry import Stack
from workstation.reading.found_site import FoundSite
from workstation.reading.images.hand_axes import ways_to_lie
from workstation.reading.images.site_positions import positions_of
from workstation.reading.images.wrist_fit import laid

PERSONS = range(1, 11)
JOINTS = {"DRUJ", "RC", "IC-CMC"}
AREAS = {site.code for feature in shipped_scheme().features if feature.code == "TEN" for site in feature.sites}
# a reader stops where the site is seen well, and not in its middle
STOPS_MM = 3.0


@dataclass(frozen=True, slots=True)
class Errors:
    along_mm: NDArray[np.float64]
    in_space_mm: NDArray[np.float64]

    def scrolls(self, percentile: float) -> float:
        return float(np.percentile(self.along_mm, percentile))

    def off(self, percentile: float) -> float:
        return float(np.percentile(self.in_space_mm, percentile))


def errors(wrists: list[Wrist], known: int = 0, *, clicked: bool = False) -> Errors:
    """Of all sites but `known` drawn ones, which the reader has scrolled to, or clicked on."""
    along, space = [], []
    for number, wrist in enumerate(wrists):
        random = np.random.default_rng((number, known))
        ways = ways_to_lie(wrist.visit)
        found = {
            site: FoundSite(moved(wrist, site, random), None if clicked else judged_on(wrist, site).normal)
            for site in random.permutation(sorted(wrist.truth))[:known]
        }
        for site in wrist.truth.keys() - found.keys():
            point = laid(ways, positions_of(shipped_scheme()).sites, found, site)
            assert point is not None
            off = np.subtract(point, wrist.truth[site])
            along.append(abs(float(off @ np.array(judged_on(wrist, site).normal))))
            space.append(float(np.linalg.norm(off)))
    return Errors(np.array(along), np.array(space))


def judged_on(wrist: Wrist, site: str) -> Stack:
    return Stack.of(wrist.series("AX" if site in JOINTS | AREAS else "COR"))


def moved(wrist: Wrist, site: str, random: np.random.Generator) -> tuple[float, float, float]:
    x, y, z = np.array(wrist.truth[site]) + random.uniform(-STOPS_MM, STOPS_MM, 3)
    return (float(x), float(y), float(z))


def persons(side: str = "R", way: tuple[float, float, float] = OVER_THE_HEAD, off_mm: float = 0.0) -> list[Wrist]:
    return [a_wrist(number, side=side, way=way, off_mm=off_mm) for number in PERSONS]


def test_the_places_are_those_of_all_sites_of_the_scheme() -> None:
    sites = {site.code for feature in shipped_scheme().features for site in feature.sites}

    assert set(positions_of(shipped_scheme()).sites) == sites


def test_the_tendons_lie_where_they_lie_in_persons() -> None:
    for number in (1, 2):
        truth = sites_of(3, number, tendons=True)
        off = [np.linalg.norm(truth[area] - positions_of(shipped_scheme()).sites[area]) for area in sorted(AREAS)]
        assert np.median(off) < 2.0
        assert max(off) < 4.5


def test_the_carpal_height_is_that_of_radiographs() -> None:
    # 0.54 of the third metacarpal (Youm 1978, J Bone Joint Surg 60A:423), 65 mm in the model: from the middle of the
    # radius's scored centimetre to that of the metacarpal's base, of which 5 mm each lie inside the bones
    between = positions_of(shipped_scheme()).sites["MC3"][2] - positions_of(shipped_scheme()).sites["RAD"][2]

    assert between - 5.0 - 5.0 == pytest.approx(0.54 * 65.0, abs=1.5)


@pytest.mark.parametrize("side", ["R", "L"])
@pytest.mark.parametrize("way", [OVER_THE_HEAD, BESIDE_THE_BODY])
def test_with_no_place_known_a_site_is_a_slice_away_where_the_stacks_were_laid_on_the_wrist(
    side: str, way: tuple[float, float, float]
) -> None:
    found = errors(persons(side, way))

    assert found.scrolls(50) < 1.2
    assert found.scrolls(95) < 3.0
    assert found.off(95) < 5.0


def test_the_first_place_takes_out_most_of_a_field_of_view_off_centre() -> None:
    wrists = persons(off_mm=15.0)
    before, after, three, ten = (errors(wrists, known) for known in (0, 1, 3, 10))

    assert before.scrolls(50) > 5.0
    assert after.scrolls(50) < 4.0
    assert three.scrolls(50) < 2.5
    assert ten.scrolls(50) < 1.2
    assert ten.scrolls(95) < 4.5


@pytest.mark.parametrize("off_mm", [0.0, 8.0, 15.0])
def test_ten_clicked_places_leave_a_slice_in_any_way_to_lie(off_mm: float) -> None:
    for side, way in itertools.product("RL", WAYS):
        found = errors(persons(side, way, off_mm), 10, clicked=True)
        assert found.scrolls(95) < 2.5, (side, way)
        assert found.off(95) < 3.5, (side, way)


def test_three_clicked_places_tell_a_palm_that_faces_the_back() -> None:
    for way in (PALM_BACK, BESIDE_PALM_BACK):
        found = errors(persons(way=way), 3, clicked=True)
        assert found.scrolls(50) < 1.5
        assert found.off(90) < 6.0


def test_one_slice_of_the_radius_tells_that_the_fingers_point_down() -> None:
    for number in PERSONS:
        # the hand beside the body, and nobody turned the images
        wrist = a_wrist(number, way=BESIDE_THE_BODY, fingers_up=False)
        ways, normal = ways_to_lie(wrist.visit), judged_on(wrist, "RC").normal
        found = {"DRUJ": FoundSite(wrist.truth["DRUJ"], normal)}

        blind, told = (laid(ways, positions_of(shipped_scheme()).sites, seen, "RC") for seen in ({}, found))

        assert blind is not None
        assert told is not None
        assert abs(float(np.subtract(blind, wrist.truth["RC"]) @ np.array(normal))) > 25
        assert abs(float(np.subtract(told, wrist.truth["RC"]) @ np.array(normal))) < 5


def test_one_site_found_in_a_wrong_place_does_not_take_the_others_along() -> None:
    wrist = a_wrist(1)
    ways = ways_to_lie(wrist.visit)
    right = {site: FoundSite(wrist.truth[site]) for site in ("SCA", "LUN", "HAM", "TRM", "MC3")}
    x, y, z = wrist.truth["RAD"]

    found = laid(ways, positions_of(shipped_scheme()).sites, {**right, "RAD": FoundSite((x, y, z + 30.0))}, "CAP")

    assert found is not None
    assert np.linalg.norm(np.subtract(found, wrist.truth["CAP"])) < 4.0


def test_nothing_is_expected_where_side_frame_or_planes_are_not_known() -> None:
    visit = a_wrist(1).visit
    frameless = replace(visit, series=tuple(replace(series, frame="") for series in visit.series))
    sagittal = replace(visit, series=tuple(replace(series, plane="SAG") for series in visit.series))

    for unknown in (replace(visit, side=""), frameless, sagittal, replace(visit, series=())):
        assert ways_to_lie(unknown) == ()
    assert laid((), positions_of(shipped_scheme()).sites, {}, "CAP") is None


def test_planes_that_are_not_at_right_angles_are_no_planes_of_one_hand() -> None:
    visit = a_wrist(1).visit
    axial, coronal = visit.series

    assert ways_to_lie(replace(visit, series=(axial, replace(coronal, orientation=axial.orientation)))) == ()


@pytest.mark.parametrize("plane", ["AX", "COR"])
def test_one_plane_is_enough(plane: str) -> None:
    wrist = a_wrist(1)
    alone = replace(wrist.visit, series=(wrist.series(plane),))

    point = laid(ways_to_lie(alone), positions_of(shipped_scheme()).sites, {}, "CAP")

    assert point is not None
    assert np.linalg.norm(np.subtract(point, wrist.truth["CAP"])) < 6.0


def test_a_left_hand_is_a_right_one_seen_in_a_mirror() -> None:
    right, left = (ways_to_lie(a_wrist(1, side=side).visit)[0] for side in "RL")

    assert left.radial == pytest.approx([-value for value in right.radial])
    assert (left.dorsal, left.distal) == (right.dorsal, right.distal)
