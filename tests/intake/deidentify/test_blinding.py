"""Blinding: geometry, numbers and pixels cross from the identified side. Nothing else, wherever it was planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, pixels, written
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders

CANARY = "QuokkaZebra"
CANARY_DATE = "19130817"
CANARY_UID = "1.2.826.99.4711081513"
# set by the builder, or read for what they mean: a canary there would make the file something else
KEPT = {
    "SOPClassUID", "Modality", "ImageType", "ScanningSequence", "BurnedInAnnotation", "PhotometricInterpretation",
    "TransferSyntaxUID", "LossyImageCompression", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID",
    "FrameOfReferenceUID",
}  # fmt: skip
TEXT_VRS = {"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"}


def _planted(number: int) -> Dataset:
    """A slice with the canary in every text, date and UID attribute that the standard knows, and in odd corners."""
    dataset = a_slice(f"{CANARY_UID}.{number}", f"{CANARY_UID}.1", z_mm=2.0 * number, seed=number)
    _plant(dataset)
    dataset.StudyInstanceUID = f"{CANARY_UID}.2"
    dataset.FrameOfReferenceUID = f"{CANARY_UID}.3"
    nested = Dataset()
    _plant(nested)
    dataset.ReferencedImageSequence = [nested]
    block = dataset.private_block(0x2005, "Philips MR Imaging DD 005", create=True)
    block.add_new(0x0F, "SQ", [nested])
    dataset.private_block(0x0099, CANARY, create=True).add_new(0x01, "LO", CANARY)
    dataset.add_new((0x6000, 0x0022), "LO", CANARY)
    dataset.add_new((0x6000, 0x3000), "OW", CANARY.encode() * 8 + b"\0" * 8)
    dataset.add_new((0xFFFC, 0xFFFC), "OB", CANARY.encode() + b"\0")
    dataset.preamble = (CANARY.encode() * 12)[:128]
    dataset.file_meta.SourceApplicationEntityTitle = CANARY
    dataset.file_meta.SendingApplicationEntityTitle = CANARY
    dataset.file_meta.PrivateInformationCreatorUID = pydicom.uid.UID(f"{CANARY_UID}.9")
    dataset.file_meta.PrivateInformation = CANARY.encode() + b"\0"
    return dataset


def _plant(dataset: Dataset) -> None:
    for number, entry in DicomDictionary.items():
        tag, keyword = Tag(number), keyword_for_tag(number)
        if tag.group <= 0x0006 or keyword in KEPT or entry[3]:
            continue
        if entry[0] in TEXT_VRS:
            dataset.add_new(tag, entry[0], CANARY)
        elif entry[0] == "DA":
            dataset.add_new(tag, "DA", CANARY_DATE)
        elif entry[0] == "DT":
            dataset.add_new(tag, "DT", f"{CANARY_DATE}101500")
        elif entry[0] == "UI":
            dataset.add_new(tag, "UI", f"{CANARY_UID}.5")


def _traces(data: bytes) -> set[str]:
    """Which of the planted words the bytes hold, in any case and in the two widths of text."""
    found = set()
    for word in (CANARY, CANARY_DATE, CANARY_UID):
        for encoding in ("utf-8", "utf-16-le"):
            if word.lower().encode(encoding) in data.lower():
                found.add(word)
    return found


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    folder = tmp_path / f"{CANARY} scans"
    with quiet():  # the canary is no valid code string, person name or address
        for number in range(3):
            written(_planted(number), folder / f"{CANARY}-{number}.dcm")
    return folder


@pytest.mark.case(91)
def test_a_canary_in_every_attribute_is_found_in_the_vault_and_nowhere_else(
    study: CoordinatorStudy, planted: Path
) -> None:
    report = import_folders(study, [planted])
    study.close()

    assert report.accepted == 3
    for file in study.path.rglob("*"):
        relative = file.relative_to(study.path)
        assert CANARY.lower() not in str(relative).lower()
        if file.is_file() and not file.name.startswith("vault.db"):
            assert _traces(file.read_bytes()) == set(), relative
    assert _traces((study.path / "vault.db").read_bytes()) == {CANARY, CANARY_DATE, CANARY_UID}


def test_reasons_and_the_index_quote_no_text_of_the_file(study: CoordinatorStudy, planted: Path) -> None:
    report = import_folders(study, [planted])

    reasons = [reason for identity in study.vault.series() for reason in identity.reasons]
    assert _traces(repr((reasons, report.subjects)).encode()) == set()


@pytest.mark.case(91)
def test_a_blinded_file_has_no_attribute_beyond_the_allow_list(study: CoordinatorStudy, planted: Path) -> None:
    import_folders(study, [planted])

    found = pydicom.dcmread(next(study.images.rglob("*.dcm")))

    assert {element.keyword for element in found if element.value not in (None, "", [])} == {
        "ImageType", "SOPClassUID", "SOPInstanceUID", "Modality", "PatientIdentityRemoved", "DeidentificationMethod",
        "ScanningSequence", "RepetitionTime", "EchoTime", "StudyInstanceUID", "SeriesInstanceUID", "InstanceNumber",
        "ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID", "SamplesPerPixel",
        "PhotometricInterpretation", "Rows", "Columns", "PixelSpacing", "BitsAllocated", "BitsStored", "HighBit",
        "PixelRepresentation", "PixelData",
    }  # fmt: skip
    assert found.preamble == b"\0" * 128


def test_pydicom_and_simpleitk_read_a_blinded_file_and_see_the_same_pixels_and_geometry(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=1)
    import_folders(study, [tmp_path / "in"])
    series = study.subjects()[0].visits[0].series[0]
    file = study.images / series.slices[0].file

    image: Any = SimpleITK.ReadImage(str(file))

    assert np.array_equal(SimpleITK.GetArrayFromImage(image)[0], pixels(0))
    assert np.array_equal(pydicom.dcmread(file).pixel_array, pixels(0))
    assert image.GetOrigin() == pytest.approx((-5, -6, 0))
    assert image.GetSpacing()[:2] == pytest.approx((0.5, 0.4))


def test_the_index_points_at_the_first_byte_of_the_pixels(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=3)
    import_folders(study, [tmp_path / "in"])

    series = study.subjects()[0].visits[0].series[0]

    assert series.dtype == "uint16"
    for number, item in enumerate(series.slices):
        data = (study.images / item.file).read_bytes()[item.pixel_offset :]
        assert data == pixels(number).tobytes()


def test_an_eight_bit_image_with_an_odd_number_of_pixels_keeps_them(study: CoordinatorStudy, tmp_path: Path) -> None:
    odd = np.arange(15, dtype=np.uint8).reshape(3, 5)
    attributes: dict[str, Any] = {"Rows": 3, "Columns": 5, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    written(a_slice("1.2.3.1.1", **attributes, PixelData=odd.tobytes() + b"\0"), tmp_path / "in" / "odd")

    import_folders(study, [tmp_path / "in"])

    series = study.subjects()[0].visits[0].series[0]
    data = (study.images / series.slices[0].file).read_bytes()[series.slices[0].pixel_offset :]
    assert data[:15] == odd.tobytes()
    assert (series.minimum, series.maximum, series.dtype) == (0, 14, "uint8")


def test_a_file_with_text_in_the_picture_is_held_back(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=2)
    a_series(tmp_path / "in", "1.2.3.7", count=2, BurnedInAnnotation="YES")

    report = import_folders(study, [tmp_path / "in"])

    assert [len(s.slices) for s in study.subjects()[0].visits[0].series] == [2]
    assert any("BurnedInAnnotation" in finding.text for finding in report.findings)


@pytest.mark.case(92)
def test_new_identifiers_differ_between_studies_so_that_nobody_can_compute_them(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=1)
    import_folders(study, [tmp_path / "in"])

    with CoordinatorStudy.create(tmp_path / "other") as other:
        import_folders(other, [tmp_path / "in"])
        theirs = other.subjects()[0].visits[0].series[0]

    ours = study.subjects()[0].visits[0].series[0]
    assert ours.code != theirs.code
    assert ours.frame != theirs.frame
    assert ours.slices[0].uid != theirs.slices[0].uid
    assert ours.slices[0].uid.startswith("2.25.")


def test_all_files_carry_one_time_so_that_visits_cannot_be_told_apart_by_it(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in")

    import_folders(study, [tmp_path / "in"])

    assert len({file.stat().st_mtime for file in study.images.rglob("*.dcm")}) == 1
