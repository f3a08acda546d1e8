"""A second visit that comes later: unread cases give way, what was read or handed over stays and is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.exporting.export import export_study
from storage.exporting.writing import Wish
from storage.handover.hand_over import hand_over
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings
from tests.builders.studies import a_study, a_subject, as_it_is, changed, read_whole, record, with_files


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Path, str]:
    """S001 with a lone visit, given to ES; the study and the case."""
    folder = a_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=(1,)))
        (case,) = study.assign("ES", seed=1)
    return folder, case.case


def _comes(folder: Path) -> None:
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001"))


def _visits(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "study.db")) as plain:
        return [row[0] for row in plain.execute("SELECT visits FROM reading_case ORDER BY reader, position")]


def _assigned(folder: Path, reader: str = "ES") -> tuple[Assignment, ...]:
    with CoordinatorStudy.open(folder) as study:
        return study.assign(reader, seed=3)


def test_an_unread_case_gives_way_to_one_of_both_visits_with_the_next_assignment(drawn: tuple[Path, str]) -> None:
    folder, case = drawn
    _comes(folder)
    with CoordinatorStudy.open(folder) as study:
        (left,) = study.visits_left_unread()
    assert (left.subject, left.visit, left.case, left.reader) == ("S001", 2, case, "ES")

    (pair,) = _assigned(folder)

    assert pair.case != case
    with ReaderStudy.open(folder, "ES") as study:
        assert [(entry.case, entry.wanted) for entry in study.worklist()] == [(pair.case, 86)]
    with CoordinatorStudy.open(folder) as study:
        assert study.visits_left_unread() == ()
        assert study.design().readers == ("ES",)
    assert _assigned(folder) == (pair,)
    read_whole(folder, pair.case)
    audit(folder)


def test_a_case_that_was_begun_stays_and_the_visit_is_given_as_a_scan_alone_and_change_joins_both(
    drawn: tuple[Path, str],
) -> None:
    folder, case = drawn
    read_whole(folder, case, {"1 ERO CAP": "2"})
    _comes(folder)

    (second,) = {item.case for item in _assigned(folder)} - {case}

    assert _visits(folder) == ["[1]", "[2]"]
    read_whole(folder, second, {"1 ERO CAP": "5"})
    joined = coordinators_readings(folder).of("ES", 1)["S001"]
    assert (joined.complete, joined.visits, len(joined.reading.answers)) == (True, (1, 2), 86)
    out = folder.parent / "out"
    export_study(folder, out, Wish())
    lines = (out / "changes.csv").read_text("utf-8").splitlines()
    heading = lines[0].split(",")
    rows = [dict(zip(heading, line.split(","), strict=True)) for line in lines[1:]]
    found = {row["case_code"]: row for row in rows if row["measure"] == "ERO.CAP"}
    assert found[case]["change_status"] == "NOT_APPLICABLE"
    told = [found[second][name] for name in ("change_status", "baseline", "follow_up", "change")]
    assert told == ["SCORED", "2", "5", "3"]
    audit(folder)


def test_each_readers_case_is_looked_at_by_itself(drawn: tuple[Path, str]) -> None:
    folder, case = drawn
    _assigned(folder, "MO")
    record(folder, case, changed("1 ERO CAP", "3"))
    _comes(folder)

    (pair,) = _assigned(folder, "MO")
    _assigned(folder)

    with ReaderStudy.open(folder, "MO") as study:
        assert [(entry.case, entry.wanted) for entry in study.worklist()] == [(pair.case, 86)]
    with ReaderStudy.open(folder, "ES") as study:
        assert sorted(entry.wanted for entry in study.worklist()) == [43, 43]


def test_a_case_in_a_readers_copy_stays_since_nobody_knows_whether_it_is_read(
    drawn: tuple[Path, str], tmp_path: Path
) -> None:
    folder, case = drawn
    with_files(folder)
    hand_over(folder, tmp_path / "out", as_it_is)
    _comes(folder)

    cases = _assigned(folder)

    assert case in {item.case for item in cases}
    assert _visits(folder) == ["[1]", "[2]"]


def test_pairs_alone_wait_for_the_second_visit(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.set_design("unit", "pair")
        study.replace_subject(a_subject("S001", visits=(1,)))
        assert study.assign("ES", seed=1) == ()
        study.replace_subject(a_subject("S001"))
        assert len(study.assign("ES", seed=1)) == 1
    assert _visits(folder) == ["[1,2]"]
