"""Answers that came from a table: whole cases, and of a case that was also read in the room those that stand."""

from __future__ import annotations

from pathlib import Path

from storage.record.study_file import open_study_file
from storage.record.viewings import entered
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, changed


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
