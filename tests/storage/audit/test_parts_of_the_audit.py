"""Parts of the audit by themselves: rows that prove themselves, their order, what was signed first, disagreements."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from scoring.adjudication.rules import Scope
from scoring.readings import rounds
from scoring.readings.answers import format_answer, stored_answer
from scoring.readings.reading import Answer
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode
from scoring.values import replace
from storage.audit.diagnosis import of_file, of_study
from storage.audit.disagreements import Disagreement, by_sites, disagreements
from storage.audit.other_images import told
from storage.audit.proven_rows import in_order, of_rows, proven_rows
from storage.audit.resealing import append_act, append_event, rows_in_order
from storage.audit.signed_first import signed_before
from storage.audit.verification import verify
from storage.database import study_schema
from storage.database import study_schema as tables
from storage.database.engine import Store
from storage.errors import StudyError
from storage.record import acts, chain
from storage.record.acts import COORDINATOR, READER, Deed
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study, an_assigned_study, changed, key, read_whole, record
from tests.storage.taken_back import answer, case_of, taken_back


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ES has read the one subject, is to read it again, and MO has been given it, too."""
    made, cases = an_assigned_study(tmp_path_factory.mktemp("parts") / "trial")
    read_whole(made, cases[0], {"1 ERO CAP": "4"})
    with CoordinatorStudy.open(made) as study:
        study.reread("ES", 1, seed=3)
        study.assign("MO", seed=4)
    return made


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    opened = Store(folder / "study.db")
    yield opened
    opened.close()


@pytest.fixture
def study(store: Store) -> Iterator[Connection]:
    with taken_back(store) as connection:
        yield connection


def act(connection: Connection, kind: str, case: str) -> None:
    role = READER if kind == "signed" else COORDINATOR
    acts.append(connection, Deed(kind, role, {}, reader="ES", case=case))


# -- what was signed first


def _signed_before(connection: Connection) -> Mapping[str, Mapping[str, str]]:
    return {
        first: {again: format_answer(reading.answers[key("1 ERO CAP")]) for again, reading in repeats.items()}
        for first, repeats in signed_before(connection).items()
    }


def test_a_repeat_is_compared_with_what_was_signed_last_before_it_was_begun(study: Connection) -> None:
    first, again = case_of(study, "S001", round_=rounds.FIRST), case_of(study, "S001", round_=rounds.REREAD)
    for grades in ("4>5", "5>6"):
        act(study, "signed", first)
        act(study, "reopened", first)
        answer(study, first, "1 ERO CAP", grades)
    act(study, "signed", first)
    # nobody has begun it, so there is nothing to compare
    assert _signed_before(study) == {}
    answer(study, again, "1 ERO CAP", "3", round_=rounds.REREAD)
    act(study, "reopened", first)
    answer(study, first, "1 ERO CAP", "6>7")
    act(study, "signed", first)

    assert _signed_before(study) == {first: {again: "6"}}


def test_what_was_signed_after_a_repeat_was_begun_counts_where_nothing_was_signed_before(study: Connection) -> None:
    first, again = case_of(study, "S001", round_=rounds.FIRST), case_of(study, "S001", round_=rounds.REREAD)
    answer(study, again, "1 ERO CAP", "3", round_=rounds.REREAD)
    act(study, "signed", first)
    assert _signed_before(study) == {}
    act(study, "reopened", first)
    answer(study, first, "1 ERO CAP", "4>5")
    act(study, "signed", first)

    assert _signed_before(study) == {first: {again: "4"}}


def test_a_reading_that_was_never_signed_has_nothing_to_be_compared_with(study: Connection) -> None:
    answer(study, case_of(study, "S001", round_=rounds.REREAD), "1 ERO CAP", "3", round_=rounds.REREAD)
    act(study, "reopened", case_of(study, "S001", round_=rounds.FIRST))

    assert _signed_before(study) == {}


def test_cases_of_before_enrolments_were_counted_are_of_the_first(study: Connection) -> None:
    first, again = case_of(study, "S001", round_=rounds.FIRST), case_of(study, "S001", round_=rounds.REREAD)
    study.exec_driver_sql("DROP TRIGGER assignment_is_never_changed")
    act(study, "signed", first)
    answer(study, again, "1 ERO CAP", "3", round_=rounds.REREAD)
    act(study, "reopened", first)
    found = {first: {again: "4"}}

    for of_first, of_again, expected in ((None, None, found), (None, 1, found), (1, None, found), (None, 2, {})):
        for code, number in ((first, of_first), (again, of_again)):
            study.execute(
                update(tables.reading_case).where(tables.reading_case.c.code == code).values(enrolment=number)
            )
        assert _signed_before(study) == expected, (of_first, of_again)


# -- rows in order, and rows that prove themselves


def test_acts_come_behind_the_answer_that_they_stand_behind(study: Connection) -> None:
    first = case_of(study, "S001", round_=rounds.FIRST)
    act(study, "signed", first)
    answer(study, case_of(study, "S001", round_=rounds.REREAD), "1 ERO CAP", "3", round_=rounds.REREAD)
    act(study, "reopened", first)
    act(study, "signed", first)

    found = rows_in_order(study)

    assert [name for name, _ in found][-4:] == ["act", "event", "act", "act"]
    seen = 0
    for name, row in found:
        if name == "act":
            assert row["after_event"] == seen
        seen = row["seq"] if name == "event" else seen
    assert [row["seq"] for name, row in found if name == "event"] == list(range(1, seen + 1))
    numbers = [row["seq"] for name, row in found if name == "act"]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_row_that_is_put_behind_another_record_gets_its_number_link_clock_and_seal(study: Connection) -> None:
    last, end = chain.last(study, tables.event), chain.last(study, tables.act)
    event = dict(study.execute(select(tables.event).where(tables.event.c.seq == 1)).mappings().one())
    deed = dict(study.execute(select(tables.act).where(tables.act.c.seq == 2)).mappings().one())

    assert append_event(study, {**event, "at_utc": "2020-01-01T00:00:00.000Z"}, None) == last.seq + 1
    assert append_act(study, deed) == end.seq + 1

    moved = dict(study.execute(select(tables.event).order_by(tables.event.c.seq.desc()).limit(1)).mappings().one())
    assert (moved["seq"], moved["previous_hash"]) == (last.seq + 1, last.hash)
    assert moved["clock_back_ms"] == chain.clock_back_ms(last.at_utc, "2020-01-01T00:00:00.000Z")
    assert chain.seal(moved) == moved["hash"]
    done = dict(study.execute(select(tables.act).order_by(tables.act.c.seq.desc()).limit(1)).mappings().one())
    assert (done["seq"], done["previous_hash"]) == (end.seq + 1, end.hash)
    assert (done["after_event"], done["event_hash"]) == (moved["seq"], moved["hash"])
    assert chain.seal(done) == done["hash"]


def test_rows_that_prove_themselves_are_found_without_sql_and_an_edited_one_ends_the_row(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with contextlib.closing(sqlite3.connect(folder / "study.db")) as base:
        base.execute("VACUUM INTO ?", [str(copy)])
        (token,) = base.execute("SELECT token FROM study").fetchone()
        counts = [base.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("event", "act")]  # noqa: S608 - our names

    whole = proven_rows(copy, tmp_path)
    assert [len(whole.events), len(whole.acts)] == counts
    assert [len(in_order(table, whole.of(table), token)) for table in (tables.event, tables.act)] == counts
    assert in_order(tables.event, whole.events, "another study") == []

    with contextlib.closing(sqlite3.connect(copy)) as base, base:
        for name in study_schema.TRIGGERS:
            base.execute(f"DROP TRIGGER {name}")
        base.execute("UPDATE event SET after = '9' WHERE seq = 5")
    edited = proven_rows(copy, tmp_path)
    assert [len(edited.events), len(edited.acts)] == [counts[0] - 1, counts[1]]
    assert [row["seq"] for row in in_order(tables.event, edited.events, token)] == [1, 2, 3, 4]
    assert list(tmp_path.iterdir()) == [copy]


def test_a_row_of_before_is_shorter_and_one_that_is_too_short_too_long_or_of_bytes_proves_nothing() -> None:
    names = [column.name for column in tables.event.columns]
    fields: dict[str, Any] = dict.fromkeys(names) | dict.fromkeys(names[:12], "x") | {"seq": 7, "previous_hash": "p"}
    sealed = chain.seal(fields)
    # as SQLite keeps it: the number apart, and columns that came later left out; the hash is the thirteenth
    old = (None, *(fields[name] for name in names[1:12]), sealed)

    assert [dict(row)["seq"] for row in of_rows([(7, old)]).events.values()] == [7]
    assert of_rows([(8, old)]).events == {}
    assert of_rows([(7, old[:-1])]).events == {}
    assert [len(of_rows([(7, (*old, *[None] * more))]).events) for more in (len(names) - 13, len(names) - 12)] == [1, 0]
    assert of_rows([(7, (old[0], b"x", *old[2:]))]).events == {}
    assert of_rows([(7, (*old[:11], None, sealed))]).events == {}


# -- the whole audit


def test_a_head_that_was_noted_is_in_the_record_or_it_is_not_and_none_is_asked_for(study: Connection) -> None:
    scheme = shipped_scheme()
    first = case_of(study, "S001", round_=rounds.FIRST)
    head = chain.head(study).hash
    answer(study, first, "1 ERO CAP", "4>5")
    answer(study, first, "1 ERO CAP", "5>6")

    assert verify(study, scheme).contains is None
    assert verify(study, scheme, head).contains is True
    assert verify(study, scheme, chain.head(study).hash).contains is True
    assert verify(study, scheme, head[::-1]).contains is False
    done = verify(study, scheme)
    events = study.execute(select(func.count()).select_from(tables.event)).scalar_one()
    assert (done.events, done.head, done.clock_steps, done.longest_step_ms) == (events, chain.head(study).hash, 0, 0)


def test_a_merge_tells_of_answers_that_were_given_on_other_images_and_why_they_were_taken(study: Connection) -> None:
    for said in ({"C2": [1], "C1": [2]}, {}):
        acts.append(study, Deed("merged", COORDINATOR, {"sha256": "x", "other_images": said, "why": "looked at again"}))
    # a merge of before asked nobody, and here no row came with it
    acts.append(study, Deed("merged", COORDINATOR, {"sha256": "x"}))

    (found,) = told(study)

    assert (found.cases, found.why) == (("C1", "C2"), "looked at again")
    assert found.as_text() == (
        f"With the copy that was merged on {found.at_utc}, answers of C1, C2 were given on other images than the study "
        "had by then. Why they were taken: looked at again"
    )
    assert replace(found, why="").as_text().endswith("Nobody was asked: look at their grades")


# -- diagnosis


def test_where_nothing_is_wrong_or_nothing_is_there_nothing_is_said(folder: Path, tmp_path: Path) -> None:
    assert of_study(folder) is None
    assert of_study(tmp_path) is None


def test_what_is_wrong_with_a_study_is_said_in_a_line(tmp_path: Path) -> None:
    trial, cases = an_assigned_study(tmp_path / "trial")
    record(trial, cases[0], changed("1 ERO CAP", "4"))
    with contextlib.closing(sqlite3.connect(trial / "study.db")) as base, base:
        base.execute("CREATE TABLE more (a)")
    foreign = of_study(trial)
    with contextlib.closing(sqlite3.connect(trial / "study.db")) as base, base:
        base.execute("DROP TABLE more")
        for name in study_schema.TRIGGERS:
            base.execute(f"DROP TRIGGER {name}")
        base.execute("UPDATE event SET after = '9'")
        for made in study_schema.TRIGGERS.values():
            base.execute(made)
    edited = of_study(trial)
    (trial / "study.db").write_bytes(b"no database at all" * 100)
    unreadable = of_file(trial / "study.db", study_schema.metadata, study_schema.TRIGGERS, "put it back")

    assert foreign is not None
    assert "more" in foreign
    assert edited is not None
    assert edited.startswith("record row 1: its hash")
    assert unreadable is not None
    assert unreadable.startswith("The study's file is damaged")


# -- disagreements


def _given(word: str) -> Answer:
    found = stored_answer(word)
    assert found is not None
    return found


def test_a_disagreement_tells_both_answers_their_difference_and_who_settled_it() -> None:
    scale = shipped_scheme().feature(FeatureCode("ERO")).scale
    pair = (_given("3"), _given("1"))
    open_ = Disagreement("S001", 2, key("2 ERO CAP"), ("ES", "MO"), pair, Decimal(-2), scale)
    settled = Disagreement(
        "S001", 1, key("2 ERO CAP"), ("ES", "MO"), (pair[0], _given("AR")), None, scale, ("CH", _given("2"))
    )

    assert open_.as_text() == "S001/2 visit 2 ERO CAP: ES 3, MO 1"
    assert settled.as_text() == "S001 visit 2 ERO CAP: ES 3, MO AR; settled by CH 2"
    assert open_.as_json() == {
        "subject": "S001", "enrolment": 2, "visit": 2, "feature": "ERO", "site": "CAP",
        "answers": {"ES": "3", "MO": "1"}, "difference": -2.0, "settled": None,
    }  # fmt: skip
    assert settled.as_json()["difference"] is None
    assert settled.as_json()["settled"] == {"by": "CH", "answer": "2"}


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "one", ""])
def test_what_is_no_difference_is_no_threshold(text: str) -> None:
    with pytest.raises(StudyError, match="a difference of grades above 0"):
        by_sites(text)


def test_a_threshold_may_be_half_a_grade() -> None:
    rule = by_sites("0.5")

    assert (rule.scope, rule.least) == (Scope.SITE, Decimal("0.5"))


def test_where_two_readers_are_not_there_to_compare_those_that_are_are_named(tmp_path: Path) -> None:
    alone, _ = an_assigned_study(tmp_path / "one")
    nobody = a_study(tmp_path / "none", "S001")

    with pytest.raises(StudyError, match=r"this study has 1 \(ES\); say --readers A,B"):
        disagreements(alone, None, "1")
    with pytest.raises(StudyError, match=r"this study has 0 \(none\); say --readers A,B"):
        disagreements(nobody, None, "1")


def test_two_readers_are_compared_without_being_named_and_a_third_reading_that_is_whole_settles(tmp_path: Path) -> None:
    made, (of_es,) = an_assigned_study(tmp_path / "trial")
    with CoordinatorStudy.open(made) as coordinator:
        of_mo = coordinator.assign("MO", seed=4)[0].case
    read_whole(made, of_es, {"1 ERO CAP": "4", "1 ERO HAM": "1"})
    read_whole(made, of_mo, {"1 ERO CAP": "1"}, reader="MO")

    before = disagreements(made, None, "1")
    assert {str(item.key.site): item.settled for item in before} == {"CAP": None, "HAM": None}

    with CoordinatorStudy.open(made) as coordinator:
        third = coordinator.adjudicate("CO", ("ES", "MO"), "1", seed=3)[0].case
    # a reading that isn't whole settles nothing yet
    assert [item.settled for item in disagreements(made, ("ES", "MO"), "1")] == [None, None]
    read_whole(made, third, {"1 ERO CAP": "2", "1 ERO HAM": "1"}, reader="CO")

    settled = {str(item.key.site): item.settled for item in disagreements(made, ("ES", "MO"), "1")}
    assert {site: (one[0], format_answer(one[1])) for site, one in settled.items() if one} == {
        "CAP": ("CO", "2"),
        "HAM": ("CO", "1"),
    }
