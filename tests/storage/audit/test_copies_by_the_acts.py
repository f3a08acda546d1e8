"""Copies of readers by the acts that tell of them: what each shows, and of what there are other images by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.audit.reader_copies import HANDED, SHOWN, Edition, editions, is_copy, of_token
from storage.audit.shown_images import (
    cases_handed,
    changed_between,
    changed_cases,
    changed_since,
    copies_with_others,
    handed_acts,
    handed_as,
    of_subject,
    subjects_handed,
)
from storage.database.engine import Store
from storage.index import index_tables
from storage.record import acts
from storage.record.acts import COORDINATOR, READER, Act, Deed
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study
from tests.storage.taken_back import case_of, taken_back


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two subjects for ES and for MO."""
    folder = a_study(tmp_path_factory.mktemp("copies") / "trial", "S001", "S002")
    with CoordinatorStudy.open(folder) as study:
        study.assign("ES", seed=1)
        study.assign("MO", seed=2)
    opened = Store(folder / "study.db")
    yield opened
    opened.close()


@pytest.fixture
def study(store: Store) -> Iterator[Connection]:
    with taken_back(store) as connection:
        yield connection


def handed(connection: Connection, token: str, shown: Mapping[str, Any] | None = None, reader: str = "ES") -> Act:
    """The act of a copy; `shown` is None for one of an older program."""
    said: dict[str, Any] = {"token": token} if shown is None else {"token": token, SHOWN: dict(shown)}
    acts.append(connection, Deed(HANDED, COORDINATOR, said, reader=reader))
    return handed_acts(connection)[-1]


def indexed(connection: Connection, subject: str, digest: str) -> None:
    acts.append(connection, Deed("indexed", COORDINATOR, {"subject": subject, "sha256": digest}))


def other(shown: Mapping[str, Mapping[str, Any]], *visits: str) -> dict[str, Any]:
    """The same where some visits had other images."""
    return {number: {**said, "sha256": "another"} if number in visits else dict(said) for number, said in shown.items()}


def test_what_a_copy_shows_is_the_digest_and_the_series_of_each_visit_in_the_readers_planes(study: Connection) -> None:
    digests = index_tables.visit_digests(study, "S001", None)
    visits = index_tables.visits_of(study, "S001")

    shown = of_subject(study, "S001", (1, 2))

    assert shown == {
        str(visit.number): {"sha256": digests[visit.number], "series": [item.code for item in visit.series]}
        for visit in visits
    }
    assert of_subject(study, "S001", (2,)).keys() == {"2"}
    planes = {item.plane for visit in visits for item in visit.series}
    assert of_subject(study, "S001", (1,), frozenset(planes))["1"]["series"] == shown["1"]["series"]
    assert of_subject(study, "S001", (1,), frozenset({"none of them"}))["1"]["series"] == []


def test_the_visits_of_which_there_are_other_images_now_are_told_by_case(study: Connection) -> None:
    one, two = case_of(study, "S001"), case_of(study, "S002")
    first, second = of_subject(study, "S001", (1, 2)), of_subject(study, "S002", (1, 2))

    assert changed_since(study, handed(study, "a", {one: first, two: second})) == {}
    assert changed_since(study, handed(study, "b", {one: other(first, "2"), two: second})) == {one: (2,)}
    assert changed_since(study, handed(study, "c", {one: other(first, "1", "2"), two: other(second, "1")})) == {
        one: (1, 2), two: (1,)
    }  # fmt: skip
    assert [act.said["token"] for act in handed_acts(study)] == ["a", "b", "c"]
    assert handed_as(study, "b").seq == handed_acts(study)[1].seq
    assert cases_handed(study) == {one, two}
    assert subjects_handed(study) == {"S001", "S002"}


def test_of_a_copy_of_an_older_program_the_acts_of_the_index_tell_and_all_visits_are_meant(study: Connection) -> None:
    indexed(study, "S001", "before")
    act = handed(study, "old")
    mine = case_of(study, "S001")
    # what the reader was given behind it isn't in it
    said = {"draw": {"id": 9}, "cases": [["LATER", "S001", 1, 9, None, None, None, 1]]}
    acts.append(study, Deed("assigned", COORDINATOR, said, reader="ES"))
    assert cases_handed(study) == {mine, case_of(study, "S002")}

    indexed(study, "S001", "before")
    assert changed_since(study, act) == {}
    indexed(study, "S001", "behind")
    indexed(study, "S003", "new")
    assert changed_since(study, act) == {mine: (1, 2)}
    last = acts.of_kind(study, "indexed")[-2].seq
    assert changed_between(study, act, last) == {}
    assert changed_between(study, act, last + 1) == {mine: (1, 2)}
    indexed(study, "S001", "before")
    assert changed_since(study, act) == {}


def test_the_last_copy_of_a_case_counts_and_a_signed_case_is_of_no_account(study: Connection) -> None:
    one, two, theirs = case_of(study, "S001"), case_of(study, "S002"), case_of(study, "S001", "MO")
    first, second = of_subject(study, "S001", (1, 2)), of_subject(study, "S002", (1, 2))
    handed(study, "a", {two: other(second, "1"), one: other(first, "2")})
    handed(study, "b", {theirs: other(first, "1")}, reader="MO")

    found = changed_cases(study)
    assert [(item.subject, item.case, item.reader, item.visits) for item in found] == sorted(
        [("S001", one, "ES", (2,)), ("S001", theirs, "MO", (1,)), ("S002", two, "ES", (1,))]
    )
    days = {act.said["token"]: act.at_utc[:10] for act in handed_acts(study)}
    assert copies_with_others(study, "S001") == (("ES", days["a"]), ("MO", days["b"]))
    assert copies_with_others(study, "S002") == (("ES", days["a"]),)

    handed(study, "c", {one: first})
    acts.append(study, Deed("signed", READER, {}, reader="MO", case=theirs))
    assert [item.case for item in changed_cases(study)] == [two]
    # every copy is told of, also the earlier one and that of a signed case
    assert copies_with_others(study, "S001") == (("ES", days["a"]), ("MO", days["b"]))


def test_an_edition_is_told_by_its_act_and_found_by_its_token(study: Connection) -> None:
    made = Edition("t1", "ES", 3, 9, "e", "a", 2, "d", b"\x01\x02", {"C1": {}})
    acts.append(study, made.deed())

    assert editions(study) == (made,)
    assert of_token(study, "t1") == made
    assert of_token(study, "t2") is None
    # what an older program wrote says nothing of what it shows
    older = acts.of_kind(study, HANDED)[0]
    said = {name: value for name, value in older.said.items() if name != SHOWN}
    acts.append(study, Deed(HANDED, COORDINATOR, said, reader="ES"))
    assert editions(study)[1].shown == {}
    assert not is_copy(study)
    acts.append(study, Deed("received", COORDINATOR, {}, reader="ES"))
    assert is_copy(study)
