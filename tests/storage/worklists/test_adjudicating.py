"""Two readers read in copies, differ, and a third one settles it, blind to both."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scoring.readings import rounds
from storage.audit.verification import audit
from storage.errors import StudyError, UnknownReader
from storage.exporting.export import export_study
from storage.exporting.writing import Wish
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings, read_by_all
from tests.builders.studies import a_study, as_it_is, read_whole, with_files
from workstation.cli import main


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Of four subjects S001 and S003 differ at the capitate, by 2 and by 1; S004 has been read by ES alone."""
    folder = with_files(a_study(tmp_path / "trial", "S001", "S002", "S003", "S004"))
    with CoordinatorStudy.open(folder) as study:
        cases = {name: {item.subject: item.case for item in study.assign(name, seed=1)} for name in ("ES", "MO")}
    hand_over(folder, tmp_path / "out", as_it_is)
    for subject, es, mo in (("S001", "3", "5"), ("S002", "1", "1"), ("S003", "2", "3"), ("S004", "9", "")):
        read_whole(tmp_path / "out" / "ES", cases["ES"][subject], {"1 ERO CAP": es})
        if mo:
            read_whole(tmp_path / "out" / "MO", cases["MO"][subject], {"1 ERO CAP": mo}, reader="MO")
    merge(folder, [tmp_path / "out" / "MO", tmp_path / "out" / "ES"])
    return folder


def test_a_third_reader_gets_the_cases_that_differ_whole_and_blind(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        given = study.adjudicate("PK", None, "1", seed=1)

    assert {(item.subject, item.round) for item in given} == {
        ("S001", rounds.ADJUDICATION),
        ("S003", rounds.ADJUDICATION),
    }
    with ReaderStudy.open(trial, "PK") as reader:
        assert [(entry.case, entry.answered, entry.wanted) for entry in reader.worklist()] == [
            (item.case, 0, 86) for item in given
        ]
    assert audit(trial).events == 7 * 86


def test_the_threshold_chooses_and_what_comes_to_differ_later_is_added(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        assert [item.subject for item in study.adjudicate("PK", ("ES", "MO"), "2", seed=1)] == ["S001"]
        both = study.adjudicate("PK", ("ES", "MO"), "1", seed=2)
        assert [item.subject for item in both] == ["S001", "S003"]
        assert study.adjudicate("PK", ("ES", "MO"), "1", seed=3) == both


def test_a_case_that_a_person_chose_is_given_whatever_they_differ_by(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        with pytest.raises(StudyError, match="S004, S099: not read to the end by both ES and MO"):
            study.adjudicate_chosen("PK", ("ES", "MO"), ["S002", "S004", "S099"])
        with pytest.raises(UnknownReader):
            study.adjudicate_chosen("PK", ("ES", "XX"), ["S002"])
        # the two gave S002 the same grades
        assert [item.subject for item in study.adjudicate_chosen("PK", ("ES", "MO"), ["S002"], seed=1)] == ["S002"]


def test_who_has_read_them_can_not_settle_it(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        with pytest.raises(StudyError, match="MO is one of the two readers; a third one settles"):
            study.adjudicate("MO", None, "1")
        study.assign("PK", seed=3)
        with pytest.raises(StudyError, match="2 of these enrolments were given to PK as first readings"):
            study.adjudicate("PK", ("ES", "MO"), "1")
        with pytest.raises(StudyError, match="ES and MO don't disagree on any case"):
            study.adjudicate("AB", ("ES", "MO"), "9")
        with pytest.raises(UnknownReader):
            study.adjudicate("AB", ("ES", "XX"), "1")
        with pytest.raises(StudyError, match="reader 'no good'"):
            study.adjudicate("no good", ("ES", "MO"), "1")
    assert audit(trial).events == 7 * 86


def test_the_third_answer_stands_beside_the_two_and_in_no_other_figure(
    trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "adjudicate", str(trial), "--reader", "PK", "--seed", "1", "--json"]) == 0
    given = {item["subject"]: item["case"] for item in json.loads(capsys.readouterr().out)["cases"]}
    assert main(["study", "disagreements", str(trial), "--why", "interim"]) == 1
    assert "settled" not in capsys.readouterr().out
    hand_over(trial, tmp_path / "pk", as_it_is, "PK")
    read_whole(tmp_path / "pk", given["S001"], {"1 ERO CAP": "4"}, reader="PK")
    merge(trial, [tmp_path / "pk"])

    assert main(["study", "disagreements", str(trial), "--why", "interim"]) == 1
    assert capsys.readouterr().out == (
        "S001 visit 1 ERO CAP: ES 3, MO 5; settled by PK 4\n"
        "S003 visit 1 ERO CAP: ES 2, MO 3\n"
        "2 sites differ by 1 or more.\n"
    )
    # a third reading is no first reading of a third reader
    assert read_by_all(coordinators_readings(trial)).readers == ("ES", "MO")
    export_study(trial, tmp_path / "csv")
    with (tmp_path / "csv" / "readings.csv").open(encoding="utf-8", newline="") as lines:
        purposes = {(row["reader_id"], row["round"], row["read_purpose"]) for row in csv.DictReader(lines)}
    assert purposes == {("ES", "1", "PRIMARY"), ("MO", "1", "INTER"), ("PK", "4", "ADJUDICATION")}


def test_an_adjudication_has_its_rows_in_every_table_from_the_day_it_is_given(trial: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        given = {item.case for item in study.adjudicate("PK", None, "1", seed=1)}

    export_study(trial, tmp_path / "csv", Wish(wide=True))

    for table in ("readings", "scores", "totals", "changes", "wide"):
        with (tmp_path / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["read_purpose"] == "ADJUDICATION"]
        assert {row["case_code"] for row in rows} == given
