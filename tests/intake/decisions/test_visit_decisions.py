"""Visits: a study by its UID and its day is one examination; what its day doesn't say is asked, and can be answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scoring.values import replace
from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.choices import Choice
from tests.builders.dicom_files import a_series
from tests.builders.studies import changed
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence
from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.visit import (
    VISITS,
    Before,
    VisitWords,
    as_words,
    parsed,
    visits,
    visits_after_reading,
)
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

WORDS = VisitWords(frozenset({"baseline", "bl", "month0", "v1"}), frozenset({"followup", "m4", "month4", "v2"}))
DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
NO_DATE: dict[str, Any] = dict.fromkeys(DATES)
FOLDERS = ("/in/S7/baseline/ax", "/in/S7/baseline/cor")


def _exam(number: int, day: str, **facts: Any) -> Exam:  # noqa: ANN401 - values of any field
    return replace(Exam(number, "S001", (f"1.{number}",), day, series=("T1",), frames=(f"f{number}",)), **facts)


def _decided(*exams: Exam) -> tuple[str, Confidence, str | None]:
    """The visits, how sure that is, and what is proposed; None where nothing is asked."""
    found = visits("S001", exams, WORDS, None).decision
    return found.value, found.confidence, found.question.proposal if found.question else None


def test_days_that_are_known_and_apart_decide_alone() -> None:
    assert _decided(_exam(1, "20240510"), _exam(2, "20240105")) == ("E2,E1", Confidence.SURE, None)


def test_words_that_tell_another_order_than_the_days_contradict_them() -> None:
    first = _exam(1, "20240105", folders=("/in/followup",))
    second = _exam(2, "20240510", folders=("/in/baseline",))

    value, confidence, proposal = _decided(first, second)

    assert (value, confidence) == ("E1,E2", Confidence.CONTRADICTORY)
    assert proposal is not None


@pytest.mark.parametrize("day", ["", "20000101", "19700101"], ids=["no date", "a placeholder", "another"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"folders": ("/in/followup/1",)}, {"folders": ("/in/baseline/1",)}),
        ({"said": ("Hand month 4",)}, {"said": ("Hand month 0",)}),
        ({"folders": ("/trial_v2_m4/V2/1",)}, {"folders": ("/trial_v2_m4/V1/1",)}),
    ],
    ids=["folders", "descriptions", "one part of a folder"],
)
def test_without_days_the_words_of_folders_and_headers_propose_the_order(
    day: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert _decided(_exam(1, day, **first), _exam(2, day, **second)) == ("E2,E1", Confidence.UNSURE, "E2,E1")


def test_without_days_and_words_nothing_is_proposed() -> None:
    value, confidence, proposal = _decided(_exam(1, ""), _exam(2, ""))

    assert (value, confidence, proposal) == ("E1,E2", Confidence.CONTRADICTORY, "")


def test_two_studies_of_one_day_with_the_same_series_are_two_visits_by_their_hours_and_asked() -> None:
    noon, morning = (_exam(n, "20240105", moment=m) for n, m in ((1, "150000"), (2, "090000")))

    assert _decided(noon, morning)[0] == "E2,E1"
    assert _decided(noon, morning)[2] is not None


def test_two_studies_of_one_day_with_other_series_are_one_visit_and_asked() -> None:
    first, second = _exam(1, "20240105"), _exam(2, "20240105", series=("T2",))

    assert _decided(first, second) == ("E1+E2", Confidence.UNSURE, "E1+E2")


def test_two_studies_of_one_day_in_one_frame_of_reference_are_one_visit_and_nobody_is_asked() -> None:
    first, second = (_exam(n, "20240105", frames=("f",)) for n in (1, 2))

    assert _decided(first, second) == ("E1+E2", Confidence.SURE, None)


def test_two_studies_on_either_side_of_midnight_are_asked() -> None:
    """A console that was restarted at night gives the rest of an examination a new study."""
    before = _exam(1, "20240105", moment="234500.000000")
    value, confidence, proposal = _decided(before, _exam(2, "20240106", moment="001000.000000"))

    assert (value, confidence, proposal) == ("E1,E2", Confidence.UNSURE, "E1,E2")
    assert _decided(before, _exam(2, "20240107"))[1] is Confidence.SURE


def test_a_day_that_stands_for_a_year_alone_is_asked() -> None:
    assert _decided(_exam(1, "20240101"), _exam(2, "20240510")) == ("E1,E2", Confidence.UNSURE, "E1,E2")
    assert _decided(_exam(1, "20240101"))[1] is Confidence.SURE


def test_one_study_whose_days_lie_apart_is_asked() -> None:
    first, second = (_exam(n, day, study_uids=("1.1",)) for n, day in ((1, "20240105"), (2, "20240510")))

    assert _decided(first, second)[:2] == ("E1,E2", Confidence.CONTRADICTORY)


def test_a_question_names_folder_description_day_and_hour_of_each() -> None:
    exam = _exam(
        1, "20240105", moment="091500", folders=("/in/S7/baseline/ax", "/in/S7/baseline/cor"), said=("month 0",)
    )

    reasons = visits("S001", [exam, _exam(2, "")], WORDS, None).decision.reasons

    assert "E1: 2024-01-05, 09:15, folder S7/baseline, called month 0" in reasons


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("E1,E2", ((1,), (2,))), ("e2, e1", ((2,), (1,))), ("E1+E2", ((1, 2),)), (" E2 + E1 ", ((2, 1),))],
)
def test_an_answer_names_each_examination_once(typed: str, numbers: tuple[tuple[int, ...], ...]) -> None:
    assert parsed(typed, [1, 2]) == numbers


@pytest.mark.parametrize("typed", ["", "E1", "E1,E1", "E1,E2,E3", "1,2", "E1;E2", "E1,", "E01,E2"])
def test_what_names_them_otherwise_is_no_answer(typed: str) -> None:
    assert parsed(typed, [1, 2]) is None


def test_after_reading_a_later_visit_comes_behind_and_nothing_else_comes_in() -> None:
    read = ((1,), (2,))
    exams = [_exam(1, "20240105"), _exam(2, "20240510")]

    shown = Before(read, given=lambda number: number <= len(read))
    later = visits_after_reading("S001", [*exams, _exam(3, "20240901")], shown, WORDS)
    early = visits_after_reading("S001", [*exams, _exam(3, "20230901")], shown, WORDS)
    undated = visits_after_reading("S001", [*exams, _exam(3, "")], shown, WORDS)
    hidden = visits_after_reading("S001", [*exams, _exam(3, "20240901")], replace(shown, hidden=True), WORDS)

    assert (as_words(later.numbers), dict(later.refused)) == ("E1,E2,E3", {})
    assert [as_words(item.numbers) for item in (early, undated, hidden)] == ["E1,E2"] * 3
    assert [list(item.refused) for item in (early, undated, hidden)] == [[3]] * 3


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"day": "20240106"}, "one day apart"),
        ({"day": "20250101"}, "1 January"),
        ({"day": "20240510", "folders": ("/in/baseline",)}, "swapped"),
    ],
)
def test_after_reading_what_may_be_no_visit_of_its_own_is_asked_until_it_is_answered_or_given(
    second: dict[str, Any], reason: str
) -> None:
    exams = [_exam(1, "20240105"), replace(_exam(2, ""), **second)]
    before = Before(((1,),), given=lambda number: number == 1)
    answer = Choice("visit:S001", "E1,E2", {VISITS: [[1], [2]]}, "J. Smit", "the list of the site has it so")

    asked = visits_after_reading("S001", exams, before, WORDS).decision
    in_the_study = visits_after_reading("S001", exams, replace(before, visits=((1,), (2,))), WORDS).decision
    answered = visits_after_reading("S001", exams, replace(before, answer=answer), WORDS).decision
    given = visits_after_reading("S001", exams, replace(before, given=lambda _: True), WORDS).decision

    assert asked == in_the_study
    assert asked.question is not None
    assert ([item.word for item in asked.question.answers], asked.question.proposal) == (["E1,E2"], "E1,E2")
    assert reason in asked.reasons[0]
    assert "study remove DIR S001/2" in asked.reasons[1]
    assert (answered.question, answered.confidence, given.question) == (None, Confidence.DECIDED, None)


def test_a_follow_up_of_the_day_after_a_visit_that_was_read_is_given_to_nobody_until_somebody_answered(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _pair(tmp_path / "in", {}, {"StudyDate": "20240106"})
    import_folders(study, [tmp_path / "in" / "baseline"])
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")

    import_folders(study, [tmp_path / "in" / "followup"])

    assert "visit:S001" in _asked(study)
    with pytest.raises(IntakeRefused, match="has been read"):
        _chooser(study).decide("visit:S001", "E1+E2", "it ran over midnight")
    assert "visit 2 E2" in _chooser(study).decide("visit:S001", "E1,E2", "a second scan, on purpose").said
    assert "visit:S001" not in _asked(study)
    _chooser(study).take_back("visit:S001", "it was another person")
    assert "visit:S001" in _asked(study)


def _pair(folder: Path, first: dict[str, Any], second: dict[str, Any]) -> None:
    for visit, (name, values) in enumerate((("baseline", first), ("followup", second)), start=1):
        own: dict[str, Any] = {
            "StudyInstanceUID": f"1.2.{visit}",
            "FrameOfReferenceUID": f"1.2.{visit}.9",
            "SeriesDescription": "T1W_TSE",
            "StudyDate": "20240105" if visit == 1 else "20240510",
        }
        a_series(folder / name, f"1.2.{visit}.1", **(own | values))


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _series(study: CoordinatorStudy) -> list[list[str]]:
    uids = {item.code: item.series_uid for item in study.vault.series()}
    (subject,) = study.subjects()
    return [sorted(uids[item.code] for item in visit.series) for visit in subject.visits]


def _asked(study: CoordinatorStudy) -> list[str]:
    return [item.what for item in decisions_of(study) if item.question]


KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no dates": (NO_DATE, NO_DATE),
    "a dummy date": (dict.fromkeys(DATES, "20000101"), dict.fromkeys(DATES, "20000101")),
    "one day": ({"StudyDate": "20240105"}, {"StudyDate": "20240105", "AcquisitionTime": "150000"}),
    "an undated baseline": (NO_DATE, {}),
    "an undated follow-up": ({}, NO_DATE),
}


@pytest.mark.parametrize("kind", KINDS)
def test_studies_whose_days_do_not_tell_are_kept_apart_asked_and_put_in_order_by_the_answer(
    study: CoordinatorStudy, tmp_path: Path, kind: str
) -> None:
    _pair(tmp_path / "in", *KINDS[kind])
    import_folders(study, [tmp_path / "in"])
    assert _series(study) == [["1.2.1.1"], ["1.2.2.1"]]
    assert _asked(study) == ["visit:S001"]
    now = next(item.value for item in decisions_of(study) if item.what == "visit:S001")

    _chooser(study).decide("visit:S001", ",".join(reversed(now.split(","))), "the site has it so")

    assert _series(study) == [["1.2.2.1"], ["1.2.1.1"]]
    assert _asked(study) == []
    import_folders(study, [tmp_path / "in"])
    assert _series(study) == [["1.2.2.1"], ["1.2.1.1"]]
    _chooser(study).decide("visit:S001", now.replace(",", "+"), "one examination in two parts")
    assert _series(study) == [["1.2.1.1", "1.2.2.1"]]
    _chooser(study).take_back("visit:S001", "it was two")
    _chooser(study).take_back("visit:S001", "as it was")
    assert _series(study) == [["1.2.1.1"], ["1.2.2.1"]]
    audit(study.path)


def test_no_months_and_no_ages_are_counted_from_a_date_that_is_a_placeholder(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    # one person of 44 years; 2000-01-01 at baseline would make her twenty years older than she is
    dummy = dict.fromkeys(DATES, "20000101")
    _pair(tmp_path / "in", {**dummy, "PatientAge": "044Y"}, {"PatientAge": "044Y"})
    import_folders(study, [tmp_path / "in"])

    report = check_report(study)

    assert "months-apart" not in [item.code for item in report.findings]
    assert [item.visit for item in report.findings if item.code == "no-date"] == [1]
    assert _asked(study) == ["visit:S001"]


def test_the_date_of_an_acquisition_with_its_time_is_a_date(study: CoordinatorStudy, tmp_path: Path) -> None:
    # (0008,002A) alone, as a de-identifier leaves it that takes the DA fields away
    _pair(
        tmp_path / "in",
        {**NO_DATE, "AcquisitionDateTime": "20240510093000"},
        {**NO_DATE, "AcquisitionDateTime": "20240105093000.123+0100"},
    )
    import_folders(study, [tmp_path / "in"])

    assert _series(study) == [["1.2.2.1"], ["1.2.1.1"]]
    assert [item.date for item in study.vault.visits("S001")] == ["20240105", "20240510"]


def test_a_study_over_midnight_is_one_visit(study: CoordinatorStudy, tmp_path: Path) -> None:
    own: dict[str, Any] = {"StudyInstanceUID": "1.2.3", "StudyDate": None}
    a_series(tmp_path / "in", "1.2.3.1", SeriesDate="20240105", AcquisitionTime="235500", **own)
    a_series(tmp_path / "in", "1.2.3.2", SeriesDate="20240106", AcquisitionTime="001000", EchoTime=15, **own)

    import_folders(study, [tmp_path / "in"])

    assert _series(study) == [["1.2.3.1", "1.2.3.2"]]
    assert "visit:S001" not in _asked(study)


def test_a_study_that_comes_in_two_parts_is_one_examination(study: CoordinatorStudy, tmp_path: Path) -> None:
    own: dict[str, Any] = {"StudyInstanceUID": "1.2.3", "StudyDate": None}
    a_series(tmp_path / "one", "1.2.3.1", SeriesDate="20240105", **own)
    a_series(tmp_path / "two", "1.2.3.2", SeriesDate="20240106", EchoTime=15, **own)

    for part in ("one", "two"):
        import_folders(study, [tmp_path / part])

    assert _series(study) == [["1.2.3.1", "1.2.3.2"]]
    assert [exam.number for exam in study.vault.examinations()] == [1]


def test_what_comes_after_an_answer_is_asked_again_and_the_answer_kept(study: CoordinatorStudy, tmp_path: Path) -> None:
    _pair(tmp_path / "in", NO_DATE, NO_DATE)
    import_folders(study, [tmp_path / "in"])
    _chooser(study).decide("visit:S001", "E2,E1", "the site has it so")
    before = _series(study)
    a_series(tmp_path / "more", "1.2.7.1", StudyInstanceUID="1.2.7", FrameOfReferenceUID="1.2.7.9", **NO_DATE)

    import_folders(study, [tmp_path / "more"])

    assert _asked(study) == ["visit:S001"]
    assert [item for item in _series(study) if item != ["1.2.7.1"]] == before


def test_the_order_of_what_has_been_read_stays(study: CoordinatorStudy, tmp_path: Path) -> None:
    _pair(tmp_path / "in", NO_DATE, NO_DATE)
    import_folders(study, [tmp_path / "in"])
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")

    with pytest.raises(IntakeRefused, match="its grades would belong to other pictures"):
        _chooser(study).decide("visit:S001", "E2,E1", "the site has it so")

    assert (_series(study), study.vault.choices.log()) == ([["1.2.1.1"], ["1.2.2.1"]], ())


def test_an_answer_that_names_no_visits_is_refused(study: CoordinatorStudy, tmp_path: Path) -> None:
    _pair(tmp_path / "in", NO_DATE, NO_DATE)
    import_folders(study, [tmp_path / "in"])

    with pytest.raises(UsageRefused, match=r"name E1 and E2, each once"):
        _chooser(study).decide("visit:S001", "E1", "why")
    with pytest.raises(IntakeRefused, match="the study has no S009"):
        _chooser(study).decide("visit:S009", "E1", "why")


def test_an_answer_whose_follow_up_was_cut_off_is_finished_by_the_next_import(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pair(tmp_path / "in", NO_DATE, NO_DATE)
    import_folders(study, [tmp_path / "in"])
    for place in ("storage.vault.vault.Vault.rearrange", "storage.study.coordinator.CoordinatorStudy.replace_subjects"):
        other_way = ",".join(_order(study)[::-1])
        with monkeypatch.context() as patch:
            patch.setattr(place, _cut_off)
            with pytest.raises(KeyboardInterrupt):
                _chooser(study).decide("visit:S001", other_way, "the site has it so")
        wanted = _order(study)

        import_folders(study, [tmp_path / "in"])

        uids = {f"E{item.examination}": item.series_uid for item in study.vault.series()}
        assert _series(study) == [[uids[name]] for name in wanted]
        audit(study.path)


def _order(study: CoordinatorStudy) -> list[str]:
    return next(item.value for item in decisions_of(study) if item.what == "visit:S001").split(",")


def _cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("dates", [({}, {}), (NO_DATE, NO_DATE)], ids=["dated", "undated"])
def test_with_a_hidden_order_an_answer_puts_the_visits_right_too(
    tmp_path: Path, dates: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _pair(tmp_path / "in", *dates)
    with CoordinatorStudy.create(tmp_path / "trial", order="hidden") as study:
        import_folders(study, [tmp_path / "in"])
        before = _series(study)
        now = next(item.value for item in decisions_of(study) if item.what == "visit:S001")

        _chooser(study).decide("visit:S001", ",".join(reversed(now.split(","))), "the site has it so")

        assert _series(study) == before[::-1]
        import_folders(study, [tmp_path / "in"])
        assert _series(study) == before[::-1]
        audit(study.path)
