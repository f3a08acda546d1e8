"""A vault that an older program left opens with everything that it held."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.vault import schema
from storage.vault.vault import Source, Vault
from tests.builders.studies import a_study


def _with_vault(folder: Path, script: str) -> Path:
    study = a_study(folder)
    (study / "vault.db").unlink()
    plain = sqlite3.connect(study / "vault.db")
    plain.executescript((Path(__file__).parents[1] / "old_files" / script).read_text(encoding="utf-8"))
    plain.close()
    return study


def test_a_vault_of_the_third_schema_keeps_every_choice_and_its_visits_become_examinations(tmp_path: Path) -> None:
    vault = Vault.open(_with_vault(tmp_path / "trial", "vault-0003.sql"))

    # SEKEGJQU: PD, OTHER, the last taken back, blanked, T1, the last taken back. KHOJPY7R: refused, that taken back,
    # released. The borders of SEKEGJQU were seen
    assert [(row.what, row.answer) for row in vault.choices.log()] == [
        ("kind:SEKEGJQU", "PD"),
        ("kind:SEKEGJQU", "OTHER"),
        ("kind:SEKEGJQU", "undo"),
        ("text:SEKEGJQU", "blank"),
        ("kind:SEKEGJQU", "T1"),
        ("kind:SEKEGJQU", "undo"),
        ("text:KHOJPY7R", "refuse"),
        ("text:KHOJPY7R", "undo"),
        ("text:KHOJPY7R", "release"),
    ]
    assert {(row.who, bool(row.why), bool(row.at_utc)) for row in vault.choices.log()} == {("J. Smit", True, True)}
    held = vault.choices.current()
    assert (held["SEKEGJQU"].kind, held["SEKEGJQU"].regions) == ("PD", ((0, 0, 2, 2),))
    assert held["KHOJPY7R"].pixels == "release"
    assert [item.series for item in vault.borders.log()] == ["SEKEGJQU"]
    # one study of S001; of S002 one at baseline and two of one day at follow-up, which were one visit
    assert [(item.number, item.person, item.study_uids, item.day) for item in vault.examinations()] == [
        (1, "S001", ("1.9.4",), "20240105"),
        (2, "S002", ("1.2.3",), "20240105"),
        (3, "S002", ("1.2.4", "1.2.5"), "20240510"),
    ]
    assert {(item.subject, item.visit): item.examination for item in vault.series()} == {
        ("S001", 1): 1,
        ("S002", 1): 2,
        ("S002", 2): 3,
    }
    vault.close()


def test_what_was_decided_is_neither_changed_nor_removed(tmp_path: Path) -> None:
    study = _with_vault(tmp_path / "trial", "vault-0003.sql")
    Vault.open(study).close()

    plain = sqlite3.connect(study / "vault.db")
    found = dict(plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    for change in ("UPDATE choice SET answer = 'T1'", "DELETE FROM choice"):
        with pytest.raises(sqlite3.IntegrityError, match="what was decided stays on the log"):
            plain.execute(change)
    plain.close()

    assert found == schema.TRIGGERS


def test_a_vault_of_the_second_schema_opens_with_everything_that_it_held(tmp_path: Path) -> None:
    study = a_study(tmp_path / "trial")
    (study / "vault.db").unlink()
    plain = sqlite3.connect(study / "vault.db")
    plain.executescript((Path(__file__).parents[1] / "old_files" / "vault-0002.sql").read_text(encoding="utf-8"))
    plain.close()

    vault = Vault.open(study)

    assert vault.secret == b"0123456789abcdef0123456789abcdef"
    assert vault.roots() == ("/in",)
    assert vault.tree("ab" * 32) == {"seen": 1}
    assert [(item.code, item.facts) for item in vault.series()] == [("ABCDEFGH", {"side": "L"})]
    assert vault.choices.log() == ()
    assert vault.choices.held() == ()
    vault.close()


def test_a_vault_of_the_first_schema_opens_with_everything_that_it_held(tmp_path: Path) -> None:
    study = a_study(tmp_path / "trial")
    (study / "vault.db").unlink()
    plain = sqlite3.connect(study / "vault.db")
    plain.executescript((Path(__file__).parents[1] / "old_files" / "vault-0001.sql").read_text(encoding="utf-8"))
    plain.close()

    vault = Vault.open(study)

    assert vault.secret == b"0123456789abcdef0123456789abcdef"
    assert vault.sources() == (Source("in/a", "1.2.3", "ABCDEFGH", "2.25.1", "0" * 64, stamp=""),)
    vault.close()
