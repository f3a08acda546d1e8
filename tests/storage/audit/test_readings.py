"""All readings of a study, and which cases several readers have in common."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from storage.audit.verified_readings import study_readings
from storage.errors import StudyError, UnknownReader
from storage.record import exclusions
from storage.study.coordinator import CoordinatorStudy
from storage.study.repeats import coordinators_readings, read_by_all
from storage.vault.vault import Person, VisitIdentity
from storage.worklists.allotting import ALL
from tests.builders.resealed import reseal
from tests.builders.studies import a_study, a_subject, an_assigned_study, changed, key, read_whole, record


@pytest.fixture
def two_readers(tmp_path: Path) -> Path:
    """Three cases of ES and of JK. ES has read two and begun one, JK has read one of the two."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    with CoordinatorStudy.open(folder) as study:
        of_es = {item.case: item.subject for item in study.assign("ES")}
        of_jk = {item.subject: item.case for item in study.assign("JK", seed=4)}
    for grade, case in enumerate(cases[:2], 1):
        read_whole(folder, case, {"1 ERO CAP": str(grade)})
    record(folder, cases[2], changed("1 ERO CAP", "5"))
    read_whole(folder, of_jk[of_es[cases[0]]], {"1 ERO CAP": "7"}, reader="JK")
    return folder


def test_every_reading_is_there_with_its_answers_and_whether_it_is_complete(two_readers: Path) -> None:
    found = study_readings(two_readers)

    assert found.readers == ("ES", "JK")
    assert found.subjects == ("S001", "S002", "S003")
    assert [(item.reader, item.round) for item in found.readings] == [("ES", 1), ("JK", 1)] * 3
    assert sum(item.complete for item in found.readings) == 3
    assert (found.open_cases, found.has_vault) == (3, True)
    assert (found.events, len(found.head)) == (86 * 3 + 1, 64)


def test_only_cases_that_all_readers_have_read_are_compared_in_the_order_of_the_names(two_readers: Path) -> None:
    shared = read_by_all(study_readings(two_readers), ("JK", "ES"))

    (case,) = shared.cases
    assert shared.readers == ("JK", "ES")
    assert shared.left_out == 2
    grades = [reading.answer(key("1 ERO CAP")) for reading in case.readings]
    assert [str(getattr(grade, "grade", None)) for grade in grades] == ["7", "1"]


def test_what_can_not_be_compared_is_refused(two_readers: Path) -> None:
    found = study_readings(two_readers)

    with pytest.raises(UnknownReader, match="'XX' has no worklist"):
        read_by_all(found, ("ES", "XX"))
    with pytest.raises(StudyError, match="needs two readers; here is ES"):
        read_by_all(found, ("ES",))
    with pytest.raises(StudyError, match="named twice"):
        read_by_all(found, ("ES", "ES"))


def test_where_the_order_is_hidden_figures_are_of_visits_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    with CoordinatorStudy.create(folder, order="hidden") as study:
        for number in range(1, 9):
            code = f"S{number:03}"
            visits = [VisitIdentity(code, visit, date, ()) for visit, date in ((1, "20240105"), (2, "20240506"))]
            study.vault.save((Person(code, f"id:{code}", {}),), visits, (), ())
            study.replace_subject(a_subject(code))
        turned = study.turned()
        cases = {item.subject: item.case for item in study.assign("ES")}
    for subject, case in cases.items():
        # in time 2 at baseline and 7 at follow-up, entered as the reader sees them
        shown = ("7", "2") if subject in turned else ("2", "7")
        read_whole(folder, case, {"1 ERO CAP": shown[0], "2 ERO CAP": shown[1]})
    assert 0 < len(turned) < 8

    found = coordinators_readings(folder)

    for item in found.readings:
        at = [item.reading.answer(key(f"{visit} ERO CAP")) for visit in (1, 2)]
        assert [str(getattr(grade, "grade", None)) for grade in at] == ["2", "7"]

    for part in folder.glob("vault.db*"):
        part.unlink()
    with pytest.raises(StudyError, match="only the vault knows it"):
        coordinators_readings(folder)


def test_an_unread_study_says_that_nothing_is_read_by_all(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.assign("JK")

    with pytest.raises(StudyError, match="No case has been read completely by all of ES, JK yet"):
        read_by_all(study_readings(folder))


def test_a_visit_that_is_excluded_takes_its_answers_along_and_leaves_those_of_the_other(two_readers: Path) -> None:
    with CoordinatorStudy.open(two_readers) as study, study._store.writing() as connection:
        exclusions.exclude(connection, "S001", 2, "", "the wrong wrist was imaged")
        exclusions.exclude(connection, "S002", None, "", "consent was withdrawn")

    found = study_readings(two_readers)

    left = {(item.subject, item.reader): item.visits for item in found.readings}
    assert left == {
        ("S001", "ES"): (1,),
        ("S001", "JK"): (1,),
        ("S003", "ES"): (1, 2),
        ("S003", "JK"): (1, 2),
    }
    assert all({key.visit for key in item.reading.answers} <= {*item.visits} for item in found.readings)
    # a case of both visits is a pair, also where one of them doesn't count
    assert {item.scan for item in found.readings} == {None}
    assert [(item.subject, item.visit) for item in found.excluded] == [("S001", 2), ("S002", None)]


def test_what_is_left_out_names_the_readings_of_it_that_were_begun_and_no_others(two_readers: Path) -> None:
    before = study_readings(two_readers).readings
    with CoordinatorStudy.open(two_readers) as study, study._store.writing() as connection:
        for subject in ("S001", "S002"):
            exclusions.exclude(connection, subject, None, "", f"{subject} withdrew")

    told = {item.subject: item.cases for item in study_readings(two_readers).excluded}

    # ES began both, JK none or one of them: what was assigned and never begun isn't lost by an exclusion
    begun = {(item.subject, item.case) for item in before if item.begun_at_utc}
    assert told == {subject: tuple(sorted(case for of, case in begun if of == subject)) for subject in ("S001", "S002")}
    assert all(told.values())


def _as_before_schema_15(base: sqlite3.Connection) -> None:
    """The first enrolments as an older program left them: neither their acts nor their rows say which they are."""
    for seq, detail in base.execute("SELECT seq, detail FROM act WHERE kind = 'assigned'").fetchall():
        said = json.loads(detail)
        said["cases"] = [[*case[:7], None if case[7] == 1 else case[7]] for case in said["cases"]]
        base.execute("UPDATE act SET detail = ? WHERE seq = ?", [json.dumps(said), seq])
    base.execute("UPDATE reading_case SET enrolment = NULL WHERE enrolment = 1")


def test_readings_of_before_enrolments_were_counted_come_before_those_of_a_second_one(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=(1, 2, 3, 4)))
        study.assign("MO", seed=1)
        study.set_enrolments("disjoint-pairs")
        study.give("ES", ALL, 1)
    reseal(folder, _as_before_schema_15)

    found = [(item.enrolment, item.reader) for item in study_readings(folder).readings]

    assert found == [(1, "ES"), (1, "MO"), (2, "ES")]
