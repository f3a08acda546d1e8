"""Copies of who is who that are made unasked: outside of every study, sealed as the vault is, by age, and put back."""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.errors import NotSaved, RecordDamaged, StudyError
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.vault import sealed_file, vault_passphrase
from storage.vault.vault import Person
from storage.vault.vault_backups import NEWEST, VARIABLE, copies, folder_for, keep, restore, to_drop
from tests.builders.studies import an_assigned_study, as_it_is, with_files

OLD = Path(__file__).parents[1] / "old_files" / "vault-0002.sql"
NAME = "Vexhollow"
PERSON = Person("S001", "id:4711", {"PatientName": f"{NAME}^Jane"})
OTHER = Person("S002", "id:4712", {"PatientName": f"{NAME}^John"})
PHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for copies."""
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    folder = with_files(an_assigned_study(tmp_path / "trial")[0])
    _save(folder, PERSON)
    return folder


def _save(trial: Path, *people: Person) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.vault.save(people, (), (), ())


def _token(trial: Path) -> str:
    with CoordinatorStudy.open(trial) as study:
        return study.token


def _people(trial: Path) -> tuple[Person, ...]:
    with CoordinatorStudy.open(trial) as study:
        return study.vault.people()


def _found(own: Path) -> list[Path]:
    return [path for path in own.rglob("*") if path.is_file()]


def test_a_vault_is_copied_when_it_holds_something_new_and_not_else(trial: Path, own: Path) -> None:
    token = _token(trial)

    first = keep(trial, token)
    again = keep(trial, token)
    _save(trial, OTHER)
    second = keep(trial, token)

    assert again is None
    assert {path.name for path in _found(own)} == {path.name for path in (first, second) if path is not None}
    assert second is not None
    assert second.read_bytes() == (trial / "vault.db").read_bytes()


def test_a_study_that_was_moved_and_renamed_goes_on_with_its_copies(trial: Path, tmp_path: Path) -> None:
    token = _token(trial)
    first = keep(trial, token)
    moved = trial.rename(tmp_path / "renamed")
    _save(moved, OTHER)

    second = keep(moved, token)

    assert first is not None
    assert second is not None
    assert copies(first.parent) == (second, first)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_copies_are_for_this_account_alone(trial: Path) -> None:
    copy = keep(trial, _token(trial))

    assert copy is not None
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_no_copy_lies_in_or_beside_the_study_or_a_readers_copy(trial: Path, own: Path, tmp_path: Path) -> None:
    keep(trial, _token(trial))
    hand_over(trial, tmp_path / "copy", as_it_is)

    names = [path for path in tmp_path.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()]

    assert {path.name if path.parent == trial else "a copy" for path in names} == {"vault.db", "a copy"}
    assert all(path == trial / "vault.db" or path.is_relative_to(own) for path in names)


@pytest.mark.parametrize("place", ["none", "inside", "own study"])
def test_where_copies_must_not_be_none_is_made(
    place: str, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "own study":
        monkeypatch.setenv("RAMRIS_DATA", str(tmp_path))
    else:
        monkeypatch.setenv(VARIABLE, "none" if place == "none" else str(trial / "copies"))
    before = sorted(tmp_path.rglob("*"))

    assert folder_for(trial, "0" * 32) is None
    assert keep(trial, "0" * 32) is None

    assert sorted(tmp_path.rglob("*")) == before


def test_before_an_upgrade_the_older_vault_is_kept(trial: Path, own: Path) -> None:
    (trial / "vault.db").unlink()
    plain = sqlite3.connect(trial / "vault.db")
    plain.executescript(OLD.read_text(encoding="utf-8"))
    plain.close()

    CoordinatorStudy.open(trial).close()

    (copy,) = _found(own)
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
    kept.close()
    assert not list(trial.glob("vault.db.*"))


def test_without_a_copy_there_is_no_upgrade(trial: Path, own: Path) -> None:
    (trial / "vault.db").unlink()
    plain = sqlite3.connect(trial / "vault.db")
    plain.executescript(OLD.read_text(encoding="utf-8"))
    plain.close()
    before = (trial / "vault.db").read_bytes()
    own.write_bytes(b"in the way")

    with pytest.raises(NotSaved, match="No copy of the vault was made"):
        CoordinatorStudy.open(trial)

    assert (trial / "vault.db").read_bytes() == before


def test_a_vault_under_a_passphrase_is_copied_sealed_and_no_plain_copy_stays(
    trial: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(trial, _token(trial))
    assert any(NAME.encode() in path.read_bytes() for path in _found(own))

    with CoordinatorStudy.open(trial) as study:
        study.lock_vault(PHRASE)

    (copy,) = _found(own)
    assert sealed_file.is_sealed(copy)
    assert copy.read_bytes() == (trial / "vault.db").read_bytes()
    monkeypatch.setenv(vault_passphrase.VARIABLE, PHRASE)
    assert _people(trial) == (PERSON,)


@pytest.mark.parametrize("lost", ["gone", "damaged", "half-done"])
def test_a_lost_vault_is_replaced_by_its_newest_copy_and_what_was_there_is_kept(
    lost: str, trial: Path, own: Path
) -> None:
    token = _token(trial)
    keep(trial, token)
    _save(trial, OTHER)
    newest = keep(trial, token)
    vault = trial / "vault.db"
    if lost == "gone":
        vault.unlink()
    else:
        vault.write_bytes(b"damaged" if lost == "damaged" else vault.read_bytes())
        (trial / "vault.db-journal").write_bytes(b"of another file")

    done = restore(trial, token)

    assert done.copy == newest
    assert not (trial / "vault.db-journal").exists()
    assert _people(trial) == (PERSON, OTHER)
    replaced = [path for path in _found(own) if path.name.startswith("replaced-")]
    assert [path.name for path in replaced] == ([] if lost == "gone" else [done.kept])
    if lost == "damaged":
        assert replaced[0].read_bytes() == b"damaged"


def test_an_earlier_copy_can_be_asked_for_by_its_name(trial: Path) -> None:
    token = _token(trial)
    first = keep(trial, token)
    _save(trial, OTHER)
    keep(trial, token)
    assert first is not None

    restore(trial, token, first.name)

    assert _people(trial) == (PERSON,)


def test_a_damaged_copy_and_one_of_another_study_are_refused_and_the_vault_stays(trial: Path, own: Path) -> None:
    token = _token(trial)
    copy = keep(trial, token)
    assert copy is not None
    before = (trial / "vault.db").read_bytes()
    copy.write_bytes(copy.read_bytes()[:-4096] + b"\x55" * 4096)

    with pytest.raises((RecordDamaged, NotSaved)):
        restore(trial, token)
    sealed_file.write(copy, b"theirs", sealed_file.SealKey.new(PHRASE, "f" * 32))
    with pytest.raises(StudyError, match="belongs to another study"):
        restore(trial, token)
    with pytest.raises(StudyError, match="No copy of the vault elsewhere here"):
        restore(trial, token, "elsewhere")

    assert (trial / "vault.db").read_bytes() == before
    assert _found(own) == [copy]


def test_the_newest_stay_and_of_each_day_the_last_one() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    made = [at - timedelta(hours=6 * number) for number in range(400)]
    ordered = [Path(f"vault-x-{moment:%Y%m%dT%H%M%S%fZ}.db") for moment in made]

    stay = [moment for path, moment in zip(ordered, made, strict=True) if path not in to_drop(ordered, at)]

    assert stay[:NEWEST] == made[:NEWEST]
    # the tenth is of two days ago, whose last one stays already; of 28 days 26 are left, each with its last copy
    older = stay[NEWEST:]
    assert len({moment.date() for moment in older}) == len(older)
    assert min(older) >= at - timedelta(days=28)
    assert all(moment.hour == 18 for moment in older[1:])


def test_a_copy_from_the_future_stays() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    ordered = [Path(f"vault-x-{at + timedelta(days=number):%Y%m%dT%H%M%S%fZ}.db") for number in range(30, 0, -1)]

    assert to_drop(ordered, at) == ()


def test_own_folder_needs_no_variable(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("RAMRIS_DATA", str(tmp_path / "data"))

    copy = keep(trial, _token(trial))

    assert copy is not None
    assert copy.is_relative_to(tmp_path / "data" / "vault-copies")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["vault-copies"]
