"""Planes are those of the wrist: a hand turned in the magnet keeps its coronal series coronal, or it is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import T1, T2FS, a_series
from workstation.errors import UsageRefused
from workstation.intake.decisions.plane import SeriesPlane, planes, said_plane
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.importer import import_folders
from workstation.intake.series.likeness import POINTS
from workstation.intake.series.long_axis import runs_along

# row and column of the image in the magnet, LPS
AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
CORONAL = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0]
SAGITTAL = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]


@pytest.mark.parametrize(
    ("text", "plane"),
    [
        ("T1W_TSE COR", "COR"),
        ("t1_tse_cor_384", "COR"),
        ("PD koronal", "COR"),
        ("T2 frontal", "COR"),
        ("CORONALE T1", "COR"),
        ("T1 TRA", "AX"),
        ("T2 FS ax", "AX"),
        ("transversaal", "AX"),
        ("TRANSVERSAL", "AX"),
        ("AXIALE", "AX"),
        ("STIR sag", "SAG"),
        ("T1COR", "COR"),
        ("AXT1FS", "AX"),
        ("coronaire", "COR"),
        ("ASS T1", "AX"),
        ("TRS", "AX"),
        ("aksiyel T1", "AX"),
        ("czołowa", "COR"),
        ("strzałkowa", "SAG"),
        ("koronární", "COR"),
        ("poikkileike", "AX"),
        ("T1 кор", "COR"),
        ("аксиальная", "AX"),
        ("στεφανιαία", "COR"),
        ("εγκάρσια", "AX"),
        ("T1冠状断", "COR"),
        ("横断位", "AX"),
        ("矢状", "SAG"),
        ("SAĞ EL T1", ""),
        ("corte", ""),
        ("cortex", ""),
        ("TRAUMA", ""),
        ("SAGITTAL", "SAG"),
        ("3-plane COR SAG AX", ""),
        ("T1 scor", ""),
        ("", ""),
        ("CORE", ""),
        ("coronoid process", ""),
        ("processus coronoideus", ""),
        ("Koronoid", ""),
        ("κορονοειδής", ""),
        ("короноидный отросток", ""),
        ("extra", ""),
    ],
)
def test_one_plane_is_read_from_text_and_more_than_one_is_none(text: str, plane: str) -> None:
    assert said_plane(text) == plane


def _told(*series: tuple[str, str]) -> list[tuple[str, bool]]:
    """(plane, whether it is asked) of series given as (in the magnet, by text), numbered."""
    found = planes([SeriesPlane(str(number), magnet, text) for number, (magnet, text) in enumerate(series)])
    return [(found[str(number)].plane, bool(found[str(number)].asked)) for number in range(len(series))]


def test_text_and_magnet_that_agree_are_sure() -> None:
    assert _told(("COR", "COR"), ("AX", "AX"), ("SAG", "SAG")) == [("COR", False), ("AX", False), ("SAG", False)]


@pytest.mark.parametrize(
    "turned",
    [
        {"SAG": "COR", "AX": "AX"},
        {"SAG": "AX", "COR": "COR"},
        {"COR": "AX", "AX": "COR"},
        {"AX": "SAG", "COR": "AX", "SAG": "COR"},
    ],
    ids=["thumb up at the side", "forearm across", "hand in front of the chest", "each turned"],
)
def test_a_turned_wrist_whose_series_are_all_called_alike_is_believed(turned: dict[str, str]) -> None:
    series = [(magnet, text) for magnet, text in turned.items() for _ in range(3)]

    assert _told(*series) == [(text, False) for _, text in series]


def test_a_series_without_words_is_what_the_others_that_lie_like_it_are_called() -> None:
    assert _told(("SAG", "COR"), ("SAG", "COR"), ("SAG", ""), ("AX", ""))[2:] == [("COR", False), ("AX", False)]


def test_one_text_against_the_magnet_is_asked() -> None:
    assert _told(("SAG", "COR"), ("AX", "AX")) == [("COR", True), ("AX", False)]


def test_a_name_for_two_ways_of_lying_is_asked() -> None:
    assert _told(("SAG", "COR"), ("SAG", "COR"), ("COR", "COR"))[:2] == [("COR", True), ("COR", True)]


def test_series_that_lie_alike_and_are_called_otherwise_are_asked() -> None:
    assert [asked for _, asked in _told(("SAG", "COR"), ("SAG", "SAG"), ("SAG", "COR"))] == [True, False, True]


def test_a_sagittal_series_without_words_is_asked_where_a_plane_of_the_wrist_lacks() -> None:
    assert _told(("SAG", ""), ("AX", "")) == [("SAG", True), ("AX", False)]
    assert _told(("SAG", ""), ("COR", "")) == [("SAG", True), ("COR", False)]
    assert _told(("SAG", ""), ("COR", ""), ("AX", ""))[0] == ("SAG", False)


def test_where_no_text_names_a_plane_and_the_wrist_lay_beside_the_body_coronal_and_sagittal_are_asked() -> None:
    """The coronal plane of a hand with its thumb in front is sagittal in the magnet, and the other way round."""
    beside = [SeriesPlane(plane, plane, x_mm=-210.0) for plane in ("COR", "SAG", "AX")]
    found = planes(beside)

    assert [found[plane].asked[0] if found[plane].asked else "" for plane in ("COR", "SAG", "AX")] == ["COR", "SAG", ""]
    assert all("at the side of the body" in found[plane].reasons[0] for plane in ("COR", "SAG"))
    assert not any(
        told.asked for told in planes([SeriesPlane(p, p, x_mm=-40.0) for p in ("COR", "SAG", "AX")]).values()
    )
    assert not any(told.asked for told in planes([SeriesPlane(p, p, p, x_mm=-210.0) for p in ("COR", "SAG")]).values())


def test_all_planes_are_offered_where_a_forearm_may_lie_across_the_magnet() -> None:
    found = planes([SeriesPlane("a", "SAG"), SeriesPlane("b", "AX")])

    assert (found["a"].asked[0], set(found["a"].asked)) == ("COR", {"AX", "COR", "SAG"})


def _limb(*series: tuple[str, str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """(plane, planes asked) of series given as (in the magnet, by text, how the limb runs through it)."""
    found = planes([SeriesPlane(str(n), magnet, text, runs=runs) for n, (magnet, text, runs) in enumerate(series)])
    return [(found[str(number)].plane, found[str(number)].asked) for number in range(len(series))]


def test_a_forearm_across_the_magnet_is_asked_where_no_text_names_a_plane_though_all_three_are_there() -> None:
    """Elbow bent over the head, palm down: sagittal in the magnet is axial of the wrist, axial there is sagittal."""
    found = _limb(("COR", "", "LR"), ("SAG", "", "cut"), ("AX", "", ""))

    assert found == [("COR", ()), ("SAG", ("AX", "SAG", "COR")), ("AX", ("SAG", "AX", "COR"))]


def test_a_text_that_the_limb_bears_out_is_believed_against_the_magnet_and_one_that_it_denies_is_asked() -> None:
    borne_out = _limb(("COR", "", "LR"), ("SAG", "AX", "cut"))
    denied = _limb(("COR", "COR", "LR"), ("SAG", "SAG", "cut"), ("AX", "AX", ""))

    assert borne_out == [("COR", ()), ("AX", ())]
    assert [asked[0] if asked else "" for _, asked in denied] == ["", "AX", "SAG"]


def test_names_that_a_limb_denies_are_not_believed_though_two_series_have_them() -> None:
    found = _limb(("AX", "COR", "cut"), ("AX", "COR", "cut"), ("SAG", "", "HF"))

    assert [bool(asked) for _, asked in found[:2]] == [True, True]


@pytest.mark.parametrize(
    "others",
    [
        [("SAG", "", "cut")],
        [("COR", "", "HF"), ("SAG", "", "cut")],
        [("COR", "", "LR"), ("COR", "", "HF"), ("SAG", "", "cut")],
        [("COR", "", "LR"), ("AX", "", "cut")],
    ],
    ids=["no series along it", "cut the wrong way", "two ways", "an axial slice cuts what runs along it"],
)
def test_pictures_that_tell_no_one_way_of_lying_tell_nothing(others: list[tuple[str, str, str]]) -> None:
    without = [(magnet, text, "") for magnet, text, _ in others]

    assert _limb(*others) == _limb(*without)


def _grid(tissue: Callable[[int, int], bool]) -> list[int | None]:
    return [1000 if tissue(row, column) else 3 for row in range(POINTS) for column in range(POINTS)]


@pytest.mark.parametrize(
    ("tissue", "orientation", "runs"),
    [
        (lambda _, column: 4 < column < 11, CORONAL, "HF"),
        (lambda row, _: 4 < row < 11, CORONAL, "LR"),
        (lambda _, column: 4 < column < 11, SAGITTAL, "HF"),
        (lambda _, column: 4 < column < 11, AXIAL, "AP"),
        (lambda row, column: 3 < row < 12 and 3 < column < 12, AXIAL, "cut"),
        (lambda row, column: row > 3 and 3 < column < 12, AXIAL, ""),
        (lambda _row, _column: True, AXIAL, ""),
        (lambda row, column: row + column > 12, AXIAL, ""),
    ],
)
def test_a_limb_that_leaves_the_picture_at_two_opposite_edges_alone_runs_along_them(
    tissue: Callable[[int, int], bool], orientation: list[float], runs: str
) -> None:
    a, b, c, d, e, f = orientation

    assert runs_along(_grid(tissue), (a, b, c, d, e, f)) == runs


def _visit(folder: Path, **words: Any) -> None:  # noqa: ANN401 - values of any attribute
    """A hand at the side, thumb up: two series that are coronal in the wrist and one that is axial."""
    for number, (kind, orientation) in enumerate([(T1, SAGITTAL), (T2FS, SAGITTAL), (T1, AXIAL)], start=1):
        plane = "AX" if orientation is AXIAL else "COR"
        text = f"{kind['SeriesDescription']} {plane}"
        own = {**kind, "SeriesDescription": text, "ImageOrientationPatient": orientation}
        for index in range(3):
            position = [2.0 * index, -6.0, 5.0] if orientation is SAGITTAL else [-5.0, -6.0, 2.0 * index]
            one = own | {key: value.format(plane=plane) for key, value in words.items()}
            _slice(folder, f"1.2.3.{number}", index, {**one, "ImagePositionPatient": position})


def _slice(folder: Path, series: str, index: int, values: dict[str, Any]) -> None:
    (made,) = a_series(folder / f"{series}-{index}", series, count=1, SOPInstanceUID=f"{series}.{index}", **values)
    assert made.exists()


def _planes(study: CoordinatorStudy) -> dict[str, str]:
    uids = {item.code: item.series_uid for item in study.vault.series()}
    return {uids[s.code]: s.plane for subject in study.subjects() for v in subject.visits for s in v.series}


def test_a_hand_at_the_side_is_imported_with_the_planes_of_the_wrist(study: CoordinatorStudy, tmp_path: Path) -> None:
    _visit(tmp_path / "in")

    import_folders(study, [tmp_path / "in"])

    assert _planes(study) == {"1.2.3.1": "COR", "1.2.3.2": "COR", "1.2.3.3": "AX"}
    assert [item.what for item in decisions_of(study) if item.what.startswith("plane:") and item.question] == []


def test_a_plane_can_be_decided_and_taken_back_and_holds(study: CoordinatorStudy, tmp_path: Path) -> None:
    _visit(tmp_path / "in", SeriesDescription="T1W_TSE")
    import_folders(study, [tmp_path / "in"])
    asked = [item for item in decisions_of(study) if item.what.startswith("plane:") and item.question]
    assert [item.question.proposal for item in asked if item.question] == ["COR", "COR"]
    chooser = Chooser(study, "J. Smit", lambda _: None, lambda: False)

    for item in asked:
        chooser.decide(item.what, "cor", "the site says so")
    assert sorted(_planes(study).values()) == ["AX", "COR", "COR"]
    import_folders(study, [tmp_path / "in"])
    assert sorted(_planes(study).values()) == ["AX", "COR", "COR"]

    chooser.take_back(asked[0].what, "a slip")
    assert sorted(_planes(study).values()) == ["AX", "COR", "SAG"]
    with pytest.raises(UsageRefused, match="AX, COR, SAG"):
        chooser.decide(asked[0].what, "oblique", "why")
