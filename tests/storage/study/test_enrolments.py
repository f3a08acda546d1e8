"""Enrolments of a study: who is read how often, what stays with readers, and labels that never reach one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scoring.design.enrolment_csv import EnrolmentsRefused, parsed
from scoring.errors import DesignRefused
from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.audit.verified_readings import study_readings
from storage.errors import RecordDamaged, StudyError, StudyLocked
from storage.exporting.export import export_study
from storage.recovery.backup import back_up
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import finished_repeats
from storage.vault.identity_words import NamesSomebody
from storage.vault.vault import Person, VisitIdentity
from tests.builders.editions import handed, rows, sign
from tests.builders.studies import a_study, a_subject, changed, read_whole, record, tamper, with_files

FOUR = (1, 2, 3, 4)
LIST = "person,enrolment,visits,label\nS001,1,1+2,GROUP-ALPHA\nS001,2,3+4,GROUP-BETA\n"


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """S001 with four visits, S002 with two, S003 with one."""
    folder = a_study(tmp_path / "trial", "S002")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=FOUR))
        study.replace_subject(a_subject("S003", visits=(1,)))
    return with_files(folder)


def stands(folder: Path) -> dict[str, tuple[int, ...]]:
    with CoordinatorStudy.open(folder) as study:
        return {item.key: item.visits for item in study.enrolments().standing}


def given(folder: Path, reader: str = "ES", seed: int = 1) -> dict[str, str]:
    """Enrolment -> the reader's case of it."""
    with CoordinatorStudy.open(folder) as study:
        study.assign(reader, seed=seed)
    found = rows(folder, "SELECT subject, enrolment, code, reader FROM reading_case WHERE round = 1")
    return {f"{subject}/{number}": str(code) for subject, number, code, whose in found if whose == reader}


def test_a_new_study_enrols_the_first_two_visits_and_tells_of_the_others(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        found = study.enrolments()

    assert found.rule == "first-two"
    assert {item.key: item.visits for item in found.lines} == {"S001": (1, 2), "S002": (1, 2), "S003": (1,)}
    assert found.left == {"S001": (3, 4)}


def test_each_enrolment_is_a_case_of_its_own_with_its_own_visits(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("consecutive")

    cases = given(trial)

    assert set(cases) == {"S001/1", "S001/2", "S001/3", "S002/1", "S003/1"}
    assert len(set(cases.values())) == 5
    shown = {str(code): visits for code, visits in rows(trial, "SELECT code, visits FROM reading_case")}
    assert [shown[cases[f"S001/{number}"]] for number in (1, 2, 3)] == ["[1,2]", "[2,3]", "[3,4]"]
    assert audit(trial).events == 0


def test_what_was_given_stays_when_the_rule_changes_and_new_cases_are_added(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("disjoint-pairs")
    before = given(trial)
    with CoordinatorStudy.open(trial) as study:
        found = study.set_enrolments("each-with-first")

    mine = [(item.number, item.visits, item.stands) for item in found.lines if item.subject == "S001"]
    assert mine == [(1, (1, 2), True), (2, (3, 4), False), (3, (1, 3), True), (4, (1, 4), True)]
    assert before.items() <= given(trial).items()
    assert len(given(trial)) == len(before) + 2


def test_after_the_first_grade_a_change_needs_a_reason(trial: Path) -> None:
    case = given(trial)["S002/1"]
    record(trial, case, changed("1 ERO CAP", "4"))

    with CoordinatorStudy.open(trial) as study:
        with pytest.raises(DesignRefused, match="Give the reason for the change"):
            study.set_enrolments("consecutive")
        assert study.enrolments().rule == "first-two"
        study.set_enrolments("consecutive", why="second year of the trial")
        with pytest.raises(DesignRefused, match="Give the reason for the change"):
            study.undo_enrolments()
        lines = [line for line in study.record_log() if line.what == "enrolments changed"]

    assert [(line.told, line.why) for line in lines] == [("consecutive", "second year of the trial")]
    assert audit(trial).events == 1


def test_a_change_is_taken_back_and_put_back_with_its_labels(trial: Path) -> None:
    before = stands(trial)
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments(None, parsed(LIST))
        with_list, labels = study.enrolments().standing, study.labels_of()

        study.undo_enrolments()
        assert {item.key: item.visits for item in study.enrolments().standing} == before
        assert study.labels_of() == {}

        study.undo_enrolments()
        assert study.enrolments().standing == with_list
        assert study.labels_of() == labels == {("S001", 1): "GROUP-ALPHA", ("S001", 2): "GROUP-BETA"}


def test_nothing_is_taken_back_where_nothing_was_changed(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study, pytest.raises(StudyError, match="never changed"):
        study.undo_enrolments()


def test_who_is_listed_has_what_the_list_says_and_the_rule_is_for_the_others(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("consecutive", parsed("person,visits\nS001,1+4\n"))

        found = study.enrolments()

    assert {item.key: item.visits for item in found.lines} == {"S001": (1, 4), "S002": (1, 2), "S003": (1,)}
    assert found.left == {"S001": (2, 3)}
    assert found.listed == {"S001"}


def test_numbers_of_the_list_are_kept(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments(None, parsed("person,enrolment,visits\nS001,2,1+2\nS001,1,3+4\n"))

    assert stands(trial)["S001/2"] == (1, 2)


def test_a_list_that_gives_a_number_to_other_visits_than_readers_have_is_refused(trial: Path) -> None:
    given(trial)

    with (
        CoordinatorStudy.open(trial) as study,
        pytest.raises(DesignRefused, match="S001: readers have enrolment 1"),
    ):
        study.set_enrolments(None, parsed("person,enrolment,visits\nS001,1,3+4\n"))


def _with_numbers(folder: Path, numbers: dict[str, str]) -> None:
    with CoordinatorStudy.open(folder) as study:
        people = [Person(code, f"key {code}", {"PatientID": number}) for code, number in numbers.items()]
        study.vault.save(people, [VisitIdentity(code, 1, "20260102", ()) for code in numbers], [], [])


def test_a_person_may_stand_in_the_list_by_the_patients_number(trial: Path) -> None:
    _with_numbers(trial, {"S001": "CANARY-77", "S002": "CANARY-78"})

    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments(None, parsed("person,visits\nCANARY-77,2+3\n"))

    assert stands(trial)["S001"] == (2, 3)


def test_a_number_of_two_people_is_refused_and_not_repeated(trial: Path) -> None:
    _with_numbers(trial, {"S001": "CANARY-77", "S002": "CANARY-77"})

    with (
        CoordinatorStudy.open(trial) as study,
        pytest.raises(EnrolmentsRefused, match="line 2, column person: that number is of S001 and S002") as refused,
    ):
        study.set_enrolments(None, parsed("person,visits\nCANARY-77,2+3\n"))

    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("person,visits\nS009,1\n", "line 2, column person: nobody in the study has that code or number"),
        ("person,visits\nS001,1\nS003,1+2\n", r"line 3: S003 has no visit 2 with images in the study \(visit 1\)"),
    ],
)
def test_a_row_that_the_study_does_not_have_is_named_by_its_line(trial: Path, text: str, complaint: str) -> None:
    with CoordinatorStudy.open(trial) as study:
        with pytest.raises(EnrolmentsRefused, match=complaint):
            study.set_enrolments(None, parsed(text))
        assert study.enrolments().changes == 0


def test_a_person_twice_in_the_list_under_two_names_is_found(trial: Path) -> None:
    _with_numbers(trial, {"S001": "CANARY-77"})

    with CoordinatorStudy.open(trial) as study, pytest.raises(EnrolmentsRefused, match="line 3: S001 has this enrol"):
        study.set_enrolments(None, parsed("person,visits\nS001,1+2\nCANARY-77,1+2\n"))


def test_a_reason_that_names_somebody_is_refused(trial: Path) -> None:
    _with_numbers(trial, {"S001": "CANARY-77"})

    with CoordinatorStudy.open(trial) as study, pytest.raises(NamesSomebody):
        study.set_enrolments("consecutive", why="CANARY-77 came again")


def test_a_locked_study_keeps_its_enrolments(trial: Path) -> None:
    given(trial)
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("consecutive")
        study.lock(why="analysis", incomplete=True)
        with pytest.raises(StudyLocked):
            study.set_enrolments("first-two", why="again")
        with pytest.raises(StudyLocked):
            study.undo_enrolments("again")


def test_new_visits_make_new_enrolments_by_the_rule_and_what_was_given_stays(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("disjoint-pairs")
    before = given(trial)
    with CoordinatorStudy.open(trial) as study:
        study.replace_subject(a_subject("S002", visits=FOUR))
        study.replace_subject(a_subject("S003", visits=(1, 2)))
        found = {(item.subject, item.number): item for item in study.enrolments().lines}

    assert found["S002", 2].visits == (3, 4)
    # what was given as a scan alone is the same enrolment when its other visit has come
    assert (found["S003", 1].visits, found["S003", 1].stands, found["S003", 1].readers) == ((1, 2), True, ("ES",))
    after = given(trial)
    # nobody had begun it: a case of both visits takes its place
    assert before.pop("S003/1") != after.pop("S003/1")
    assert before.items() < after.items()


def test_a_visit_that_loses_its_images_changes_no_enrolment_that_was_given(trial: Path) -> None:
    before = given(trial)
    with CoordinatorStudy.open(trial) as study:
        study.replace_subject(a_subject("S002", visits=(1,)))

        assert {item.key: item.stands for item in study.enrolments().lines}["S002"]

    assert given(trial) == before


def test_labels_are_in_the_vault_and_in_nothing_that_a_reader_gets(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments(None, parsed(LIST), "second drug", "Coordinator")
        study.undo_enrolments("looked wrong", "Coordinator")
        study.undo_enrolments("was right", "Coordinator")
    cases = given(trial)
    record(trial, cases["S001/2"], changed("1 ERO CAP", "4"))
    back_up(trial)
    copy = handed(trial, "copy")
    export_study(trial, trial.with_name("out"))

    labelled = (b"GROUP-ALPHA", b"GROUP-BETA")
    assert all(label in (trial / "vault.db").read_bytes() for label in labelled)
    files = [
        path
        for folder in (trial, copy, trial.with_name("out"))
        for path in folder.rglob("*")
        if path.is_file() and path.name != "vault.db"
    ]
    assert {"study.db", "readings.csv"} <= {path.name for path in files}
    assert [
        path for path in files for label in labelled if label in path.read_bytes() or label.decode() in path.name
    ] == []


def test_a_readers_copy_tells_nothing_of_enrolments(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("consecutive")
    cases = given(trial)

    copy = handed(trial, "copy")

    assert rows(copy, "SELECT DISTINCT enrolment, round FROM reading_case") == [(1, 1)]
    assert rows(copy, "SELECT subject FROM reading_case WHERE subject != code") == []
    assert rows(copy, "SELECT kind FROM act WHERE kind = 'enrolled'") == []
    assert not any(b"consecutive" in (copy / name).read_bytes() for name in ("study.db", "README.txt"))
    # S001/1 and S001/2 share visit 2: in the copy no file, series or UID is in both
    shared = "SELECT s.subject, i.uid, i.file FROM image i JOIN series s ON s.code = i.series"
    of_case: dict[str, set[object]] = {}
    for code, uid, file in rows(copy, shared):
        of_case.setdefault(str(code), set()).update({uid, file})
    assert of_case[cases["S001/1"]] & of_case[cases["S001/2"]] == set()
    assert len({len(of_case[cases[key]]) for key in ("S001/1", "S001/2", "S001/3", "S002/1")}) == 1


def test_what_is_read_in_a_copy_comes_back_to_its_enrolment(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("disjoint-pairs")
    cases = given(trial)
    copy = handed(trial, "copy")
    record(copy, cases["S001/2"], changed("2 ERO CAP", "3"))

    merge(trial, [copy])

    found = {item.key: item.reading.answers for item in study_readings(trial).readings}
    assert [len(found[key]) for key in ("S001", "S001/2")] == [0, 1]
    assert audit(trial).events == 1


def test_reading_one_enrolment_again_closes_it_and_not_the_other(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("disjoint-pairs")
    cases = given(trial)
    for key in ("S001/1", "S001/2"):
        read_whole(trial, cases[key])
    sign(trial, cases["S001/1"])
    sign(trial, cases["S001/2"])
    with CoordinatorStudy.open(trial) as study:
        (drawn,) = study.reread("ES", 1, seed=3)
    first, other = (cases[f"S001/{drawn.enrolment}"], cases[f"S001/{3 - drawn.enrolment}"])

    with ReaderStudy.open(trial, "ES") as reader:
        codes = {item.case for item in reader.worklist()}
    assert drawn.case in codes
    assert other in codes
    assert first not in codes


def test_repeats_and_disagreements_are_of_one_enrolment(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("disjoint-pairs")
    mine, theirs = given(trial), given(trial, "MO", seed=2)
    for key, grade in (("S001/1", "0"), ("S001/2", "4")):
        read_whole(trial, mine[key], {"1 ERO CAP": "4"})
        read_whole(trial, theirs[key], {"1 ERO CAP": grade}, reader="MO")
    with CoordinatorStudy.open(trial) as study:
        drawn = study.reread("ES", 2, seed=3)
    for item in drawn:
        read_whole(trial, item.case, {"1 ERO CAP": "4" if item.enrolment == 1 else "2"})

    found = disagreements(trial, None, "1")
    repeats = {pair.subject: pair for pair in finished_repeats(trial, "ES").pairs}

    assert [item.as_text() for item in found] == ["S001 visit 1 ERO CAP: ES 4, MO 0"]
    assert {key: pair.first == pair.repeat for key, pair in repeats.items()} == {"S001": True, "S001/2": False}
    with CoordinatorStudy.open(trial) as study:
        (settled,) = study.adjudicate("PK", ("ES", "MO"), "1", seed=4)
    assert (settled.subject, settled.enrolment) == ("S001", 1)


def test_two_enrolments_of_a_person_stand_apart_on_the_worklist(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", *(f"S{number:03}" for number in range(2, 20)))
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=FOUR))
        study.set_enrolments("disjoint-pairs")
        for seed in range(12):
            listed = [item.subject for item in study.assign(f"R{seed}", seed=seed)]
            first, second = (place for place, subject in enumerate(listed) if subject == "S001")
            assert second - first > 5


def test_an_enrolment_that_was_changed_in_the_table_is_found_by_the_audit(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_enrolments("disjoint-pairs")
    case = given(trial)["S001/2"]

    tamper(trial, "UPDATE reading_case SET enrolment = 3 WHERE subject = 'S001' AND enrolment = 2")

    with pytest.raises(RecordDamaged, match=f"case {case}"):
        audit(trial)


def test_a_hidden_order_is_kept_and_the_rule_goes_by_time(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial", order="hidden") as study:
        people = [Person(f"S{number:03}", f"key {number}", {}) for number in range(1, 9)]
        dates = [VisitIdentity(person.subject, visit, f"2026010{visit}", ()) for person in people for visit in FOUR]
        study.vault.save(people, dates, [], [])
        for person in people:
            study.replace_subject(a_subject(person.subject, visits=FOUR))
        study.set_enrolments("disjoint-pairs")
        study.assign("ES", seed=1)
        in_time = {(item.subject, item.number): item.visits for item in study.enrolments().lines}

    assert set(in_time.values()) == {(1, 2), (3, 4)}
    shown = {str(visits) for (visits,) in rows(tmp_path / "trial", "SELECT visits FROM reading_case")}
    # eight people whose visits all lay in the index as in time would be a draw of 1 in 24 ** 8
    assert shown != {"[1,2]", "[3,4]"}


@pytest.mark.parametrize("version", [11, 12])
def test_in_a_study_of_before_enrolments_each_case_is_of_the_first(tmp_path: Path, version: int) -> None:
    folder = a_study(tmp_path / "trial")
    shutil.copyfile(Path(__file__).parents[1] / "old" / f"study-{version:04}.db", folder / "study.db")

    assert audit(folder).events == 1
    assert rows(folder, "SELECT DISTINCT enrolment FROM reading_case") == [(None,)]
    assert {item.key for item in study_readings(folder).readings} == {"S001", "S002"}
    with CoordinatorStudy.open(folder) as study:
        assert [(item.key, item.visits, item.stands, item.readers) for item in study.enrolments().lines] == [
            ("S001", (1, 2), True, ("ES",)),
            ("S002", (1, 2), True, ("ES",)),
        ]
        before = rows(folder, "SELECT code FROM reading_case")
        assert len(study.assign("ES", seed=9)) == len(before)
