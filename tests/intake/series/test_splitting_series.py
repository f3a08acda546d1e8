"""Splitting of one SeriesInstanceUID that holds many stacks: split first, then order along the normal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import CORONAL, a_series, a_slice, pixels, written
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport
from workstation.intake.series.stacks import irregularities

SERIES = "1.2.3.1"


def _series(study: CoordinatorStudy) -> tuple[SeriesRecord, ...]:
    return study.subjects()[0].visits[0].series


def _two_groups(folder: Path, shift_mm: float, **second: Any) -> None:  # noqa: ANN401 - values of any attribute
    """Three slices, and three more under the same series UID, shifted along the normal, that differ in `second`."""
    a_series(folder, SERIES)
    for number in range(3):
        dataset = a_slice(f"{SERIES}.{number + 10}", SERIES, z_mm=2.0 * number + shift_mm, seed=number + 10, **second)
        written(dataset, folder / f"b{number}")


@pytest.mark.case(47, 48)
@pytest.mark.parametrize(
    "second",
    [
        {"ImageOrientationPatient": [0.0, 1.0, 0.0, -1.0, 0.0, 0.0]},
        {"PixelSpacing": [0.4, 0.4]},
        {"EchoTime": 80},
        {"EchoNumbers": 2},
        {"ImageType": ["ORIGINAL", "PRIMARY", "P", "P", "SE"]},
        {"TemporalPositionIdentifier": 2},
        {"DiffusionBValue": 800.0},
        {"StackID": "2"},
        {"Rows": 10, "Columns": 12},
        {"FrameOfReferenceUID": "1.2.3.10"},
        {"PhotometricInterpretation": "MONOCHROME1"},
    ],
    ids=lambda second: next(iter(second)),
)
def test_a_series_is_split_where_its_images_differ_in(
    second: dict[str, Any], study: CoordinatorStudy, tmp_path: Path
) -> None:
    # halfway between the others: left together, the six would make one even stack
    _two_groups(tmp_path / "in", 1.0, **second)

    import_folders(study, [tmp_path / "in"])

    assert sorted(len(item.slices) for item in _series(study)) == [3, 3]


@pytest.mark.case(43)
def test_images_that_repeat_their_places_become_stacks_in_the_order_of_time(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _two_groups(tmp_path / "in", 0.0, AcquisitionTime="111500")

    report = import_folders(study, [tmp_path / "in"])

    found = sorted(_values(study, item) for item in _series(study))
    assert found == sorted([_seeds(0, 1, 2), _seeds(10, 11, 12)])
    assert "positions that another image has already" in _text(report)


@pytest.mark.case(46)
def test_slices_are_ordered_along_the_normal_whatever_numbers_and_names_say(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for number, z in enumerate((8.0, 2.0, 6.0, 0.0, 4.0)):
        dataset = a_slice(f"1.2.{number}", z_mm=z, seed=number, InstanceNumber=number + 1, SliceLocation=-z)
        written(dataset, tmp_path / "in" / f"{number}")

    import_folders(study, [tmp_path / "in"])

    series = _series(study)[0]
    assert [item.position_mm[2] for item in series.slices] == [0, 2, 4, 6, 8]
    assert series.slice_spacing_mm == 2
    assert _values(study, series) == _seeds(3, 1, 4, 2, 0)


def test_a_coronal_stack_is_ordered_along_row_times_column_which_points_to_the_back(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    # row +x, column -z: the cross product is +y, posterior in LPS
    for number in range(3):
        position = [0.0, 3.0 * number, 0.0]
        dataset = a_slice(f"1.2.{number}", ImagePositionPatient=position, ImageOrientationPatient=CORONAL)
        written(dataset, tmp_path / "in" / f"{9 - number}")

    import_folders(study, [tmp_path / "in"])

    series = _series(study)[0]
    assert series.plane == "COR"
    assert [item.position_mm[1] for item in series.slices] == [0, 3, 6]


@pytest.mark.case(44)
def test_a_missing_slice_is_a_gap_with_its_place_and_the_spacing_stays_the_usual_one(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=6)
    (tmp_path / "in" / f"{SERIES}-2").unlink()

    report = import_folders(study, [tmp_path / "in"])

    assert "a gap of 4.00 mm between slices 2 and 3" in _text(report)
    assert _series(study)[0].slice_spacing_mm == 2


@pytest.mark.case(55)
def test_one_truncated_slice_is_set_aside_and_leaves_a_gap(study: CoordinatorStudy, tmp_path: Path) -> None:
    files = a_series(tmp_path / "in", count=5)
    files[2].write_bytes(files[2].read_bytes()[:-40])

    report = import_folders(study, [tmp_path / "in"])

    assert len(_series(study)[0].slices) == 4
    assert "a gap of 4.00 mm between slices 2 and 3" in _text(report)
    assert [(item.count, item.why) for item in report.set_aside] == [
        (1, "the file is incomplete: fewer pixels than Rows and Columns ask for")
    ]


def test_a_single_slice_has_no_slice_spacing(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=1)

    import_folders(study, [tmp_path / "in"])

    assert _series(study)[0].slice_spacing_mm is None


@pytest.mark.case(45)
def test_uneven_distances_are_named_and_not_averaged() -> None:
    found = irregularities((0.0, 2.0, 4.0, 6.3, 8.3, 12.3))

    assert [(item.what, item.after) for item in found] == [("uneven", 3), ("gap", 5)]


def test_two_series_of_the_same_kind_and_plane_are_left_for_a_person_to_choose(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", "1.2.3.1")
    a_series(tmp_path / "in", "1.2.3.2", SeriesNumber=9)

    report = import_folders(study, [tmp_path / "in"])

    assert "2 series are axial T1: which one is to be read?" in _text(report)


def _text(report: ImportReport) -> str:
    return "\n".join(finding.text for finding in report.findings)


def _values(study: CoordinatorStudy, series: SeriesRecord) -> list[int]:
    """The first stored value of each slice, in the order of the index."""
    files = [(study.images / item.file, item.pixel_offset) for item in series.slices]
    return [int(np.fromfile(file, "<u2", 1, offset=offset)[0]) for file, offset in files]


def _seeds(*seeds: int) -> list[int]:
    return [int(pixels(seed)[0, 0]) for seed in seeds]
