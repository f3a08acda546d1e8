"""A commit that was reported as failed: true only where it is seen and the disk confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from scoring.readings.reading import AnswerChanged
from storage.audit.verification import audit
from storage.database.engine import Store
from storage.errors import NotSaved, StudyError
from storage.record.commit_check import answer_at, confirmed, head_at
from storage.record.study_file import open_study_file
from tests.builders.studies import an_assigned_study, changed, record


@pytest.fixture
def case(tmp_path: Path) -> str:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"))
    return case


@pytest.fixture
def store(case: str, tmp_path: Path) -> Iterator[Store]:
    assert case
    opened, _ = open_study_file(tmp_path / "trial")
    yield opened
    opened.close()


def _commits(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def test_what_cannot_be_seen_was_not_saved_and_nothing_is_written(store: Store) -> None:
    before = _commits(store)

    assert confirmed(store, lambda _: False) is False
    assert _commits(store) == before


def test_what_is_seen_is_confirmed_by_another_commit_behind_it(store: Store) -> None:
    before = _commits(store)

    assert confirmed(store, lambda _: True) is True
    assert _commits(store) == before + 1


def test_where_nothing_can_be_read_nothing_is_said_to_be_saved(store: Store) -> None:
    def gone(_: Connection) -> bool:
        message = "the folder is gone"
        raise StudyError(message)

    assert confirmed(store, gone) is False


def test_what_is_seen_on_a_disk_that_takes_nothing_more_is_not_certain(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> AbstractContextManager[Connection]:
        message = "Not saved: the disk is full. Nothing was changed."
        raise NotSaved(message)

    monkeypatch.setattr(store, "writing", full)

    with pytest.raises(NotSaved, match=r"^Not certain to be saved: the disk is full\. What is on disk now is shown\.$"):
        confirmed(store, lambda _: True)


@pytest.mark.parametrize(
    ("seq", "change", "there"),
    [
        (1, changed("1 ERO CAP", "3"), True),
        (2, changed("1 ERO CAP", "3"), False),
        (1, changed("1 ERO CAP", "4"), False),
        (1, changed("2 ERO CAP", "3"), False),
        (1, changed("1 ERO HAM", "3"), False),
        (1, changed("1 OST CAP", "3"), False),
    ],
    ids=["itself", "number", "grade", "visit", "site", "feature"],
)
def test_an_answer_is_there_when_number_case_place_and_grade_are(
    store: Store, case: str, seq: int, change: AnswerChanged, there: bool
) -> None:
    with store.reading() as connection:
        assert answer_at(case, seq, change)(connection) == there
        assert not answer_at("OTHER", seq, change)(connection)


def test_the_record_stands_at_its_own_last_act_and_at_no_other(store: Store, tmp_path: Path) -> None:
    noted = audit(tmp_path / "trial").head

    with store.reading() as connection:
        assert head_at(noted)(connection)
        assert not head_at("ab" * 32)(connection)
