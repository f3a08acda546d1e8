"""Record as it stands by acts and answers alone: exclusions, signatures, ends of the vault, findings, notes, the log.

Each test adds rows to one record of two readers, inside a transaction that is taken back.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from scoring.readings.answers import format_answer
from scoring.readings.case_states import State
from storage.acting import acting_as
from storage.database import study_schema as tables
from storage.errors import RecordDamaged, StudyError
from storage.record import (
    accepted_findings,
    acts,
    case_status,
    chain,
    grade_events,
    key_images,
    progress,
    record_log,
    side_records,
    study_lock,
    taken_cases,
    vault_ends,
)
from storage.record.acts import COORDINATOR, READER, Deed
from storage.record.vault_ends import VaultEnd
from storage.records import KeyImage, SiteNote
from tests.builders.studies import key
from tests.storage.taken_back import act, answer, case_of, count

WHY = "the wrist moved"


# -- acts


def test_an_act_of_another_role_and_of_no_kind_is_a_mistake_of_the_program(record: Connection) -> None:
    with pytest.raises(ValueError, match="signed is not for the coordinator"):
        act(record, "signed", {})
    with pytest.raises(KeyError):
        act(record, "praised", {})


def test_doing_the_same_again_adds_nothing_until_something_else_was_done(record: Connection) -> None:
    deed = Deed("identified", COORDINATOR, {"what": "names"})
    acts.append_once(record, deed)
    acts.append_once(record, deed)
    assert count(record, "identified") == 1

    acts.append_once(record, Deed("identified", COORDINATOR, {"what": "dates"}))
    acts.append_once(record, deed)
    assert count(record, "identified") == 3
    answer(record, case_of(record, "S001"), "1 ERO CAP", "1")
    acts.append_once(record, deed)
    assert count(record, "identified") == 4
    act(record, "locked", {})
    acts.append_once(record, Deed("unlocked", COORDINATOR, {}))
    assert count(record, "unlocked") == 1


def test_an_act_stands_behind_the_last_answer_and_the_record_went_through_every_head(record: Connection) -> None:
    heads = [chain.head(record)]
    answer(record, case_of(record, "S001"), "1 ERO CAP", "1")
    heads.append(chain.head(record))
    heads.append(act(record, "locked", {}))
    heads.append(act(record, "unlocked", {}))
    answer(record, case_of(record, "S001"), "1 ERO CAP", "1>2")
    heads.append(chain.head(record))

    acts_before = heads[0].acts
    assert [(head.events, head.acts - acts_before) for head in heads] == [(0, 0), (1, 0), (1, 1), (1, 2), (2, 2)]
    assert all(chain.went_through(record, head.events, head.hash) for head in heads)
    assert all(chain.went_through(record, head.events, head.hash[:12]) for head in heads)
    # of as many answers as there were then, and of no more than there are
    assert not chain.went_through(record, 2, heads[1].hash)
    assert not chain.went_through(record, 0, heads[1].hash)
    assert not chain.went_through(record, 3, heads[4].hash)
    assert not chain.went_through(record, 1, heads[1].hash[::-1])


def test_a_row_that_is_not_on_disk_as_it_was_written_is_told(record: Connection) -> None:
    answer(record, case_of(record, "S001"), "1 ERO CAP", "1")
    row = dict(record.execute(select(tables.event)).mappings().one())

    chain.check_stands(record, tables.event, row)
    with pytest.raises(RecordDamaged, match="row 1 of the record isn't on disk"):
        chain.check_stands(record, tables.event, row | {"after": "2"})


@pytest.mark.parametrize(
    ("before", "now", "back"),
    [
        ("2026-03-02T12:00:00.000Z", "2026-03-02T12:00:00.000Z", None),
        ("2026-03-02T12:00:00.000Z", "2026-03-02T12:00:00.001Z", None),
        ("2026-03-02T12:00:00.000Z", "2026-03-02T11:59:59.999Z", 1),
        ("2026-03-02T12:00:00.000Z", "2026-03-02T10:59:59.500Z", 3_600_500),
        ("", "2026-03-02T12:00:00.000Z", None),
    ],
)
def test_a_clock_that_went_back_is_told_in_milliseconds(before: str, now: str, back: int | None) -> None:
    assert chain.clock_back_ms(before, now) == back


# -- answers


def test_answers_stand_as_they_did_behind_any_number_and_those_of_other_cases_count_for_nothing(
    record: Connection,
) -> None:
    one, other = case_of(record, "S001"), case_of(record, "S002")
    first = answer(record, one, "1 ERO CAP", "1")
    answer(record, other, "1 ERO CAP", "9")
    second = answer(record, one, "1 ERO CAP", "1>2")
    third = answer(record, one, "1 ERO CAP", "2>")

    grades = [
        {at.site: format_answer(given) for at, given in grade_events.reading_as_of(record, one, seq).answers.items()}
        for seq in (first - 1, first, second - 1, second, third)
    ]
    assert grades == [{}, {"CAP": "1"}, {"CAP": "1"}, {"CAP": "2"}, {}]
    assert dict(grade_events.current_reading(record, one).answers) == {}


def test_a_case_is_begun_with_its_first_answer_by_its_own_reader(record: Connection) -> None:
    mine, theirs = case_of(record, "S001"), case_of(record, "S001", "MO")
    answer(record, mine, "1 ERO CAP", "1")
    begun = progress.begun(record, "ES")
    answer(record, mine, "1 ERO CAP", "1>")
    answer(record, theirs, "1 ERO CAP", "3", reader="MO")

    assert begun.keys() == {mine}
    # taken back, it stays begun, and since then
    assert progress.begun(record, "ES") == begun
    assert progress.begun(record, "MO").keys() == {theirs}
    rows = {row.case: row for row in record.execute(select(tables.case_progress))}
    assert (rows[mine].answered, rows[theirs].answered) == (0, 1)
    assert progress.from_events(record) == {code: (row.answered, row.begun_at_utc) for code, row in rows.items()}


def test_the_newest_note_counts_and_one_of_a_table_of_before_counts_less(record: Connection) -> None:
    case, at = case_of(record, "S001"), key("1 ERO CAP")
    side_records.append_note(record, "ES", case, at, SiteNote("faint", unsure=True))
    said = {"visit": 1, "feature": "ERO", "site": "CAP", "note": "old", "unsure": False, "at_utc": "2025"}
    act(record, "noted", said, READER, reader="ES", case=case)
    act(record, "noted", said | {"site": "HAM"}, READER, reader="ES", case=case)

    assert side_records.notes_of(record, case) == {
        at: SiteNote("faint", unsure=True),
        key("1 ERO HAM"): SiteNote("old"),
    }
    side_records.append_note(record, "ES", case, at, SiteNote())
    assert side_records.notes_of(record, case).keys() == {key("1 ERO HAM")}
    assert side_records.noted_cases(record) == {case}


def test_a_key_image_that_was_taken_away_is_gone_and_the_others_keep_their_order(record: Connection) -> None:
    case, at = case_of(record, "S001"), key("1 ERO CAP")
    images = [KeyImage(number, at, "ABCDEFGH", number, (1.0, 2.0, 3.0), 4.0, 5.0) for number in (1, 2, 3)]
    for image in images:
        key_images.keep(record, "ES", case, image)
    key_images.take_away(record, "ES", case, 2)
    key_images.take_away(record, "ES", case, 9)

    assert key_images.current(record, case) == (images[0], images[2])
    assert key_images.current(record, case_of(record, "S002")) == ()


# -- states


def test_a_case_was_amended_where_an_answer_changed_after_the_first_signature(record: Connection) -> None:
    amended, untouched, unsigned = (case_of(record, subject) for subject in ("S001", "S002", "S003"))
    for case in (amended, untouched, unsigned):
        answer(record, case, "1 ERO CAP", "1")
    for case in (amended, untouched):
        act(record, "signed", {}, READER, reader="ES", case=case)
    assert case_status.amended(record) == frozenset()

    for case in (amended, untouched):
        act(record, "reopened", {"why": WHY}, reader="ES", case=case)
    answer(record, amended, "1 ERO CAP", "1>2")
    answer(record, unsigned, "1 ERO CAP", "1>2")
    act(record, "signed", {}, READER, reader="ES", case=amended)

    assert case_status.amended(record) == {amended}
    states = case_status.of_reader(record, "ES")
    assert (states[amended].state, states[amended].reopened) == (State.SIGNED, 1)
    # the first signature stood behind the third answer
    assert (states[amended].first_signed_after, states[untouched].first_signed_after) == (3, 3)
    assert (states[untouched].state, states[untouched].status) == (State.REOPENED, "draft")
    assert case_status.of_case(record, unsigned).state is State.DRAFT
    assert study_lock.signed_cases(record) == {amended}


def test_a_parked_case_has_a_reason_and_a_moment_until_it_is_given_back(record: Connection) -> None:
    case = case_of(record, "S001")
    act(record, "parked", {"reason": "QU"}, READER, reader="ES", case=case)
    parked = case_status.of_case(record, case)
    act(record, "resolved", {"why": WHY}, case=case)
    given_back = case_status.of_case(record, case)

    assert (parked.reason, parked.since_utc != "", parked.status) == ("QU", True, "parked")
    assert (given_back.reason, given_back.since_utc, given_back.status) == ("", "", "draft")


def test_a_case_that_is_off_the_worklist_is_excluded_for_its_own_reader(record: Connection) -> None:
    mine, theirs = case_of(record, "S001"), case_of(record, "S001", "MO")
    taken_cases.take(record, "ES", [mine], WHY, {})

    assert case_status.of_reader(record, "ES")[mine].status == "excluded"
    assert case_status.of_reader(record, "MO") == {}
    assert case_status.of_all(record).keys() == {mine}
    assert case_status.of_case(record, theirs).status == "draft"
    assert taken_cases.standing(record).keys() == {mine}
    taken_cases.give_back(record, "ES", [mine], WHY)
    assert taken_cases.standing(record) == {}
    assert case_status.of_all(record) == {}


@pytest.mark.parametrize(
    ("why", "needed", "taken"),
    [("w" * 500, True, True), ("w" * 501, True, False), ("a\nb", True, False), ("", False, True), ("  ", True, False),
     ("", True, False), ("a\x07", False, False)],
)  # fmt: skip
def test_a_reason_is_one_line_of_at_most_500_characters(why: str, needed: bool, taken: bool) -> None:
    if taken:
        assert study_lock.checked_reason(f" {why} ", needed=needed) == why.strip()
    else:
        with pytest.raises(StudyError):
            study_lock.checked_reason(why, needed=needed)


# -- of the vault and of findings


def test_the_end_of_the_vault_is_noted_where_it_is_a_later_one(record: Connection) -> None:
    def due(*numbers: int) -> list[bool]:
        return [vault_ends.is_due(record, VaultEnd(number, "h")) for number in numbers]

    # a secret alone is not worth a note
    assert vault_ends.noted(record).last is None
    assert due(1, 2) == [False, True]
    vault_ends.note(record, VaultEnd(1, "h1"))
    vault_ends.note(record, VaultEnd(4, "h4"))
    vault_ends.note(record, VaultEnd(4, "h4"))
    vault_ends.note(record, VaultEnd(5, "h5"))
    assert vault_ends.noted(record).ends == (VaultEnd(4, "h4"), VaultEnd(5, "h5"))
    assert vault_ends.noted(record).last == VaultEnd(5, "h5")
    assert due(4, 5, 6) == [False, False, True]

    # rows that were taken as they stand begin anew, and so does a copy, of which nothing is known yet
    vault_ends.note_adopted(record, VaultEnd(2, "h2"), WHY, ["person S001"])
    assert vault_ends.noted(record).ends == (VaultEnd(2, "h2"),)
    assert due(2, 3) == [False, True]
    vault_ends.note_restored(record, "copy")
    assert (vault_ends.noted(record).ends, vault_ends.noted(record).last) == ((), None)
    assert due(0, 1) == [False, True]


def test_a_finding_stands_accepted_until_each_time_was_taken_back(record: Connection) -> None:
    accepted_findings.note(record, ["S002", "S001"], "b", stands=True)
    accepted_findings.note(record, ["S001"], "a", stands=True)
    accepted_findings.note(record, ["S001"], "a", stands=True)
    accepted_findings.note(record, ["S001"], "a", stands=False)
    accepted_findings.note(record, ["S002"], "b", stands=False)

    assert accepted_findings.current(record) == {"S001": ("a", "b")}
    assert acts.of_kind(record, "accepted")[0].said["subjects"] == ["S001", "S002"]


# -- the log

SHARED = {"share": None, "overlap": None, "named": None, "seed": 7}


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("allotted", SHARED, "seed 7"),
        ("allotted", SHARED | {"share": [1, 3], "overlap": 5, "named": 0},
         "share 1/3, overlap 5, among 0 that were named, seed 7"),
        ("assigned", {"cases": [1], "draw": {"seed": 7}}, "1 case, seed 7"),
        ("assigned", {"cases": [1, 2], "draw": {}}, "2 cases, seed "),
        ("taken_back", {"cases": ["C1", "C2"]}, "C1, C2"),
        ("given_back", {"cases": ["C1"]}, "C1"),
        ("excluded", {"cases": ["C1"]}, "1 unread case leaves"),
        ("excluded", {"cases": []}, "0 unread cases leave"),
        ("included", {"cases": ["C1"]}, "1 unread case is back"),
        ("included", {"cases": ["C1", "C2"]}, "2 unread cases are back"),
        ("enrolled", {"rule": "first and last", "listed": {}}, "first and last"),
        ("enrolled", {"rule": "first and last", "listed": {"S1": 1}}, "first and last, 1 subject as listed"),
        ("enrolled", {"rule": "first and last", "listed": {"S1": 1, "S2": 1}},
         "first and last, 2 subjects as listed"),
        ("locked", {"incomplete": 0, "unsigned": 0}, ""),
        ("locked", {"incomplete": 2, "unsigned": 3}, "2 incomplete, 3 unsigned"),
        ("beside", {"sites": []}, "none any more: it is read blind"),
        ("beside", {"sites": [1]}, "1 site"),
        ("beside", {"sites": [1, 2]}, "2 sites"),
        ("reported", {"reports": [1], "mapping_sha256": ""}, "1 report"),
        ("reported", {"reports": [1, 2], "mapping_sha256": "0123456789abcdef"}, "2 reports, mapping 0123456789ab"),
        ("figures_seen", {"open": 1}, "1 reading was open"),
        ("figures_seen", {"open": 2}, "2 readings were open"),
    ],
)  # fmt: skip
def test_the_log_tells_an_act_in_words(record: Connection, kind: str, said: dict[str, Any], told: str) -> None:
    act(record, kind, said)

    line = record_log.of_record(record)[-1]
    assert (line.what, line.told, line.who) == (record_log.WORDS[kind], told, "coordinator")


def test_the_log_tells_whom_an_act_is_about_and_who_did_it(record: Connection) -> None:
    act(record, "passphrase", {"sha256": None, "why": "forgotten"}, reader="ES")
    act(record, "staffed", {"person": {"id": "JS"}, "why": "she has come"})
    acting = acting_as.set("JS")
    act(record, "reopened", {"why": WHY}, reader="ES", case="C1")
    act(record, "excluded", {"what": "S001/2", "cases": []})
    acting_as.reset(acting)
    act(record, "signed", {}, READER, reader="ES", case="C1")
    act(record, "passphrase", {"sha256": "m"}, READER, reader="ES")
    act(record, "calibrated", {"cases": [1], "gates_sha256": "0123456789abcdef"}, READER, reader="ES")
    # what happens at every answer isn't told
    act(record, "noted", {}, READER, reader="ES", case="C1")

    lines = record_log.of_record(record)
    assert [(line.about, line.who, line.why) for line in lines[-7:]] == [
        ("ES", "coordinator", "forgotten"),
        ("", "coordinator", "she has come"),
        ("C1", "JS", WHY),
        ("S001/2", "JS", ""),
        ("C1", "ES", ""),
        ("", "ES", ""),
        ("", "ES", ""),
    ]
    assert lines[-1].told == "1 case, gates 0123456789ab"
    assert lines[0].what == "study made"
    assert len(lines[0].cells) == len(record_log.HEADERS)
    known = record.execute(select(func.count()).select_from(tables.act).where(tables.act.c.kind.in_(record_log.WORDS)))
    assert len(lines) == 1 + known.scalar_one()
