"""Copies after a coordinator's command: what it changed is backed up and copied; a copy that fails is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.handover.hand_over import hand_over
from storage.recovery.backup import backups_of
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault import Person, VisitIdentity
from tests.builders.studies import a_study, a_subject, as_it_is, changed, record, with_files
from workstation.cli import main


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAMRIS_VAULT_COPIES", str(tmp_path / "own"))
    return a_study(tmp_path / "trial", "S001", "S002")


def _copies(trial: Path) -> list[Path]:
    return list((trial.parent / "own").rglob("vault-*.db"))


def test_a_command_that_changes_the_study_leaves_a_backup_and_one_that_only_looks_leaves_none(trial: Path) -> None:
    assert main(["study", "assign", str(trial), "--reader", "ES"]) == 0
    assert len(backups_of(trial)) == 1
    assert len(_copies(trial)) == 1

    for words in (["study", "board"], ["study", "check"], ["study", "design"]):
        main([*words, str(trial)])
    assert len(backups_of(trial)) == 1

    assert main(["study", "design", str(trial), "--set", "reread_n=10"]) == 0
    assert len(backups_of(trial)) == 2
    # who is who is as it was
    assert len(_copies(trial)) == 1


def test_what_was_merged_is_in_the_newest_backup(trial: Path, tmp_path: Path) -> None:
    main(["study", "assign", str(trial), "--reader", "ES"])
    with_files(trial)
    hand_over(trial, tmp_path / "copy", as_it_is, "ES")
    with ReaderStudy.open(tmp_path / "copy", "ES") as study:
        study.record(study.worklist()[0].case, [changed("1 ERO CAP", "3")], "room")

    assert main(["study", "merge", str(trial), str(tmp_path / "copy")]) == 0

    assert backups_of(trial)[0].events == 1


def test_a_lost_vault_comes_back_with_one_command(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with CoordinatorStudy.open(trial) as study:
        person = Person("S001", "id:4711", {"PatientName": "Vexhollow"})
        study.vault.save((person,), (VisitIdentity("S001", 1, "20240105", ("1.2.3",)),), (), ())
    main(["study", "assign", str(trial), "--reader", "ES"])
    (trial / "vault.db").unlink()
    assert main(["study", "board", str(trial)]) == 2
    assert "`ramris study restore-vault DIR` puts its last copy back" in capsys.readouterr().err

    assert main(["study", "restore-vault", str(trial), "--list"]) == 0
    assert str(_copies(trial)[0]) in capsys.readouterr().out
    assert main(["study", "restore-vault", str(trial)]) == 0

    assert "There was none before" in capsys.readouterr().out
    assert main(["study", "reveal", str(trial), "--why", "an incidental finding"]) == 0
    assert "Vexhollow" in capsys.readouterr().out


def test_a_copy_that_fails_is_told_and_what_was_done_stays(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trial.parent / "own").write_bytes(b"in the way")
    (trial / "backups").write_bytes(b"in the way")

    assert main(["study", "assign", str(trial), "--reader", "ES"]) == 0

    told = capsys.readouterr().err
    assert "No backup was made" in told
    assert "No copy of the vault was made" in told
    assert "keep-vault" in told
    assert main(["study", "board", str(trial)]) == 0


def test_an_export_in_true_order_is_on_the_record_once_until_something_else_happens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with CoordinatorStudy.create(tmp_path / "trial", order="hidden") as study:
        study.replace_subject(a_subject())
        (item,) = study.assign("ES", seed=1)
    ordered = ["export", str(tmp_path / "trial"), str(tmp_path / "out"), "--with-order"]

    assert main(ordered[:3]) == 0
    assert _told(tmp_path / "trial") == 0
    assert main(ordered) == 0
    first = (tmp_path / "out" / "datapackage.json").read_bytes()
    assert main(ordered) == 0
    assert _told(tmp_path / "trial") == 1
    assert (tmp_path / "out" / "datapackage.json").read_bytes() == first

    record(tmp_path / "trial", item.case, changed("1 ERO CAP", "3"))
    assert main(ordered) == 0

    assert _told(tmp_path / "trial") == 2
    capsys.readouterr()
    assert main(["audit", str(tmp_path / "trial")]) == 0


def test_where_the_order_is_known_an_export_tells_nothing_new(trial: Path, tmp_path: Path) -> None:
    main(["study", "assign", str(trial), "--reader", "ES"])

    assert main(["export", str(trial), str(tmp_path / "out"), "--with-order"]) == 0

    assert _told(trial) == 0


def _told(trial: Path) -> int:
    with CoordinatorStudy.open(trial) as study, study._store.reading() as connection:
        query = "SELECT count(*) FROM act WHERE kind = 'order_told'"
        return int(connection.exec_driver_sql(query).scalar_one())
