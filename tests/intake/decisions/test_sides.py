"""Sides: header and text, one visit and the other, must show one wrist; where they don't, it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import T1, T2FS, a_series
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.decisions.side import SeriesSide, sides
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders


def _decided(*series: SeriesSide) -> Decision[str]:
    return sides("S001", series, None).decision


def _one(code: str, visit: int = 1, **said: Any) -> SeriesSide:  # noqa: ANN401 - values of any field
    return SeriesSide(code, visit, **said)


@pytest.mark.parametrize(
    ("series", "value"),
    [
        ((_one("A", header="L"), _one("B", 2, header="L")), "L,L"),
        ((_one("A", text="R"), _one("B", 2, header="R")), "R,R"),
        ((_one("A", study="R"), _one("B", 2, header="R")), "R,R"),
        ((_one("A", header="L"), _one("B"), _one("C", 2)), "L,-"),
        ((_one("A"), _one("B", 2)), "-,-"),
        ((_one("A", header="L", both=True), _one("B", 2, text="L")), "L,L"),
    ],
    ids=["header", "text and header", "study", "one visit says", "nobody says", "one of both"],
)
def test_what_agrees_is_sure(series: tuple[SeriesSide, ...], value: str) -> None:
    decision = _decided(*series)

    assert (decision.value, decision.confidence, decision.question) == (value, Confidence.SURE, None)


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ((_one("A", text="L"), _one("B", 2, text="R")), "left wrist at visit 1, right at visit 2"),
        ((_one("A", header="L"), _one("B", 2, study="R")), "left wrist at visit 1, right at visit 2"),
        ((_one("A", header="L", text="R"),), "the header of A says left, its text says right"),
        ((_one("A", header="L", study="R"),), "the series say left, the name of the study says right"),
        ((_one("A", study="L"), _one("B", study="R")), "its studies are named left and right"),
        ((_one("A", text="L"), _one("B", text="R")), "visit 1 shows two wrists (left: A; right: B)"),
        ((_one("A", both=True), _one("B")), "the text speaks of both hands, and nothing says which one is read"),
    ],
    ids=["text", "header and study", "header and text", "series and study", "two studies", "two wrists", "both hands"],
)
def test_what_contradicts_itself_is_an_error_and_no_side_is_shown(series: tuple[SeriesSide, ...], said: str) -> None:
    found = sides("S001", series, None)

    assert found.decision.confidence is Confidence.CONTRADICTORY
    assert any(said in reason for reason in found.decision.reasons), found.decision.reasons
    assert found.decision.question is not None
    assert set(found.by_visit.values()) == {""}


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ((_one("A", text="L", x_mm=-200.0),), "left by header or text, but it lay at the right of the body"),
        (
            (_one("A", x_mm=200.0), _one("B", 2, x_mm=-190.0)),
            "left wrist at visit 1, right at visit 2 (visit 1 and 2 by the side of the body at which it lay)",
        ),
        (
            (_one("A", header="R"), _one("B", 2, x_mm=180.0)),
            "right wrist at visit 1, left at visit 2 (visit 2 by the side of the body at which it lay)",
        ),
    ],
    ids=["against the text", "nothing else says", "against the other visit"],
)
def test_a_wrist_that_lay_at_the_other_side_of_the_body_is_asked(series: tuple[SeriesSide, ...], said: str) -> None:
    found = sides("S001", series, None)

    assert found.decision.confidence is Confidence.CONTRADICTORY
    assert any(said in reason for reason in found.decision.reasons), found.decision.reasons


def test_where_a_wrist_lay_is_told_when_nothing_else_says() -> None:
    assert _decided(_one("A", x_mm=210.0)).reasons == (
        "visit 1: nothing says which wrist it is; it lay at the left of the body",
    )
    assert _decided(_one("A", x_mm=-30.0)).reasons == ("visit 1: nothing says which wrist it is",)


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _pair(folder: Path, first: dict[str, Any], second: dict[str, Any]) -> None:
    for visit, values in ((1, first), (2, second)):
        own: dict[str, Any] = {**T1, "FrameOfReferenceUID": f"1.{visit}.9", "StudyInstanceUID": f"1.{visit}"}
        own["StudyDate"] = "20240105" if visit == 1 else "20240510"
        a_series(folder, f"1.{visit}.1", **(own | values))


def _sides(study: CoordinatorStudy) -> list[str]:
    return [visit.side for subject in study.subjects() for visit in subject.visits]


def _asked(study: CoordinatorStudy) -> list[str]:
    return [item.what for item in decisions_of(study) if item.question]


def test_two_visits_of_two_wrists_by_text_alone_are_asked_and_the_answer_holds(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _pair(tmp_path / "in", {"StudyDescription": "MRI WRIST LEFT"}, {"ProtocolName": "HG re."})
    report = import_folders(study, [tmp_path / "in"])
    assert [(item.level, item.question) for item in report.findings if item.question] == [("error", "side:S001")]
    assert _sides(study) == ["", ""]

    _chooser(study).decide("side:S001", "left", "a slip of the console")
    assert (_sides(study), _asked(study)) == (["L", "L"], [])
    import_folders(study, [tmp_path / "in"])
    assert _sides(study) == ["L", "L"]

    _chooser(study).decide("side:S001", "two", "really two wrists")
    assert (_sides(study), _asked(study)) == (["L", "R"], [])
    told = [item.text for item in check_report(study).findings if item.level == "error"]
    assert any("left wrist at visit 1, right at visit 2: no change can be scored" in text for text in told), told

    _chooser(study).take_back("side:S001", "no")
    _chooser(study).take_back("side:S001", "no")
    assert (_sides(study), _asked(study)) == (["", ""], ["side:S001"])
    audit(study.path)


def _two_wrists(folder: Path) -> None:
    for number, (side, kind) in enumerate([("LT.", T1), ("RT.", T1), ("LT.", T2FS), ("RT.", T2FS)], start=1):
        own = {
            **kind,
            "SeriesDescription": f"{kind['SeriesDescription']} {side}",
            "FrameOfReferenceUID": f"1.2.3.{side[0]}",
        }
        own["FrameOfReferenceUID"] = f"1.2.3.9{number % 2}"
        a_series(folder, f"1.2.3.{number}", **own)


def _kinds(study: CoordinatorStudy) -> dict[str, str]:
    uids = {item.code: item.series_uid for item in study.vault.series()}
    return {uids[s.code]: s.kind for subject in study.subjects() for v in subject.visits for s in v.series}


def test_two_wrists_of_one_visit_are_named_and_the_one_that_is_not_read_becomes_other(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _two_wrists(tmp_path / "in")
    report = import_folders(study, [tmp_path / "in"])
    texts = [item.text for item in (*report.findings, *check_report(study).findings)]
    assert any("two wrists in one visit: which one is read?" in text for text in texts)
    assert not any(text.startswith("2 series are") for text in texts), texts

    _chooser(study).decide("side:S001", "R", "the dominant one")
    assert _kinds(study) == {"1.2.3.1": "OTHER", "1.2.3.2": "T1", "1.2.3.3": "OTHER", "1.2.3.4": "T2FS"}
    assert _sides(study) == ["R"]
    import_folders(study, [tmp_path / "in"])
    assert _kinds(study)["1.2.3.1"] == "OTHER"

    _chooser(study).take_back("side:S001", "the other one")
    assert _kinds(study) == {"1.2.3.1": "T1", "1.2.3.2": "T1", "1.2.3.3": "T2FS", "1.2.3.4": "T2FS"}


def test_what_is_no_side_is_refused(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])

    with pytest.raises(UsageRefused, match="L, R, two"):
        _chooser(study).decide("side:S001", "up", "why")
    with pytest.raises(IntakeRefused, match="the study has no S009"):
        _chooser(study).decide("side:S009", "L", "why")
    with pytest.raises(IntakeRefused, match="no decision to undo"):
        _chooser(study).take_back("side:S001", "why")
