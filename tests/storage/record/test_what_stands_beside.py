"""Places and notes: on disk with the grade, kept, never a grade."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import NotSaved, RecordDamaged, StaleAnswer
from storage.record import side_records
from storage.record.study_file import open_study_file
from storage.records import SightedGrade, Sighting, SiteNote
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key, tamper

OLD = Path(__file__).parents[1] / "old" / "study-0002.db"
SEEN = Sighting("S001V1", 1, (0.5, -1.5, 3.25), 10.0, 900.0)
MEASURED = Sighting("S001V2", 0, (0.0, 0.0, 0.0), 10.0, 900.0, "width_mm", 4.9, '{"from":[1,2]}')


@pytest.fixture
def study(tmp_path: Path) -> tuple[Path, str]:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    return folder, case


def test_a_grade_is_on_disk_with_the_place_it_was_seen_at(study: tuple[Path, str]) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        door.record(case, [changed("1 ERO CAP", "4"), changed("2 TEN E1", "2")], "room", [SEEN, MEASURED])

    with ReaderStudy.open(folder, "ES") as door:
        found = door.sightings(case)

    assert found == {(key("1 ERO CAP"), answer("4")): SEEN, (key("2 TEN E1"), answer("2")): MEASURED}
    assert audit(folder).events == 2


def test_each_answer_keeps_its_own_place_so_that_undo_leads_back_to_it(study: tuple[Path, str]) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        door.record(case, [changed("1 ERO CAP", "4")], "room", [SEEN])
        door.record(case, [changed("1 ERO CAP", "5", before="4")], "room", [MEASURED])

        found = door.sightings(case)

    assert found[key("1 ERO CAP"), answer("4")] == SEEN  # type: ignore[index] # a grade is no None
    assert found[key("1 ERO CAP"), answer("5")] == MEASURED  # type: ignore[index]


def test_the_places_of_grades_that_stand_are_one_list_for_exporters(study: tuple[Path, str]) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        door.record(case, [changed("1 ERO CAP", "4"), changed("1 ERO HAM", "1")], "room", [SEEN, SEEN])
        door.record(case, [changed("1 ERO CAP", "5", before="4")], "room", [MEASURED])
        door.record(case, [changed("1 ERO HAM", "", before="1")], "room")

    store, _ = open_study_file(folder)
    with store.reading() as connection:
        found = side_records.current_sightings(connection)
    store.close()

    assert found == (SightedGrade("ES", case, 1, "ERO", "CAP", "5", MEASURED),)


def test_a_grade_that_is_refused_leaves_no_place(study: tuple[Path, str]) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        with pytest.raises(StaleAnswer):
            door.record(case, [changed("1 ERO CAP", "4", before="3")], "room", [SEEN])

        assert door.sightings(case) == {}


def test_places_are_never_changed_or_removed(study: tuple[Path, str]) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        door.record(case, [changed("1 ERO CAP", "4")], "room", [SEEN])

    plain = sqlite3.connect(folder / "study.db")
    for statement in ("UPDATE grade_place SET x_mm = 9", "DELETE FROM grade_place"):
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            plain.execute(statement)
    plain.close()


@pytest.mark.parametrize("said", ["near the vessel", "unsure", "1"])
def test_a_note_is_on_the_record_and_can_neither_be_changed_nor_taken_out(study: tuple[Path, str], said: str) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        door.note(case, key("1 ERO CAP"), SiteNote("near the vessel", unsure=True))
    audit(folder)
    connection = sqlite3.connect(folder / "study.db")
    with pytest.raises(sqlite3.IntegrityError, match="the record only grows"):
        connection.execute("UPDATE act SET detail = '{}' WHERE kind = 'noted'")
    connection.close()

    tamper(folder, f"UPDATE act SET detail = replace(detail, '{said}', '2') WHERE kind = 'noted'")  # noqa: S608 - ours

    with pytest.raises(RecordDamaged, match=r"act row \d+: its hash doesn't match what it says"):
        audit(folder)


def test_the_newest_note_of_a_site_counts_and_an_empty_one_takes_it_away(study: tuple[Path, str]) -> None:
    folder, case = study
    with ReaderStudy.open(folder, "ES") as door:
        door.note(case, key("1 ERO CAP"), SiteNote("near the vessel", unsure=True))
        door.note(case, key("1 ERO HAM"), SiteNote("later", unsure=False))
        door.note(case, key("1 ERO HAM"), SiteNote())

        assert door.notes(case) == {key("1 ERO CAP"): SiteNote("near the vessel", unsure=True)}


def test_a_study_of_schema_2_keeps_its_grades_and_takes_places(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    (folder / "images").mkdir(parents=True)
    shutil.copyfile(OLD, folder / "study.db")

    assert audit(folder).events == 3
    with ReaderStudy.open(folder, "ES") as door:
        first = next(entry.case for entry in door.worklist() if entry.answered == 2)
        assert door.reading(first).answer(key("1 ERO CAP")) == answer("4")
        assert door.sightings(first) == {}
        door.record(first, [changed("1 ERO HAM", "2")], "room", [SEEN])
        assert len(door.sightings(first)) == 1
    assert (folder / "study.db.before-0003").exists()
    assert issubclass(NotSaved, Exception)
