"""Images that are changed at home while a reader's copy is out: answers from that copy come home for a reason alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scoring.values import replace
from storage.audit import shown_images
from storage.audit.reader_copies import SHOWN
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.record import acts, chain
from storage.records import Sighting, VisitRecord
from storage.recovery.custody import custody
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.editions import Trial, a_trial, handed, rows, sign
from tests.builders.studies import a_subject, changed, read_whole, record, tamper


def _another_kind(folder: Path, subject: str, kind: str = "PD", visit: int = 1) -> None:
    """What a coordinator's answer about a kind does to the index."""
    with CoordinatorStudy.open(folder) as study:
        found = study.subject(subject)
        assert found is not None
        visits = [
            replace(item, series=tuple(replace(one, kind=kind) for one in item.series))
            if item.number == visit
            else item
            for item in found.visits
        ]
        study.replace_subject(replace(found, visits=tuple(visits)), why="the site says so")


def test_answers_given_on_other_images_are_not_merged_in_silence(trial: Trial) -> None:
    folder, cases = trial
    one, two, _ = cases["ES"]
    copy = handed(folder, "es")
    record(copy, one.case, changed("1 ERO CAP", "3"))
    record(copy, two.case, changed("1 ERO CAP", "4"))
    _another_kind(folder, one.subject)

    with pytest.raises(StudyError, match=rf"the images of {one.case} \(visit 1\) are others now than the copy shows"):
        merge(folder, [copy])

    assert audit(folder).events == 0


def test_for_a_reason_they_come_home_and_the_audit_tells_it_for_good(trial: Trial) -> None:
    folder, cases = trial
    one = cases["ES"][0]
    copy = handed(folder, "es")
    read_whole(copy, one.case)
    sign(copy, one.case)
    _another_kind(folder, one.subject)

    (done,) = merge(folder, [copy], other_images_why="only its name was changed")

    assert (done.answers, done.other_images) == (86, (one.case,))
    hands = custody(folder)
    assert [line for line in hands.lines if f"answers of {one.case} were given on other images" in line]
    assert "only its name was changed" in "".join(hands.lines)
    assert not hands.findings
    assert audit(folder).events == 86


def test_a_change_that_was_undone_holds_nothing_back(trial: Trial) -> None:
    folder, cases = trial
    one = cases["ES"][0]
    copy = handed(folder, "es")
    record(copy, one.case, changed("1 ERO CAP", "3"))
    _another_kind(folder, one.subject)
    _another_kind(folder, one.subject, "T1")

    (done,) = merge(folder, [copy])

    assert (done.answers, done.other_images) == (1, ())
    assert custody(folder).findings is False


def test_a_case_that_nobody_read_in_the_copy_holds_nothing_back(trial: Trial) -> None:
    folder, cases = trial
    one, two, _ = cases["ES"]
    copy = handed(folder, "es")
    record(copy, two.case, changed("1 ERO CAP", "4"))
    _another_kind(folder, one.subject)

    assert [item.answers for item in merge(folder, [copy])] == [1]


def test_a_follow_up_that_came_since_holds_no_baseline_back(tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "trial", 1)
    one = cases["ES"][0]
    _with_visits(folder, one.subject, 1)
    copy = handed(folder, "es")
    record(copy, one.case, changed("1 ERO CAP", "3"))
    _with_visits(folder, one.subject, 2)

    assert [item.answers for item in merge(folder, [copy])] == [1]


def _with_visits(folder: Path, subject: str, count: int) -> None:
    with CoordinatorStudy.open(folder) as study:
        visits: tuple[VisitRecord, ...] = a_subject(subject).visits[:count]
        study.replace_subject(replace(a_subject(subject), visits=visits))


def test_what_was_merged_once_is_not_asked_about_again(trial: Trial) -> None:
    folder, cases = trial
    one, two, _ = cases["ES"]
    copy = handed(folder, "es")
    record(copy, one.case, changed("1 ERO CAP", "3"))
    merge(folder, [copy])
    _another_kind(folder, one.subject)
    record(copy, two.case, changed("1 ERO CAP", "4"))

    assert [item.answers for item in merge(folder, [copy])] == [1]


def test_a_copy_of_the_whole_folder_is_held_against_the_same(trial: Trial, tmp_path: Path) -> None:
    folder, cases = trial
    one = cases["ES"][0]
    shutil.copytree(folder, tmp_path / "copy")
    record(tmp_path / "copy", one.case, changed("1 ERO CAP", "3"))
    _another_kind(folder, one.subject)

    with pytest.raises(StudyError, match=f"the images of {one.case}"):
        merge(folder, [tmp_path / "copy"])


def test_where_a_series_left_the_study_its_answers_still_say_which_one_it_was(trial: Trial) -> None:
    folder, cases = trial
    one = cases["ES"][0]
    copy = handed(folder, "es")
    with ReaderStudy.open(copy, "ES") as study:
        stack = study.case(one.case).visits[1].series[0].code
        place = Sighting(stack, 1, (1.0, 2.0, 3.5), 10.0, 300.0, "", None, "{}")
        study.record(one.case, [changed("2 ERO CAP", "3")], "room", [place])
    with CoordinatorStudy.open(folder) as study_:
        found = study_.subject(one.subject)
        assert found is not None
        first, second = found.visits
        study_.replace_subject(replace(found, visits=(first, replace(second, series=()))), why="joined with another")

    merge(folder, [copy], other_images_why="it was graded there")

    assert rows(folder, "SELECT series FROM grade_place") == [(f"{one.subject}V2",)]


def test_the_study_knows_which_cases_its_readers_see_otherwise(trial: Trial) -> None:
    folder, cases = trial
    one = cases["ES"][0]
    handed(folder, "es")
    with CoordinatorStudy.open(folder) as study:
        assert study.subjects_handed() == {item.subject for item in cases["ES"]}
        assert study.readers_have(one.subject)
        assert study.changed_since_handed() == ()

    _another_kind(folder, one.subject, visit=2)

    with CoordinatorStudy.open(folder) as study:
        (found,) = study.changed_since_handed()
        assert (found.subject, found.case, found.reader, found.visits) == (one.subject, one.case, "ES", (2,))
    handed(folder, "newer")
    with CoordinatorStudy.open(folder) as study:
        assert study.changed_since_handed() == ()


def _as_an_older_program_told_it(folder: Path) -> None:
    """Take from the act of the hand-over what older programs didn't write, and seal it anew."""
    with CoordinatorStudy.open(folder) as study, study._store.reading() as connection:
        handed_ = acts.of_kind(connection, "handed")[-1]
    said = {name: value for name, value in handed_.said.items() if name != SHOWN}
    fields = {name: getattr(handed_, name) for name in handed_.__struct_fields__} | {"detail": chain.canonical(said)}
    sets = f"detail = '{fields['detail']}', hash = '{chain.seal(fields)}'"
    tamper(folder, f"UPDATE act SET {sets} WHERE seq = {handed_.seq}")  # noqa: S608 - our own
    audit(folder)


def test_of_a_copy_from_an_older_program_the_order_of_acts_tells_the_same(trial: Trial) -> None:
    folder, cases = trial
    one, two, _ = cases["ES"]
    copy = handed(folder, "es")
    _as_an_older_program_told_it(folder)
    with CoordinatorStudy.open(folder) as study:
        assert study.subjects_handed() == {item.subject for item in cases["ES"]}
    record(copy, one.case, changed("1 ERO CAP", "3"))
    _another_kind(folder, one.subject)

    with pytest.raises(StudyError, match=f"the images of {one.case}"):
        merge(folder, [copy])
    _another_kind(folder, one.subject, "T1")
    _another_kind(folder, two.subject)
    assert [item.answers for item in merge(folder, [copy])] == [1]


def test_what_an_older_program_merged_in_silence_the_audit_tells_now(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cases = trial
    one, two, _ = cases["ES"]
    copy = handed(folder, "es")
    _as_an_older_program_told_it(folder)
    record(copy, one.case, changed("1 ERO CAP", "3"))
    record(copy, two.case, changed("1 ERO CAP", "3"))
    _another_kind(folder, one.subject)
    with monkeypatch.context() as patch:
        patch.setattr(shown_images, "changed_since", lambda *_: {})
        patch.setattr(shown_images, "OTHER_IMAGES", "nothing that an older program wrote")
        merge(folder, [copy])

    hands = custody(folder)

    assert hands.findings
    (line,) = [line for line in hands.lines if "other images" in line]
    assert f"answers of {one.case} were given on other images" in line
    assert two.case not in line
