"""Questions that ask the same for the same reason: answered at once, each kept by itself, and taken back together."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.values import replace
from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.choices import UNDO
from tests.builders.dicom_files import T1, a_series
from tests.builders.studies import changed
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.importing.answering import Chooser, answer_all, ids_in, with_alike
from workstation.intake.importing.check_report import CheckReport, check_report
from workstation.intake.importing.importer import import_folders

WHY = "the site's list has it so"


@pytest.fixture
def asking(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Three series that may be after contrast, of two subjects, asked alike; and one that is asked for a word."""
    doubtful = {**T1, "ScanOptions": "FS"}
    a_series(tmp_path / "in", "1.2.3.1", PatientID="P1", StudyInstanceUID="1.2.1", **doubtful)
    a_series(tmp_path / "in", "1.2.3.2", PatientID="P1", StudyInstanceUID="1.2.1", SeriesTime="110000", **doubtful)
    a_series(tmp_path / "in", "1.2.3.3", PatientID="P2", StudyInstanceUID="1.2.2", **doubtful)
    word = {**T1, "SeriesDescription": "T1 cor Xyzzy"}
    a_series(tmp_path / "in", "1.2.3.4", PatientID="P2", StudyInstanceUID="1.2.2", **word)
    import_folders(study, [tmp_path / "in"])
    return study


def _the_two(study: CoordinatorStudy) -> str:
    """The subject of whom two series are asked."""
    doubtful = [item.subject for item in study.vault.series() if "Xyzzy" not in item.description]
    return max(doubtful, key=doubtful.count)


def _read(study: CoordinatorStudy, subject: str) -> None:
    """One grade of a subject, so that it has been read."""
    case = next(item.case for item in study.assign("anna", seed=1) if item.subject == subject)
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")


def _chooser(study: CoordinatorStudy, *, cancelled: bool = False) -> Chooser:
    return Chooser(study, "J. Smit", lambda _step: None, lambda: cancelled)


def _asked(report: CheckReport) -> list[str]:
    return [item.what for item in report.decisions if item.question and item.what.startswith("kind:")]


def _kinds(study: CoordinatorStudy) -> list[str]:
    return sorted(s.kind for subject in study.subjects() for visit in subject.visits for s in visit.series)


def test_what_is_asked_for_another_reason_isnt_alike(asking: CoordinatorStudy) -> None:
    report = check_report(asking)

    groups = {what: report.alike.get(what, ()) for what in _asked(report)}

    assert sorted(len(group) for group in groups.values()) == [0, 3, 3, 3]
    assert all(what in group for what, group in groups.items() if group)


def test_one_answer_settles_all_that_ask_alike_and_is_taken_back_from_all_together(asking: CoordinatorStudy) -> None:
    before, report = _kinds(asking), check_report(asking)
    first = next(what for what in _asked(report) if what in report.alike)
    chooser = _chooser(asking)

    outcome = answer_all(chooser, with_alike(chooser, [first]), "T1FSGD", WHY)

    assert (outcome.said, outcome.open) == ("3 of 3 answered, T1FSGD", False)
    assert _kinds(asking) == ["T1", "T1FSGD", "T1FSGD", "T1FSGD"]
    assert len(_asked(check_report(asking))) == 1
    # each stands in the log by itself, with who and why
    log = asking.vault.choices.log()
    assert sorted(row.what for row in log) == sorted(report.alike[first])
    assert {(row.answer, row.who, row.why) for row in log} == {("T1FSGD", "J. Smit", WHY)}

    outcome = answer_all(chooser, with_alike(chooser, [log[1].what]), UNDO, "it was another list")

    assert outcome.said == "3 of 3 answers taken back"
    assert _kinds(asking) == before
    assert len(_asked(check_report(asking))) == 4


def test_one_of_them_can_be_taken_back_alone_and_the_others_stay_together(asking: CoordinatorStudy) -> None:
    report = check_report(asking)
    mine = next(group for group in report.alike.values() if group[0].startswith("kind:"))
    chooser = _chooser(asking)
    answer_all(chooser, mine, "T1FSGD", WHY)

    answer_all(chooser, mine[:1], UNDO, "this one isn't")

    assert set(with_alike(chooser, [mine[1]])) == set(mine[1:])
    assert with_alike(chooser, [mine[0]]) == (mine[0],)


def test_what_was_answered_at_once_another_time_isnt_taken_back_with_it(asking: CoordinatorStudy) -> None:
    asked = _asked(check_report(asking))
    chooser = _chooser(asking)
    answer_all(chooser, asked[:2], "OTHER", WHY)
    answer_all(chooser, asked[2:], "OTHER", WHY)

    answer_all(chooser, with_alike(chooser, asked[:1]), UNDO, WHY)

    assert set(_asked(check_report(asking))) == set(asked[:2])


def test_the_same_answer_again_is_for_those_that_are_still_asked(asking: CoordinatorStudy) -> None:
    """As where some refused it, since they had been read, and the command is given again with the option for that."""
    group = next(group for group in check_report(asking).alike.values() if group[0].startswith("kind:"))
    chooser = _chooser(asking)
    answer_all(chooser, group[:1], "T1FSGD", WHY)

    again = with_alike(chooser, group[:1], "t1fsgd")

    assert again == group[1:]
    assert set(with_alike(chooser, group[:1], "OTHER")) == {group[0]}
    answer_all(chooser, again, "T1FSGD", WHY)
    # nothing is asked any more: what was answered at once is answered at once anew
    assert set(with_alike(chooser, group[1:2], "T1FSGD")) == set(group[1:])


def test_a_series_that_has_been_read_needs_the_option_and_gets_the_answer_with_it(asking: CoordinatorStudy) -> None:
    asked = next(group for group in check_report(asking).alike.values() if group[0].startswith("kind:"))
    _read(asking, _the_two(asking))
    refusing = _chooser(asking)

    outcome = answer_all(refusing, with_alike(refusing, asked[:1], "OTHER"), "OTHER", WHY)

    # two of them are of one subject: its reason is said once
    assert outcome.said.startswith("1 of 3 answered, OTHER. kind:")
    assert outcome.said.count("has been read") == 1
    allowed = replace(refusing, change_read=True)
    done = next(what for what in asked if what not in _asked(check_report(asking)))
    outcome = answer_all(allowed, with_alike(allowed, [done], "OTHER"), "OTHER", WHY)
    assert outcome.said == "2 of 2 answered, OTHER"
    answer_all(allowed, with_alike(allowed, [asked[0]]), UNDO, WHY)
    audit(asking.path)


def test_series_of_a_visit_that_is_excluded_are_not_asked_with_the_others(asking: CoordinatorStudy) -> None:
    group = next(group for group in check_report(asking).alike.values() if group[0].startswith("kind:"))
    subject = _the_two(asking)
    _read(asking, subject)

    _chooser(asking).remove(f"{subject}/1", "the coil was broken")

    report = check_report(asking)
    mine = {item.code for item in asking.vault.series() if item.subject == subject}
    assert {what for what in _asked(report) if what.partition(":")[2] in mine} == set()
    assert not any(what.partition(":")[2] in mine for whats in report.alike.values() for what in whats)
    assert len(group) == 3


def test_those_that_cannot_be_answered_so_are_named_and_the_others_are(asking: CoordinatorStudy) -> None:
    asked = _asked(check_report(asking))

    outcome = answer_all(_chooser(asking), [asked[0], "kind:NONESUCH", asked[1]], "OTHER", WHY)

    assert outcome.said.startswith("2 of 3 answered, OTHER. series 'NONESUCH': the study has none")
    assert outcome.open


def test_an_answer_that_is_of_no_use_changes_nothing(asking: CoordinatorStudy) -> None:
    asked = _asked(check_report(asking))

    with pytest.raises(UsageRefused, match="T1FSGD"):
        answer_all(_chooser(asking), asked, "T7", WHY)
    with pytest.raises(UsageRefused, match="why"):
        answer_all(_chooser(asking), asked, "OTHER", " ")

    assert asking.vault.choices.log() == ()


def test_a_stop_leaves_what_was_answered_and_says_how_many_were_not(asking: CoordinatorStudy) -> None:
    asked = _asked(check_report(asking))

    outcome = answer_all(_chooser(asking, cancelled=True), asked, "OTHER", WHY)

    assert outcome.said == "0 of 4 answered, OTHER. stopped: 4 not answered"
    assert outcome.open


def test_findings_of_the_same_words_are_accepted_at_once(asking: CoordinatorStudy) -> None:
    report = check_report(asking)
    lacking = next(item for item in report.unsettled if "no coronal proton density" in item.text)
    chooser = _chooser(asking)

    answer_all(chooser, with_alike(chooser, [lacking.id]), "accept", "the sites make none")

    assert not [
        item for item in check_report(asking).unsettled if item.code == lacking.code and item.text == lacking.text
    ]


def test_several_ids_are_given_with_commas_and_are_of_one_sort() -> None:
    assert ids_in("kind:abcd2345,EFGH2345,kind:ABCD2345") == ("kind:ABCD2345", "kind:EFGH2345")
    with pytest.raises(UsageRefused, match="one sort of question at a time"):
        ids_in("kind:ABCD2345,plane:ABCD2345")
    with pytest.raises(UsageRefused, match="no such question"):
        ids_in("ABCD2345,EFGH2345")


def test_one_id_alone_is_answered_as_ever(asking: CoordinatorStudy) -> None:
    asked = _asked(check_report(asking))
    chooser = _chooser(asking)

    assert answer_all(chooser, asked[:1], "OTHER", WHY).said.endswith("is OTHER from now on")
    assert asking.vault.choices.log()[0].value == {}
    with pytest.raises(IntakeRefused, match="there is no decision to undo"):
        answer_all(chooser, asked[1:2], UNDO, WHY)
