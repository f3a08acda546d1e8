"""Options besides the plain pair: label maps, multi-frame files, planted faults."""

import locale
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation uses
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame

from workstation.errors import UsageRefused
from workstation.phantom import labels
from workstation.phantom.enhanced import merge
from workstation.phantom.faults import FAULTS, plant
from workstation.phantom.lesions import READING_ORDER
from workstation.phantom.people import pair
from workstation.phantom.study import Extras, write_study


@pytest.fixture
def copied(small: Path, tmp_path: Path) -> Path:
    shutil.copytree(small, tmp_path / "pair")
    return tmp_path / "pair"


def headers(folder: Path) -> list[Dataset]:
    return [dcmread(path, stop_before_pixels=True) for path in sorted(folder.rglob("*.dcm"))]


def series(folder: Path) -> Counter[tuple[str, int]]:
    """How many files each series has, by day and number."""
    return Counter((str(ds.StudyDate), int(ds.SeriesNumber)) for ds in headers(folder))


def test_a_missing_slice_leaves_one_series_with_one_file_less(small: Path, copied: Path) -> None:
    plant("missing-slice", copied)

    lost = series(small) - series(copied)
    assert sum(lost.values()) == 1
    assert [number for _, number in lost] == [501]


def test_a_duplicate_slice_stands_twice_at_one_place_under_two_instances(copied: Path) -> None:
    plant("duplicate-slice", copied)

    found = headers(copied)
    places = Counter((str(ds.SeriesInstanceUID), str(ds.ImagePositionPatient)) for ds in found)
    assert sorted(places.values())[-2:] == [1, 2]
    assert len({str(ds.SOPInstanceUID) for ds in found}) == len(found)


def test_swapped_visits_put_the_later_date_on_the_first_scan(small: Path, copied: Path) -> None:
    plant("swapped-visits", copied)

    days = [
        [{str(ds.StudyDate) for ds in headers(visit)} for visit in sorted((root / "VEXHOLLOW_0001").iterdir())]
        for root in (small, copied)
    ]
    assert days[0] == days[1][::-1]
    assert days[0][0] != days[0][1]


def test_a_truncated_file_is_shorter_than_it_was(small: Path, copied: Path) -> None:
    plant("truncated-file", copied)

    sizes = [{path.relative_to(root): path.stat().st_size for path in root.rglob("*.dcm")} for root in (small, copied)]
    shorter = [name for name, size in sizes[0].items() if sizes[1][name] < size]
    assert len(shorter) == 1


def test_two_patients_are_in_one_folder_when_a_series_belongs_to_another(copied: Path) -> None:
    plant("two-patients", copied)

    names = Counter(str(ds.PatientID) for ds in headers(copied))
    assert min(names.values()) == 22
    assert len(names) == 2


def test_no_contrast_leaves_a_follow_up_of_five_series(copied: Path) -> None:
    plant("no-contrast", copied)

    by_day = Counter(day for day, _ in series(copied))
    assert [by_day[day] for day in sorted(by_day)] == [7, 5]


def test_an_unknown_fault_is_refused_and_those_there_are_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageRefused, match="missing-slice, duplicate-slice, swapped-visits, truncated-file"):
        write_study(tmp_path / "out", size=32, extras=Extras(fault="gremlin"))

    assert not (tmp_path / "out").exists()
    assert len(FAULTS) == 6


def test_an_enhanced_file_holds_every_slice_s_pixels_and_place(small: Path, copied: Path) -> None:
    visit = copied / "VEXHOLLOW_0001" / "VEXHOLLOW scan old"
    merge(visit)

    plain = [dcmread(path) for path in sorted((small / "VEXHOLLOW_0001" / "VEXHOLLOW scan old").glob("*.dcm"))]
    found = {int(ds.SeriesNumber): ds for ds in map(dcmread, visit.glob("*.dcm"))}
    assert sorted(found) == [201, 301, 401, 501, 601, 701, 801]
    for ds in plain:
        whole = found[int(ds.SeriesNumber)]
        frames = whole.PerFrameFunctionalGroupsSequence
        places = [frame.PlanePositionSequence[0].ImagePositionPatient for frame in frames]
        index = places.index(ds.ImagePositionPatient)
        assert frames[index].FrameContentSequence[0].InStackPositionNumber == index + 1
        stream = get_frame(whole.PixelData, index, number_of_frames=int(whole.NumberOfFrames))
        assert stream == get_frame(ds.PixelData, 0, number_of_frames=1)
    # another program reads the file as one volume of as many slices
    image = sitk.ReadImage(str(visit / "VEXHOLLOW_enhanced_501.dcm"))
    assert sitk.GetArrayFromImage(image).shape == (22, 48, 48)


@pytest.fixture
def numbers_with_points() -> Iterator[None]:
    """Numbers as in C: SimpleITK reads those of an NRRD header by the process's locale, which Qt may have set."""
    before = locale.setlocale(locale.LC_NUMERIC)
    locale.setlocale(locale.LC_NUMERIC, "C")
    yield
    locale.setlocale(locale.LC_NUMERIC, before)


@pytest.mark.usefixtures("numbers_with_points")
def test_label_maps_lie_where_the_images_lie_and_their_shares_are_the_model_s(tmp_path: Path) -> None:
    scan = pair(5, 1, 48).scans[0]
    stack = scan.layouts["COR"]
    labels.write(tmp_path / "cor.nrrd", scan.hand, stack)

    image = sitk.ReadImage(str(tmp_path / "cor.nrrd"))
    values = sitk.GetArrayFromImage(image)
    corner = np.array(image.TransformIndexToPhysicalPoint((5, 7, 9)))

    expected = stack.position(9) + 5 * stack.pixel_mm * stack.right + 7 * stack.pixel_mm * stack.down
    assert corner == pytest.approx(expected, abs=1e-3)
    assert set(np.unique(values)) <= set(labels.VALUES)
    for k, code in enumerate(READING_ORDER):
        # the assessed bone is what is healthy, oedematous or eroded in it
        parts = [int((values == start + k).sum()) for start in (1, 21, 41)]
        if erosion := scan.hand.lesions.erosions.get(code):
            assert parts[2] / sum(parts) == pytest.approx(erosion.share, abs=0.06), code
