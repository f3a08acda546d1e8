"""Progress of each case: what commits keep is what the events say."""

from __future__ import annotations

from pathlib import Path

from storage.audit.verification import audit
from storage.record import progress
from storage.record.study_file import open_study_file
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
