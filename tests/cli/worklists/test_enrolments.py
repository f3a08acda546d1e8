"""`ramris study enrolments`: which visits are read together, shown, changed, taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study, a_subject, changed, record, with_files
from workstation.cli import main

LIST = "person;visits;label\r\nS001;1+2;A\r\nS001;3+4;B\r\n"
# the small pictures of tests give findings that hold a subject back
ASSIGN = ["study", "assign", "--reader", "ES", "--anyway", "--why", "small pictures", "--who", "C", "--json"]


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """S001 with four visits, S002 with two."""
    folder = a_study(tmp_path / "trial", "S002")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=(1, 2, 3, 4)))
    return with_files(folder)


def test_it_shows_what_is_read_together_and_what_no_reader_gets(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "enrolments", str(trial)]) == 1

    out = capsys.readouterr().out.splitlines()
    assert out[:4] == [
        "rule: first-two (visits 1 and 2 together, later ones not at all)",
        "2 people, 2 enrolments: 2 of two visits, 0 of one",
        "S001  1+2",
        "S002  1+2",
    ]
    assert out[4].startswith("error: S001: visits 3 and 4 are in no enrolment, so no reader gets them: `ramris study")


def test_a_list_is_taken_with_its_labels_and_given_back_for_a_change(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = trial.with_name("list.csv"), trial.with_name("now.csv")
    file.write_text(LIST, encoding="utf-8")

    assert main(["study", "enrolments", str(trial), "--file", str(file), "--out", str(out), "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["rule"] == "first-two"
    assert [(item["subject"], item["enrolment"], item["visits"], item["label"]) for item in said["enrolments"]] == [
        ("S001", 1, [1, 2], "A"),
        ("S001", 2, [3, 4], "B"),
        ("S002", 1, [1, 2], ""),
    ]
    assert out.read_text("utf-8") == "person,enrolment,visits,label\nS001,1,1+2,A\nS001,2,3+4,B\nS002,1,1+2,\n"
    assert main(["study", "enrolments", str(trial), "--file", str(out), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)["enrolments"]
    assert [{**item, "listed": True} for item in said["enrolments"]] == again


def test_a_change_is_taken_back(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "enrolments", str(trial), "--rule", "disjoint-pairs"]) == 0
    assert main(["study", "enrolments", str(trial), "--undo", "--json"]) == 1

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["not_enrolled"] == [{"subject": "S001", "visits": [3, 4]}]


def test_after_a_grade_the_reason_is_needed_and_a_reader_keeps_what_is_begun(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASSIGN, str(trial)]) == 0
    cases = {item["subject"]: item["case"] for item in json.loads(capsys.readouterr().out)["cases"]}
    record(trial, cases["S001"], changed("1 ERO CAP", "4"))

    assert main(["study", "enrolments", str(trial), "--rule", "each-with-first"]) == 2
    assert "--why TEXT" in capsys.readouterr().err
    assert main(["study", "enrolments", str(trial), "--rule", "each-with-first", "--why", "all visits count"]) == 0
    told = capsys.readouterr().out
    assert "S001    1+2    given to ES" in told
    assert "note: S001: enrolment 2 (visits 1 and 3) is new and no reader has it: `ramris study assign`" in told

    assert main([*ASSIGN, str(trial)]) == 0
    given = json.loads(capsys.readouterr().out)["cases"]
    assert [(item["subject"], item["enrolment"]) for item in given if item["case"] in cases.values()] == [
        (subject, 1) for subject in sorted(cases, key=lambda name: [item["case"] for item in given].index(cases[name]))
    ]
    assert sorted((item["subject"], item["enrolment"]) for item in given) == [
        ("S001", 1),
        ("S001", 2),
        ("S001", 3),
        ("S002", 1),
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--rule", "pairs"], "rule 'pairs': first-two, consecutive, disjoint-pairs, each-with-first"),
        (["--rule", "consecutive", "--undo"], "--undo goes without --rule and --file"),
        (["--why", "because"], "--why and --who go with --rule, --file or --undo"),
        (["--file", "none.csv"], "none.csv: can't be read"),
        (["--undo"], "never changed"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(
    trial: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "enrolments", str(trial), *arguments]) == 2

    assert complaint in capsys.readouterr().err.splitlines()[-1]


def test_the_design_says_the_rule_and_sends_to_the_command(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "enrolments", str(trial), "--rule", "consecutive"]) == 0
    capsys.readouterr()

    assert main(["study", "design", str(trial)]) == 0
    assert "enrolments       consecutive" in capsys.readouterr().out
    assert main(["study", "design", str(trial), "--set", "enrolments=first-two"]) == 2
    assert "`ramris study enrolments DIR --rule RULE` changes that" in capsys.readouterr().err


def test_the_check_tells_of_visits_that_no_reader_gets(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["study", "check", str(trial), "--json"])

    found = [item for item in json.loads(capsys.readouterr().out)["findings"] if item["code"] == "not-enrolled"]
    assert [(item["subject"], item["level"]) for item in found] == [("S001", "error")]
