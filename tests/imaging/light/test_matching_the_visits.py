"""The sample pair: the phantom gives the same tissue the same signal at both visits, so each gain is 1 but for ours."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.values import replace
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from workstation.imaging.light import matching
from workstation.imaging.light.lit import Lit
from workstation.imaging.light.matching import DARK, lit
from workstation.imaging.light.tissue import signal
from workstation.imaging.reducing import Grid
from workstation.imaging.volume import load_volume
from workstation.intake.importing.importer import import_folders

SAMPLE = Path(__file__).parents[3] / "sample_dicom"
Volume = NDArray[Any]


@dataclass(frozen=True)
class Pair:
    """The series of both visits and their pixels."""

    first: tuple[SeriesRecord, ...]
    second: tuple[SeriesRecord, ...]
    volumes: Mapping[str, Volume]

    @cached_property
    def lights(self) -> dict[str, Lit]:
        """By series code."""
        return lit(self.first, self.second, self.volumes)

    def gains(self) -> dict[tuple[str, str], float]:
        """Of the follow-up's series that are matched, by kind and plane."""
        lights = self.lights
        return {
            (series.kind, series.plane): lights[series.code].gain
            for series in self.second
            if not lights[series.code].why_not
        }

    def with_follow_up(self, code: str, volume: Volume, *, inverted: bool = False) -> Pair:
        """The pair with other pixels in one series of the follow-up."""
        whole = np.rint(volume).astype(np.uint16)
        changed = tuple(
            replace(item, minimum=int(whole.min()), maximum=int(whole.max()), inverted=inverted)
            if item.code == code
            else item
            for item in self.second
        )
        return Pair(self.first, changed, {**self.volumes, code: whole})


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("sample") / "trial"
    with CoordinatorStudy.create(folder) as study:
        import_folders(study, [SAMPLE])
        (given,) = study.assign("R1", 1)
    with ReaderStudy.open(folder, "R1") as door:
        case = door.case(given.case)
    volumes = {item.code: load_volume(item, case.images) for visit in case.visits for item in visit.series}
    return Pair(case.visits[0].series, case.visits[1].series, volumes)


def of_kind(series: tuple[SeriesRecord, ...], kind: str, plane: str) -> SeriesRecord:
    (one,) = (item for item in series if (item.kind, item.plane) == (kind, plane))
    return one


def test_every_series_of_a_pair_is_matched_to_two_percent_of_the_true_gain(sample: Pair) -> None:
    gains = sample.gains()

    assert len(gains) == len(sample.second)
    assert max(abs(np.log(gain)) for gain in gains.values()) < 0.02


def test_no_plane_is_held_in_coarse_voxels_when_the_next_one_is_begun(
    sample: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    lights = sample.lights
    held: list[tuple[str, weakref.ref[NDArray[np.float32]]]] = []
    beside: set[tuple[str, str]] = set()

    def noted(series: SeriesRecord, volume: Volume) -> Grid:
        grid = signal(series, volume)
        beside.update((plane, series.plane) for plane, voxels in held if voxels() is not None)
        held.append((series.plane, weakref.ref(grid.voxels)))
        return grid

    monkeypatch.setattr(matching, "signal", noted)
    assert lit(sample.first, sample.second, sample.volumes) == lights

    assert {plane for plane, _ in held} == {"AX", "COR"}
    assert beside == {("AX", "AX"), ("COR", "COR")}
    assert [voxels() for _, voxels in held] == [None] * len(held)


@pytest.mark.parametrize("planted", [0.5, 1.36, 3.0])
def test_a_gain_of_the_scanner_is_found_to_one_percent(sample: Pair, planted: float) -> None:
    series = of_kind(sample.second, "T2FS", "COR")
    before = sample.gains()["T2FS", "COR"]

    after = sample.with_follow_up(series.code, sample.volumes[series.code] * planted).gains()["T2FS", "COR"]

    assert after / before == pytest.approx(planted, rel=0.01)


def test_disease_in_a_third_of_the_wrist_moves_no_gain(sample: Pair) -> None:
    series = of_kind(sample.second, "T2FS", "COR")
    volume = sample.volumes[series.code].astype(np.float32)
    tissue = sample.volumes[of_kind(sample.second, "T1", "COR").code] > 300
    ill = tissue & (np.arange(volume.shape[2]) % 3 == 0)
    volume[ill] = np.percentile(volume, 99)

    gain = sample.with_follow_up(series.code, volume).gains()["T2FS", "COR"]

    assert abs(np.log(gain)) < 0.03


def test_a_scale_with_a_pedestal_below_all_values_is_matched_above_it(sample: Pair) -> None:
    series = of_kind(sample.second, "T1", "AX")
    changed = sample.with_follow_up(series.code, sample.volumes[series.code] * 2.0 + 150)

    light = changed.lights[series.code]

    assert light.gain == pytest.approx(2.0, rel=0.02)
    assert light.low == 150


def test_a_series_whose_high_values_are_dark_is_matched_from_its_dark_end(sample: Pair) -> None:
    series = of_kind(sample.second, "PD", "COR")
    changed = sample.with_follow_up(series.code, 4000.0 - sample.volumes[series.code], inverted=True)
    plain = sample.lights[series.code]

    light = changed.lights[series.code]

    assert light.gain == pytest.approx(plain.gain, rel=0.01)
    assert (light.low, light.high) == pytest.approx((4000 - plain.high, 4000), rel=0.02)


def test_the_follow_ups_window_is_the_baselines_times_the_gain(sample: Pair) -> None:
    lights = sample.lights

    for one in sample.first:
        other = of_kind(sample.second, one.kind, one.plane)
        here, there = lights[one.code], lights[other.code]
        assert here.gain == 1
        assert there.high == pytest.approx(here.high * there.gain)
        assert (there.equal_low, there.equal_high) == (here.low, here.high)


def test_at_most_one_voxel_in_a_thousand_is_white_at_opening(sample: Pair) -> None:
    lights = sample.lights
    dark = [item for item in (*sample.first, *sample.second) if item.kind in DARK]

    white = {item.code: float((sample.volumes[item.code] >= lights[item.code].high).mean()) for item in dark}

    assert max(white.values()) < 0.001


def test_the_same_pair_has_the_same_light_whatever_was_loaded_first(sample: Pair) -> None:
    again = Pair(sample.first, sample.second, dict(sorted(sample.volumes.items(), reverse=True)))

    assert again.lights == sample.lights


def test_exchanged_visits_have_the_inverse_gain(sample: Pair) -> None:
    forward = sample.gains()

    back = Pair(sample.second, sample.first, sample.volumes).gains()

    assert {name: 1 / gain for name, gain in back.items()} == pytest.approx(forward, rel=0.01)


def test_a_series_of_noise_is_not_matched_and_says_why(sample: Pair) -> None:
    series = of_kind(sample.second, "T2FS", "AX")
    noise = np.random.default_rng(1).uniform(0, 4000, sample.volumes[series.code].shape) ** 4

    light = sample.with_follow_up(series.code, noise / 4000**3).lights[series.code]

    assert light.why_not
    assert light.high > light.low


def test_a_series_of_one_visit_alone_is_not_matched_but_lit_by_the_same_rule(sample: Pair) -> None:
    without = tuple(item for item in sample.second if item.kind != "PD")
    series = of_kind(sample.first, "PD", "COR")

    light = Pair(sample.first, without, sample.volumes).lights[series.code]

    assert light.why_not == "only at this visit"
    assert light.high == pytest.approx(sample.lights[series.code].high, rel=0.1)


def test_of_two_series_of_a_kind_one_is_matched(sample: Pair) -> None:
    series = of_kind(sample.first, "T1", "AX")
    double = replace(series, code="DOUBLE", slices=series.slices[:10])
    volumes = {**sample.volumes, "DOUBLE": sample.volumes[series.code][:10]}

    lights = Pair((*sample.first, double), sample.second, volumes).lights

    assert not lights[series.code].why_not
    assert lights["DOUBLE"].why_not == "another series of its kind is"


def test_a_series_of_one_slice_has_no_light(sample: Pair) -> None:
    series = of_kind(sample.first, "T1", "AX")
    flat = replace(series, code="FLAT", slices=series.slices[:1], slice_spacing_mm=None)

    lights = Pair((*sample.first, flat), sample.second, {**sample.volumes, "FLAT": sample.volumes[series.code][:1]})

    assert "FLAT" not in lights.lights
