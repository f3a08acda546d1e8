"""Answers of cases on disk: how many stand, which came from a table, and what had been seen of the others."""

from __future__ import annotations

from pathlib import Path

from storage.audit.verification import audit
from storage.record import progress
from storage.record.study_file import open_study_file
from storage.record.viewings import entered, viewing_from, viewing_text
from storage.records import Viewing
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, changed, read_whole, record, tamper


def test_progress_is_worked_out_from_the_events_again_when_rows_came_another_way(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    read_whole(folder, cases[0])
    record(folder, cases[1], changed("1 ERO CAP", "3"), changed("1 ERO CAP", "", "3"), changed("1 ERO HAM", "NC"))
    record(folder, cases[1], changed("1 ERO HAM", "", "NC"))
    tamper(folder, "UPDATE case_progress SET answered = 7, begun_at_utc = NULL")

    store, _ = open_study_file(folder)
    with store.writing() as connection:
        progress.rebuild(connection)
    store.close()

    with ReaderStudy.open(folder, "ES") as study:
        assert {entry.case: entry.answered for entry in study.worklist()} == {cases[0]: 86, cases[1]: 0, cases[2]: 0}
    assert audit(folder).events == 86 + 4


def test_a_case_is_entered_as_a_whole_or_names_the_answers_that_still_stand_as_entered(tmp_path: Path) -> None:
    folder, (whole, mixed, read) = an_assigned_study(tmp_path / "trial", subjects=3)
    with ReaderStudy.open(folder, "ES") as door:
        door.record(whole, [changed("1 ERO CAP", "1")], "enter")
        door.record(mixed, [changed("1 ERO CAP", "1"), changed("2 ERO HAM", "2")], "enter")
        door.record(mixed, [changed("1 ERO CAP", "3", "1"), changed("1 OST CAP", "1")], "room")
        door.record(read, [changed("1 ERO CAP", "1")], "room")

    store, _ = open_study_file(folder)
    with store.reading() as connection:
        found = entered(connection)
    store.close()

    assert found == (frozenset({whole}), frozenset({(mixed, 2, "ERO", "HAM")}))


def test_what_had_been_seen_is_written_and_read_as_it_was_and_nothing_of_an_answer_of_a_table() -> None:
    seen = Viewing("T1 COR", 3, 5, (412, 377), 2, 1.5, "copied", beside=True)

    text = viewing_text(seen)

    assert text is not None
    assert viewing_from(text) == seen
    assert viewing_text(None) is None
    # as a later program may write it
    assert viewing_from('{"first": "the third"}') == Viewing()
