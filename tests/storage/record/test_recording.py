"""The reader's door: what is recorded is on disk, what is refused changed nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.errors import AnswerRefused
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Reading
from scoring.schemes.load import shipped_scheme
from storage.audit.verification import audit
from storage.errors import StaleAnswer, StudyError
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key, record


@pytest.fixture
def study(tmp_path: Path) -> Iterator[ReaderStudy]:
    folder, _ = an_assigned_study(tmp_path / "trial", subjects=2)
    with ReaderStudy.open(folder, "ES") as opened:
        yield opened


def _first_case(study: ReaderStudy) -> str:
    return study.worklist()[0].case


def test_a_recorded_answer_is_there_when_the_study_is_opened_again(study: ReaderStudy) -> None:
    case = _first_case(study)

    study.record(case, [changed("1 ERO CAP", "10"), changed("2 SYN IC-CMC", "OT:wrist in a cast")], "room")

    with ReaderStudy.open(study.path, "ES") as again:
        assert dict(again.reading(case).answers) == {
            key("1 ERO CAP"): answer("10"),
            key("2 SYN IC-CMC"): answer("OT:wrist in a cast"),
        }


def test_the_answers_of_one_case_are_not_those_of_another(study: ReaderStudy) -> None:
    first, second = (item.case for item in study.worklist())

    study.record(first, [changed("1 ERO CAP", "3")], "room")

    assert dict(study.reading(second).answers) == {}


def test_a_cleared_answer_is_blank_and_its_history_stays(study: ReaderStudy) -> None:
    case = _first_case(study)
    study.record(case, [changed("1 ERO CAP", "3")], "room")

    study.record(case, [changed("1 ERO CAP", "", before="3")], "enter")

    assert study.reading(case) == Reading()
    assert [(row["before"], row["after"], row["source"]) for row in _rows(study.path)] == [
        ("", "3", "room"),
        ("3", "", "enter"),
    ]


def test_a_change_from_an_answer_that_no_longer_stands_is_refused_with_what_stands(study: ReaderStudy) -> None:
    case = _first_case(study)
    study.record(case, [changed("1 ERO CAP", "3")], "room")

    with pytest.raises(StaleAnswer) as caught:
        study.record(case, [changed("1 ERO CAP", "4")], "room")

    assert "ERO.CAP" in str(caught.value)
    assert "is 3 on disk and was blank here" in str(caught.value)
    assert study.reading(case).answer(key("1 ERO CAP")) == answer("3")


@pytest.mark.parametrize("bad", [changed("1 ERO CAP", "11"), changed("1 ERO CAP", "3", before="2")])
def test_one_refused_change_leaves_all_of_them_out(study: ReaderStudy, bad: AnswerChanged) -> None:
    case = _first_case(study)

    with pytest.raises((AnswerRefused, StaleAnswer)):
        study.record(case, [changed("1 ERO HAM", "3"), bad], "room")

    assert study.reading(case) == Reading()
    assert _rows(study.path) == []


def test_a_source_that_is_neither_room_nor_enter_is_refused(study: ReaderStudy) -> None:
    with pytest.raises(StudyError, match="source 'paper': room or enter"):
        study.record(_first_case(study), [changed("1 ERO CAP", "3")], "paper")


def test_events_are_numbered_without_a_gap_over_all_cases(study: ReaderStudy) -> None:
    first, second = (item.case for item in study.worklist())
    study.record(first, [changed("1 ERO CAP", "3"), changed("1 ERO HAM", "3")], "room")
    with pytest.raises(StaleAnswer):
        study.record(first, [changed("1 ERO CAP", "4")], "room")

    study.record(second, [changed("1 ERO CAP", "3")], "room")

    assert [row["seq"] for row in _rows(study.path)] == [1, 2, 3]


def test_the_chain_of_hashes_is_the_one_that_is_documented(study: ReaderStudy) -> None:
    # Recomputed here from the description alone: SHA-256 of previous hash, line feed, canonical JSON of the rest that
    # isn't NULL.
    study.record(_first_case(study), [changed("1 ERO CAP", "3"), changed("1 ERO HAM", "OT:ü")], "room")

    previous = None
    for row in _rows(study.path):
        rest = {name: row[name] for name in row if name not in {"previous_hash", "hash"} and row[name] is not None}
        text = row["previous_hash"] + "\n" + json.dumps(rest, sort_keys=True, separators=(",", ":"))
        assert sha256(text.encode()).hexdigest() == row["hash"]
        assert previous in {None, row["previous_hash"]}
        previous = row["hash"]


def test_the_place_and_the_last_case_are_remembered(study: ReaderStudy) -> None:
    first, second = (item.case for item in study.worklist())
    assert (study.bookmark(first), study.last_case()) == (None, None)

    study.save_bookmark(first, '{"slice": 3}')
    study.save_bookmark(second, "there")
    study.save_bookmark(first, '{"slice": 4}')

    with ReaderStudy.open(study.path, "ES") as again:
        assert (again.bookmark(first), again.bookmark(second), again.last_case()) == ('{"slice": 4}', "there", first)


def test_an_answer_brings_the_place_to_go_on_at_and_a_refused_one_leaves_it(study: ReaderStudy) -> None:
    case = _first_case(study)
    study.record(case, [changed("1 ERO CAP", "3")], "room", resume_at="after the capitate")
    with pytest.raises(StaleAnswer):
        study.record(case, [changed("1 ERO CAP", "4")], "room", resume_at="nowhere")

    assert study.bookmark(case) == "after the capitate"


def test_grading_in_the_room_makes_a_case_the_last_one_and_typing_lists_does_not(study: ReaderStudy) -> None:
    first, second = (item.case for item in study.worklist())

    study.record(first, [changed("1 ERO CAP", "3")], "room")
    study.record(second, [changed("1 ERO CAP", "3")], "enter")

    assert study.last_case() == first


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET after = '9' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 2",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 1",
        "REPLACE INTO event SELECT * FROM event WHERE seq = 2",
        (
            'INSERT INTO event SELECT seq + 5, at_utc, reader, "case", visit, feature, site, before, after, source, '
            "scheme_sha256, previous_hash, hash, role, round, design, design_sha256, clock_back_ms, "
            "place_sha256, viewing FROM event WHERE seq = 1"
        ),
    ],
)
def test_the_record_refuses_to_be_changed_or_removed_by_hand(study: ReaderStudy, statement: str) -> None:
    study.record(_first_case(study), [changed("1 ERO CAP", "3"), changed("1 ERO HAM", "4")], "room")
    connection = sqlite3.connect(study.path / "study.db")

    with pytest.raises(sqlite3.IntegrityError, match="the record only grows"):
        connection.execute(statement)

    connection.close()
    assert audit(study.path).events == 2


KEYS = keys_in_reading_order(shipped_scheme())[:5]
_WISHES = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(["", "0", "1", "3", "NC", "OT:cast", "undo"])), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=_WISHES)
def test_undo_is_a_new_change_and_replay_gives_the_same_reading(
    study: ReaderStudy, wishes: list[tuple[object, str]]
) -> None:
    case = _first_case(study)
    reading, before = study.reading(case), len(_rows(study.path))
    done: list[AnswerChanged] = []
    recorded = 0
    for where, wish in wishes:
        if wish == "undo":
            if not done:
                continue
            change = done.pop().inverse()
        else:
            change = AnswerChanged(where, reading.answer(where), answer(wish))  # type: ignore[arg-type] # from KEYS
            done.append(change)
        study.record(case, [change], "room")
        reading = reading.applied(change)
        recorded += 1

    assert study.reading(case) == reading
    assert len(_rows(study.path)) == before + recorded
    assert audit(study.path).events == before + recorded


@pytest.mark.case(76)
def test_recording_through_two_windows_keeps_both(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    with ReaderStudy.open(folder, "ES") as one, ReaderStudy.open(folder, "ES") as two:
        one.record(case, [changed("1 ERO CAP", "3")], "room")
        two.record(case, [changed("1 ERO HAM", "4")], "room")
        one.record(case, [changed("1 ERO CAP", "5", before="3")], "room")

        assert len(two.reading(case).answers) == 2
    assert audit(folder).events == 3


def test_recording_nothing_is_nothing(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")

    record(folder, case)

    assert audit(folder).events == 0


def _rows(folder: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(folder / "study.db")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM event ORDER BY seq")]
    connection.close()
    return rows
