"""Snapshots: what is copied or exported while a reader grades is one state of the study, head and rows."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.database.engine import Store
from storage.exporting.export import export_study
from storage.record import snapshot
from storage.record.snapshot import BegunTooOften, Steps, still_view
from storage.recovery.backup import back_up, verified
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study


@pytest.mark.case(85)
def test_an_export_and_a_backup_in_mid_reading_hold_as_many_answers_as_their_head_says(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    half, exported = Event(), Event()

    def read() -> None:
        with ReaderStudy.open(folder, "ES") as study:
            for number, key in enumerate(keys_in_reading_order(study.scheme)):
                study.record(case, [AnswerChanged(key, None, Graded(Decimal(0)))], "room")
                if number == 20:
                    half.set()
            exported.wait(60)

    reading = Thread(target=read)
    reading.start()
    half.wait(60)
    try:
        states = []
        for number in range(3):
            export_study(folder, tmp_path / f"csv{number}")
            package = json.loads((tmp_path / f"csv{number}" / "datapackage.json").read_text(encoding="utf-8"))
            with (tmp_path / f"csv{number}" / "scores.csv").open(encoding="utf-8", newline="") as file:
                graded = sum(1 for row in csv.DictReader(file) if row["score"])
            states.append((package["ramris"]["record"]["events"], graded))
            made = back_up(folder)
            assert made is None or verified(made.file)[0] == made.events
    finally:
        exported.set()
        reading.join()

    assert all(events == graded for events, graded in states), states
    assert states[0][0] > 20


@pytest.mark.parametrize(("more_than_there_is", "copied"), [(1, False), (0, True), (-1, True)])
def test_a_study_from_a_size_on_is_looked_at_in_a_copy_of_which_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more_than_there_is: int, copied: bool
) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    own = folder / "study.db"
    monkeypatch.setattr(snapshot, "LARGE_BYTES", own.stat().st_size + more_than_there_is)
    before = _files(folder)

    with still_view(folder) as (store, row):
        looked_at = _file(store)
        assert row.scheme.id == "ramris-wrist"

    assert (looked_at.resolve() != own.resolve()) is copied
    assert _files(folder) == before


@pytest.mark.parametrize(("pages", "most"), [(1, 4), (4095, 4), (4096, 8), (40_960, 44)])
def test_a_copy_that_others_write_into_is_begun_anew_until_it_took_four_times_the_steps_it_needs(
    pages: int, most: int
) -> None:
    # 4,096 pages a step, and one for what is left over
    steps = Steps()
    for left in range(most, 0, -1):
        steps(0, left, pages)

    with pytest.raises(BegunTooOften):
        steps(0, 1, pages)


def _file(store: Store) -> Path:
    with store.reading() as connection:
        return next(Path(row[2]) for row in connection.exec_driver_sql("PRAGMA database_list") if row[1] == "main")


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}
