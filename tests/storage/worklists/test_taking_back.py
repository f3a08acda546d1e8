"""Taking back: unread cases leave a worklist and come back; what was begun stays, wherever it was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.readings import rounds
from storage.audit.verification import audit
from storage.audit.verified_readings import study_readings
from storage.errors import RecordDamaged, StudyError, StudyLocked, UnknownCase, UnknownReader
from storage.exporting.export import export_study
from storage.recovery.merge import merge
from storage.recovery.salvage import salvage
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.taking_back import ALL_UNREAD, TakenBack, Which
from tests.builders.editions import Trial, a_trial, handed, rows, sign
from tests.builders.servers.whole_record import content
from tests.builders.studies import a_study, changed, read_whole, record, tamper

WHY = "the reader has left"


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return a_trial(tmp_path / "trial")


def listed(folder: Path, reader: str = "ES") -> list[str]:
    with ReaderStudy.open(folder, reader) as study:
        return [entry.case for entry in study.worklist()]


def take(folder: Path, which: Which = ALL_UNREAD, reader: str = "ES", why: str = WHY) -> TakenBack:
    with CoordinatorStudy.open(folder) as study:
        return study.take_back(reader, which, why)


def give(folder: Path, which: Which = ALL_UNREAD, reader: str = "ES", why: str = "taken by mistake") -> TakenBack:
    with CoordinatorStudy.open(folder) as study:
        return study.give_back(reader, which, why)


def of_cases(*codes: str) -> Which:
    return Which(cases=frozenset(codes))


def test_what_is_unread_leaves_the_worklist_and_what_was_begun_stays(trial: Trial) -> None:
    folder, cases = trial
    one, two, three = (item.case for item in cases["ES"])
    record(folder, two, changed("1 ERO CAP", "1"))

    done = take(folder)

    assert (done.cases, done.begun) == ((one, three), 1)
    assert listed(folder) == [two]
    # nobody else's
    assert listed(folder, "MO") == [item.case for item in cases["MO"]]
    assert {item.case for item in study_readings(folder).readings if item.reader == "ES"} == {two}
    with CoordinatorStudy.open(folder) as study:
        assert [(line.reader, line.cases) for line in study.board()] == [("ES", 1), ("MO", 3)]
        (line,) = [line for line in study.record_log() if line.what == "unread cases taken back"]
    assert (line.about, line.told, line.why) == ("ES", f"{one}, {three}", WHY)
    assert audit(folder).events == 1


def test_an_answer_that_was_undone_a_note_and_a_parked_case_are_not_unread(trial: Trial) -> None:
    folder, cases = trial
    one, two, three = (item.case for item in cases["ES"])
    record(folder, one, changed("1 ERO CAP", "1"))
    record(folder, one, changed("1 ERO CAP", "", before="1"))
    with ReaderStudy.open(folder, "ES") as study:
        study.park(two, "ASK")

    with pytest.raises(StudyError, match=f"Case {one} \\(and 1 more\\) was begun or is parked, and stays"):
        take(folder, of_cases(one, two, three) if one < two else of_cases(one, three, two))
    assert take(folder).cases == (three,)


def test_a_parked_case_that_was_answered_can_be_taken_back(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    with ReaderStudy.open(folder, "ES") as study:
        study.park(case, "ASK")
    with CoordinatorStudy.open(folder) as study:
        study.resolve(case, "images were sent again")

    assert take(folder, of_cases(case)).cases == (case,)
    assert audit(folder).events == 0


def test_undo_puts_the_same_cases_back_where_they_were(trial: Trial) -> None:
    folder, cases = trial
    before = listed(folder)
    take(folder, of_cases(cases["ES"][0].case))
    take(folder, of_cases(cases["ES"][1].case))

    # the last first
    assert give(folder).cases == (cases["ES"][1].case,)
    assert give(folder).cases == (cases["ES"][0].case,)
    assert listed(folder) == before
    with pytest.raises(StudyError, match="Nothing that was taken back from ES is still away"):
        give(folder)
    assert audit(folder).events == 0


def test_a_case_that_is_on_a_readers_screen_takes_no_answer_once_it_was_taken_back(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    with ReaderStudy.open(folder, "ES") as room:
        room.case(case)
        take(folder, of_cases(case))

        with pytest.raises(UnknownCase, match="not on the worklist"):
            room.record(case, [changed("1 ERO CAP", "1")], "room")
    assert rows(folder, "SELECT count(*) FROM event") == [(0,)]


def test_the_subject_goes_to_another_reader_and_again_to_the_first_under_the_old_code(trial: Trial) -> None:
    folder, cases = trial
    item = cases["ES"][0]
    take(folder, Which(subjects=frozenset({item.subject})))
    with CoordinatorStudy.open(folder) as study:
        assert len(study.assign("ZZ")) == 3

        again = study.assign("ES")

    assert again == cases["ES"]
    assert listed(folder) == [item.case for item in cases["ES"]]
    assert audit(folder).events == 0


def test_a_reader_of_whom_all_was_taken_back_is_not_the_primary_reader_and_undo_makes_them_so(tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "trial", readers=("R11", "R1"))

    take(folder, reader="R11", why="typed by mistake for R1")

    with CoordinatorStudy.open(folder) as study:
        assert study.design().readers == ("R1",)
        assert [line.purpose for line in study.board() if line.reader == "R1"] == ["PRIMARY"]
    assert _purposes(folder, tmp_path / "out") == {("R1", "PRIMARY")}
    give(folder, reader="R11")
    with CoordinatorStudy.open(folder) as study:
        assert study.design().readers == ("R11", "R1")
    assert _purposes(folder, tmp_path / "again") == {("R11", "PRIMARY"), ("R1", "INTER")}
    assert len(cases["R11"]) == 3


def _purposes(folder: Path, out: Path) -> set[tuple[str, str]]:
    export_study(folder, out)
    lines = [line.split(",") for line in (out / "readings.csv").read_text("utf-8").splitlines()]
    reader, purpose = lines[0].index("reader_id"), lines[0].index("read_purpose")
    return {(line[reader], line[purpose]) for line in lines[1:]}


def test_a_study_is_locked_without_what_was_taken_back(trial: Trial) -> None:
    folder, cases = trial
    take(folder, reader="MO")
    case, *others = (item.case for item in cases["ES"])
    take(folder, of_cases(*others))
    read_whole(folder, case)
    sign(folder, case)

    with CoordinatorStudy.open(folder) as study:
        assert study.lock().readings == 1
    with pytest.raises(StudyLocked):
        give(folder)
    assert audit(folder).events == 86


def test_a_hidden_repeat_goes_and_comes_with_its_first_reading(tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "trial", subjects=14, every=4, readers=("ES",))
    repeat = next(item for item in cases["ES"] if item.round == rounds.DRIFT)
    first = next(item for item in cases["ES"] if (item.subject, item.round) == (repeat.subject, rounds.FIRST))
    before = listed(folder)

    done = take(folder, of_cases(first.case))

    assert set(done.cases) == {first.case, repeat.case}
    with CoordinatorStudy.open(folder) as study:
        study.assign("ES")
    assert listed(folder) == before
    # nor is a first reading taken from under a repeat that was begun
    record(folder, repeat.case, changed("1 ERO CAP", "1"))
    with pytest.raises(StudyError, match=f"Case {first.case} has a hidden repeat that was begun, and stays"):
        take(folder, of_cases(first.case))


def test_what_a_copy_read_of_it_meanwhile_is_held_until_the_case_is_given_back(trial: Trial) -> None:
    folder, cases = trial
    one, two, _ = (item.case for item in cases["ES"])
    copy = handed(folder, "es")
    read_whole(copy, one)
    sign(copy, one)
    record(copy, two, changed("1 ERO CAP", "1"))
    assert take(folder, of_cases(one)).in_copies == (one,)
    before = content(folder)

    with pytest.raises(StudyError) as refusal:
        merge(folder, [copy])

    assert str(refusal.value) == (
        f"Not merged: es, record row 1: case {one} was taken back from ES while the copy was out. To take what was "
        f"read of it, give it back first: ramris study take-back DIR --reader ES --undo --cases {one} --why TEXT"
    )
    assert content(folder) == before
    give(folder, of_cases(one))
    assert [(item.answers, item.acts) for item in merge(folder, [copy])] == [(87, 1)]
    assert audit(folder).events == 87


def test_a_copy_in_which_a_case_that_was_taken_back_is_still_unread_comes_home(trial: Trial) -> None:
    folder, cases = trial
    one, two, _ = (item.case for item in cases["ES"])
    copy = handed(folder, "es")
    record(copy, two, changed("1 ERO CAP", "1"))
    take(folder, of_cases(one))

    assert [item.answers for item in merge(folder, [copy])] == [1]

    assert one not in listed(folder)
    # and a copy that is made now doesn't show it
    with ReaderStudy.open(handed(folder, "new"), "ES") as study:
        assert one not in [entry.case for entry in study.worklist()]


def test_nothing_is_given_back_of_a_subject_that_was_excluded_since(trial: Trial) -> None:
    folder, cases = trial
    item = cases["ES"][0]
    take(folder, of_cases(item.case))
    with CoordinatorStudy.open(folder) as study:
        study.exclude(item.subject, None, "", "consent withdrawn")

    with pytest.raises(StudyError, match=f"{item.subject} is excluded, so its cases are given to nobody"):
        give(folder)

    with CoordinatorStudy.open(folder) as study:
        study.include(item.subject, None, "", "consent given again")
    assert item.case not in listed(folder)
    assert give(folder).cases == (item.case,)
    assert audit(folder).events == 0


@pytest.mark.parametrize(
    ("reader", "which", "why", "refusal"),
    [
        ("ES", ALL_UNREAD, " ", (StudyError, "Give the reason, for the record")),
        ("XX", ALL_UNREAD, WHY, (UnknownReader, "'XX' has no worklist here")),
        ("ES", Which(cases=frozenset({"ZZZZ"})), WHY, (UnknownCase, "'ZZZZ' isn't among the cases of ES")),
        ("ES", Which(subjects=frozenset({"S9", "S8"})), WHY, (UnknownCase, "'S8' .and 1 more. isn't among")),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_changed(
    trial: Trial, reader: str, which: Which, why: str, refusal: tuple[type[Exception], str]
) -> None:
    before = listed(trial[0])

    with pytest.raises(refusal[0], match=refusal[1]):
        take(trial[0], which, reader, why)
    assert listed(trial[0]) == before


def test_a_salvaged_study_has_the_cases_off_the_worklists_too(trial: Trial, tmp_path: Path) -> None:
    folder, cases = trial
    take(folder, of_cases(cases["ES"][0].case))

    done = salvage(folder, tmp_path / "new")

    assert done.doubts == ""
    assert rows(tmp_path / "new", "SELECT * FROM excluded_case") == [(cases["ES"][0].case,)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM excluded_case", "the case off the worklists .* is on the record and gone"),
        ("INSERT INTO excluded_case SELECT min(code) FROM reading_case WHERE reader = 'MO'", "isn't on the record"),
    ],
)
def test_an_audit_finds_a_case_that_left_or_came_back_behind_the_record(
    trial: Trial, statement: str, said: str
) -> None:
    take(trial[0], of_cases(trial[1]["ES"][0].case))

    tamper(trial[0], statement)

    with pytest.raises(RecordDamaged, match=said):
        audit(trial[0])


def test_an_audit_finds_an_answer_to_a_case_that_was_away(tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "trial", readers=("ES",))
    take(folder, of_cases(cases["ES"][0].case))
    # the guard of the worklist is gone; the door then takes the answer and seals it
    tamper(folder, "DELETE FROM excluded_case")
    record(folder, cases["ES"][0].case, changed("1 ERO CAP", "1"))

    with pytest.raises(RecordDamaged, match=r"record row 1: case .* was taken back before it"):
        audit(folder)


def test_a_study_without_readers_says_what_makes_a_worklist(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", "S001")

    with CoordinatorStudy.open(folder) as study, pytest.raises(UnknownReader, match="`ramris study assign` makes one"):
        study.give_back("ES", ALL_UNREAD, WHY)
