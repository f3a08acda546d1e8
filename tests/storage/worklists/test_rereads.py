"""Blind re-reads: who can draw them, when they come, and what the reader can't tell or open."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from scoring.design.draws import ALPHABET, LETTERS
from storage.audit.verification import audit
from storage.errors import StudyError, UnknownCase, UnknownReader
from storage.exporting.export import export_study
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_subject, an_assigned_study, changed, read_whole, record, tamper


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _reread(folder: Path, n: int, seed: int = 7, after_days: int = 0, at: str = "") -> tuple[Assignment, ...]:
    with CoordinatorStudy.open(folder) as study:
        return study.reread("ES", n, seed, after_days, at=_moment(at) if at else None)


def _worklist(folder: Path, at: str = "") -> tuple[str, ...]:
    moment = _moment(at) if at else datetime.now(UTC)
    with ReaderStudy.open(folder, "ES", clock=lambda: moment) as study:
        return tuple(entry.case for entry in study.worklist())


def _answered_at(folder: Path, case: str, moment: str) -> None:
    statement = f"UPDATE event SET at_utc = '{moment}' WHERE \"case\" = '{case}'"  # noqa: S608 - words of this file
    begun = f"UPDATE case_progress SET begun_at_utc = '{moment}' WHERE \"case\" = '{case}'"  # noqa: S608 - the same
    tamper(folder, statement, begun)


@pytest.fixture
def half_read(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """Six cases of ES; the first three are read completely, the fourth is begun."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=6)
    for case in cases[:3]:
        read_whole(folder, case)
    record(folder, cases[3], changed("1 ERO CAP", "3"))
    return folder, cases


def test_a_reread_is_a_new_case_of_round_2_for_a_subject_that_was_read_completely(
    half_read: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = half_read

    drawn = _reread(folder, 3)

    with CoordinatorStudy.open(folder) as study:
        first = {item.subject: item.case for item in study.assign("ES")}
        assert study.seeds() == {"ES": (1, 7)}
    assert {first[item.subject] for item in drawn} == set(cases[:3])
    assert {item.round for item in drawn} == {2}
    assert not {item.case for item in drawn} & set(cases)


def test_a_seed_and_a_vault_draw_the_same_cases_under_the_same_codes(tmp_path: Path) -> None:
    folder, cases = an_assigned_study(tmp_path / "one", subjects=8)
    for case in cases:
        read_whole(folder, case)
    shutil.copytree(folder, tmp_path / "same")

    drawn = _reread(folder, 4)

    assert _reread(tmp_path / "same", 4) == drawn


def test_codes_of_repeats_come_from_the_alphabet_of_all_codes(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read

    codes = [item.case for item in _reread(folder, 3)]

    assert all(code[0] in LETTERS and set(code) <= set(ALPHABET) and len(code) == 5 for code in codes)


@pytest.mark.parametrize(
    ("n", "says"),
    [
        (4, "4 re-reads: 3 cases of ES are read completely; ask for 1 to 3"),
        (0, "n 0: give 1 or more"),
        (-1, "n -1: give 1 or more"),
    ],
)
def test_a_number_that_cannot_be_drawn_is_refused_and_nothing_is_drawn(
    half_read: tuple[Path, tuple[str, ...]], n: int, says: str
) -> None:
    folder, cases = half_read

    with pytest.raises(StudyError) as refused:
        _reread(folder, n)

    assert str(refused.value) == says
    assert _worklist(folder) == cases


def test_where_nothing_is_read_completely_nothing_can_be_drawn(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial", subjects=2)

    with pytest.raises(StudyError, match="no case of ES is read completely yet"):
        _reread(folder, 1)


def test_a_reading_with_one_site_taken_back_is_not_complete(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    record(folder, cases[2], changed("2 TEN F4", "", before="0"))

    with pytest.raises(StudyError, match="2 cases of ES are read completely; ask for 1 to 2"):
        _reread(folder, 3)


def test_a_reader_without_a_worklist_has_no_rereads(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read

    with CoordinatorStudy.open(folder) as study, pytest.raises(UnknownReader, match="Reader 'MO' has no worklist"):
        study.reread("MO", 1)


@pytest.mark.parametrize("days", [-1, 3651])
def test_a_wait_that_cannot_be_meant_is_refused(half_read: tuple[Path, tuple[str, ...]], days: int) -> None:
    folder, _ = half_read

    with pytest.raises(StudyError, match=f"after {days} days: a whole number from 0 to 3650"):
        _reread(folder, 1, after_days=days)


def test_no_case_is_drawn_twice_and_a_second_call_says_what_is_left(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read
    first = _reread(folder, 2)

    with pytest.raises(StudyError) as refused:
        _reread(folder, 2)
    assert str(refused.value) == (
        "2 re-reads: 3 cases of ES are read completely and 2 of them drawn already; ask for 1 to 1"
    )

    second = _reread(folder, 1)
    assert len({item.subject for item in (*first, *second)}) == 3
    with pytest.raises(StudyError, match="3 of them drawn already; none is left"):
        _reread(folder, 1)


@pytest.mark.case(108)
@pytest.mark.parametrize("ask", ["case", "reading", "bookmark"])
def test_first_grades_are_closed_to_the_reader_in_the_words_for_any_unknown_case(
    half_read: tuple[Path, tuple[str, ...]], ask: str
) -> None:
    folder, cases = half_read
    _reread(folder, 3)

    with ReaderStudy.open(folder, "ES") as study:
        for case in (cases[0], "QQQQQ"):
            with pytest.raises(UnknownCase) as refused:
                getattr(study, ask)(case)
            assert str(refused.value) == f"Case '{case}' is not on the worklist of ES"


def test_first_grades_can_not_be_changed_any_more_once_they_are_to_be_read_again(
    half_read: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = half_read
    with ReaderStudy.open(folder, "ES") as open_before:
        _reread(folder, 3)

        with pytest.raises(UnknownCase):
            open_before.record(cases[0], [changed("1 ERO CAP", "3", before="0")], "room")
        with pytest.raises(UnknownCase):
            open_before.save_bookmark(cases[0], "{}")


@pytest.mark.case(108)
def test_first_grades_stay_closed_when_the_repeat_is_done(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    drawn = _reread(folder, 3)
    for item in drawn:
        read_whole(folder, item.case)

    assert set(_worklist(folder)) == {item.case for item in drawn} | set(cases[3:])


def test_a_reader_who_was_in_a_case_that_is_closed_is_sent_to_none(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    with ReaderStudy.open(folder, "ES") as study:
        study.save_bookmark(cases[0], "{}")
        assert study.last_case() == cases[0]

    _reread(folder, 3)

    with ReaderStudy.open(folder, "ES") as study:
        assert study.last_case() is None


@pytest.mark.case(109)
def test_what_the_reader_is_told_of_a_repeat_is_what_is_told_of_a_first_reading(
    half_read: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = half_read
    (repeat,) = _reread(folder, 1)

    with ReaderStudy.open(folder, "ES") as study:
        entries = {entry.case: entry for entry in study.worklist()}
        told = study.case(repeat.case), study.reading(repeat.case), study.bookmark(repeat.case)

        assert structs.astuple(entries[repeat.case])[1:] == (0, 86, "draft")
        assert structs.astuple(entries[cases[5]])[1:] == (0, 86, "draft")
        assert set(type(told[0]).__struct_fields__) == {"code", "images", "ordered", "visits"}
        assert told[0].visits == a_subject(repeat.subject).visits
        assert (dict(told[1].answers), told[2]) == ({}, None)


def test_repeats_stand_among_what_was_unread_when_they_were_drawn(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    repeats = {item.case for item in _reread(folder, 3, seed=2)}

    order = _worklist(folder)

    # the one that was begun comes first still; the first readings keep their order
    assert order[0] == cases[3]
    assert [case for case in order if case not in repeats] == list(cases[3:])
    assert set(order[1:]) == {*cases[4:], *repeats}


def test_reading_on_moves_nothing_on_the_worklist(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read
    _reread(folder, 3)
    before = _worklist(folder)

    for case in reversed(before[1:]):
        record(folder, case, changed("1 SYN RC", "1"))
        assert _worklist(folder) == before


def test_subjects_that_come_later_are_behind_and_move_nothing(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read
    _reread(folder, 3)
    before = _worklist(folder)

    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S099"))
        assigned = study.assign("ES", seed=3)

    assert _worklist(folder) == (*before, assigned[-1].case)


def test_a_clock_that_was_set_back_between_two_draws_moves_nothing(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read
    _reread(folder, 3)
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S099"))
        study.assign("ES", seed=3)
    before = _worklist(folder)

    tamper(folder, "UPDATE draw SET at_utc = '2020-01-01T00:00:00.000Z' WHERE id = 3")

    assert _worklist(folder) == before


@pytest.mark.parametrize(
    ("last_answer", "days", "due"),
    [
        # by hand: the first midnight UTC at least so many times 24 hours later
        ("2026-03-01T00:00:00.000Z", 1, "2026-03-02T00:00:00.000Z"),
        ("2026-03-01T00:00:00.001Z", 1, "2026-03-03T00:00:00.000Z"),
        ("2026-03-01T23:59:59.999Z", 1, "2026-03-03T00:00:00.000Z"),
        ("2028-02-27T12:00:00.000Z", 1, "2028-02-29T00:00:00.000Z"),
        ("2027-02-27T12:00:00.000Z", 1, "2027-03-01T00:00:00.000Z"),
        ("2027-12-31T12:00:00.000Z", 180, "2028-06-29T00:00:00.000Z"),
    ],
)
def test_a_repeat_appears_at_the_first_midnight_after_the_wait(
    tmp_path: Path, last_answer: str, days: int, due: str
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    _answered_at(folder, case, last_answer)

    (repeat,) = _reread(folder, 1, after_days=days, at=last_answer[:-1])

    assert repeat.due_at_utc == due
    just_before = datetime.fromisoformat(due).timestamp() - 0.001
    assert _worklist(folder, datetime.fromtimestamp(just_before, UTC).replace(tzinfo=None).isoformat()) == ()
    assert _worklist(folder, due[:-1]) == (repeat.case,)


def test_a_repeat_that_is_not_due_can_not_be_opened_or_graded(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    drawn = _reread(folder, 3, after_days=180)

    assert _worklist(folder) == cases[3:]
    with ReaderStudy.open(folder, "ES") as study, pytest.raises(UnknownCase, match="is not on the worklist of ES"):
        study.record(drawn[0].case, [changed("1 ERO CAP", "3")], "enter")


def test_the_wait_counts_from_each_cases_own_last_answer(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    for day, case in enumerate(cases[:3], 1):
        _answered_at(folder, case, f"2026-03-{day:02}T09:00:00.000Z")

    drawn = _reread(folder, 3, after_days=10, at="2026-03-05T09:00:00")

    with CoordinatorStudy.open(folder) as study:
        first = {item.subject: item.case for item in study.assign("ES")}
    assert {first[item.subject]: item.due_at_utc for item in drawn} == {
        cases[0]: "2026-03-12T00:00:00.000Z",
        cases[1]: "2026-03-13T00:00:00.000Z",
        cases[2]: "2026-03-14T00:00:00.000Z",
    }


def test_a_repeat_that_comes_later_stands_behind_all_that_was_begun_by_then(
    half_read: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = half_read
    for case in cases[:4]:
        _answered_at(folder, case, "2026-03-01T09:00:00.000Z")
    repeats = {item.case for item in _reread(folder, 3, after_days=10, at="2026-03-02T09:00:00")}
    record(folder, cases[4], changed("1 SYN RC", "1"))
    _answered_at(folder, cases[4], "2026-03-03T09:00:00.000Z")

    order = _worklist(folder, "2026-03-12T00:00:00")

    assert order[:2] == cases[3:5]
    assert set(order[2:]) == {cases[5], *repeats}


def test_a_clock_that_was_set_back_hides_no_repeat_that_has_no_wait(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = half_read
    drawn = _reread(folder, 3, at="2099-01-01T00:00:00")

    assert {item.case for item in drawn} <= set(_worklist(folder, "2020-01-01T00:00:00"))


def test_a_draw_is_on_disk_whole_or_not_at_all(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    with CoordinatorStudy.open(folder) as study:
        # planted while it is open, as a study that holds it wouldn't open; the file itself then refuses the third new
        # case, after two were taken
        tamper(
            folder,
            "CREATE TRIGGER breaks BEFORE INSERT ON reading_case WHEN (SELECT COUNT(*) FROM reading_case) >= 8 "
            "BEGIN SELECT RAISE(ABORT, 'planted'); END",
        )
        with pytest.raises(Exception, match="planted"):
            study.reread("ES", 3, 8)

    tamper(folder, "DROP TRIGGER breaks")
    assert _worklist(folder) == cases
    with CoordinatorStudy.open(folder) as study:
        assert study.seeds() == {"ES": (1,)}


def test_the_export_says_which_reading_is_a_repeat_and_where_it_stood(half_read: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = half_read
    drawn = _reread(folder, 2, seed=1)
    worklist = _worklist(folder)
    read_whole(folder, drawn[0].case, {"1 ERO CAP": "4"})

    export_study(folder, folder.parent / "out")

    text = (folder.parent / "out" / "scores.csv").read_bytes().decode()
    rows = [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["feature"] == "ERO"]
    (repeat,) = [row for row in rows if (row["case_code"], row["visit"], row["site"]) == (drawn[0].case, "V1", "CAP")]
    assert (repeat["subject_id"], repeat["round"], repeat["read_purpose"]) == (drawn[0].subject, "2", "INTRA_REPEAT")
    assert (repeat["score"], repeat["score_status"]) == ("4", "SCORED")
    places = {row["case_code"]: int(row["worklist_position"]) for row in rows}
    assert sorted(places.values()) == list(range(1, 9))
    assert [case for case in sorted(places, key=places.__getitem__) if case in cases] == list(cases)
    assert all(places[item.case] > 4 for item in drawn)
    # with this seed a first reading is behind both repeats: the place is not the order of drawing
    assert worklist[-1] == cases[-1]
    assert [case for case in sorted(places, key=places.__getitem__) if case in worklist] == list(worklist)
    assert audit(folder).events == 3 * 86 + 1 + 86
