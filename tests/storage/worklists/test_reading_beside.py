"""A third reader sees two readings beside: as A and B, drawn for each case, and nothing tells whose they are."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from scoring.design.secret_seed import SecretSeed
from scoring.errors import DesignRefused
from scoring.readings.answers import format_answer
from scoring.readings.reading import AnswerChanged, SiteKey
from storage.adjudicating import other_readings
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.records import TAKEN, Beside, Sighting, Viewing
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, answer, as_it_is, changed, key, read_whole, record, with_files

# no other word of a study holds these
FIRST, SECOND, THIRD = "Qzorva", "Wexlum", "PK"
WORDS = "left by the reader Qzorva"
CAP = key("1 ERO CAP")


def _seen(folder: Path, reader: str, case: str, grade: str, at_mm: float) -> None:
    """Grade the capitate again where it was seen, in a window of the reader's own."""
    with ReaderStudy.open(folder, reader) as door:
        series = door.case(case).visits[0].series[0].code
        was = door.reading(case).answer(CAP)
        sighting = Sighting(series, 1, (at_mm, -2.5, 3.3), 17.25, 2345.75, "width_mm", 2.5, '{"width":"4,5"}')
        door.record(case, [AnswerChanged(CAP, was, answer(grade))], "room", [sighting])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of four subjects S001 to S003 differ: at the capitate, in the images; S003 also by a code with words."""
    folder = with_files(a_study(tmp_path_factory.mktemp("beside") / "trial", "S001", "S002", "S003", "S004"))
    with CoordinatorStudy.open(folder) as study:
        study.set_design("adjudicating", "beside")
        cases = {name: {item.subject: item.case for item in study.assign(name, seed=1)} for name in (FIRST, SECOND)}
    for subject, one, two in (("S001", "3", "5"), ("S002", "2", "4"), ("S003", "1", "6"), ("S004", "1", "1")):
        for reader, grade, at_mm in ((FIRST, one, 11.5), (SECOND, two, 22.5)):
            case = cases[reader][subject]
            more = {"2 ERO HAM": f"OT:{WORDS}"} if (subject, reader) == ("S003", FIRST) else {}
            read_whole(folder, case, {"1 ERO CAP": "0", **more}, reader)
            _seen(folder, reader, case, grade, at_mm)
    return folder


@pytest.fixture
def trial(made: Path, tmp_path: Path) -> Path:
    """The same study, a copy for each test."""
    return shutil.copytree(made, tmp_path / "trial")


def _given(trial: Path, seed: int = 1) -> dict[str, str]:
    with CoordinatorStudy.open(trial) as study:
        return {item.subject: item.case for item in study.adjudicate(THIRD, None, "", seed=seed)}


def _beside(folder: Path, case: str) -> Beside:
    with ReaderStudy.open(folder, THIRD) as door:
        return door.beside(case)


def _told(found: Beside, at: SiteKey = CAP) -> list[object]:
    return [getattr(item.answer, "grade", None) or getattr(item.answer, "code", None) for item in found[at]]


def test_both_readings_stand_beside_the_sites_that_are_settled_and_beside_no_other(trial: Path) -> None:
    given = _given(trial)

    assert set(given) == {"S001", "S002", "S003"}
    assert {subject: set(_beside(trial, case)) for subject, case in given.items()} == {
        "S001": {CAP},
        "S002": {CAP},
        "S003": {CAP, key("2 ERO HAM")},
    }
    assert sorted(map(int, map(str, _told(_beside(trial, given["S001"]))))) == [3, 5]
    assert {item.point_mm for item in _beside(trial, given["S001"])[CAP]} == {(11.5, -2.5, 3.3), (22.5, -2.5, 3.3)}
    assert audit(trial).events == 8 * 86 + 8


def test_the_design_says_at_which_sites_and_blind_shows_none(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_design("adjudicating", "beside-all", "amendment 1")
    given = _given(trial)
    assert {len(_beside(trial, case)) for case in given.values()} == {86}

    with CoordinatorStudy.open(trial) as study:
        study.set_design("adjudicating", "blind", "amendment 2")
        with pytest.raises(DesignRefused, match=r"adjudicating 'both': blind, beside .* or beside-all"):
            study.set_design("adjudicating", "both", "amendment 3")
    # what nobody has begun follows the design at the next draw
    assert _given(trial, seed=2) == given
    assert {len(_beside(trial, case)) for case in given.values()} == {0}


def test_a_case_that_was_begun_or_handed_over_keeps_what_it_showed(trial: Path, tmp_path: Path) -> None:
    given = _given(trial)
    record(trial, given["S001"], changed("1 ERO CAP", "4"), reader=THIRD)
    with CoordinatorStudy.open(trial) as study:
        study.set_design("adjudicating", "blind", "amendment 1")
    _given(trial, seed=2)
    assert [len(_beside(trial, given[subject])) for subject in ("S001", "S002", "S003")] == [1, 0, 0]

    hand_over(trial, tmp_path / "pk", as_it_is, THIRD)
    with CoordinatorStudy.open(trial) as study:
        study.set_design("adjudicating", "beside", "amendment 2")
    _given(trial, seed=3)
    assert [len(_beside(trial, given[subject])) for subject in ("S001", "S002", "S003")] == [1, 0, 0]


def test_a_first_reading_that_was_amended_before_the_third_began_is_shown_as_amended(trial: Path) -> None:
    given = _given(trial)
    with closing(sqlite3.connect(trial / "study.db")) as connection:
        query = "SELECT code FROM reading_case WHERE reader = ? AND subject = 'S001'"
        (case,) = connection.execute(query, [FIRST]).fetchone()
    record(trial, case, changed("1 ERO CAP", "8", "3"), reader=FIRST)
    _given(trial, seed=2)

    assert sorted(map(int, map(str, _told(_beside(trial, given["S001"]))))) == [5, 8]


def test_a_programs_reading_is_shown_to_nobody(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.assign("NET1", seed=4)
        study.note_program("NET1", "WristNet", "1.2", "ab" * 32)
        with pytest.raises(StudyError, match="NET1 is a program, whose readings are shown to nobody"):
            study.adjudicate(THIRD, (FIRST, "NET1"), "")


def _every_text(folder: Path) -> Iterator[str]:
    """Whatever stands in the copy: names of files, and every cell of every table."""
    for file in folder.rglob("*"):
        yield str(file.relative_to(folder))
        if file.suffix not in {".dcm", ".db"} and file.is_file():
            yield file.read_bytes().decode("utf-8", "replace")
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - names of our tables
                yield from map(str, row)


@pytest.mark.case(109)
def test_the_adjudicators_copy_holds_the_grades_and_nothing_of_who_gave_them_when_or_in_which_words(
    trial: Path, tmp_path: Path
) -> None:
    given = _given(trial)
    with closing(sqlite3.connect(trial / "study.db")) as connection:
        theirs = "SELECT code FROM reading_case WHERE reader IN (?, ?)"
        codes = [row[0] for row in connection.execute(theirs, [FIRST, SECOND])]
        series = [row[0] for row in connection.execute("SELECT code FROM series")]
        events = connection.execute("SELECT at_utc, hash, place_sha256 FROM event").fetchall()
        windows = ["17.25", "2345.75"]

    hand_over(trial, tmp_path / "pk", as_it_is, THIRD)

    text = "\n".join(_every_text(tmp_path / "pk"))
    raw = (tmp_path / "pk" / "study.db").read_bytes().decode("latin-1")
    assert [_told(_beside(tmp_path / "pk", case)) for case in given.values()] == [
        _told(_beside(trial, case)) for case in given.values()
    ]
    forbidden = [FIRST, SECOND, WORDS, *codes, *series, *windows, *{cell for row in events for cell in row if cell}]
    assert [word for word in forbidden if word in text or word in raw] == []
    # the case that the two agree on isn't there, and no site that they agree on
    held = [json.loads(cell) for cell in _every_text(tmp_path / "pk") if cell.startswith('{"sites"')]
    assert sorted(len(item["sites"]) for item in held) == [1, 1, 2]
    assert set().union(*(one for item in held for site in item["sites"] for one in site[3:])) == {
        "answer",
        "series",
        "slice",
        "point_mm",
    }


def test_what_was_taken_comes_home_and_stands_in_the_final_table(trial: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_design("final", "adjudicator", "as the protocol says")
    given = _given(trial)
    hand_over(trial, tmp_path / "pk", as_it_is, THIRD)
    copy, wanted = tmp_path / "pk", dict[str, str]()
    for subject, by in (("S001", TAKEN["A"]), ("S002", TAKEN["B"]), ("S003", "")):
        read_whole(copy, given[subject], {}, THIRD)
        two = _beside(copy, given[subject])[CAP]
        given_now = two[int(by == TAKEN["B"])].answer if by else answer("9")
        wanted[subject] = format_answer(given_now)
        change = AnswerChanged(CAP, answer("0"), given_now)
        with ReaderStudy.open(copy, THIRD) as door:
            door.record(given[subject], [change], "room", viewings=[Viewing(by=by, beside=True)])
    merge(trial, [copy])

    export_study(trial, tmp_path / "csv")

    with (tmp_path / "csv" / "final.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines) if (row["visit"], row["site"], row["feature"]) == ("V1", "CAP", "ERO")
        ]
    assert {row["subject_id"]: row["adjudicator_took"] for row in rows} == {
        "S001": "A",
        "S002": "B",
        "S003": "OWN",
        "S004": "",
    }
    assert {row["subject_id"]: row["final"] for row in rows if row["subject_id"] != "S004"} == wanted
    with (tmp_path / "csv" / "scores.csv").open(encoding="utf-8", newline="") as lines:
        mine = [row for row in csv.DictReader(lines) if (row["reader_id"], row["feature"]) == (THIRD, "ERO")]
    given_by = {row["subject_id"]: row["given_by"] for row in mine if (row["visit"], row["site"]) == ("V1", "CAP")}
    assert given_by == {"S001": "TAKEN_A", "S002": "TAKEN_B", "S003": "SINGLE"}
    assert audit(trial).events


def test_an_adjudicator_who_reads_blind_is_exported_as_blind(trial: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.set_design("adjudicating", "blind", "amendment 1")
        study.set_design("final", "adjudicator", "amendment 1")
    for case in _given(trial).values():
        read_whole(trial, case, {"1 ERO CAP": "7"}, THIRD)

    export_study(trial, tmp_path / "csv")

    with (tmp_path / "csv" / "final.csv").open(encoding="utf-8", newline="") as lines:
        assert {row["adjudicator_took"] for row in csv.DictReader(lines)} == {"", "BLIND"}


@pytest.mark.case(109)
def test_over_two_thousand_cases_neither_code_nor_place_in_a_list_tells_which_reader_is_a() -> None:
    secret = bytes(range(32))
    codes = [f"{number:05}" for number in range(2000)]
    first = {code: SecretSeed(1, secret).coin(f"beside {code}") for code in codes}

    ranks = {code: place for place, code in enumerate(sorted(codes))}
    yes, no = ([ranks[code] for code in codes if first[code] is side] for side in (True, False))
    area = mean((a > b) + 0.5 * (a == b) for a in yes for b in no)

    # 1,000 of 2,000 expected; 0.033 is three standard errors of a share, 0.039 of the area (Hanley and McNeil 1982)
    assert abs(len(yes) / 2000 - 0.5) < 0.034
    assert abs(area - 0.5) < 0.039
    # a neighbour's says nothing, nor does the same draw under another secret; another seed says the same
    assert abs(mean(first[a] is first[b] for a, b in pairwise(codes)) - 0.5) < 0.034
    other = {code: SecretSeed(1, bytes(32)).coin(f"beside {code}") for code in codes}
    assert abs(mean(first[code] is other[code] for code in codes) - 0.5) < 0.034
    assert first == {code: SecretSeed(7, secret).coin(f"beside {code}") for code in codes}


def test_the_record_holds_that_readings_were_put_beside(trial: Path) -> None:
    given = _given(trial)
    with CoordinatorStudy.open(trial) as study, study._store.reading() as connection:
        assert set(other_readings.of_case(connection, given["S003"])) == {CAP, key("2 ERO HAM")}
    with closing(sqlite3.connect(trial / "study.db")) as connection:
        kinds = connection.execute("SELECT role, reader, \"case\" FROM act WHERE kind = 'beside'").fetchall()
    assert sorted(kinds) == sorted(("coordinator", None, case) for case in given.values())
