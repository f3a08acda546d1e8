"""New UIDs in blinded images: pydicom reads them, and every other byte is the old one's."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from storage.errors import RecordDamaged
from storage.handover.hand_over import hand_over
from storage.index.renaming import NewNames
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_series
from workstation.imaging.volume import load_volume
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.importer import import_folders
from workstation.tasks.token import Token

UIDS = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("renaming")
    with CoordinatorStudy.create(root / "trial") as study:
        a_series(root / "in", count=3)
        import_folders(study, [root / "in"])
        study.assign("R1", seed=1)
    return root / "trial"


def test_pydicom_finds_new_uids_and_all_else_as_it_was(study: Path) -> None:
    names = NewNames(b"k" * 32, "MMXQD")
    with CoordinatorStudy.open(study) as door:
        (subject,) = door.subjects()
    for item in subject.visits[0].series[0].slices:
        whole = (study / "images" / item.file).read_bytes()
        new = renamed(whole[: item.pixel_offset], names.uid) + whole[item.pixel_offset :]

        old, found = dcmread(BytesIO(whole)), dcmread(BytesIO(new))

        for keyword in UIDS:
            assert found[keyword].value == names.uid(old[keyword].value) != old[keyword].value
            old[keyword].value = found[keyword].value
        assert found == old
        assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID
        assert found.file_meta.FileMetaInformationGroupLength == len(new[144:].split(b"\x08\x00\x08\x00CS", 1)[0])
        assert (found.pixel_array == old.pixel_array).all()


@pytest.mark.parametrize("bad", [b"", b"x" * 400, b"\0" * 128 + b"DICM" + b"\x08\x00\x18\x00UI\xff\x00abc"])
def test_what_isnt_understood_whole_is_not_handed_out(bad: bytes) -> None:
    with pytest.raises(RecordDamaged, match="an image isn't as it was written; import its folder again"):
        renamed(bad, str)


def test_the_reader_of_a_copy_sees_the_very_same_voxels(study: Path, tmp_path: Path) -> None:
    (made,) = hand_over(study, tmp_path / "copy", renamed)

    volumes = []
    for folder in (study, made.folder):
        with ReaderStudy.open(folder, "R1") as reader:
            case = reader.case(reader.worklist()[0].case)
            volumes.append(load_volume(case.visits[0].series[0], case.images, Token()))
    assert (volumes[0] == volumes[1]).all()
    olds = {path.read_bytes() for path in (study / "images").rglob("*.dcm")}
    assert not olds & {path.read_bytes() for path in (made.folder / "images").rglob("*.dcm")}
