"""The synthetic pair as files: deterministic, oddly named, geometry that others read alike, a name in every text."""

import csv
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation uses
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame

from workstation.errors import UsageRefused
from workstation.phantom.people import pair
from workstation.phantom.study import write_study

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_dicom"
CANARY = "VEXHOLLOW"
# PS3.5 table 6.2-1: the representations that hold words of people
TEXT = {"AE", "LO", "LT", "PN", "SH", "ST", "UC", "UT"}
# the contrast of PS3.3 C.8.13.6 and other coded words have closed vocabularies (CS) and hold nobody's name


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.dcm"))


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stacks(folder: Path) -> dict[tuple[str, str], list[Dataset]]:
    """Slices by (study, protocol name), ordered by their position along the normal."""
    found: dict[tuple[str, str], list[Dataset]] = defaultdict(list)
    for path in files(folder):
        ds = dcmread(path)
        found[str(ds.StudyDate), str(ds.ProtocolName)].append(ds)
    for slices in found.values():
        slices.sort(key=along)
    return found


def pixels(ds: Dataset) -> NDArray[np.int64]:
    """Stored values, decoded by GDCM in SimpleITK: a judge that isn't the coder that wrote them."""
    image = sitk.ReadImage(str(ds.filename))
    values = sitk.GetArrayFromImage(image)[0] / float(ds.RescaleSlope)
    whole: NDArray[np.int64] = np.rint(values).astype(np.int64)
    return whole


def along(ds: Dataset) -> float:
    right, down = np.split(np.array(ds.ImageOrientationPatient, float), 2)
    return float(np.array(ds.ImagePositionPatient, float) @ np.cross(right, down))


def test_one_seed_gives_one_set_of_bytes_by_however_many_processes(small: Path, tmp_path: Path) -> None:
    write_study(tmp_path / "by two", seed=5, size=48, processes=2)

    assert hashes(tmp_path / "by two") == hashes(small)


def test_the_counted_quantity_agrees_with_the_model_s_better_on_finer_voxels(small: Path, tmp_path: Path) -> None:
    # Voxels of 2 x 2 x 2 mm against 1 x 1 x 2 mm. A share is counted over whole voxels, so its error falls with them.
    write_study(tmp_path / "finer", seed=5, size=96)

    errors = []
    for folder in (small, tmp_path / "finer"):
        with (folder / "truth.csv").open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if float(row["quantity"]) > 0]
        of_bones = []
        for row in rows:
            quantity, counted = float(row["quantity"]), float(row["counted"])
            if row["feature"] == "TEN":
                # no voxel centre lies beyond the model's width, and the next one out lies within a voxel's diagonal
                assert quantity - 3.0 < counted <= quantity + 0.01, row
            elif row["feature"] == "SYN":
                # a compartment is some 10 mm long: three axial slices, whose error finer pixels don't mend
                assert counted == pytest.approx(quantity, abs=0.15), row
            else:
                assert counted == pytest.approx(quantity, abs=0.06), row
                of_bones.append(counted - quantity)
        errors.append(float(np.sqrt(np.mean(np.square(of_bones)))))
    # the slices stay as thick, so the error doesn't halve
    assert errors[1] < errors[0] < 0.02
    assert errors[1] < 0.015


def test_left_and_right_wrists_of_several_sizes_come_and_the_header_says_which(small: Path) -> None:
    people = [pair(5, 1, 48), pair(5, 2, 48), pair(1, 1, 48)]
    sides = [person.scans[0].hand.side for person in people]

    assert set(sides) == {"L", "R"}
    assert len({person.scans[0].hand.skeleton.size for person in people}) == 3
    for person, side in zip(people, sides, strict=True):
        scan = person.scans[0]
        assert scan.occasion.side == side
        thumb, little = (
            scan.hand.to_patient(np.array(scan.hand.skeleton.bones[code].inside)) for code in ("TRM", "HAM")
        )
        # palm forward (y of LPS is posterior) and fingers up, the thumb of a right hand lies at greater x
        assert (thumb[0] > little[0]) == (side == "R")
    assert {str(dcmread(path).Laterality) for path in files(small)[::40]} == {sides[0]}


def test_a_visit_has_the_seven_series_and_the_follow_up_its_own_frame_of_reference(small: Path) -> None:
    found = stacks(small)
    days = sorted({day for day, _ in found})

    assert len(days) == 2
    for day in days:
        assert sorted(name for when, name in found if when == day) == [
            f"{CANARY} PDW_TSE COR",
            f"{CANARY} T1W_SPIR +C AX",
            f"{CANARY} T1W_SPIR +C COR",
            f"{CANARY} T1W_TSE AX",
            f"{CANARY} T1W_TSE COR",
            f"{CANARY} T2W_SPAIR AX",
            f"{CANARY} T2W_SPAIR COR",
        ]
    frames = {
        day: {ds.FrameOfReferenceUID for (when, _), s in found.items() if when == day for ds in s} for day in days
    }
    assert [len(frames[day]) for day in days] == [1, 1]
    assert frames[days[0]].isdisjoint(frames[days[1]])


def test_instance_numbers_and_slice_locations_mislead_as_in_life(small: Path) -> None:
    for slices in stacks(small).values():
        numbers = [int(ds.InstanceNumber) for ds in slices]
        locations = [float(ds.SliceLocation) for ds in slices]
        assert sorted(numbers) == list(range(1, len(slices) + 1))
        assert numbers != sorted(numbers)
        assert locations == sorted(locations, reverse=True)
        assert len({float(ds.WindowCenter) for ds in slices}) > 1


def test_every_word_of_every_header_and_every_name_carries_the_canary(small: Path) -> None:
    def words(ds: Dataset) -> list[tuple[str, str]]:
        found = []
        for element in ds:
            if element.VR == "SQ":
                found += [pair for item in element.value for pair in words(item)]
            elif element.VR in TEXT and not (element.tag.is_private_creator):
                found.append((str(element.tag), str(element.value)))
        return found

    for path in files(small)[::37]:
        ds = dcmread(path)
        told = [*words(ds), *words(ds.file_meta)]
        assert len(told) > 40
        assert [pair for pair in told if CANARY not in pair[1]] == []
        assert all(CANARY in part for part in path.relative_to(small).parts)
        assert CANARY.encode() in (ds.preamble or b"")


def test_simpleitk_reads_the_same_positions_spacing_and_pixels(small: Path) -> None:
    slices = stacks(small)[next(key for key in stacks(small) if key[1].endswith("T1W_TSE AX"))]

    image = sitk.ReadImage([str(ds.filename) for ds in slices])

    assert image.GetSize() == (48, 48, 22)
    assert image.GetSpacing() == pytest.approx((100 / 48, 100 / 48, 3.3), abs=1e-3)
    assert image.GetOrigin() == pytest.approx([float(x) for x in slices[0].ImagePositionPatient], abs=1e-3)
    middle = slices[11]
    decoded = imagecodecs.jpegls_decode(get_frame(middle.PixelData, 0, number_of_frames=1))
    assert decoded.max() > 300
    assert (pixels(middle) == decoded).all()


def brightness(slices: list[Dataset], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stored values at LPS points (n x 3), nearest voxel; NaN outside the stack."""
    right, down = np.split(np.array(slices[0].ImageOrientationPatient, float), 2)
    normal = np.cross(right, down)
    row_mm, column_mm = map(float, slices[0].PixelSpacing)
    volume = np.stack([pixels(ds) for ds in slices]).astype(float)
    offset = points - np.array(slices[0].ImagePositionPatient, float)
    gap = along(slices[1]) - along(slices[0])
    place = np.rint(np.column_stack([offset @ normal / gap, offset @ down / row_mm, offset @ right / column_mm]))
    inside = ((place >= 0) & (place < volume.shape)).all(axis=1)
    values = np.full(len(points), np.nan)
    values[inside] = volume[tuple(place[inside].astype(int).T)]
    return values


def some_points(slices: list[Dataset], every: int = 7) -> NDArray[np.float64]:
    """LPS places of voxels that hold tissue."""
    found = []
    for ds in slices:
        right, down = np.split(np.array(ds.ImageOrientationPatient, float), 2)
        row_mm, column_mm = map(float, ds.PixelSpacing)
        rows, columns = np.nonzero(pixels(ds) > 0)
        first = np.array(ds.ImagePositionPatient, float)
        found.append(first + np.outer(rows * row_mm, down) + np.outer(columns * column_mm, right))
    return np.concatenate(found)[::every]


def test_axial_and_coronal_stacks_of_a_visit_agree_in_space(small: Path) -> None:
    found = stacks(small)
    day = min(when for when, _ in found)
    axial, coronal = found[day, f"{CANARY} T1W_TSE AX"], found[day, f"{CANARY} T1W_TSE COR"]
    points = some_points(coronal)

    here, there = brightness(coronal, points), brightness(axial, points)

    both = ~np.isnan(here) & ~np.isnan(there)
    assert both.sum() > 500
    together = np.corrcoef(here[both], there[both])[0, 1]
    shifted = brightness(axial, points + np.array([0.0, 0.0, 8.0]))
    apart = ~np.isnan(here) & ~np.isnan(shifted)
    # thick slices blur, so not 1; a stack laid 8 mm beside its place is clearly worse
    assert together > 0.5
    assert together > np.corrcoef(here[apart], shifted[apart])[0, 1] + 0.15


def test_the_truth_transform_takes_baseline_to_follow_up(small: Path) -> None:
    found = stacks(small)
    first, second = sorted({when for when, _ in found})
    (truth,) = json.loads((small / "truth_transform.json").read_text())
    before, after = found[first, f"{CANARY} T1W_TSE COR"], found[second, f"{CANARY} T1W_TSE COR"]
    points = some_points(before)

    moved = points @ np.array(truth["rotation"]).T + np.array(truth["translation_mm"])

    here = brightness(before, points)

    def likeness(places: NDArray[np.float64]) -> float:
        there = brightness(after, places)
        both = ~np.isnan(here) & ~np.isnan(there)
        return float(np.corrcoef(here[both], there[both])[0, 1])

    assert likeness(moved) > 0.6
    assert likeness(moved) > likeness(points) + 0.1


def test_truth_has_43_sites_a_visit_and_grades_after_the_bands(small: Path) -> None:
    with (small / "truth.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [sum(row["visit"] == visit for row in rows) for visit in "12"] == [43, 43]
    # scoring-rules: thirds for synovitis and osteitis, tenths for erosion, 2 and 5 mm for tenosynovitis
    for row in rows:
        quantity, grade = float(row["quantity"]), int(row["grade"])
        if row["feature"] == "TEN":
            low, high = [(0, 0), (0, 2), (2, 5), (5, 99)][grade]
            assert low <= quantity < high or quantity == grade == 0
        else:
            steps = 10 if row["feature"] == "ERO" else 3
            assert grade - 1 < round(quantity * steps, 6) <= grade or quantity == grade == 0
    assert any(a["grade"] != b["grade"] for a, b in zip(rows[:43], rows[43:], strict=True)), (
        "something must change between the visits"
    )


def test_the_sample_comes_in_four_lossless_syntaxes() -> None:
    syntaxes = {str(dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID) for path in files(SAMPLE)}
    # JPEG-LS, JPEG lossless SV1, JPEG 2000 lossless, RLE: PS3.6 annex A
    assert {
        "1.2.840.10008.1.2.4.80",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.5",
    } == syntaxes


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({"size": 8}, "size 8: rows and columns from 32 to 1024"),
        ({"subjects": 0}, "subjects 0: from 1 to 9999"),
        ({"seed": -1}, "seed -1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_before_anything_is_written(
    tmp_path: Path, numbers: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageRefused, match=says):
        write_study(tmp_path / "out", **numbers)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(UsageRefused, match="holds something already"):
        write_study(tmp_path, size=48)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
