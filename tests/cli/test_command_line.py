"""The contract that scripts rely on: exit status, one line on stderr, JSON alone on stdout."""

import csv
import json
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, ramris

SAMPLE = ROOT / "sample_dicom"


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with the sample pair in it and a worklist for R1."""
    study = tmp_path_factory.mktemp("cli") / "trial"
    assert ramris("study", "create", study).returncode == 0
    assert ramris("study", "add", study, SAMPLE).returncode == 0
    return study


@pytest.fixture(scope="session")
def case(trial: Path) -> str:
    """The one case on R1's worklist."""
    assigned = ramris("study", "assign", trial, "--reader", "R1", "--seed", "3", "--json")
    return str(json.loads(assigned.stdout)["cases"][0]["case"])


def test_the_sample_pair_is_recognised_whole(tmp_path: Path) -> None:
    assert ramris("study", "create", tmp_path / "s").returncode == 0

    added = ramris("study", "add", tmp_path / "s", SAMPLE, "--json")

    assert added.returncode == 0, added.stderr
    (subject,) = json.loads(added.stdout)["subjects"]
    for visit in subject["visits"]:
        kinds = sorted((series["kind"], series["plane"]) for series in visit["series"])
        assert kinds == [
            ("PD", "COR"),
            ("T1", "AX"),
            ("T1", "COR"),
            ("T1FSGD", "AX"),
            ("T1FSGD", "COR"),
            ("T2FS", "AX"),
            ("T2FS", "COR"),
        ]
        assert all(series["reasons"] for series in visit["series"])
    assert [visit["visit"] for visit in subject["visits"]] == [1, 2]


def test_importing_again_adds_nothing_twice(trial: Path) -> None:
    before = sorted(path.name for path in (trial / "images").rglob("*"))

    again = ramris("study", "add", trial, SAMPLE, "--json")

    assert again.returncode == 0
    assert len(json.loads(again.stdout)["subjects"]) == 1
    assert sorted(path.name for path in (trial / "images").rglob("*")) == before


def test_assigning_again_changes_nothing(trial: Path, case: str) -> None:
    again = ramris("study", "assign", trial, "--reader", "R1", "--seed", "99", "--json")

    found = json.loads(again.stdout)
    assert (found["reader"], found["cases"]) == ("R1", [{"case": case, "subject": "S001", "round": 1}])
    assert found["given"] == []


def test_entered_grades_are_acknowledged_and_come_out_as_typed(trial: Path, case: str, tmp_path: Path) -> None:
    lines = f"case,visit,feature,site,grade\n{case},1,ERO,CAP,10\n{case},2,ERO,CAP,NC\n{case},1,SYN,RC,OT,=1+1 motion\n"

    entered = ramris("enter", trial, "--reader", "R1", stdin=lines)

    assert entered.stdout == "ok 2\nok 3\nok 4\n"
    assert (entered.returncode, entered.stderr) == (0, "")
    assert ramris("export", trial, tmp_path / "out").returncode == 0
    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["visit_num"], row["feature"], row["site"]): row for row in csv.DictReader(file)}
    assert len(rows) == 86
    assert (rows["1", "ERO", "CAP"]["score"], rows["1", "ERO", "CAP"]["score_status"]) == ("10", "SCORED")
    assert (rows["2", "ERO", "CAP"]["score"], rows["2", "ERO", "CAP"]["score_status"]) == ("", "NOT_EVALUABLE")
    assert (rows["1", "SYN", "DRUJ"]["score"], rows["1", "SYN", "DRUJ"]["score_status"]) == ("", "NOT_DONE")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{case},1,ERO,CAP,11", "11 is not on the erosion scale (0-10"),
        ("{case},1,SYN,RC,4", "(0-3"),
        ("{case},3,SYN,RC,1", "1 (baseline) or 2 (follow-up)"),
        ("{case},1,XXX,RC,1", "SYN"),
        ("{case},1,SYN,CAP,1", "DRUJ"),
        ("{case},1,SYN,RC,ZZ", "NC, AR, SQ, SX, OT"),
        ("ZZZZZ,1,SYN,RC,1", "ZZZZZ"),
        ("{case},1,SYN,RC", "5"),
    ],
)
def test_a_line_out_of_range_is_refused_with_what_is_allowed_and_the_rest_goes_on(
    trial: Path, case: str, line: str, says: str
) -> None:
    stdin = line.format(case=case) + f"\n{case},1,OST,RAD,2\n"

    entered = ramris("enter", trial, "--reader", "R1", stdin=stdin)

    assert entered.returncode == 2
    assert entered.stdout == "ok 2\n"
    assert entered.stderr.startswith("ramris: line 1: ")
    assert entered.stderr.count("\n") == 1
    assert says in entered.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["study", "add", "{tmp}/none", "{tmp}"], "holds no study"),
        (["study", "create", "{study}"], "trial"),
        (["study", "create", "{tmp}/new", "--scheme", "sharp"], "ramris-wrist"),
        (["study", "create", "{tmp}/new", "--order", "sideways"], "known"),
        (
            ["study", "create", "{tmp}/new", "--order", "single", "--unit", "pair"],
            "scans that are read alone have no order",
        ),
        (["study", "add", "{study}", "{tmp}/absent"], "absent"),
        (["study", "assign", "{study}", "--reader", "no good/"], "reader"),
        (["enter", "{study}", "--reader", "NOBODY"], "NOBODY"),
        (["export", "{tmp}/none", "{tmp}/out"], "holds no study"),
        (["read", "{study}", "--reader", "NOBODY", "--png", "{tmp}/x.png"], "NOBODY"),
        (["open", "{tmp}/absent"], "absent"),
        (["phantom", "{tmp}/p", "--size", "3"], "size"),
        (["frobnicate"], "frobnicate"),
        (["export"], "DIR"),
    ],
)
def test_bad_input_is_refused_in_one_line(trial: Path, tmp_path: Path, arguments: list[str], says: str) -> None:
    before = sorted(tmp_path.rglob("*"))

    refused = ramris(*(part.format(tmp=tmp_path, study=trial) for part in arguments), stdin="")

    assert refused.returncode == 2, refused.stdout
    assert refused.stdout == ""
    assert refused.stderr.startswith("ramris: ")
    assert refused.stderr.count("\n") == 1
    assert says in refused.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_without_dicom_says_so_and_the_study_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "notes.txt").write_text("no image")
    assert ramris("study", "create", tmp_path / "s").returncode == 0

    added = ramris("study", "add", tmp_path / "s", tmp_path / "junk", "--json")

    report = json.loads(added.stdout)
    assert added.returncode == 1
    assert [finding["level"] for finding in report["findings"]] == ["warning"]
    assert report["subjects"] == []
    assert sum(entry["count"] for entry in report["set_aside"]) == 1
