"""Taking back by the command: what it says, for people and for scripts, and how it is undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.editions import a_trial, handed
from tests.builders.studies import changed, record
from workstation.cli import main

Out = pytest.CaptureFixture[str]


def test_unread_cases_are_taken_back_and_what_comes_next_is_said(tmp_path: Path, capsys: Out) -> None:
    folder, cases = a_trial(tmp_path / "trial")
    one, two, three = cases["ES"]
    record(folder, two.case, changed("1 ERO CAP", "1"))
    handed(folder, "es")

    assert main(["study", "take-back", str(folder), "--reader", "ES", "--why", "left the clinic"]) == 0

    still = ", ".join(sorted((one.case, three.case)))
    subjects = ",".join(sorted({one.subject, three.subject}))
    assert capsys.readouterr().out.splitlines() == [
        f"Taken back from ES: 2 unread cases ({one.case}, {three.case})",
        "1 case that ES began or parked stays as it is",
        f"A copy that ES has still shows {still}; what is read of it there is merged only after --undo",
        f"Next, to give them to another reader: ramris study assign {folder} --reader ID --subjects {subjects}",
    ]
    assert main(["study", "take-back", str(folder), "--reader", "ES", "--undo", "--why", "is back"]) == 0
    assert capsys.readouterr().out == f"2 cases are back on the worklist of ES: {one.case}, {three.case}\n"


def test_cases_are_named_by_subject_list_site_or_code_and_scripts_get_json(tmp_path: Path, capsys: Out) -> None:
    folder, cases = a_trial(tmp_path / "trial")
    item, other, _ = cases["ES"]
    chosen = tmp_path / "list.csv"
    chosen.write_text(f"subject\n{other.subject}\n", encoding="utf-8")
    given = ["study", "take-back", str(folder), "--reader", "ES", "--why", "shared out anew", "--json"]

    assert main([*given, "--subjects", item.subject]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "reader": "ES",
        "cases": [item.case],
        "subjects": [item.subject],
        "begun": 0,
        "in_copies": [],
        "undone": False,
    }
    assert main([*given, "--file", str(chosen)]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == [other.case]
    assert main([*given, "--undo", "--cases", f"{item.case.lower()}, {other.case}"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == [item.case, other.case]


def test_codes_and_subjects_together_are_refused(tmp_path: Path, capsys: Out) -> None:
    folder, cases = a_trial(tmp_path / "trial")
    named = ["--cases", cases["ES"][0].case, "--subjects", "S001"]

    assert main(["study", "take-back", str(folder), "--reader", "ES", "--why", "left", *named]) == 2

    assert "--cases already says which; leave out --subjects, --file and --site" in capsys.readouterr().err
