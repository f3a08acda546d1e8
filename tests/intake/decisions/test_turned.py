"""Turned pictures: the standard way where a header proves it, asked where it doesn't, and as a person says."""

from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest

from scoring.values import replace
from storage.records import SeriesRecord, Vector3
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_slice, pixels, written
from tests.builders.studies import changed
from workstation.errors import IntakeRefused, UsageRefused
from workstation.imaging.orientation import letters
from workstation.imaging.turning import TURNS, directions
from workstation.intake.decisions.turned import Shown, Up, standard
from workstation.intake.decisions.turned import turns as turns_of
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

PALM, BACK_UP = Shown(), Shown(Up.BACK)
# right and down on the screen, LPS
CORONAL: tuple[Vector3, Vector3] = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL: tuple[Vector3, Vector3] = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
AXIAL: tuple[Vector3, Vector3] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
# upper and left edge
STANDARD = {"COR": (CORONAL, "HR"), "SAG": (SAGITTAL, "HA"), "AX": (AXIAL, "AR")}


def about(axis: int, degrees: float, way: Vector3) -> Vector3:
    """A direction turned about an axis of the patient."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    one, other = (axis + 1) % 3, (axis + 2) % 3
    turned = list(way)
    turned[one], turned[other] = c * way[one] - s * way[other], s * way[one] + c * way[other]
    return (turned[0], turned[1], turned[2])


def edges(right: Vector3, down: Vector3) -> str:
    return letters((-down[0], -down[1], -down[2]))[:1] + letters((-right[0], -right[1], -right[2]))[:1]


@pytest.mark.parametrize("plane", STANDARD)
@pytest.mark.parametrize("stored_by", TURNS)
@pytest.mark.parametrize(("axis", "degrees"), [(0, 0.0), (0, 25.0), (1, -25.0), (2, 20.0)])
def test_whichever_way_a_picture_is_stored_it_is_shown_the_standard_way(
    plane: str, stored_by: str, axis: int, degrees: float
) -> None:
    (right, down), wanted = STANDARD[plane]
    stored = directions(about(axis, degrees, right), about(axis, degrees, down), stored_by)

    told = standard((*stored[0], *stored[1]), plane, PALM)

    assert not told.asked
    assert edges(*directions(*stored, told.turn)) == wanted


def test_a_study_may_want_the_back_of_the_hand_up_in_axial_pictures() -> None:
    assert standard((*AXIAL[0], *AXIAL[1]), "AX", BACK_UP).turn == "180"
    assert standard((-1, 0, 0, 0, -1, 0), "AX", BACK_UP).turn == ""
    assert standard((*CORONAL[0], *CORONAL[1]), "COR", BACK_UP).turn == ""


@pytest.mark.parametrize("degrees", [50.0, -50.0, 130.0])
def test_a_picture_that_lies_between_two_quarter_turns_stays_and_is_asked(degrees: float) -> None:
    right, down = (about(1, degrees, way) for way in CORONAL)

    told = standard((*right, *down), "COR", PALM)

    assert told.turn == ""
    assert told.asked[0] == ""
    assert len(told.asked) == 2
    # nearer to how it is stored than to any turn
    (right, down) = (about(1, 40.0, way) for way in CORONAL)
    assert standard((*right, *down), "COR", PALM).asked == ()


def test_of_a_wrist_turned_in_the_magnet_the_end_of_the_head_goes_up_and_nothing_is_mirrored() -> None:
    # coronal in the wrist, sagittal in the magnet: seen from either side it stays so
    assert standard((0, 1, 0, 0, 0, -1), "COR", PALM).turn == ""
    assert standard((0, -1, 0, 0, 0, -1), "COR", PALM).turn == ""
    assert standard((0, 1, 0, 0, 0, 1), "COR", PALM).turn == "180"
    # the forearm across the body: nothing says where its end is
    assert standard((0, 1, 0, 0, 0, 1), "AX", PALM).turn == ""


def a_coronal_pair(folder: Path, follow_up: tuple[Vector3, Vector3]) -> Path:
    """T1 at two visits, coronal; the follow-up's rows and columns as told."""
    for visit, (right, down) in enumerate((CORONAL, follow_up), start=1):
        for index in range(3):
            normal = np.cross(right, down)
            place = -12.0 * np.array(right) - 10.0 * np.array(down) + 2.0 * index * normal
            series = f"1.2.3.{visit}"
            dataset = a_slice(
                f"{series}.{index}", series, StudyInstanceUID=f"1.2.{visit}", StudyDate=f"2024{visit:02}05",
                FrameOfReferenceUID=f"1.2.9.{visit}", SeriesDescription="T1W_TSE COR", Rows=48, Columns=40,
                PixelData=pixels(visit * 10 + index, 48, 40).tobytes(), ImagePositionPatient=place.tolist(),
                ImageOrientationPatient=[*right, *down],
            )  # fmt: skip
            written(dataset, folder / f"{visit}-{index}")
    return folder


UPSIDE_DOWN: tuple[Vector3, Vector3] = ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0))


def stacks(study: CoordinatorStudy) -> list[SeriesRecord]:
    return [series for visit in study.subjects()[0].visits for series in visit.series]


def turns(study: CoordinatorStudy) -> list[str]:
    """How each visit's series is turned."""
    return [item.turn for item in stacks(study)]


def chooser(study: CoordinatorStudy, *, change_read: bool = False) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False, change_read=change_read)


def test_a_follow_up_with_the_fingers_down_is_turned_and_said(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [a_coronal_pair(tmp_path / "in", UPSIDE_DOWN)])

    assert turns(study) == ["", "180"]
    # what is stored stays as it came
    assert stacks(study)[1].orientation == (-1, 0, 0, 0, 0, 1)
    assert stacks(study)[1].slices[0].position_mm == pytest.approx((12.0, 0.0, -10.0))
    code = stacks(study)[1].code
    (note,) = [item for item in check_report(study).findings if "turned for showing" in item.text]
    assert note.text == f"turned for showing: T1 COR {code} by 180 degrees clockwise"
    assert not [item for item in decisions_of(study) if item.what.startswith("turned:") and item.question]


def test_how_a_series_is_turned_can_be_decided_and_taken_back_and_holds_over_another_import(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    folder = a_coronal_pair(tmp_path / "in", UPSIDE_DOWN)
    import_folders(study, [folder])
    what = f"turned:{stacks(study)[1].code}"

    said = chooser(study).decide(what, "Mirrored-90", "the wrist lay askew").said
    assert said.endswith("is shown left for right, then by 90 degrees clockwise from now on")
    assert turns(study) == ["", "mirrored-90"]
    (folder / "1-0").rename(folder / "renamed")
    import_folders(study, [folder])
    assert turns(study) == ["", "mirrored-90"]

    chooser(study).decide(what, "stored", "no")
    assert turns(study) == ["", ""]
    chooser(study).take_back(what, "a slip")
    assert turns(study) == ["", "mirrored-90"]
    chooser(study).take_back(what, "a slip")
    assert turns(study) == ["", "180"]
    with pytest.raises(UsageRefused, match="stored, 90, 180, 270, mirrored"):
        chooser(study).decide(what, "45", "why")


def test_two_visits_that_are_shown_unlike_are_asked_and_an_answer_ends_it(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    # the follow-up lies coronal by its text, sagittal in the magnet
    lying = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
    import_folders(study, [a_coronal_pair(tmp_path / "in", lying)])
    code = stacks(study)[1].code
    chooser(study).decide(f"plane:{code}", "COR", "a hand at the side")

    (asked,) = [item for item in decisions_of(study) if item.what.startswith("turned:") and item.question]

    assert asked.what == f"turned:{code}"
    assert asked.question is not None
    assert asked.question.proposal == "stored"
    assert "H at the top and R at the left, this one with H and A" in asked.reasons[-1]
    chooser(study).decide(asked.what, "stored", "it is the palm, too")
    assert not [item for item in decisions_of(study) if item.what.startswith("turned:") and item.question]


def test_a_survey_is_no_measure_of_how_visits_are_shown(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [a_coronal_pair(tmp_path / "in", UPSIDE_DOWN)])
    first, second = stacks(study)
    survey = replace(first, code="SURVEYAA", kind="OTHER", turn="90")

    told = turns_of([(1, survey), (1, first), (2, second)], PALM)

    assert [told[item.code].asked for item in (survey, first, second)] == [(), (), ()]
    assert turns_of([(1, replace(survey, kind="T1")), (2, second)], PALM)[second.code].asked


def test_what_has_been_read_turns_only_where_that_is_said(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [a_coronal_pair(tmp_path / "in", UPSIDE_DOWN)])
    codes = [item.code for item in stacks(study)]
    read(study)

    with pytest.raises(IntakeRefused, match="change-read"):
        chooser(study).decide(f"turned:{codes[1]}", "90", "why")
    assert turns(study) == ["", "180"]

    chooser(study, change_read=True).decide(f"turned:{codes[1]}", "90", "the fingers lie to the left")
    assert turns(study) == ["", "90"]
    chooser(study, change_read=True).take_back(f"turned:{codes[1]}", "they do not")
    assert turns(study) == ["", "180"]


def read(study: CoordinatorStudy) -> None:
    """Somebody grades a site of the only subject."""
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")
