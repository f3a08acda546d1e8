"""Real computed radiographs: a chest of Philips, a lower leg of Fuji, as DICOM's Working Group 4 gave them away.

No public radiograph of a hand or foot was found; the header of the leg is changed where a test says so. Places and
values were read off the pictures by eye and by pydicom.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.lead_marks import lead_marks
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport
from workstation.intake.writing import images_folder

CHEST, LEG = "RG1_UNCR.dcm", "RG3_UNCR.dcm"
# rows and columns of the letter R of lead, which lies beside the ankle, mirrored, by eye
LETTER = (slice(1390, 1470), slice(1150, 1218))
# a plate of 35 cm, 1,760 pixels wide, by CassetteSize
MM = 350 / 1760


def real(name: str) -> pydicom.Dataset:
    path = get_testdata_file(name, download=False)
    assert path, f"{name}: pydicom-data isn't installed"
    return pydicom.dcmread(str(path))


@pytest.fixture
def study(tmp_path: Path) -> Iterator[CoordinatorStudy]:
    with CoordinatorStudy.create(tmp_path / "trial", scheme_id="sharp-vdh") as made:
        yield made


def only_slice(study: CoordinatorStudy, series: SeriesRecord) -> NDArray[np.integer[Any]]:
    (one,) = series.slices
    return images_folder.stored(study.images, series, one)


def imported(study: CoordinatorStudy, folder: Path, name: str, **attributes: Any) -> ImportReport:  # noqa: ANN401
    dataset = real(name)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    folder.mkdir()
    dataset.save_as(folder / "one.dcm")
    return import_folders(study, [folder])


def foot() -> dict[str, Any]:
    """What makes the leg's file one that the study asks for."""
    return {"ImagerPixelSpacing": [MM, MM], "BodyPartExamined": "FOOT", "StudyDescription": "Foot"}


@pytest.mark.parametrize(
    ("name", "level", "proposal"),
    # by CassetteSize 35CMX35CM over 1,760 rows; the chest's plate is named "Sel Drum 500x500", which is no size
    [(CHEST, "error", None), (LEG, "warning", "0.2")],
    ids=["spacing of 0", "no spacing"],
)
def test_a_real_plate_of_unknown_size_comes_in_and_its_size_is_asked(
    name: str, level: str, proposal: str | None, study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in", name, **foot() | {"ImagerPixelSpacing": None})
    chooser = Chooser(study, "J. Smit", lambda _: None, lambda: False)
    for held in study.vault.choices.held():
        chooser.release(held.series, "a letter alone")

    questions: Any = check_report(study).as_json()["questions"]
    (asked,) = [item for item in questions if item["what"].startswith("size:")]

    assert (asked["level"], asked["proposal"]) == (level, proposal)
    assert chooser.decide(asked["what"], proposal or "0.2", "the department's plates").said.endswith(
        "a pixel is 0.2 mm from now on"
    )
    ((series,),) = [visit.series for subject in study.subjects() for visit in subject.visits]
    assert series.pixel_spacing_mm == (0.2, 0.2)


def test_the_letter_of_lead_is_found_where_it_lies_and_the_chest_has_none() -> None:
    leg, chest = real(LEG), real(CHEST)

    (where,) = lead_marks(leg.pixel_array, (MM, MM), inverted=True)

    assert where.row <= LETTER[0].start
    assert where.row + where.rows >= LETTER[0].stop
    assert where.column <= LETTER[1].start
    assert where.column + where.columns >= LETTER[1].stop
    # no wider than 4 mm more on each side, so that blacking it out takes no bone
    assert where.rows * MM <= 16 + 8
    assert where.columns * MM <= 13.5 + 8
    assert lead_marks(chest.pixel_array, (0.2, 0.2), inverted=True) == ()


def test_a_letter_that_was_compressed_with_loss_is_found_too() -> None:
    (where,) = lead_marks(real("RG3_J2KI.dcm").pixel_array, (MM, MM), inverted=True)

    assert abs(where.row - LETTER[0].start) * MM < 4
    assert abs(where.column - LETTER[1].start) * MM < 4


def test_a_real_film_waits_for_its_letter_and_comes_in_when_that_is_blacked_out(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in", LEG, **foot())
    (held,) = study.vault.choices.held()
    (where,) = lead_marks(real(LEG).pixel_array, (MM, MM), inverted=True)
    chooser = Chooser(study, "J. Smit", lambda _: None, lambda: False)

    outcome = chooser.blank(held.series, [where], "a letter of lead")

    assert not outcome.open, outcome.said
    ((series,),) = [visit.series for subject in study.subjects() for visit in subject.visits]
    assert (series.kind, series.plane) == ("RFOOT", "AP")
    shown, was = only_slice(study, series), real(LEG).pixel_array
    assert not shown[LETTER].any()
    outside = np.ones(was.shape, dtype=bool)
    outside[where.row : where.row + where.rows, where.column : where.column + where.columns] = False
    np.testing.assert_array_equal(shown[outside], was[outside])


def test_what_the_blacked_out_area_leaves_of_the_letter_holds_it_back_still(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in", LEG, **foot())
    (held,) = study.vault.choices.held()
    half = Region(LETTER[0].start - 10, LETTER[1].start - 10, 100, 35)

    outcome = Chooser(study, "J. Smit", lambda _: None, lambda: False).blank(held.series, [half], "half of a letter")

    assert outcome.open
    assert "more than the blacked out area" in outcome.said


def test_a_film_compressed_without_loss_has_the_pixels_of_the_plain_one(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in", "RG3_J2KR.dcm", ImagerPixelSpacing=[MM, MM])
    chooser = Chooser(study, "J. Smit", lambda _: None, lambda: False)
    for held in study.vault.choices.held():
        chooser.release(held.series, "a letter alone")

    ((series,),) = [visit.series for subject in study.subjects() for visit in subject.visits]

    as_stored = real(LEG)
    values = np.frombuffer(as_stored.PixelData, "<u2").reshape(as_stored.Rows, as_stored.Columns)
    np.testing.assert_array_equal(only_slice(study, series), values)
