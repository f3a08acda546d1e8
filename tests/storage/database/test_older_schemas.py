"""A study that an older program wrote comes to this one with every row, and its record verifies."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.audit.pixels import PixelAudit, audit_pixels
from storage.audit.verification import audit
from storage.audit.verified_readings import study_readings
from storage.errors import NotSaved, RecordDamaged
from storage.files import layout
from storage.handover.hand_over import hand_over
from storage.record import acts
from storage.records import Sighting, SiteNote
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault import Vault
from tests.builders.studies import a_study, answer, as_it_is, changed, key, tamper, with_files

# A study written by the program of schema 1: three subjects for ES, four events. And one of schema 2: the first case
# read completely and drawn to be read again after 30 days, the second given one answer that was taken back.
OLD = Path(__file__).parents[1] / "old" / "study-0001.db"
OLD_2 = OLD.with_name("study-0002-rereads.db")


def _placed(folder: Path, old: Path) -> Path:
    (folder / "images").mkdir(parents=True)
    shutil.copyfile(old, folder / "study.db")
    return folder


def _of_schema(number: int) -> Path:
    """A study that the program of that schema wrote."""
    return OLD.with_name(f"study-{number:04}.db")


@pytest.fixture
def old_study(tmp_path: Path) -> Path:
    return _placed(tmp_path / "trial", OLD)


def _content(path: Path, like: Path = OLD) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that the old schema had, in its columns of then."""
    found = {}
    plain, old = sqlite3.connect(path), sqlite3.connect(like)
    kept = "type = 'table' AND name NOT IN ('alembic_version', 'sqlite_sequence')"
    for (table,) in old.execute(f"SELECT name FROM sqlite_master WHERE {kept}"):  # noqa: S608 - no words from outside
        if table == "site_note":
            # since schema 7 notes are acts: they have a test of their own
            continue
        names = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(f'"{name}"' for name in names)
        found[table] = plain.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 - names of our tables
    plain.close()
    old.close()
    return found


def _kept(tmp_path: Path, number: int, *, events: int) -> Path:
    """A study of that schema after the audit has brought it here: so many events, and every row as it was."""
    old = _of_schema(number)
    folder = _placed(tmp_path / "trial", old)

    assert audit(folder).events == events
    assert _content(folder / "study.db", old) == _content(old, old)
    return folder


@pytest.mark.case(78)
def test_a_study_of_schema_1_keeps_every_row_and_its_record_verifies(old_study: Path) -> None:
    assert audit(old_study).events == 4

    assert _content(old_study / "study.db") == _content(OLD)
    with ReaderStudy.open(old_study, "ES") as study:
        assert [(entry.case, entry.answered) for entry in study.worklist()] == [
            ("MMXQD", 1),
            ("QMDR6", 2),
            ("WQR9M", 0),
        ]
        reading = study.reading("QMDR6")
        assert reading.answer(key("1 ERO CAP")) == answer("4")
        assert reading.answer(key("2 ERO CAP")) == answer("NC")
        assert study.last_case() == "MMXQD"


@pytest.mark.case(78)
def test_a_study_of_schema_2_keeps_every_row_and_knows_how_far_each_case_is(tmp_path: Path) -> None:
    folder = _placed(tmp_path / "trial", OLD_2)

    assert audit(folder).events == 88

    assert _content(folder / "study.db", OLD_2) == _content(OLD_2, OLD_2)
    # MMXQD is closed, its repeat is due on 23 December
    with ReaderStudy.open(folder, "ES", clock=lambda: datetime(2026, 12, 22, 12, tzinfo=UTC)) as study:
        assert [(entry.case, entry.answered) for entry in study.worklist()] == [("QMDR6", 0), ("WQR9M", 0)]


def test_what_an_older_program_held_is_guarded_by_the_record_from_then_on(tmp_path: Path) -> None:
    folder = _placed(tmp_path / "trial", OLD_2)
    ReaderStudy.open(folder, "ES").close()

    tamper(folder, "UPDATE reading_case SET subject = 'S002', round = 3 WHERE code = 'WQR9M'")

    with pytest.raises(RecordDamaged, match="case WQR9M isn't what the record says"):
        audit(folder)


def test_a_study_of_schema_1_has_the_tables_of_a_new_one_afterwards(old_study: Path, tmp_path: Path) -> None:
    ReaderStudy.open(old_study, "ES").close()

    def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
        connection = sqlite3.connect(path)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for (name,) in names}
        connection.close()
        return found

    assert tables(old_study / "study.db") == tables(a_study(tmp_path / "new") / "study.db")


@pytest.mark.case(78)
def test_before_an_upgrade_a_whole_copy_of_the_old_file_is_kept(old_study: Path) -> None:
    ReaderStudy.open(old_study, "ES").close()

    copy = old_study / "study.db.before-0002"
    plain = sqlite3.connect(copy)
    assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    assert plain.execute("PRAGMA application_id").fetchone() == (layout.APPLICATION_ID,)
    assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
    assert _content(copy) == _content(OLD)
    assert os.name == "nt" or stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert {item.name for item in old_study.iterdir()} - {"study.db-journal"} == {"study.db", copy.name, "images"}


def test_a_study_that_is_new_already_is_not_copied(old_study: Path) -> None:
    ReaderStudy.open(old_study, "ES").close()
    (old_study / "study.db.before-0002").unlink()

    ReaderStudy.open(old_study, "ES").close()

    assert not (old_study / "study.db.before-0002").exists()


def test_without_a_copy_there_is_no_upgrade(old_study: Path) -> None:
    # a folder in the place of the copy stands for any reason why it can't be written
    (old_study / "study.db.before-0002" / "in the way").mkdir(parents=True)

    with pytest.raises(NotSaved, match=r"the copy study\.db\.before-0002 can't be written"):
        ReaderStudy.open(old_study, "ES")

    assert (old_study / "study.db").read_bytes() == OLD.read_bytes()
    assert not list(old_study.glob(".study*"))


def test_a_study_of_schema_1_can_be_assigned_and_read_again(old_study: Path) -> None:
    Vault.create(old_study).close()

    with CoordinatorStudy.open(old_study) as study:
        assert [item.case for item in study.assign("ES")] == ["MMXQD", "QMDR6", "WQR9M"]
        assert study.seeds() == {"ES": (1,)}


@pytest.mark.case(78)
def test_a_study_of_schema_3_keeps_every_row_and_places_given_from_now_on_are_sealed(tmp_path: Path) -> None:
    # one case of two begun by ES: a grade with its place, and one without
    folder = _kept(tmp_path, 3, events=2)

    with ReaderStudy.open(folder, "ES") as study:
        place = Sighting("S001V1", 1, (1.0, 2.0, 3.5), 10.0, 300.0)
        study.record("MMXQD", [changed("1 ERO HAM", "2")], "room", [place])
    assert audit(folder).events == 3
    tamper(folder, "UPDATE grade_place SET x_mm = 9 WHERE seq = 3")
    with pytest.raises(RecordDamaged, match="the sighting of record row 3 isn't what that row says"):
        audit(folder)


@pytest.mark.case(78)
def test_a_study_of_schema_4_keeps_every_row_and_can_be_merged_into(tmp_path: Path) -> None:
    # three subjects for ES: two answers in the first case, one in the second
    folder = _kept(tmp_path, 4, events=3)

    copy = _placed(tmp_path / "copy", _of_schema(4))
    with ReaderStudy.open(copy, "ES") as study:
        study.record("MMXQD", [changed("1 ERO HAM", "2")], "room")
    assert [item.answers for item in merge(folder, [copy])] == [1]
    assert audit(folder).events == 4


def test_a_study_of_schema_5_keeps_every_row_and_the_origins_of_what_was_merged_still_prove_themselves(
    tmp_path: Path,
) -> None:
    # two subjects for ES and MO: an answer of MO's, and two of ES's that came from a copy
    folder = _kept(tmp_path, 5, events=3)

    (made,) = hand_over(with_files(folder), tmp_path / "copy", as_it_is, "ES")
    with ReaderStudy.open(made.folder, "ES") as study:
        study.record("QMDR6", [changed("1 ERO HAM", "2")], "room")
    assert [item.answers for item in merge(folder, [made.folder])] == [1]
    assert audit(folder).events == 4
    tamper(folder, "UPDATE origin SET there_seq = 9 WHERE id = 1")
    with pytest.raises(RecordDamaged, match="isn't what its copy held"):
        audit(folder)


@pytest.mark.case(78)
def test_notes_of_a_study_of_schema_6_come_onto_the_record_as_they_stood(tmp_path: Path) -> None:
    # two subjects for ES: an answer, and four notes at two sites; the last one took that of the hamate away
    old = _of_schema(6)
    folder = _placed(tmp_path / "trial", old)
    plain = sqlite3.connect(old)
    noted = plain.execute("SELECT visit, feature, site, note, unsure FROM site_note ORDER BY id").fetchall()
    plain.close()

    assert audit(folder).events == 1

    with ReaderStudy.open(folder, "ES") as study:
        assert study.notes("MMXQD") == {key("1 ERO CAP"): SiteNote("near the vessel, seen in both planes")}
        with study._store.reading() as connection:
            told = [act.said for act in acts.of_kind(connection, "noted")]
        assert [(s["visit"], s["feature"], s["site"], s["note"], s["unsure"]) for s in told] == noted
        assert all(said["at_utc"] for said in told)
        study.note("MMXQD", key("1 ERO CAP"), SiteNote("no, the ligament"))

    # the same file elsewhere, upgraded on its own, tells of the old notes once more; what was noted since stands
    copy = _placed(tmp_path / "copy", old)
    with ReaderStudy.open(copy, "ES") as study:
        study.record("QMDR6", [changed("1 ERO HAM", "2")], "room")
    assert [(item.answers, item.notes) for item in merge(folder, [copy])] == [(1, 4)]
    assert [item.notes for item in merge(folder, [copy])] == [0]
    audit(folder)
    with ReaderStudy.open(folder, "ES") as study:
        assert study.notes("MMXQD") == {key("1 ERO CAP"): SiteNote("no, the ligament")}


@pytest.mark.case(78)
def test_a_study_of_schema_7_keeps_every_row_and_its_visits_say_no_side(tmp_path: Path) -> None:
    # two subjects for ES: an answer and a note
    folder = _kept(tmp_path, 7, events=1)

    with ReaderStudy.open(folder, "ES") as study:
        case = study.worklist()[0].case
        assert study.notes(case) == {key("1 ERO CAP"): SiteNote("near the vessel", unsure=True)}
        assert [visit.side for visit in study.case(case).visits] == ["", ""]
        study.record(case, [changed("1 ERO HAM", "2")], "room")
    assert audit(folder).events == 2


@pytest.mark.case(78)
def test_a_study_of_schema_8_keeps_every_row_and_shows_its_series_as_before(tmp_path: Path) -> None:
    # two subjects for ES: an answer
    folder = _kept(tmp_path, 8, events=1)

    with ReaderStudy.open(folder, "ES") as study:
        case = study.worklist()[0].case
        shown = [item for visit in study.case(case).visits for item in visit.series]
        assert {item.padding for item in shown} == {()}
        study.record(case, [changed("1 ERO HAM", "2")], "room")
    assert audit(folder).events == 2


@pytest.mark.case(78)
def test_a_study_of_schema_9_keeps_every_row_and_its_record_says_nothing_of_pixels(tmp_path: Path) -> None:
    # two subjects for ES: an answer
    folder = _kept(tmp_path, 9, events=1)

    # two visits of a series each; images aren't looked for where nothing is known of them
    assert audit_pixels(folder) == PixelAudit(0, 4, 0)
    with ReaderStudy.open(folder, "ES") as study:
        study.record(study.worklist()[0].case, [changed("1 ERO HAM", "2")], "room")
    assert audit(folder).events == 2


@pytest.mark.case(78)
def test_a_study_of_schema_10_keeps_every_row_and_shows_its_pictures_as_they_are_stored(tmp_path: Path) -> None:
    # two subjects for ES: an answer
    folder = _kept(tmp_path, 10, events=1)

    with ReaderStudy.open(folder, "ES") as study:
        case = study.worklist()[0].case
        assert {item.turn for visit in study.case(case).visits for item in visit.series} == {""}


@pytest.mark.case(78)
def test_a_study_of_schema_11_keeps_every_row_and_its_cases_show_both_visits(tmp_path: Path) -> None:
    # two subjects for ES: an answer
    folder = _kept(tmp_path, 11, events=1)

    with ReaderStudy.open(folder, "ES") as study:
        case = study.worklist()[0].case
        assert [visit.number for visit in study.case(case).visits] == [1, 2]
        study.record(case, [changed("1 ERO HAM", "2")], "room")
    assert audit(folder).events == 2
    tamper(folder, "UPDATE reading_case SET visits = '[2]'")
    with pytest.raises(RecordDamaged, match="isn't what the record says"):
        audit(folder)


@pytest.mark.case(78)
def test_a_study_of_schema_12_keeps_every_row_and_excludes_nothing(tmp_path: Path) -> None:
    # two subjects for ES: an answer
    folder = _kept(tmp_path, 12, events=1)
    with ReaderStudy.open(folder, "ES") as study:
        assert len(study.worklist()) == 2


@pytest.mark.case(78)
def test_a_study_of_schema_14_keeps_every_row_and_its_cases_are_of_the_first_enrolment(tmp_path: Path) -> None:
    # two subjects for ES: an answer
    folder = _kept(tmp_path, 14, events=1)
    with ReaderStudy.open(folder, "ES") as study:
        assert len(study.worklist()) == 2
    assert [item.key for item in study_readings(folder).readings] == ["S001", "S002"]
    tamper(folder, "UPDATE reading_case SET enrolment = 2")
    with pytest.raises(RecordDamaged, match="isn't what the record says"):
        audit(folder)
