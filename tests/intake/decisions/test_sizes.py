"""Size of a radiograph's pixel: asked where the header doesn't say it, answered in millimetres, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from scoring.schemes.modalities import XR
from scoring.values import replace
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.choices import NOTHING_CHOSEN
from storage.vault.vault import SeriesIdentity
from tests.builders.dicom_files import a_slice, written
from tests.builders.series import a_series
from tests.builders.studies import changed
from tests.intake.radiograph_files import a_radiograph, saved
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.decisions.size import both_in_words, round_mm, size_of, spacing_mm, typed_mm
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport

CODE = "ABCDEFGH"


@pytest.fixture
def study(tmp_path: Path) -> Iterator[CoordinatorStudy]:
    with CoordinatorStudy.create(tmp_path / "trial", scheme_id="sharp-vdh") as made:
        yield made


def imported(study: CoordinatorStudy, folder: Path, **attributes: Any) -> ImportReport:  # noqa: ANN401 - any attribute
    saved(folder, a_radiograph("1.2.9.1", "CR", ImagerPixelSpacing=None, **attributes))
    return import_folders(study, [folder])


def only_series(study: CoordinatorStudy) -> SeriesRecord:
    (series,) = [series for subject in study.subjects() for visit in subject.visits for series in visit.series]
    return series


def chooser(study: CoordinatorStudy, *, change_read: bool = False) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False, change_read)


def question(study: CoordinatorStudy) -> dict[str, Any]:
    questions: Any = check_report(study).as_json()["questions"]
    (found,) = [item for item in questions if item["what"].startswith("size:")]
    return dict(found)


def held_up(study: CoordinatorStudy) -> bool:
    """Whether the size keeps the subject from readers."""
    return any(item.code == "question-size" for found in check_report(study).holding().values() for item in found)


def test_a_picture_whose_size_nothing_tells_is_asked_and_keeps_its_subject_from_readers(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in")

    asked = question(study)

    assert asked["level"] == "error"
    assert asked["text"].endswith("how many millimetres, 0.02 to 1, is a pixel?")
    assert asked["reasons"] == [
        "its header doesn't say it",
        "until then it is shown as if one were 0.1 mm",
        "the picture has 60 rows and 48 columns",
    ]
    told = "\n".join(check_report(study).as_text())
    assert f"study decide DIR {asked['what']} ANSWER --why TEXT   ANSWER: millimetres such as 0.1" in told
    assert asked["proposal"] is None
    assert held_up(study)


def test_an_answer_in_millimetres_holds_and_is_kept_when_the_scans_are_imported_again(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in")

    chooser(study).decide(question(study)["what"], "0,15 mm", "the plates of that hospital")

    assert only_series(study).pixel_spacing_mm == (0.15, 0.15)
    assert not held_up(study)
    import_folders(study, [tmp_path / "in"])
    assert only_series(study).pixel_spacing_mm == (0.15, 0.15)
    (decision,) = [item for item in decisions_of(study) if item.what.startswith("size:")]
    assert (decision.confidence.value, decision.value) == ("decided", "0.15")


def test_taken_back_it_is_asked_again(study: CoordinatorStudy, tmp_path: Path) -> None:
    imported(study, tmp_path / "in")
    what = question(study)["what"]
    chooser(study).decide(what, "0.2", "by the plate")

    chooser(study).take_back(what, "another plate")

    assert only_series(study).pixel_spacing_mm == (0.1, 0.1)
    assert question(study)["what"] == what


def test_an_answer_before_the_series_left_and_came_back_holds(study: CoordinatorStudy, tmp_path: Path) -> None:
    imported(study, tmp_path / "in")
    code = only_series(study).code
    chooser(study).decide(f"size:{code}", "0.2", "by the plate")

    chooser(study).remove(code, "not wanted")
    chooser(study).remove(code, "wanted after all", undo=True)

    assert only_series(study).pixel_spacing_mm == (0.2, 0.2)


def test_what_the_header_says_can_be_overruled(study: CoordinatorStudy, tmp_path: Path) -> None:
    saved(tmp_path / "in", a_radiograph("1.2.9.1"))
    import_folders(study, [tmp_path / "in"])
    code = only_series(study).code

    chooser(study).decide(f"size:{code}", "0.1", "the header is of the reduced copy")
    assert only_series(study).pixel_spacing_mm == (0.1, 0.1)

    chooser(study).take_back(f"size:{code}", "it isn't")
    assert only_series(study).pixel_spacing_mm == (0.2, 0.2)


def test_a_header_that_lets_one_expect_a_size_is_shown_so_and_asked_all_the_same(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    # 30 mm over 60 rows is 0.5 mm, by hand
    imported(study, tmp_path / "in", FieldOfViewDimensions=[24, 30])

    asked = question(study)

    assert (asked["level"], asked["proposal"]) == ("warning", "0.5")
    assert asked["answers"][0] == {"answer": "0.5", "means": "by FieldOfViewDimensions"}
    assert only_series(study).pixel_spacing_mm == (0.5, 0.5)


def test_plates_of_the_shape_of_the_picture_are_offered(study: CoordinatorStudy, tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(200, 3900, (2400, 1800), dtype=np.uint16)
    imported(study, tmp_path / "in", Rows=2400, Columns=1800, PixelData=values.tobytes(), BurnedInAnnotation="NO")
    for held in study.vault.choices.held():
        chooser(study).release(held.series, "noise")

    offered = {item["answer"]: item["means"] for item in question(study)["answers"]}

    # 24 and 40 cm over 2,400 rows; of 24 x 30 cm the shape is another
    assert offered["0.1"] == "as of a plate of 18 x 24 cm"
    assert offered["0.1667"] == "as of a plate of 30 x 40 cm"
    assert "0.125" not in offered


@pytest.mark.parametrize(
    "said", ["", "0", "-0.1", "0.001", "3", "nan", "1e-1", "0.1 cm", "0,1,2", "\u0660.\u0661", "0.1\n0.2"]
)
def test_what_is_no_size_of_a_pixel_is_refused_with_what_is(said: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    imported(study, tmp_path / "in")

    with pytest.raises(UsageRefused, match=r"millimetres of a pixel, 0\.02 to 1, such as 0\.1"):
        chooser(study).decide(question(study)["what"], said, "why")


@pytest.mark.parametrize(("said", "mm"), [("0.1", 0.1), (" .15 ", 0.15), ("0,0875mm", 0.0875), ("1 MM", 1.0)])
def test_sizes_are_typed_as_people_type_them(said: str, mm: float) -> None:
    assert typed_mm(said) == mm


def test_of_mr_no_size_is_asked_or_answered(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        written(a_slice("1.2.3.4"), tmp_path / "in" / "1")
        import_folders(study, [tmp_path / "in"])
        code = only_series(study).code

        assert not [item for item in decisions_of(study) if item.what.startswith("size:")]
        with pytest.raises(IntakeRefused, match="it is no radiograph"):
            chooser(study).decide(f"size:{code}", "0.1", "why")


def test_a_blinded_file_says_no_size_that_nobody_said(study: CoordinatorStudy, tmp_path: Path) -> None:
    imported(study, tmp_path / "in")

    (file,) = [path for path in study.images.rglob("*") if path.is_file()]

    assert "ImagerPixelSpacing" not in pydicom.dcmread(file)
    assert "PixelSpacing" not in pydicom.dcmread(file)


def test_the_same_picture_with_a_size_in_its_header_is_told(study: CoordinatorStudy, tmp_path: Path) -> None:
    imported(study, tmp_path / "in")
    saved(tmp_path / "again", a_radiograph("1.2.9.1", "CR"))

    report = import_folders(study, [tmp_path / "again"])

    (told,) = [item.text for item in report.findings if item.code == "other-header"]
    assert "size of a pixel 0.2 x 0.2 mm, not unknown" in told
    assert "answer size:CODE" in told
    assert only_series(study).pixel_spacing_mm == (0.1, 0.1)


@pytest.mark.parametrize(("said", "told"), [("0.2", []), ("0.15", ["error"])])
def test_a_size_that_a_person_said_and_a_later_header_denies_keeps_its_subject_from_readers(
    said: str, told: list[str], study: CoordinatorStudy, tmp_path: Path
) -> None:
    imported(study, tmp_path / "in")
    chooser(study).decide(f"size:{only_series(study).code}", said, "the plate's")
    saved(tmp_path / "again", a_radiograph("1.2.9.1", "CR"))

    report = import_folders(study, [tmp_path / "again"])

    found = [item for item in report.findings if item.code == "other-header"]
    assert [item.level for item in found] == told
    assert all(f"size of a pixel 0.2 x 0.2 mm, not {said} x {said} mm" in item.text for item in found)
    assert ("S001" in check_report(study).holding()) is bool(told)


def test_plates_of_one_size_are_answered_at_once(study: CoordinatorStudy, tmp_path: Path) -> None:
    films = [
        a_radiograph(f"1.2.9.{number}", "CR", ImagerPixelSpacing=None, BodyPartExamined=part, ViewPosition=view)
        for number, (part, view) in enumerate([("HAND", "PA"), ("FOOT", "AP")], 1)
    ]
    saved(tmp_path / "in", *films)
    import_folders(study, [tmp_path / "in"])

    first, *others = [item.what for item in decisions_of(study) if item.what.startswith("size:")]

    assert set(check_report(study).alike[first]) == {first, *others}
    assert len(others) == 1


def test_what_a_reader_has_changes_its_size_only_where_that_is_said(study: CoordinatorStudy, tmp_path: Path) -> None:
    saved(tmp_path / "in", a_radiograph("1.2.9.1"))
    import_folders(study, [tmp_path / "in"])
    code = only_series(study).code
    (case,) = study.assign("anna", seed=1)
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case.case, [changed("1 EROH R-PIP2", "1")], "enter")

    with pytest.raises(IntakeRefused, match="change-read"):
        chooser(study).decide(f"size:{code}", "0.1", "the plate's")
    assert only_series(study).pixel_spacing_mm == (0.2, 0.2)

    chooser(study, change_read=True).decide(f"size:{code}", "0.1", "the plate's")
    assert only_series(study).pixel_spacing_mm == (0.1, 0.1)


# micrometres, metres, and half of it damaged
@pytest.mark.parametrize("spacing", [[150, 150], [0.0001, 0.0001], [0.2, 0.0], [0.2, 40.0]])
def test_a_size_that_no_plate_has_is_asked_as_none_is(
    spacing: list[float], study: CoordinatorStudy, tmp_path: Path
) -> None:
    saved(tmp_path / "in", a_radiograph("1.2.9.1", ImagerPixelSpacing=spacing))
    import_folders(study, [tmp_path / "in"])

    assert question(study)["level"] == "error"
    assert held_up(study)


def test_pixels_that_are_not_square_are_said_so(study: CoordinatorStudy, tmp_path: Path) -> None:
    saved(tmp_path / "in", a_radiograph("1.2.9.1", ImagerPixelSpacing=[0.1, 0.2]))
    import_folders(study, [tmp_path / "in"])

    (decision,) = [item for item in decisions_of(study) if item.what.startswith("size:")]

    assert (decision.value, decision.reasons) == ("0.1 x 0.2", ("its header says 0.1 x 0.2 mm",))


def test_a_copy_in_the_same_delivery_that_says_the_size_is_told(study: CoordinatorStudy, tmp_path: Path) -> None:
    saved(tmp_path / "in" / "a", a_radiograph("1.2.9.1", "CR", ImagerPixelSpacing=None))
    saved(tmp_path / "in" / "b", a_radiograph("1.2.9.1", "CR"))

    report = import_folders(study, [tmp_path / "in"])

    assert [item.text for item in report.findings if "size of a pixel" in item.text]


# -- what is offered, and how sure it is, from what is known of one picture


@pytest.fixture
def plate(tmp_path: Path) -> SeriesRecord:
    """A picture of 2000 by 1600 pixels."""
    return replace(a_series(tmp_path, CODE), kind="HAND", rows=2000, columns=1600, pixel_spacing_mm=(1.0, 1.0))


def _asked(series: SeriesRecord, **facts: Any) -> Decision[str] | None:  # noqa: ANN401 - any fact
    facts = {"modality": XR.code} | facts
    identity = SeriesIdentity(CODE, "S001", 1, "1.2.3", "HAND", (), "", facts)
    return next(size_of(series, identity, NOTHING_CHOSEN, "HAND PA"), None)


def _offered(decision: Decision[str] | None) -> list[tuple[str, str]]:
    assert decision is not None
    assert decision.question is not None
    return [(answer.word, answer.means) for answer in decision.question.answers]


@pytest.mark.parametrize("turned", [False, True], ids=["upright", "lying"])
def test_plates_of_the_shape_of_the_picture_are_offered_by_their_longer_side(plate: SeriesRecord, turned: bool) -> None:
    """By hand: the picture is 1.25 as long as wide. 24 x 30 is 1.25, 35 x 43 is 1.229, 20.3 x 25.4 is 1.251: within 4 %
    of theirs; 25.4 x 30.5 is 1.201 and off by 0.049, more than 0.048. 300 mm on 2000 pixels are 0.15, and so on.
    """
    picture = replace(plate, rows=1600, columns=2000) if turned else plate

    found = _asked(picture, sized=False)

    assert _offered(found) == [
        ("0.15", "as of a plate of 24 x 30 cm"),
        ("0.215", "as of a plate of 35 x 43 cm"),
        ("0.127", "as of a plate of 20.3 x 25.4 cm"),
    ]
    assert found is not None
    assert found.question is not None
    # nothing but the shape: none of them is proposed
    assert (found.confidence, found.question.proposal) == (Confidence.CONTRADICTORY, "")
    assert found.reasons == (
        "its header doesn't say it",
        "until then it is shown as if one were 1 mm",
        f"the picture has {picture.rows} rows and {picture.columns} columns",
    )


def test_what_the_header_lets_one_expect_is_offered_first_and_proposed(plate: SeriesRecord) -> None:
    found = _asked(plate, sized=False, size_hints=[["its plate of 24 x 30 cm", 0.151], ["ImagerPixelSpacing", 0.1]])

    assert _offered(found)[:3] == [
        ("0.15", "by its plate of 24 x 30 cm"),
        ("0.1", "by ImagerPixelSpacing"),
        ("0.215", "as of a plate of 35 x 43 cm"),
    ]
    assert found is not None
    assert found.question is not None
    assert (found.confidence, found.question.proposal) == (Confidence.UNSURE, "0.15")
    assert "ImagerPixelSpacing lets one expect 0.1 mm" in found.reasons


@pytest.mark.parametrize(
    ("facts", "kind", "why"),
    [
        ({"sized": True, "spacing_mm": [0.1, 0.1]}, "HAND", "its header says 0.1 mm"),
        ({"sized": True, "spacing_mm": [0.1, 0.2]}, "HAND", "its header says 0.1 x 0.2 mm"),
        # of a picture that an older program imported
        ({}, "HAND", "its header says it"),
        # what nobody reads needs no size
        ({"sized": False}, "OTHER", "its header doesn't say it"),
    ],
)
def test_a_size_that_the_header_says_or_nobody_needs_is_not_asked(
    plate: SeriesRecord, facts: dict[str, Any], kind: str, why: str
) -> None:
    found = _asked(replace(plate, kind=kind), **facts)

    assert found is not None
    assert (found.confidence, found.question, found.reasons) == (Confidence.SURE, None, (why,))


def test_of_mr_no_size_is_decided(plate: SeriesRecord) -> None:
    assert _asked(plate, modality="MR", sized=False) is None


@pytest.mark.parametrize(
    ("mm", "rounded"),
    [
        # within 2 % of 0.1 and 0.2: plates are named in whole centimetres
        (0.1019, 0.1),
        (0.0981, 0.1),
        (0.1021, 0.1021),
        (0.2039, 0.2),
        (0.12345678, 0.1235),
    ],
)
def test_a_size_near_a_usual_one_is_that_one(mm: float, rounded: float) -> None:
    assert round_mm(mm) == rounded


@pytest.mark.parametrize(("typed", "mm"), [("0.02", 0.02), ("0.019", None), ("1", 1.0), ("1.01", None), ("mm", None)])
def test_the_least_and_the_greatest_size_may_be_typed_and_nothing_beyond(typed: str, mm: float | None) -> None:
    assert typed_mm(typed) == mm


def test_a_decided_size_holds_for_rows_and_columns_before_that_of_the_header(plate: SeriesRecord) -> None:
    said = {"spacing_mm": [0.1, 0.2]}

    assert spacing_mm(plate, said, replace(NOTHING_CHOSEN, size=0.15)) == (0.15, 0.15)
    assert spacing_mm(plate, said, NOTHING_CHOSEN) == (0.1, 0.2)
    assert spacing_mm(plate, {}, NOTHING_CHOSEN) == (1.0, 1.0)
    assert (both_in_words((0.1, 0.1)), both_in_words((0.1, 0.25))) == ("0.1", "0.1 x 0.25")
