"""Outlines as files: the geometry of the images by SimpleITK, segments by highdicom and dciodvfy, and nobody's name."""

from __future__ import annotations

import csv
import importlib
import json
import shutil
import subprocess
from importlib.util import find_spec
from math import pi
from pathlib import Path
from typing import Any

import frictionless
import numpy as np
import pydicom
import pytest

from storage.errors import StudyError, UnknownReader
from storage.records import SeriesRecord
from tests.exchange.conftest import RADIUS_MM, READER
from workstation.cli import main
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.exchange import segmentation
from workstation.exchange.outline_export import Asked, export_outlines

Outlined = tuple[Path, str, SeriesRecord]
# without types
sitk: Any = importlib.import_module("SimpleITK")


def _none(_done: int, _total: int, _stage: str) -> None:
    pass


@pytest.fixture(scope="module")
def exported(outlined: Outlined, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "outlines"
    export_outlines(outlined[0], out, Asked(seg=find_spec("highdicom") is not None, images=True), _none)
    return out


def _stored(trial: Path, series: SeriesRecord) -> Any:  # noqa: ANN401 - see above
    """The series as SimpleITK reads its DICOM files."""
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(trial / "images" / item.file) for item in series.slices])
    return reader.Execute()


def _alike(one: Any, other: Any) -> None:  # noqa: ANN401 - see above
    assert one.GetSize() == other.GetSize()
    assert one.GetSpacing() == pytest.approx(other.GetSpacing(), rel=1e-5)
    assert one.GetOrigin() == pytest.approx(other.GetOrigin(), abs=1e-3)
    assert one.GetDirection() == pytest.approx(other.GetDirection(), abs=1e-4)


def test_a_label_map_lies_where_its_series_lies_and_the_image_beside_it_has_the_same_voxels(
    outlined: Outlined, exported: Path
) -> None:
    trial, case, series = outlined
    label = sitk.ReadImage(str(exported / "labels" / f"{case}_{series.code}_OST.nii.gz"))
    image = sitk.ReadImage(str(exported / "images" / f"{series.code}.nii.gz"))
    stored = _stored(trial, series)

    _alike(label, stored)
    _alike(image, stored)
    assert np.array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(stored))
    values = sitk.GetArrayFromImage(label)
    assert sorted(np.unique(values)) == [0, 1, 2]
    # circles by hand: pi r^2 on two slices for the lesion
    lesion = np.argwhere(values == 2)
    volume = len(lesion) * np.prod(label.GetSpacing())
    assert volume == pytest.approx(2 * pi * (RADIUS_MM / 2) ** 2 * (series.slice_spacing_mm or 0), rel=0.03)
    # the middle of slices 7 and 8, in the patient's system
    middle = stored.TransformContinuousIndexToPhysicalPoint([(series.columns - 1) / 2, (series.rows - 1) / 2, 7.5])
    centroid = label.TransformContinuousIndexToPhysicalPoint(lesion.mean(axis=0)[::-1].tolist())
    assert centroid == pytest.approx(middle, abs=0.3)


def test_a_segmentation_names_its_images_and_holds_the_same_voxels(outlined: Outlined, exported: Path) -> None:
    highdicom = pytest.importorskip("highdicom")
    _, case, series = outlined
    name = f"{case}_{series.code}_OST"
    seg = highdicom.seg.segread(str(exported / "seg" / f"{name}.dcm"))

    assert seg.SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.7"
    described = [seg.get_segment_description(number) for number in (1, 2)]
    assert [(one.segment_label, one.segmented_property_type.meaning) for one in described] == [
        ("OST CAP bone", "Bone"),
        ("OST CAP lesion", "Lesion"),
    ]
    values = seg.get_pixels_by_source_instance([item.uid for item in series.slices], combine_segments=True)
    label = sitk.GetArrayFromImage(sitk.ReadImage(str(exported / "labels" / f"{name}.nii.gz")))
    assert np.array_equal(values, label)
    volume = seg.get_volume(combine_segments=True)
    first = [float(value) for value in volume.map_indices_to_reference(np.array([[0, 0, 0]]))[0]]
    assert first == pytest.approx(series.slices[0].position_mm, abs=1e-3) or first == pytest.approx(
        series.slices[-1].position_mm, abs=1e-3
    )


def test_dciodvfy_finds_nothing_but_that_label_maps_are_younger_than_it_is(exported: Path) -> None:
    pytest.importorskip("highdicom")
    if shutil.which("dciodvfy") is None:
        pytest.skip("needs dciodvfy (dicom3tools)")
    (file,) = (exported / "seg").iterdir()
    said = subprocess.run(["dciodvfy", str(file)], capture_output=True, text=True, timeout=60, check=False)
    errors = {line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")}

    # label maps came with DICOM 2024c, where the background is segment 0; the release of 2022 knows neither
    assert {error for error in errors if "SegmentNumber of 0" not in error} <= {"Error - Information Object Not found"}


def test_nothing_in_the_files_tells_who_the_person_is(exported: Path) -> None:
    pytest.importorskip("highdicom")
    found = pydicom.dcmread(next((exported / "seg").iterdir()))

    assert [str(found.get(name, "")) for name in ("PatientName", "PatientID", "PatientBirthDate", "StudyDate")] == [
        ""
    ] * 4
    canary = [
        raw
        for file in exported.rglob("*")
        if file.is_file()
        for raw in (b"Vexhollow", b"VEXHOLLOW")
        if raw in file.read_bytes()
    ]
    assert canary == []


def test_the_table_says_what_each_label_is_and_the_package_holds_every_file(outlined: Outlined, exported: Path) -> None:
    _, case, series = outlined
    with (exported / "outlines.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert [(row["label"], row["part"], row["answer"], row["reader_id"], row["visit"]) for row in rows] == [
        ("1", "bone", "2", READER, "1"),
        ("2", "lesion", "2", READER, "1"),
    ]
    assert {(row["case_code"], row["series_code"], row["site"], row["even"]) for row in rows} == {
        (case, series.code, "CAP", "YES")
    }
    package = json.loads((exported / "datapackage.json").read_text())
    others = {item["path"] for item in package["ramris"]["other_files"]}
    assert others | {"outlines.csv", "datapackage.json"} == {
        file.relative_to(exported).as_posix() for file in exported.rglob("*") if file.is_file()
    }
    assert frictionless.validate(str(exported / "datapackage.json")).valid


def test_the_same_study_gives_the_same_label_maps_byte_for_byte(
    outlined: Outlined, exported: Path, tmp_path: Path
) -> None:
    export_outlines(outlined[0], tmp_path / "again", Asked(images=True), _none)

    for file in [*(exported / "labels").iterdir(), *(exported / "images").iterdir()]:
        assert (tmp_path / "again" / file.relative_to(exported)).read_bytes() == file.read_bytes()


def test_what_can_not_be_exported_is_one_line_and_leaves_nothing(
    outlined: Outlined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, out = outlined[0], tmp_path / "out"
    with pytest.raises(UsageRefused, match="not inside the study folder"):
        export_outlines(trial, trial / "out", Asked(), _none)
    with pytest.raises(UnknownReader, match="reader 'XX' has signed no case"):
        export_outlines(trial, out, Asked(reader="XX"), _none)
    with pytest.raises(StudyError, match="case 'XXXXX' isn't signed"):
        export_outlines(trial, out, Asked(case="XXXXX"), _none)
    copied = shutil.copytree(trial, tmp_path / "trial")
    shutil.rmtree(copied / "images")
    with pytest.raises(StudyError, match="aren't there, or aren't those of the record"):
        export_outlines(copied, out, Asked(images=True), _none)
    monkeypatch.setattr(segmentation, "find_spec", lambda _: None)
    with pytest.raises(EnvironmentLacks, match=r'pip install "ramris\[seg\]"'):
        export_outlines(trial, out, Asked(seg=True), _none)
    assert not out.exists()


def test_the_command_says_how_many_there_are_and_what_a_folder_of_others_holds(
    outlined: Outlined, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["outlines", str(outlined[0]), str(out)]) == 0
    said = capsys.readouterr().out
    assert said.endswith("1 label map of 1 signed reading\n")
    assert main(["outlines", str(outlined[0]), str(out), "--images", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["maps"] == 1
    (out / "mine.txt").write_text("notes")
    assert main(["outlines", str(outlined[0]), str(out)]) == 2
    assert "mine.txt, which no export wrote" in capsys.readouterr().err
