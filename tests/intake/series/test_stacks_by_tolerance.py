"""Stacks by tolerance: what differs in its last digits is one stack, what differs is two, wherever the values lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_slice, written
from workstation.intake.importing.importer import import_folders
from workstation.intake.series.alike import cut

SERIES = "1.2.3.1"
COUNT = 12
Change = Callable[[int], Mapping[str, Any]]


def sized(study: CoordinatorStudy) -> list[int]:
    """How many slices each stack has."""
    return sorted(len(item.slices) for item in stacks(study))


def stacks(study: CoordinatorStudy) -> tuple[SeriesRecord, ...]:
    return study.subjects()[0].visits[0].series


def a_changing_series(folder: Path, change: Change, count: int = COUNT, step_mm: float = 2.2) -> Path:
    """Axial slices, each with what `change` says of its number."""
    for number in range(count):
        values = {"z_mm": step_mm * number, "seed": number, **change(number)}
        written(a_slice(f"{SERIES}.{number}", SERIES, **values), folder / f"{number}")
    return folder


def tilted(number: int, tilt: float, jitter: float) -> Mapping[str, Any]:
    """Rows that lie `tilt` off the patient's left, each a little otherwise, one slice above the other."""
    t = tilt + np.random.default_rng(number).uniform(-jitter, jitter)
    right = np.array([np.sqrt(1 - t * t), 0.0, t])
    normal = np.cross([np.sqrt(1 - tilt * tilt), 0.0, tilt], [0.0, 1.0, 0.0])
    return {
        "ImageOrientationPatient": [f"{value:.9f}" for value in (*right, 0.0, 1.0, 0.0)],
        "ImagePositionPatient": [f"{value:.6f}" for value in np.array([-5.0, -6.0, 0.0]) + 2.2 * number * normal],
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda number: tilted(number, 0.015, 1e-6),
        lambda number: tilted(number, 0.015, 1e-4),
        lambda number: tilted(number, -0.005, 1e-4),
        lambda number: tilted(number, 0.245, 5e-4),
        lambda number: {"PixelSpacing": ["0.3125"] * 2 if number % 2 else ["0.31250001"] * 2},
        lambda number: {"EchoTime": "17.0049" if number % 2 else "17.0051"},
        lambda number: {"EchoTime": "17.000" if number % 2 else "17.008"},
        lambda number: {"EchoTime": f"{17 + 0.01 * number:.2f}"},
        lambda number: {"DiffusionBValue": 799.4 + 0.2 * (number % 2)},
    ],
    ids=[
        "orientation 1e-6",
        "orientation 1e-4",
        "about 0",
        "oblique",
        "spacing",
        "echo",
        "echo by turns",
        "drift",
        "b",
    ],
)
def test_values_that_differ_in_their_last_digits_are_one_stack(
    change: Change, study: CoordinatorStudy, tmp_path: Path
) -> None:
    report = import_folders(study, [a_changing_series(tmp_path / "in", change)])

    assert sized(study) == [COUNT]
    assert stacks(study)[0].slice_spacing_mm == pytest.approx(2.2, abs=0.01)
    assert not [item for item in report.findings if "uneven" in item.text or "gap" in item.text]


@pytest.mark.parametrize(
    "change",
    [
        # a Dixon scan at 3 T, and echoes of 0.5 ms at an ultrashort time
        lambda number: {"EchoTime": "1.15" if number % 2 else "2.3"},
        lambda number: {"EchoTime": "0.05" if number % 2 else "0.55"},
        lambda number: {"EchoTime": None if number % 2 else "17"},
        lambda number: {"DiffusionBValue": 0.0 if number % 2 else 5.0},
        lambda number: tilted(number, 0.015 if number % 2 else 0.03, 0.0),
        lambda number: {"PixelSpacing": ["0.3125"] * 2 if number % 2 else ["0.3150"] * 2},
    ],
    ids=["dixon", "ultrashort", "no echo time", "b", "tilt of a degree", "spacing"],
)
def test_values_that_differ_are_two_stacks(change: Change, study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [a_changing_series(tmp_path / "in", change)])

    assert sized(study) == [COUNT // 2, COUNT // 2]


def test_radial_slices_of_a_quarter_degree_are_no_stack(study: CoordinatorStudy, tmp_path: Path) -> None:
    def turned(number: int) -> Mapping[str, Any]:
        c, s = cos(radians(0.25 * number)), sin(radians(0.25 * number))
        return {"ImageOrientationPatient": [f"{value:.9f}" for value in (c, s, 0.0, 0.0, 0.0, -1.0)]}

    import_folders(study, [a_changing_series(tmp_path / "in", turned, count=40, step_mm=0.0)])

    # four neighbours lie within a degree
    assert max(sized(study)) <= 4


def test_values_are_cut_between_neighbours_and_a_run_that_goes_on_at_each_step() -> None:
    assert cut([17.0, 17.05, 17.1, 30.0], lambda _: 0.06) == [17.0, 30.0]
    # 17.0 to 17.5 is more than four tolerances: steps
    assert cut([17.0, 17.1, 17.2, 17.3, 17.4, 17.5], lambda _: 0.11) == [17.0, 17.1, 17.2, 17.3, 17.4, 17.5]


def test_frames_of_reference_made_anew_for_each_file_are_named_and_part_no_stack(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    folder = a_changing_series(tmp_path / "in", lambda number: {"FrameOfReferenceUID": f"1.2.3.9.{number}"})
    # with a slice that is missing
    (folder / "5").unlink()

    report = import_folders(study, [folder])

    assert sized(study) == [COUNT - 1]
    assert stacks(study)[0].frame == ""
    assert [item.text for item in report.findings if "another frame of reference" in item.text] != []


def test_two_echoes_of_files_with_frames_made_anew_stay_two(study: CoordinatorStudy, tmp_path: Path) -> None:
    def echoes(number: int) -> Mapping[str, Any]:
        own = {"FrameOfReferenceUID": f"1.2.3.9.{number}", "z_mm": 2.0 * (number // 2)}
        return {**own, "EchoTime": "12" if number % 2 else "24"}

    import_folders(study, [a_changing_series(tmp_path / "in", echoes)])

    assert sized(study) == [COUNT // 2, COUNT // 2]


@pytest.mark.parametrize(
    "change",
    [
        lambda number: {"z_mm": 2.0 * number**1.5},
        lambda number: {"ImagePositionPatient": [-5.0 + 3.0 * number, -6.0, 2.0 * number]},
    ],
    ids=["uneven", "aside"],
)
def test_where_files_do_not_lie_as_one_stack_their_frames_of_reference_count(
    change: Change, study: CoordinatorStudy, tmp_path: Path
) -> None:
    def anew(number: int) -> Mapping[str, Any]:
        return {"FrameOfReferenceUID": f"1.2.3.9.{number}", **change(number)}

    import_folders(study, [a_changing_series(tmp_path / "in", anew, count=5)])

    assert sized(study) == [1] * 5


def test_a_series_that_an_older_program_split_stays_split_when_it_is_imported_again(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_changing_series(tmp_path / "in", lambda number: {"EchoTime": "17.0049" if number % 2 else "17.0051"})
    with monkeypatch.context() as older:
        older.setattr("workstation.intake.series.alike.LEAST_MS", 0.0)
        older.setattr("workstation.intake.series.alike.TIME", 0.0)
        import_folders(study, [folder])
    before = stacks(study)
    assert sized(study) == [COUNT // 2, COUNT // 2]

    written(a_slice(f"{SERIES}.99", SERIES, z_mm=2.2 * COUNT, EchoTime="17.005"), folder / "more")
    report = import_folders(study, [folder])

    # what is new goes to one of them, and nothing comes twice
    assert sized(study) == [COUNT // 2, COUNT // 2 + 1]
    assert {item.code for item in stacks(study)} == {item.code for item in before}
    assert report.accepted == COUNT + 1
