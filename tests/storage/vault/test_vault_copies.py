"""Copies of the vault: whole, elsewhere, by count, and as good as the vault itself when it is lost."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.errors import StudyError, VaultLocked
from storage.study.coordinator import CoordinatorStudy
from storage.vault import sealed_file, vault_passphrase
from storage.vault.copies import keep_vault
from storage.vault.vault import Person
from workstation.cli import main

PERSON = Person("S001", "id:4711", {"PatientName": "Vexhollow^Jane", "PatientID": "4711"})
PHRASE = "correct horse battery"


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        study.vault.save((PERSON,), (), (), ())
    return tmp_path / "trial"


def test_a_lost_vault_is_replaced_by_its_copy(trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "keep-vault", str(trial), str(tmp_path / "safe")]) == 0
    (copy,) = (tmp_path / "safe").iterdir()
    assert copy.name in capsys.readouterr().out
    (trial / "vault.db").write_bytes(b"gone")

    copy.replace(trial / "vault.db")

    with CoordinatorStudy.open(trial) as study:
        assert study.vault.people() == (PERSON,)


def test_a_sealed_vault_is_copied_sealed_without_asking(
    trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    with CoordinatorStudy.open(trial) as study:
        study.lock_vault(PHRASE)

    copy = keep_vault(trial, tmp_path / "safe")

    assert b"Vexhollow" not in copy.read_bytes()
    (trial / "vault.db").unlink()
    copy.replace(trial / "vault.db")
    with pytest.raises(VaultLocked):
        CoordinatorStudy.open(trial)
    monkeypatch.setenv(vault_passphrase.VARIABLE, PHRASE)
    with CoordinatorStudy.open(trial) as study:
        assert study.vault.people() == (PERSON,)


def test_the_newest_copies_stay_and_those_of_other_studies_are_left_alone(trial: Path, tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    (safe / "vault-other-20200101T000000000000Z.db").write_bytes(b"theirs")
    start = datetime(2026, 1, 1, tzinfo=UTC)

    made = [keep_vault(trial, safe, newest=3, at=start + timedelta(days=day)) for day in range(5)]

    assert {path.name for path in safe.iterdir()} == {
        "vault-other-20200101T000000000000Z.db",
        *(path.name for path in made[2:]),
    }


def test_what_a_killed_one_left_half_made_goes_with_the_next_copy(trial: Path, tmp_path: Path) -> None:
    first = keep_vault(trial, tmp_path / "safe")
    (tmp_path / "safe" / f".{first.name}-abc").write_bytes(b"half of Vexhollow")
    (tmp_path / "safe" / ".vault-other-20200101T000000000000Z.db-abc").write_bytes(b"theirs")

    second = keep_vault(trial, tmp_path / "safe")

    assert {path.name for path in (tmp_path / "safe").iterdir()} == {
        first.name,
        second.name,
        ".vault-other-20200101T000000000000Z.db-abc",
    }


@pytest.mark.parametrize("place", ["", "backups", "a/b"])
def test_no_copy_goes_into_the_study_which_readers_get(place: str, trial: Path) -> None:
    before = sorted(trial.rglob("*"))

    with pytest.raises(StudyError, match="don't go into the study"):
        keep_vault(trial, trial / place)

    assert sorted(trial.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_copy_is_for_this_account_alone(trial: Path, tmp_path: Path) -> None:
    copy = keep_vault(trial, tmp_path / "safe")

    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
