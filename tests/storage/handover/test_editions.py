"""A reader's copy: what it holds, and when none is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.readings import rounds
from storage.audit.verification import audit
from storage.errors import StudyError, StudyLocked, UnknownCase, UnknownReader
from storage.handover.hand_over import hand_over
from storage.records import Sighting, SiteNote
from storage.recovery.merge import merge
from storage.recovery.restore import restore
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.editions import READERS, Trial, handed, rows, sign
from tests.builders.studies import a_study, as_it_is, changed, key, read_whole, record


def test_a_copy_is_of_one_reader_and_no_byte_of_it_is_of_another(trial: Trial) -> None:
    folder, cases = trial
    record(folder, cases["MO"][0].case, changed("1 ERO CAP", "7"), reader="MO")
    with ReaderStudy.open(folder, "MO") as study:
        study.note(cases["MO"][0].case, key("1 ERO CAP"), SiteNote("words of another reader"))

    copy = handed(folder, "es")

    content = (copy / "study.db").read_bytes()
    others = [item.case for item in cases["MO"]] + ["words of another reader", "S001", "S002", "S003"]
    assert [word for word in others if word.encode() in content] == []
    assert rows(copy, "SELECT id FROM reader") == [("ES",)]
    assert [item[0] for item in rows(copy, "SELECT code FROM reading_case ORDER BY position")] == [
        item.case for item in cases["ES"]
    ]
    with pytest.raises(UnknownReader):
        ReaderStudy.open(copy, "MO")


def test_each_reader_gets_a_folder_where_none_is_named(trial: Trial, tmp_path: Path) -> None:
    made = hand_over(trial[0], tmp_path / "out", as_it_is)

    assert [(item.reader, item.folder, item.cases) for item in made] == [
        (reader, tmp_path / "out" / reader, 3) for reader in READERS
    ]
    assert all(audit(item.folder).events == 0 for item in made)
    with pytest.raises(UnknownReader, match="'PK' has no worklist here"):
        hand_over(trial[0], tmp_path / "pk", as_it_is, "PK")
    with pytest.raises(StudyError, match="This is a reader's copy already"):
        hand_over(tmp_path / "out" / "ES", tmp_path / "again", as_it_is)


def test_where_nobody_has_an_open_case_nothing_is_handed_over(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", "S001")

    with pytest.raises(StudyError, match="Nobody has an open case to hand over; `ramris study assign`"):
        hand_over(folder, tmp_path / "out", as_it_is)


def test_a_locked_study_is_not_handed_over(trial: Trial, tmp_path: Path) -> None:
    with CoordinatorStudy.open(trial[0]) as study:
        study.lock(why="interim analysis", incomplete=True)

    with pytest.raises(StudyLocked):
        hand_over(trial[0], tmp_path / "out", as_it_is, "ES")


def test_what_was_read_so_far_is_in_the_copy_with_its_places_and_notes_under_the_copys_names(trial: Trial) -> None:
    folder, cases = trial
    first = cases["ES"][0]
    stack = f"{first.subject}V1"
    marks = f'{{"width":{{"series":"{stack}","slice_index":1,"start":[1.0,2.5e-7],"end":[0.1,3.0]}}}}'
    with ReaderStudy.open(folder, "ES") as study:
        place = Sighting(stack, 1, (1.0, 2.0, 3.5), 10.0, 300.0, "width_mm", 4.5, marks)
        study.record(first.case, [changed("1 ERO CAP", "3")], "room", [place], f'{{"windows":{{"{stack}":[1.0,2.0]}}}}')
        study.note(first.case, key("1 ERO CAP"), SiteNote("look again", unsure=True))

    copy = handed(folder, "es")

    with ReaderStudy.open(copy, "ES") as study:
        new = study.case(first.case).visits[0].series[0].code
        (found,) = study.sightings(first.case).values()
        assert (found.series, found.marks) == (new, marks.replace(stack, new))
        assert study.bookmark(first.case) == f'{{"windows":{{"{new}":[1.0,2.0]}}}}'
        assert study.notes(first.case) == {key("1 ERO CAP"): SiteNote("look again", unsure=True)}
        assert study.last_case() == first.case
    assert stack.encode() not in (copy / "study.db").read_bytes()
    assert audit(copy).events == 1


def test_a_signed_case_stays_and_one_that_is_reopened_or_parked_goes_along_as_it_is(trial: Trial) -> None:
    folder, cases = trial
    one, two, three = (item.case for item in cases["ES"])
    read_whole(folder, one)
    sign(folder, one)
    read_whole(folder, two)
    sign(folder, two)
    with CoordinatorStudy.open(folder) as coordinator:
        coordinator.reopen(two, "a slip")
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("correct horse")
        study.park(three, "ASK")

    (made,) = hand_over(folder, folder.with_name("es"), as_it_is, "ES")

    assert (made.cases, made.signed) == (2, 1)
    with ReaderStudy.open(made.folder, "ES") as study:
        assert [(entry.case, entry.status) for entry in study.worklist()] == [(two, "draft"), (three, "parked")]
        assert study.asks_passphrase()
    assert one.encode() not in (made.folder / "study.db").read_bytes()
    assert audit(made.folder).events == 86


def test_where_all_is_signed_nothing_is_handed_over(trial: Trial, tmp_path: Path) -> None:
    folder, cases = trial
    for item in cases["ES"]:
        read_whole(folder, item.case)
        sign(folder, item.case)

    with pytest.raises(StudyError, match="ES has no open case to hand over: what is due is signed"):
        hand_over(folder, tmp_path / "out", as_it_is, "ES")


def test_two_copies_compared_do_not_show_which_signed_cases_were_drawn_to_be_read_again(trial: Trial) -> None:
    folder, cases = trial
    for item in cases["ES"]:
        read_whole(folder, item.case)
        sign(folder, item.case)
    with CoordinatorStudy.open(folder) as study:
        drawn = study.reread("ES", 1, seed=1)

    copy = handed(folder, "again")

    assert rows(copy, "SELECT code FROM reading_case") == [(item.case,) for item in drawn]


def test_the_newest_backup_knows_of_every_copy(trial: Trial) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    (folder / "study.db").write_bytes(b"overwritten")
    restore(folder)

    assert [item.answers for item in merge(folder, [copy])] == [1]


def test_first_readings_that_are_read_again_are_not_in_the_copy_at_all(trial: Trial) -> None:
    folder, cases = trial
    first = cases["ES"][0]
    read_whole(folder, first.case, {"1 ERO CAP": "9"})
    with CoordinatorStudy.open(folder) as study:
        (again,) = study.reread("ES", 1, seed=1)

    copy = handed(folder, "es")

    assert first.case.encode() not in (copy / "study.db").read_bytes()
    assert rows(copy, "SELECT count(*) FROM event") == [(0,)]
    with ReaderStudy.open(copy, "ES") as study, pytest.raises(UnknownCase):
        study.reading(first.case)
    read_whole(copy, again.case, {"1 ERO CAP": "4"})
    assert [item.answers for item in merge(folder, [copy])] == [86]
    # at home it is a repeat again
    told = rows(folder, 'SELECT DISTINCT "case", round FROM event')
    assert set(told) == {(first.case, rounds.FIRST), (again.case, rounds.REREAD)}
    assert audit(folder).events == 172


def test_what_is_not_due_yet_is_left_for_a_later_copy(trial: Trial, tmp_path: Path) -> None:
    folder, cases = trial
    read_whole(folder, cases["ES"][0].case)
    with CoordinatorStudy.open(folder) as study:
        study.reread("ES", 1, seed=1, after_days=30)

    (made,) = hand_over(folder, tmp_path / "es", as_it_is, "ES")

    assert (made.cases, made.later) == (2, 1)
