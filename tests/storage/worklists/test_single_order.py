"""Order single: every scan a case of its own, mixed over visits and people, and joined again by person and visit."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings, finished_repeats, read_by_all
from tests.builders.sessions import grade
from tests.builders.studies import a_subject, changed, key, read_whole

PEOPLE = 8


@pytest.fixture
def single(tmp_path: Path) -> tuple[Path, tuple[Assignment, ...]]:
    """Eight people with two visits each, the study read by ES as single scans."""
    folder = tmp_path / "trial"
    with CoordinatorStudy.create(folder, order="single") as study:
        for number in range(1, PEOPLE + 1):
            study.replace_subject(a_subject(f"S{number:03}"))
        return folder, study.assign("ES", seed=1)


def _visit_of(folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(folder / "study.db")) as plain:
        return dict(plain.execute("SELECT code, visits FROM reading_case").fetchall())


def test_every_scan_is_a_case_that_tells_no_visit_and_the_two_of_a_person_lie_apart(
    single: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, cases = single

    assert len(cases) == 2 * PEOPLE
    visits = _visit_of(folder)
    assert sorted(visits.values()) == ["[1]"] * PEOPLE + ["[2]"] * PEOPLE
    people = [item.subject for item in cases]
    assert all(people[at + 1 : at + 6].count(person) == 0 for at, person in enumerate(people))
    # a reader who began with all baselines would know which visit each is
    assert len({visits[item.case] for item in cases[:PEOPLE]}) == 2
    with ReaderStudy.open(folder, "ES") as study:
        assert {tuple(visit.number for visit in study.case(item.case).visits) for item in cases} == {(1,)}
    audit(folder)


def test_both_scans_of_a_person_are_one_reading_with_change(single: tuple[Path, tuple[Assignment, ...]]) -> None:
    folder, cases = single
    visits = _visit_of(folder)
    with CoordinatorStudy.open(folder) as study:
        others = study.assign("MO", seed=2)
    for reader, given in (("ES", cases), ("MO", others)):
        for item in given:
            later = _visit_of(folder)[item.case] == "[2]"
            read_whole(folder, item.case, {"1 ERO CAP": "4" if later else "1"}, reader)

    study_ = coordinators_readings(folder)
    mine = study_.of("ES", 1)
    assert len(mine) == PEOPLE
    assert {item.reading.answer(key("2 ERO CAP")) for item in mine.values()} == {grade(4)}
    assert len(read_by_all(study_, ("ES", "MO")).cases) == PEOPLE
    assert disagreements(folder, ("ES", "MO"), "1") == ()
    assert len(visits) == 2 * PEOPLE


def test_a_scan_that_is_read_again_closes_its_own_case_and_leaves_the_other_of_the_person_open(
    single: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, cases = single
    first = cases[0]
    read_whole(folder, first.case)

    with CoordinatorStudy.open(folder) as study:
        (again,) = study.reread("ES", 1, seed=1, unit="scan")

    with ReaderStudy.open(folder, "ES") as study:
        listed = {entry.case for entry in study.worklist()}
    other = next(item.case for item in cases[1:] if item.subject == first.subject)
    assert first.case not in listed
    assert {again.case, other} <= listed
    read_whole(folder, again.case)
    (pair,) = finished_repeats(folder, "ES").pairs
    assert (pair.subject, pair.scan) == (first.subject, again.visits[0])
    audit(folder)


def test_a_third_reader_settles_scans_alone(single: tuple[Path, tuple[Assignment, ...]]) -> None:
    folder, cases = single
    with CoordinatorStudy.open(folder) as study:
        others = study.assign("MO", seed=2)
    person = cases[0].subject
    for reader, given, answer in (("ES", cases, "1"), ("MO", others, "5")):
        for item in (item for item in given if item.subject == person):
            read_whole(folder, item.case, {"1 ERO CAP": answer}, reader)

    with CoordinatorStudy.open(folder) as study:
        settled = study.adjudicate("CO", ("ES", "MO"), "1", seed=3)

    assert {item.subject for item in settled} == {person}
    assert sorted(_visit_of(folder)[item.case] for item in settled) == ["[1]", "[2]"]


def test_a_visit_that_comes_later_is_a_case_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    with CoordinatorStudy.create(folder, order="single") as study:
        study.replace_subject(a_subject("S001", visits=(1,)))
        study.assign("ES", seed=1)
        study.replace_subject(a_subject("S001"))
        study.assign("ES", seed=2)

    assert sorted(_visit_of(folder).values()) == ["[1]", "[2]"]


def _both_read(folder: Path, cases: tuple[Assignment, ...], person: str, differ: frozenset[str]) -> None:
    """ES and MO read both scans of a person; at the visits `differ` they give different grades."""
    with CoordinatorStudy.open(folder) as study:
        others = study.assign("MO", seed=2)
    visits = _visit_of(folder)
    for reader, given in (("ES", cases), ("MO", others)):
        for item in (item for item in given if item.subject == person):
            other = reader == "MO" and visits[item.case] in differ
            read_whole(folder, item.case, {"1 ERO CAP": "5" if other else "1"}, reader)


def test_a_third_reader_gets_the_scan_alone_on_which_two_differ(
    single: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, cases = single
    _both_read(folder, cases, cases[0].subject, frozenset({"[2]"}))

    with CoordinatorStudy.open(folder) as study:
        (settled,) = study.adjudicate("CO", ("ES", "MO"), "1", seed=3)
        again = study.adjudicate("CO", ("ES", "MO"), "1", seed=4)

    assert _visit_of(folder)[settled.case] == "[2]"
    assert [item.case for item in again] == [settled.case]
    audit(folder)


def test_a_scan_on_which_two_differ_later_is_given_beside_the_other_one_of_the_person(
    single: tuple[Path, tuple[Assignment, ...]],
) -> None:
    folder, cases = single
    _both_read(folder, cases, cases[0].subject, frozenset({"[2]"}))
    with CoordinatorStudy.open(folder) as study:
        study.adjudicate("CO", ("ES", "MO"), "1", seed=3)
    earlier = next(item for item in cases if item.subject == cases[0].subject and _visit_of(folder)[item.case] == "[1]")
    with ReaderStudy.open(folder, "ES") as door:
        door.record(earlier.case, [changed("1 ERO CAP", "9", "1")], "room")

    with CoordinatorStudy.open(folder) as study:
        settled = study.adjudicate("CO", ("ES", "MO"), "1", seed=4)

    assert sorted(_visit_of(folder)[item.case] for item in settled) == ["[1]", "[2]"]
