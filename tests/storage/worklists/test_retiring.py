"""Retiring a reader: nothing more is given, what is unread goes, what was read stays and counts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import StudyError, UnknownReader
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.taking_back import ALL_UNREAD
from tests.builders.editions import Trial, a_trial, handed, sign
from tests.builders.studies import changed, read_whole, record

WHY = "has left the clinic"


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return a_trial(tmp_path / "trial")


def test_what_was_begun_stays_and_can_be_finished_and_nothing_more_is_given(trial: Trial) -> None:
    folder, cases = trial
    one, two, three = (item.case for item in cases["ES"])
    record(folder, two, changed("1 ERO CAP", "1"))

    with CoordinatorStudy.open(folder) as study:
        done = study.retire("ES", WHY)

        assert (done.cases, done.begun) == ((one, three), 1)
        assert study.design().retired == ("ES",)
        assert study.design_versions()[-1].why == WHY
        for give in (
            lambda: study.assign("ES"),
            lambda: study.reread("ES", 1),
            lambda: study.retire("ES", WHY),
        ):
            with pytest.raises(StudyError, match="retired"):
                give()
        assert len(study.assign("ZZ")) == 3
    with ReaderStudy.open(folder, "ES") as room:
        assert [entry.case for entry in room.worklist()] == [two]
        room.record(two, [changed("1 ERO HAM", "1")], "room")
    assert audit(folder).events == 2


def test_a_reader_with_nothing_unread_is_retired_and_stays_the_primary_reader(tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "trial", subjects=1)
    case = cases["ES"][0].case
    read_whole(folder, case)
    sign(folder, case)

    with CoordinatorStudy.open(folder) as study:
        done = study.retire("ES", WHY)

        assert (done.cases, done.begun) == ((), 1)
        assert [line.purpose for line in study.board() if line.reader == "ES"] == ["PRIMARY"]
        study.take_back("MO", ALL_UNREAD, WHY)
        assert study.lock().readings == 1


def test_undo_lets_cases_be_given_again_and_they_are_the_same(trial: Trial) -> None:
    folder, cases = trial
    with CoordinatorStudy.open(folder) as study:
        study.retire("ES", WHY)

        study.bring_back("ES", "is back")

        assert study.assign("ES") == cases["ES"]
        with pytest.raises(StudyError, match="ES isn't retired; nothing was changed"):
            study.bring_back("ES", "again")
        with pytest.raises(UnknownReader, match="'XX' has no worklist here"):
            study.retire("XX", WHY)
        with pytest.raises(StudyError, match="Give the reason"):
            study.retire("ES", " ")
    assert audit(folder).events == 0


def test_a_copy_of_a_retired_reader_comes_home_and_a_new_one_does_not_say_who_is_retired(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    record(folder, case, changed("1 ERO CAP", "1"))
    copy = handed(folder, "es")
    record(copy, case, changed("1 ERO HAM", "2"))
    with CoordinatorStudy.open(folder) as study:
        study.retire("ES", WHY)

    assert [item.answers for item in merge(folder, [copy])] == [1]

    with closing(sqlite3.connect(handed(folder, "new") / "study.db")) as new:
        (content,) = new.execute("SELECT content FROM design").fetchone()
    assert "retired" not in json.loads(content)
