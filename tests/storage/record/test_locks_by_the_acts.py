"""Locks by acts and answers alone: what keeps a study open, and what stands when it is locked."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from scoring.readings.order import keys_in_reading_order
from scoring.schemes.load import shipped_scheme
from storage.errors import StudyError, StudyLocked
from storage.record import (
    exclusions,
    study_lock,
    taken_cases,
)
from storage.record.acts import READER
from tests.storage.taken_back import act, answer, case_of

WHY = "the wrist moved"


@pytest.fixture
def alone(record: Connection) -> str:
    """The one case that counts: other subjects are excluded, and the other reader's is taken back."""
    for subject in ("S002", "S003"):
        exclusions.exclude(record, subject, None, "", WHY)
    taken_cases.take(record, "MO", [case_of(record, "S001", "MO")], WHY, {})
    return case_of(record, "S001")


def test_a_study_is_locked_when_the_readings_that_count_are_whole_and_signed(record: Connection, alone: str) -> None:
    scheme = shipped_scheme()
    with pytest.raises(StudyError, match=r"^1 of 1 readings lack answers, 1 of 1 readings aren't signed"):
        study_lock.lock(record, scheme)
    places = [f"{at.visit} {at.feature} {at.site}" for at in keys_in_reading_order(scheme)]
    for place in places[1:]:
        answer(record, alone, place, "0")
    with pytest.raises(StudyError, match=r"^1 of 1 readings lack answers"):
        study_lock.lock(record, scheme)
    answer(record, alone, places[0], "0")
    with pytest.raises(StudyError, match=r"^0 of 1 readings lack answers, 1 of 1 readings aren't signed"):
        study_lock.lock(record, scheme)
    with pytest.raises(StudyError, match="Give the reason"):
        study_lock.lock(record, scheme, incomplete=True)
    act(record, "signed", {}, READER, reader="ES", case=alone)

    held = study_lock.lock(record, scheme)

    assert (held.readings, held.incomplete, held.unsigned, held.why) == (1, 0, 0, "")
    with pytest.raises(StudyLocked):
        study_lock.lock(record, scheme)
    with pytest.raises(StudyError, match="Give the reason"):
        study_lock.unlock(record, " ")
    study_lock.unlock(record, WHY)
    with pytest.raises(StudyError, match="The study isn't locked"):
        study_lock.unlock(record, WHY)


def test_a_signed_reading_that_lacks_answers_keeps_a_study_open_until_there_is_a_reason(
    record: Connection, alone: str
) -> None:
    act(record, "signed", {}, READER, reader="ES", case=alone)

    with pytest.raises(StudyError, match=r"^1 of 1 readings lack answers, 0 of 1 readings aren't signed"):
        study_lock.lock(record, shipped_scheme())
    with pytest.raises(StudyError, match="Give the reason"):
        study_lock.lock(record, shipped_scheme(), incomplete=True)
    held = study_lock.lock(record, shipped_scheme(), why=WHY, incomplete=True)
    assert held.as_json() == {
        "at_utc": held.at_utc, "why": WHY, "readings": 1, "incomplete": 1, "unsigned": 0
    }  # fmt: skip


def test_where_no_reading_counts_there_is_nothing_to_lock(record: Connection, alone: str) -> None:
    taken_cases.take(record, "ES", [alone], WHY, {})

    with pytest.raises(StudyError, match="nothing to lock"):
        study_lock.lock(record, shipped_scheme())
