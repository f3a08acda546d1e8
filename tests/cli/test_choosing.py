"""Choosing from the command line: scriptable, refused in one line, remembered with who and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.recovery.backup import backups_of
from storage.study.coordinator import CoordinatorStudy
from storage.vault import sealed_file, vault_passphrase
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import a_series
from workstation.cli import main
from workstation.cli.shared import NEW_PASSPHRASE


def _add(study: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    main(["study", "add", str(study), str(folder), "--json"])
    found: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return found


def _series(report: dict[str, list[dict[str, object]]]) -> dict[str, dict[str, object]]:
    return {
        item["code"]: item
        for subject in report["subjects"]
        for visit in subject["visits"]  # type: ignore[attr-defined]
        for item in visit["series"]
    }


def test_a_series_is_chosen_released_blanked_and_refused_by_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, scans = tmp_path / "trial", tmp_path / "in"
    a_series(scans, "1.2.3.1")
    a_named_series(scans)
    assert main(["study", "create", str(study)]) == 0
    capsys.readouterr()
    report = _add(study, scans, capsys)
    (plain,) = _series(report)
    (held,) = report["held_back"]
    place = str(study)

    assert main(["study", "choose", place, plain.lower(), "pd", "--why", "the site says so"]) == 2
    assert "--who NAME" in capsys.readouterr().err
    assert main(["study", "choose", place, plain, "pd", "--why", "the site says so", "--who", "J. Smit"]) == 0
    assert main(["study", "blank", place, str(held["code"]), "--region", "2,2,18,20", "--why", "a name"]) == 1
    assert "more than the blacked out area" in capsys.readouterr().out
    assert main(["study", "blank", place, str(held["code"]), "--region", "2,22,18,100", "--why", "the rest"]) == 0
    capsys.readouterr()

    now = _series(_add(study, scans, capsys))
    assert now[plain]["kind"] == "PD"
    assert now[plain]["reasons"][0] == "PD chosen by the coordinator: the site says so"  # type: ignore[index]
    assert now[str(held["code"])]["minimum"] == 0
    assert main(["study", "choices", place, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["choices"]
    assert [(row["series"], row["choice"], row["who"]) for row in rows] == [
        (plain, "kind", "J. Smit"),
        (held["code"], "blank", "J. Smit"),
        (held["code"], "blank", "J. Smit"),
    ]


def test_what_can_not_be_chosen_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "trial"
    main(["study", "create", str(study)])
    capsys.readouterr()

    for command in (
        ["choose", str(study), "ABCDEFGH", "T1", "--why", "x", "--who", "y"],
        ["release", str(study), "ABCDEFGH", "--why", "x", "--who", "y"],
        ["refuse", str(study), "ABCDEFGH", "--why", "x", "--who", "y"],
        ["undo", str(study), "ABCDEFGH", "--why", "x", "--who", "y"],
        ["blank", str(study), "ABCDEFGH", "--region", "0,0,x,1", "--why", "x", "--who", "y"],
        ["choose", str(study), "ABCDEFGH", "T3", "--why", "x"],
    ):
        assert main(["study", *command]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1


def test_an_empty_answer_takes_nothing_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, scans = tmp_path / "trial", tmp_path / "in"
    a_series(scans, "1.2.3.1")
    main(["study", "create", str(study)])
    capsys.readouterr()
    (code,) = _series(_add(study, scans, capsys))
    decide = ["study", "decide", str(study), f"kind:{code}"]
    assert main([*decide, "PD", "--why", "the site says so", "--who", "J. Smit"]) == 0

    assert main([*decide, "", "--why", "a variable that is empty", "--who", "J. Smit"]) == 2

    assert "the ANSWER is empty" in capsys.readouterr().err
    main(["study", "choices", str(study)])
    assert f"kind:{code} PD" in capsys.readouterr().out


def test_what_was_decided_after_a_backup_holds_when_that_is_restored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, scans = tmp_path / "trial", tmp_path / "in"
    a_series(scans, "1.2.3.1")
    main(["study", "create", str(study)])
    capsys.readouterr()
    (code,) = _series(_add(study, scans, capsys))
    before = backups_of(study)[0].file.name
    main(["study", "decide", str(study), f"kind:{code}", "PD", "--why", "the site says so", "--who", "J. Smit"])

    assert main(["study", "restore", str(study), "--from", before, "--why", "to look back"]) == 0

    with CoordinatorStudy.open(study) as opened:
        assert [item.kind for item in opened.overview().series] == ["PD"]


def test_a_sealed_vault_is_followed_behind_a_restore_where_its_passphrase_is_given_and_told_where_it_isnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # a guess is to cost nothing here
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    monkeypatch.setenv(NEW_PASSPHRASE, "correct horse battery")
    monkeypatch.setenv(vault_passphrase.VARIABLE, "correct horse battery")
    study, scans = tmp_path / "trial", tmp_path / "in"
    a_series(scans, "1.2.3.1")
    main(["study", "create", str(study), "--vault-passphrase"])
    capsys.readouterr()
    (code,) = _series(_add(study, scans, capsys))
    before = backups_of(study)[0].file.name
    main(["study", "decide", str(study), f"kind:{code}", "PD", "--why", "the site says so", "--who", "J. Smit"])
    restore = ["study", "restore", str(study), "--from", before, "--why", "to look back"]

    def restored(passphrase: str | None) -> tuple[int, str, list[str]]:
        with monkeypatch.context() as typed:
            if passphrase is None:
                typed.delenv(vault_passphrase.VARIABLE)
            else:
                typed.setenv(vault_passphrase.VARIABLE, passphrase)
            capsys.readouterr()
            status, told = main(restore), capsys.readouterr().err
        with CoordinatorStudy.open(study) as opened:
            return status, told, [item.kind for item in opened.overview().series]

    not_yet = "ramris: What was decided since that backup doesn't hold yet: vault.db {}. The next import brings it in\n"
    named = "RAMRIS_VAULT_PASSPHRASE, or in a file that RAMRIS_VAULT_PASSPHRASE_FILE names"
    assert restored(None) == (0, not_yet.format(f"has a passphrase: give it in {named}"), ["T1"])
    assert restored("wrong") == (0, not_yet.format("doesn't open with this passphrase"), ["T1"])
    assert restored("correct horse battery") == (0, "", ["PD"])
    # and as it says, the next import does
    assert restored(None)[2] == ["T1"]
    main(["study", "add", str(study), str(scans)])
    with CoordinatorStudy.open(study) as opened:
        assert [item.kind for item in opened.overview().series] == ["PD"]
