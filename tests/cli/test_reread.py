"""`ramris reread` and `ramris agreement DIR`: a reader's evening twice over, by lines from stdin."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.schemes.load import shipped_scheme
from tests.builders.studies import an_assigned_study
from tests.journeys.conftest import ramris


def _lines(case: str, erosion: int) -> str:
    """A whole pair: everything 0, but erosion of the capitate at baseline."""
    rows = []
    for at in keys_in_reading_order(shipped_scheme()):
        grade = erosion if (at.visit, at.feature, at.site) == (1, "ERO", "CAP") else 0
        rows.append(f"{case},{at.visit},{at.feature},{at.site},{grade}\n")
    return "".join(rows)


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    """Three cases of R1, read with capitate erosion 1, 4, 7 in the order of the worklist."""
    folder, cases = an_assigned_study(tmp_path_factory.mktemp("reread") / "trial", reader="R1", subjects=3)
    lines = "".join(_lines(case, grade) for case, grade in zip(cases, (1, 4, 7), strict=True))
    assert ramris("enter", folder, "--reader", "R1", stdin=lines).returncode == 0
    return folder, cases


@pytest.fixture
def trial(read_once: tuple[Path, tuple[str, ...]], tmp_path: Path) -> Path:
    """A copy of that study, for one test."""
    return Path(shutil.copytree(read_once[0], tmp_path / "trial"))


def test_a_case_is_read_again_under_a_new_code_and_compared_with_the_first_reading(
    trial: Path, read_once: tuple[Path, tuple[str, ...]]
) -> None:
    cases = read_once[1]
    assigned = json.loads(ramris("study", "assign", trial, "--reader", "R1", "--json").stdout)["cases"]
    again = {dict(zip(cases, (1, 6, 8), strict=True))[entry["case"]]: entry["subject"] for entry in assigned}

    drawn = ramris("reread", trial, "--reader", "R1", "--n", "3", "--seed", "5", "--json")

    assert (drawn.returncode, drawn.stderr) == (0, "")
    found = json.loads(drawn.stdout)
    assert found["reader"] == "R1"
    assert {(entry["round"], entry["due"]) for entry in found["cases"]} == {(2, None)}
    code_of = {entry["subject"]: entry["case"] for entry in found["cases"]}
    lines = "".join(_lines(code_of[subject], grade) for grade, subject in again.items())
    assert ramris("enter", trial, "--reader", "R1", stdin=lines).returncode == 0

    done = ramris("agreement", trial, "--json")

    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["reader"], report["level"]) == ("R1", 0.95)
    (erosion,) = [item for item in report["analyses"] if (item["total"], item["visit"]) == ("EROTOT", 1)]
    # first 1, 4, 7 and repeat 1, 6, 8: MSR 43/2, MSE 1/2 by hand
    assert erosion["table"]["icc"]["ICC(3,1)"]["estimate"] == pytest.approx(21 / 22)
    assert erosion["table"]["bland_altman"]["bias"] == pytest.approx(1.0)
    assert ramris("audit", trial).returncode == 0


def test_ten_of_the_scans_are_read_again_alone_and_agreement_says_so(
    trial: Path, read_once: tuple[Path, tuple[str, ...]]
) -> None:
    drawn = ramris("reread", trial, "--reader", "R1", "--n", "5", "--unit", "scan", "--seed", "5", "--json")

    assert (drawn.returncode, drawn.stderr) == (0, "")
    scans = json.loads(drawn.stdout)["cases"]
    assert {len(entry["visits"]) for entry in scans} == {1}
    assert len({entry["case"] for entry in scans} - set(read_once[1])) == 5
    lines = [line for entry in scans for line in _lines(entry["case"], 2).splitlines(keepends=True)]
    alone = "".join(line for line in lines if line.split(",")[1] != "2")
    assert ramris("enter", trial, "--reader", "R1", stdin=alone).returncode == 0

    done = ramris("agreement", trial, "--json")

    report = json.loads(done.stdout)
    assert (done.returncode, report["pairs"], report["scans"]["n"]) == (0, 0, 5)
    erosion = next(item for item in report["scans"]["analyses"] if item["total"] == "EROTOT")
    assert (erosion["visit"], erosion["table"]["n"]) == ("scan", 5)
    page = trial.parent / "report.html"
    assert ramris("agreement", trial, "--report", page).returncode == 0
    assert "5 scans of 3 subjects read again alone" in page.read_text("utf-8")
    assert ramris("audit", trial).returncode == 0


def test_first_grades_and_repeats_that_are_not_due_take_no_grades(
    trial: Path, read_once: tuple[Path, tuple[str, ...]]
) -> None:
    drawn = ramris("reread", trial, "--reader", "R1", "--n", "3", "--seed", "5", "--after-days", "30", "--json")
    entry = json.loads(drawn.stdout)["cases"][0]
    assert entry["due"].endswith("T00:00:00.000Z")

    for case in (read_once[1][0], entry["case"]):
        refused = ramris("enter", trial, "--reader", "R1", stdin=f"{case},1,ERO,CAP,3\n")

        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == f"ramris: line 1: Case '{case}' is not on the worklist of R1\n"


def test_for_a_person_the_next_step_is_said(trial: Path) -> None:
    drawn = ramris("reread", trial, "--reader", "R1", "--n", "1")

    assert drawn.stdout == (f"R1 has 1 case to read again. When they are read: ramris agreement {trial} --reader R1\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reread", "{study}", "--reader", "R1", "--n", "4"], "3 cases of R1 are read completely; ask for 1 to 3"),
        (["reread", "{study}", "--reader", "R1", "--n", "0"], "n 0: give 1 or more"),
        (["reread", "{study}", "--reader", "R9", "--n", "1"], "Reader 'R9' has no worklist here"),
        (["reread", "{study}", "--reader", "R1", "--n", "1", "--after-days", "-1"], "after -1 days"),
        (["reread", "{study}", "--reader", "R1", "--n", "1", "--seed", "-1"], "seed -1"),
        (["reread", "{tmp}/none", "--reader", "R1", "--n", "1"], "This folder holds no study"),
        (["agreement", "{study}"], "No case has been read twice; `ramris reread"),
        (["agreement", "{study}", "--reader", "R1"], "No case of R1 has been read twice; `ramris reread"),
        (["agreement", "{study}", "--level", "95"], "No case has been read twice"),
        (["agreement"], "give either a study folder DIR or --table FILE.csv"),
        (["agreement", "{study}", "--table", "x.csv"], "give either a study folder DIR or --table FILE.csv"),
        (["agreement", "{study}", "--scale", "0,3"], "--scale goes with --table"),
        (["agreement", "--table", "x.csv", "--reader", "R1"], "--reader goes with a study folder"),
    ],
)
def test_what_can_not_be_done_is_refused_in_one_line(
    trial: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    before = (trial / "study.db").read_bytes()

    refused = ramris(*(part.format(tmp=tmp_path, study=trial) for part in arguments), stdin="")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("ramris: ")
    assert refused.stderr.count("\n") == 1
    assert says in refused.stderr
    assert (trial / "study.db").read_bytes() == before
