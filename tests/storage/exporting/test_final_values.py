"""FINAL: what stands of two readings and a third one, in the tables of an export. Numbers by hand."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.exporting.export import export_study
from storage.exporting.writing import Wish
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.repeats import coordinators_readings
from tests.builders.studies import a_study, as_it_is, read_whole, with_files
from workstation.cli import main
from workstation.reporting.gathering import report_of
from workstation.reporting.page import page, plots

# subject -> what ES and MO gave the capitate at baseline, and PK where the two differ; all other sites are 0
ES_MO_PK = {"S001": ("3", "5", "4"), "S002": ("1", "1", ""), "S003": ("2", "3", "0"), "S004": ("AR", "2", "")}

SCRIPT = """
import pandas
final = pandas.read_csv("final.csv", keep_default_na=False, na_values=[""])
assert set(final.read_purpose) == {"FINAL"}
known = final[final.final_status == "SCORED"]
ero = known[(known.feature == "ERO") & (known.visit == "V1")].groupby("subject_id").final.sum()
totals = pandas.read_csv("final_totals.csv")
own = totals[(totals.total == "EROTOT") & (totals.visit == "V1")].set_index("subject_id").strict
both = own.dropna()
assert (ero[both.index] == both).all(), (ero, both)
print(" ".join(f"{subject}={value:g}" for subject, value in both.items()))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read by ES and MO to the end; PK was given what they differ in and has read it, but for S004."""
    tmp_path = tmp_path_factory.mktemp("final")
    folder = with_files(a_study(tmp_path / "trial", *ES_MO_PK))
    with CoordinatorStudy.open(folder) as study:
        cases = {name: {item.subject: item.case for item in study.assign(name, seed=1)} for name in ("ES", "MO")}
    hand_over(folder, tmp_path / "out", as_it_is)
    for subject, (es, mo, _) in ES_MO_PK.items():
        read_whole(tmp_path / "out" / "ES", cases["ES"][subject], {"1 ERO CAP": es})
        read_whole(tmp_path / "out" / "MO", cases["MO"][subject], {"1 ERO CAP": mo}, reader="MO")
    merge(folder, [tmp_path / "out" / "MO", tmp_path / "out" / "ES"])
    with CoordinatorStudy.open(folder) as study:
        study.set_design("final", "median", "as the protocol says")
        given = {item.subject: item.case for item in study.adjudicate("PK", None, "", seed=1)}
    assert set(given) == {"S001", "S003", "S004"}
    hand_over(folder, tmp_path / "pk", as_it_is, "PK")
    for subject in ("S001", "S003"):
        read_whole(tmp_path / "pk", given[subject], {"1 ERO CAP": ES_MO_PK[subject][2]}, reader="PK")
    merge(folder, [tmp_path / "pk"])
    return folder


@pytest.fixture
def trial(made: Path, tmp_path: Path) -> Path:
    """The same study, a copy for each test."""
    return shutil.copytree(made, tmp_path / "trial")


def _design(trial: Path, **parts: str) -> None:
    with CoordinatorStudy.open(trial) as study:
        for key, value in parts.items():
            study.set_design(key, value, "as the protocol says")


def _capitates(out: Path) -> dict[str, tuple[str, str, str]]:
    with (out / "final.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["subject_id"]: (row["final"], row["how"], row["final_status"])
            for row in csv.DictReader(lines)
            if (row["visit"], row["feature"], row["site"]) == ("V1", "ERO", "CAP")
        }


def test_each_site_has_the_value_that_stands_and_how_it_came_about(trial: Path, tmp_path: Path) -> None:
    export_study(trial, tmp_path / "csv")

    assert _capitates(tmp_path / "csv") == {
        "S001": ("4", "MEDIAN", "SCORED"),
        "S002": ("1", "AGREED", "SCORED"),
        "S003": ("2", "MEDIAN", "SCORED"),
        "S004": ("", "TO_BE_SETTLED", "NOT_DONE"),
    }
    with (tmp_path / "csv" / "final.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 4 * 86
    (one,) = [row for row in rows if row["subject_id"] == "S001" and row["how"] == "MEDIAN"]
    told = ("reader_1_id", "reader_1_answer", "reader_2_id", "reader_2_answer", "adjudicator_id", "adjudicator_answer")
    assert [one[name] for name in told] == ["ES", "3", "MO", "5", "PK", "4"]
    assert one["value_rule"] == "median of the three"
    assert audit(trial).events == 10 * 86


@pytest.mark.parametrize(
    ("final", "s001", "s003"),
    [("adjudicator", "4", "0"), ("nearest", "4", "2"), ("mean-of-nearest", "4", "2.5"), ("median", "4", "2")],
)
def test_the_design_says_which_value_stands(trial: Path, tmp_path: Path, final: str, s001: str, s003: str) -> None:
    _design(trial, final=final)
    export_study(trial, tmp_path / "csv")

    found = _capitates(tmp_path / "csv")
    assert (found["S001"][0], found["S003"][0]) == (s001, s003)


def test_what_is_within_the_rule_is_the_mean_of_both(trial: Path, tmp_path: Path) -> None:
    _design(trial, adjudicate="site:2")
    export_study(trial, tmp_path / "csv")

    assert _capitates(tmp_path / "csv")["S003"] == ("2.5", "MEAN_OF_TWO", "SCORED")


def test_a_statisticians_script_reads_the_table_and_adds_up_its_totals(trial: Path, tmp_path: Path) -> None:
    export_study(trial, tmp_path / "csv")

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path / "csv", capture_output=True, text=True, check=False
    )

    # S004 has a site without a value, so no total
    assert (done.stdout.strip(), done.stderr) == ("S001=4 S002=1 S003=2", "")


def test_a_study_whose_design_asks_for_no_final_values_has_no_such_table(trial: Path, tmp_path: Path) -> None:
    _design(trial, final="none")
    found = export_study(trial, tmp_path / "csv")

    assert not {"final.csv", "final_totals.csv"} & {file.name for file in found.files}


def test_the_package_with_the_final_tables_is_valid_and_the_same_each_time(trial: Path, tmp_path: Path) -> None:
    first = export_study(trial, tmp_path / "one", Wish(wide=True, xlsx=True))
    again = export_study(trial, tmp_path / "two", Wish(wide=True, xlsx=True))

    assert first.files == again.files
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=tmp_path / "one",
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["valid"], report["tasks"]
    assert {"final", "final_totals"} <= {task["name"] for task in report["tasks"]}


def test_an_excluded_subject_has_no_final_values(trial: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.exclude("S003", None, "", "withdrew consent")
    export_study(trial, tmp_path / "csv")

    assert set(_capitates(tmp_path / "csv")) == {"S001", "S002", "S004"}


def test_a_reader_who_is_called_otherwise_is_called_so_in_the_final_table(trial: Path, tmp_path: Path) -> None:
    _design(trial, final_readers="ES,MO")
    with CoordinatorStudy.open(trial) as study:
        study.rename_reader("ES", "E2", "typed wrongly")
    export_study(trial, tmp_path / "csv")

    with (tmp_path / "csv" / "final.csv").open(encoding="utf-8", newline="") as lines:
        assert {(row["reader_1_id"], row["reader_2_id"]) for row in csv.DictReader(lines)} == {("E2", "MO")}
    assert _capitates(tmp_path / "csv")["S001"][0] == "4"


def test_the_command_tells_what_waits_and_how_readers_do_beside_the_third(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three of four differ. PK's 4 is as near to ES's 3 as to MO's 5; PK's 0 is nearer to ES's 2: MO 1 of 4."""
    told = "4 cases compared, 3 for a third reader (75%), 2 read; the third sided with the other in"
    assert main(["study", "final", str(trial), "--why", "interim"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Final values: 3 of 4 cases; 1 wait for a third reader: S004",
        f"ES: {told} 0 (disagreement index 0%)",
        f"MO: {told} 1 (disagreement index 25%)",
    ]
    # one reading is open: that figures of readers were seen is on the record
    assert main(["study", "log", str(trial)]) == 0
    assert "figures" in capsys.readouterr().out.splitlines()[-1]
    assert main(["study", "final", str(trial), "--why", "interim", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["cases"], found["final"], found["waits"], found["lacking"]) == (4, 3, ["S004"], [])
    assert [(item["reader"], item["disagreement_index"]) for item in found["readers"]] == [("ES", 0.0), ("MO", 0.25)]


def test_the_board_says_how_far_final_values_are(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "board", str(trial)]) == 0
    assert "Final values: not counted while 1 reading lacks answers" in capsys.readouterr().out
    with CoordinatorStudy.open(trial) as study:
        study.lock(why="interim analysis", incomplete=True)
    assert main(["study", "board", str(trial)]) == 0
    assert "Final values: 3 of 4 cases; 1 wait for a third reader: S004" in capsys.readouterr().out
    assert main(["study", "board", str(trial), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["final"] == {"cases": 4, "final": 3, "waits": ["S004"]}
    with CoordinatorStudy.open(trial) as study:
        study.unlock("one answer more")
    _design(trial, final="none")
    assert main(["study", "board", str(trial)]) == 0
    assert "Final values" not in capsys.readouterr().out


def test_the_report_has_each_readers_rate_and_index(trial: Path) -> None:
    found = report_of(coordinators_readings(trial), "trial", 0.95)

    assert found.adjudicated is not None
    assert [
        (item.reader, item.adjudication_rate, item.disagreement_index) for item in found.adjudicated.standing.readers
    ] == [
        ("ES", 0.75, 0.0),
        ("MO", 0.75, 0.25),
    ]
    html = page(found, plots(found))
    assert "A third reader settles sites at which two readers differ by 1 or more" in html
    assert re.search(r"MO</td><td>4</td><td>3</td><td>75.0 %</td><td>2</td><td>1</td><td>25.0 %", html)


def test_a_readers_copy_tells_neither_whose_values_count_nor_what_is_settled(trial: Path, tmp_path: Path) -> None:
    _design(trial, final_readers="ES,MO", adjudicate="site:1")
    hand_over(trial, tmp_path / "copy", as_it_is, "PK")

    with closing(sqlite3.connect(tmp_path / "copy" / "study.db")) as copy:
        told = " ".join(content for (content,) in copy.execute("SELECT content FROM design"))
        told += " ".join(detail for (detail,) in copy.execute("SELECT detail FROM act"))
    assert '"readers":["PK"]' in told
    assert not any(word in told for word in ('"ES"', '"MO"', "final", "site:1", "median"))
