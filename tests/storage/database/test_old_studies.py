"""Old studies: of every older schema, as their program wrote them, and what a study of today goes through."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.files.layout import SCHEMA_VERSION
from storage.vault import schema
from tests.builders.editions import rows
from tests.builders.studies import with_files
from workstation.cli import main

STORED = Path(__file__).parents[1] / "old"
VAULTS = Path(__file__).parents[1] / "old_files"
STUDIES = sorted(STORED.glob("study-*.db"))


def _version(name: str) -> int:
    return int(name.split("-")[1][:4])


def _in_a_folder(folder: Path, study: Path) -> Path:
    (folder / "images").mkdir(parents=True)
    shutil.copyfile(study, folder / "study.db")
    return with_files(folder)


def _done(capsys: pytest.CaptureFixture[str], *given: object) -> str:
    capsys.readouterr()
    status = main([str(word) for word in given])
    said = capsys.readouterr()
    assert status == 0, said.err
    return said.out


def test_a_file_of_each_schema_that_ever_was_is_kept() -> None:
    assert {_version(file.name) for file in STUDIES} >= set(range(1, SCHEMA_VERSION))
    assert {_version(file.name) for file in VAULTS.glob("vault-*.sql")} >= set(range(1, schema.SCHEMA_VERSION))


@pytest.mark.parametrize("stored", STUDIES, ids=lambda file: file.stem)
def test_an_old_study_is_audited_exported_told_and_salvaged_with_every_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stored: Path
) -> None:
    folder = _in_a_folder(tmp_path / "trial", stored)
    before = rows(folder, 'SELECT seq, reader, "case", visit, feature, site, "before", "after" FROM event ORDER BY seq')
    assert before

    audited = _done(capsys, "audit", folder, "--quick")
    _done(capsys, "export", folder, tmp_path / "out")
    _done(capsys, "trail", folder, tmp_path / "trail")
    _done(capsys, "study", "salvage", folder, tmp_path / "saved")
    _done(capsys, "audit", tmp_path / "saved", "--quick")

    assert f"The record is intact: {len(before)} event" in audited
    assert rows(folder, "SELECT version_num FROM alembic_version") == [(f"{SCHEMA_VERSION:04}",)]
    for place in (folder, tmp_path / "saved"):
        query = 'SELECT seq, reader, "case", visit, feature, site, "before", "after" FROM event ORDER BY seq'
        assert rows(place, query) == before
    told = (tmp_path / "trail" / "trail.csv").read_text(encoding="utf-8")
    assert all(str(row[2]) in told for row in before)
    assert (tmp_path / "out" / "datapackage.json").stat().st_size


@pytest.mark.parametrize("vault", sorted(VAULTS.glob("vault-*.sql")), ids=lambda file: file.stem)
@pytest.mark.parametrize("stored", [STUDIES[0], STUDIES[-1]], ids=lambda file: file.stem)
def test_an_old_study_with_an_old_vault_is_checked_and_its_vault_is_todays_afterwards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stored: Path, vault: Path
) -> None:
    folder = _in_a_folder(tmp_path / "trial", stored)
    with closing(sqlite3.connect(folder / "vault.db")) as plain:
        plain.executescript(vault.read_text(encoding="utf-8"))
        names = plain.execute("SELECT subject FROM person ORDER BY subject").fetchall()

    status = main(["study", "check", str(folder)])
    said = capsys.readouterr()

    assert status in {0, 1}, said.err
    assert "subjects have all that ramris-wrist asks for" in said.out
    with closing(sqlite3.connect(folder / "vault.db")) as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(f"{schema.SCHEMA_VERSION:04}",)]
        assert plain.execute("SELECT subject FROM person ORDER BY subject").fetchall() == names
    assert "The record is intact" in _done(capsys, "audit", folder, "--quick")
