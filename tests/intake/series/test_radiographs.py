"""Radiographs told apart: hand or foot, left, right or both, and the view, each with its reason, or asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.intake.radiograph_files import a_radiograph, saved
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.series.classify import Recognised
from workstation.intake.series.radiographs import recognise_radiograph
from workstation.intake.series.stacks import stacks_of

SILENT: dict[str, Any] = {
    "BodyPartExamined": None, "ViewPosition": None, "Laterality": None, "SeriesDescription": None,
}  # fmt: skip


def told(folder: Path, **attributes: Any) -> Recognised:  # noqa: ANN401 - values of any attribute
    saved(folder, a_radiograph("1.2.9.1", **attributes))
    found = scan(folder / "000.dcm")
    assert isinstance(found, Scanned), found
    (stack,) = stacks_of(found.frames)
    return recognise_radiograph(stack)


@pytest.mark.parametrize(
    ("attributes", "kind", "plane"),
    [
        ({}, "RHAND", "PA"),
        ({"Laterality": "L", "SeriesDescription": "Hand"}, "LHAND", "PA"),
        ({"Laterality": None, "ImageLaterality": "B", "SeriesDescription": "Hands"}, "HAND", "PA"),
        (SILENT | {"SeriesDescription": "Hand links dp"}, "LHAND", "PA"),
        (SILENT | {"SeriesDescription": "Hände bds. dp"}, "HAND", "PA"),
        (SILENT | {"SeriesDescription": "Vorfuß rechts d.p."}, "RFOOT", "AP"),
        (SILENT | {"SeriesDescription": "VF bds. dp"}, "FOOT", "AP"),
        (SILENT | {"SeriesDescription": "pied gauche de face"}, "LFOOT", "AP"),
        (
            {"BodyPartExamined": "FOOT", "ViewPosition": "AP", "SeriesDescription": "Foot right"},
            "RFOOT",
            "AP",
        ),
        ({"ViewPosition": "LLO"}, "OTHER", "OBL"),
        ({"SeriesDescription": "Hand right lateral", "ViewPosition": None}, "OTHER", "LAT"),
        ({"BodyPartExamined": "CHEST", "SeriesDescription": "Thorax pa"}, "OTHER", "PA"),
    ],
)
def test_what_header_or_text_say_is_believed(attributes: dict[str, Any], kind: str, plane: str, tmp_path: Path) -> None:
    found = told(tmp_path, **attributes)

    assert (found.kind, found.plane, found.unsure, found.views) == (kind, plane, False, ())
    assert found.reasons


@pytest.mark.parametrize(
    ("attributes", "candidates", "said"),
    [
        (
            {"Laterality": None, "SeriesDescription": "Hand"},
            ("HAND", "RHAND", "LHAND", "OTHER"),
            "nothing says whether left, right or both",
        ),
        (
            {"SeriesDescription": "Hand left"},
            ("RHAND", "LHAND", "HAND", "OTHER"),
            "the header says right, the text says left",
        ),
        (
            {"SeriesDescription": "Foot right"},
            ("RHAND", "RFOOT", "OTHER"),
            "the header says hand, the text says otherwise",
        ),
    ],
)
def test_what_nothing_says_or_two_say_otherwise_is_asked(
    attributes: dict[str, Any], candidates: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    found = told(tmp_path, **attributes)

    assert found.unsure
    assert found.candidates == candidates
    assert said in found.against


def test_a_view_that_nothing_says_is_asked_and_the_usual_one_proposed(tmp_path: Path) -> None:
    found = told(tmp_path, ViewPosition=None)

    assert (found.kind, found.plane, found.unsure) == ("RHAND", "PA", False)
    assert found.views[0] == "PA"
    assert "usually PA" in found.view_why


def test_a_hand_that_was_taken_the_other_way_round_is_asked(tmp_path: Path) -> None:
    found = told(tmp_path, ViewPosition="AP")

    assert found.plane == "AP"
    assert found.views[:2] == ("AP", "PA")


def test_reasons_quote_no_text_of_the_file(tmp_path: Path) -> None:
    found = told(tmp_path, SeriesDescription="Hand rechts Frau Vexhollow", Laterality=None)

    assert "vexhollow" not in " ".join((*found.reasons, *found.against, found.view_why)).lower()


def test_two_pictures_of_one_series_are_two_series(tmp_path: Path) -> None:
    folder = saved(
        tmp_path,
        a_radiograph("1.2.9.1", SeriesInstanceUID="1.2.9"),
        a_radiograph("1.2.9.2", SeriesInstanceUID="1.2.9", Laterality="L", SeriesDescription="Hand left"),
    )
    frames = [frame for file in sorted(folder.iterdir()) for frame in scan(file).frames]  # type: ignore[union-attr]

    assert [recognise_radiograph(stack).kind for stack in stacks_of(frames)] == ["RHAND", "LHAND"]
