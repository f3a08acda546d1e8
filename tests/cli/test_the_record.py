"""Commands around the record: the design, the audit."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, an_assigned_study, read_whole
from workstation.cli import main


def test_the_design_is_shown_and_changed_and_the_audit_knows_a_head_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    assert main(["study", "design", str(folder), "--set", "feature_order=ERO,OST,TEN,SYN"]) == 0
    assert "ERO, OST, TEN, SYN" in capsys.readouterr().out
    assert main(["study", "design", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["design"] == 3
    assert main(["study", "design", str(folder), "--set", "order=hidden"]) == 2
    assert "order is fixed when the study is made" in capsys.readouterr().err

    assert main(["audit", str(folder), "--json"]) == 0
    head = json.loads(capsys.readouterr().out)["head"]
    assert main(["audit", str(folder), "--head", head]) == 0
    assert main(["audit", str(folder), "--head", "0" * 64]) == 1
    assert "an older copy, or another study" in capsys.readouterr().out


def test_a_case_is_signed_reopened_parked_and_resolved_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    read_whole(folder, cases[0])
    sign = ["sign", str(folder), "--reader", "ES", "--case", cases[0]]

    assert main([*sign, "--check", "--json"]) == 1
    asked = [found["id"] for found in json.loads(capsys.readouterr().out)["findings"]]
    assert asked == ["no-contrast-synovitis", "no-contrast-tenosynovitis"]
    assert main(sign) == 2
    assert "Not signed: answer no-contrast-synovitis first" in capsys.readouterr().err
    assert main([*sign, *(f"--answer={name}=seen" for name in asked)]) == 0
    assert f"Case {cases[0]} is signed by ES" in capsys.readouterr().out

    assert main(["study", "reopen", str(folder), cases[0], "--why", "sides mixed up"]) == 0
    assert main(["study", "reopen", str(folder), cases[0], "--why", "again"]) == 2
    assert "is not signed (reopened)" in capsys.readouterr().err

    with ReaderStudy.open(folder, "ES") as study:
        study.park(cases[1], "TEXT")
    assert main(["study", "queries", str(folder)]) == 1
    assert "The images show who this is, or when they were taken" in capsys.readouterr().out
    assert main(["study", "queries", str(folder), "--resolve", cases[1], "--why", "blanked"]) == 0
    assert main(["study", "board", str(folder), "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out.splitlines()[-1])["readers"]
    assert (line["cases"], line["read"], line["signed"]) == (2, 1, 0)


def test_a_passphrase_from_a_file_is_asked_for_at_signing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    file, wrong = tmp_path / "right.txt", tmp_path / "wrong.txt"
    file.write_text("correct horse battery\n", encoding="utf-8")
    wrong.write_text("wrong horse battery\n", encoding="utf-8")
    answers = ["--answer=no-contrast-synovitis=seen", "--answer=no-contrast-tenosynovitis=seen"]
    sign = ["sign", str(folder), "--reader", "ES", "--case", case, *answers, "--passphrase-file"]

    assert main(["reader", "passphrase", str(folder), "--reader", "ES", "--passphrase-file", str(file)]) == 0
    assert main([*sign, str(wrong)]) == 2
    assert "That isn't the reader's passphrase" in capsys.readouterr().err
    assert main([*sign, str(file)]) == 0


def test_the_size_of_a_reread_is_helped_with_and_taken_from_the_design(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    for case in cases:
        read_whole(folder, case)
    reread = ["reread", str(folder), "--reader", "ES", "--json"]

    assert main(["reread", str(folder), "--sizes"]) == 0
    assert "ICC 0.9" in capsys.readouterr().out
    assert main(reread) == 2
    assert "give the number with --n N" in capsys.readouterr().err
    for setting in ("reread_n=1", "reread_after_days=30"):
        assert main(["study", "design", str(folder), "--set", setting, "--why", "the protocol"]) == 0
    capsys.readouterr()
    assert main(reread) == 0
    (drawn,) = json.loads(capsys.readouterr().out)["cases"]
    assert drawn["due"] is not None


@pytest.mark.parametrize(
    ("subjects", "says"),
    # 8 subjects, every 3: by hand, one draw in three; see tests/scoring/design/test_drift.py
    [
        (8, "one case in 3 is a hidden repeat; a draw of 8 subjects gives none with a chance of 33%"),
        (6, "one case in 3 is a hidden repeat; 6 subjects are too few for one: it takes 7"),
        (12, "one case in 3 is a hidden repeat\n"),
    ],
)
def test_a_drift_check_that_can_give_no_repeat_says_so_when_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], subjects: int, says: str
) -> None:
    folder = a_study(tmp_path / "trial", *(f"S{number:03}" for number in range(1, subjects + 1)))

    assert main(["study", "design", str(folder), "--set", "repeat_every=3"]) == 0

    assert says in capsys.readouterr().out


def test_an_id_that_tables_lose_is_refused_for_a_new_reader_and_stays_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_study(tmp_path / "trial", "S001", "S002")
    with closing(sqlite3.connect(folder / "study.db")) as file, file:
        file.execute("INSERT INTO reader (id) VALUES ('NULL')")

    assert main(["study", "assign", str(folder), "--reader", "NA"]) == 2
    assert capsys.readouterr().err == (
        "ramris: reader 'NA': table programs turn that into a missing value; take another id, such as R1\n"
    )

    assert main(["study", "assign", str(folder), "--reader", "NULL"]) == 0
    assert "NULL has 2 cases" in capsys.readouterr().out
