"""A vault under a passphrase: nothing to read on disk without it, never half-written, bound to its study."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import NotSaved, RecordDamaged, StudyError, VaultLocked
from storage.study.coordinator import CoordinatorStudy
from storage.vault import sealed_file, vault_passphrase
from storage.vault.vault import Person, SeriesIdentity, Source, Vault, VisitIdentity
from tests.builders.studies import a_subject

ROOT = Path(__file__).parents[3]
CANARY = "QuokkaZebra"
PHRASE = "correct horse battery"
PERSON = Person("S001", f"key {CANARY}", {"PatientName": CANARY})
VISIT = VisitIdentity("S001", 1, CANARY, (CANARY,))
SERIES = SeriesIdentity("ABCDEFGH", "S001", 1, CANARY, CANARY, ("why",), CANARY)
SOURCE = Source(f"/scans/{CANARY}", CANARY, "ABCDEFGH", "2.25.1", "0" * 64)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    # the real cost is half a second each time; one test below pays it
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    monkeypatch.setenv(vault_passphrase.VARIABLE, PHRASE)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A study that knows somebody, its vault under the passphrase."""
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        study.vault.save((PERSON,), (VISIT,), (SERIES,), (SOURCE,))
        study.replace_subject(a_subject())
        study.lock_vault(PHRASE)
    return tmp_path / "trial"


def _leaks(folder: Path) -> list[str]:
    spellings = [CANARY.encode(code) for code in ("utf-8", "utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in spellings)]


@pytest.mark.case(112)
def test_without_a_passphrase_the_canary_sings_and_with_one_it_is_silent(trial: Path) -> None:
    assert _leaks(trial) == []

    with CoordinatorStudy.open(trial) as study:
        study.vault.unlock()

    assert _leaks(trial) == ["vault.db"]


def test_nothing_is_written_in_the_open_while_it_is_used(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.vault.save((PERSON,), (VISIT, VisitIdentity("S001", 2, CANARY, ())), (), ())
        study.vault.add_root(f"/{CANARY}")

        assert _leaks(trial) == []
        assert sorted(path.name for path in trial.iterdir() if path.name.startswith((".", "vault"))) == ["vault.db"]

    with CoordinatorStudy.open(trial) as study:
        assert [visit.number for visit in study.vault.visits("S001")] == [1, 2]
        assert study.vault.roots() == (f"/{CANARY}",)
        assert study.vault.people() == (PERSON,)
    assert (trial / "vault.db").stat().st_mode & 0o777 == 0o600


def test_another_passphrase_is_refused_in_one_line_and_changes_nothing(
    trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (trial / "vault.db").read_bytes()
    monkeypatch.setenv(vault_passphrase.VARIABLE, "another one")

    with pytest.raises(VaultLocked, match=r"^vault\.db doesn't open with this passphrase\. .* try again$"):
        CoordinatorStudy.open(trial)

    assert (trial / "vault.db").read_bytes() == before


def test_no_passphrase_and_nobody_to_ask_says_where_to_give_it(trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(vault_passphrase.VARIABLE)

    with pytest.raises(VaultLocked, match="RAMRIS_VAULT_PASSPHRASE"):
        CoordinatorStudy.open(trial)


def test_a_passphrase_may_lie_in_a_file(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(vault_passphrase.VARIABLE)
    (tmp_path / "phrase").write_text(f"{PHRASE}\nand what else\n", encoding="utf-8")
    monkeypatch.setenv(vault_passphrase.FILE_VARIABLE, str(tmp_path / "phrase"))

    with CoordinatorStudy.open(trial) as study:
        assert study.vault.people() == (PERSON,)


@pytest.mark.case(112)
def test_a_vault_of_another_study_is_refused(trial: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "other") as other:
        other.lock_vault(PHRASE)
    (trial / "vault.db").write_bytes((tmp_path / "other" / "vault.db").read_bytes())

    with pytest.raises(StudyError, match="belongs to another study"):
        CoordinatorStudy.open(trial)


@pytest.mark.parametrize("place", range(0, 240, 7))
def test_a_changed_byte_anywhere_is_refused(place: int, trial: Path) -> None:
    data = bytearray((trial / "vault.db").read_bytes())
    # the header is in front; the rest of the places are counted from the end
    place = place if place < 160 else -place
    data[place] ^= 1
    (trial / "vault.db").write_bytes(data)

    with pytest.raises((VaultLocked, RecordDamaged, StudyError)):
        CoordinatorStudy.open(trial)


def test_a_header_that_asks_for_all_memory_is_refused_before_the_key_is_made(trial: Path) -> None:
    data = (trial / "vault.db").read_bytes()
    (trial / "vault.db").write_bytes(data.replace(b'"memory_kib": 64', b'"memory_kib": 99999999'))

    with pytest.raises(RecordDamaged):
        CoordinatorStudy.open(trial)


def test_when_the_disk_does_not_take_it_memory_goes_back_to_what_is_there(
    trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with CoordinatorStudy.open(trial) as study:
        with monkeypatch.context() as patch:
            patch.setattr(sealed_file, "write", full)
            with pytest.raises(NotSaved, match="No space left"):
                study.vault.add_root("/new")

        assert study.vault.roots() == ()
        study.vault.add_root("/again")
    with CoordinatorStudy.open(trial) as study:
        assert study.vault.roots() == ("/again",)


def test_what_another_program_wrote_meanwhile_is_not_overwritten(trial: Path) -> None:
    with CoordinatorStudy.open(trial) as first, CoordinatorStudy.open(trial) as second:
        second.vault.add_root("/second")

        with pytest.raises(NotSaved, match="another program"):
            first.vault.add_root("/first")

    with CoordinatorStudy.open(trial) as study:
        assert study.vault.roots() == ("/second",)


KILLED = """
import os, pathlib, signal, sys
from storage.files import atomic
from storage.study.coordinator import CoordinatorStudy
when = sys.argv[2]
real_replace, real_fsync = pathlib.Path.replace, os.fsync
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
with CoordinatorStudy.open(pathlib.Path(sys.argv[1])) as study:
    if when == "before the sync":
        os.fsync = die
    elif when == "before the rename":
        pathlib.Path.replace = die
    else:
        atomic.sync_folder = die
    study.vault.add_root("/killed")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize(
    ("when", "roots"), [("before the sync", ()), ("before the rename", ()), ("after the rename", ("/killed",))]
)
def test_killed_while_it_is_written_the_old_vault_or_the_new_one_is_there(
    when: str, roots: tuple[str, ...], trial: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), vault_passphrase.VARIABLE: PHRASE}
    died = subprocess.run([sys.executable, "-c", KILLED, str(trial), when], env=environment, check=False)

    assert died.returncode == -signal.SIGKILL
    with CoordinatorStudy.open(trial) as study:
        assert study.vault.roots() == roots
        assert study.vault.people() == (PERSON,)
    assert _leaks(trial) == []


def test_an_older_vault_is_brought_to_this_schema_inside_its_seal(trial: Path, tmp_path: Path) -> None:
    script = (ROOT / "tests" / "storage" / "old_files" / "vault-0001.sql").read_text(encoding="utf-8")
    with CoordinatorStudy.open(trial) as study:
        study.vault.unlock()
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    connection.executescript(script)
    connection.close()
    (trial / "vault.db").write_bytes(old.read_bytes())
    with sqlite3.connect(trial / "study.db") as study_file:
        (token,) = study_file.execute("SELECT token FROM study").fetchone()
    study_file.close()
    sealed_file.write(trial / "vault.db", old.read_bytes(), sealed_file.SealKey.new(PHRASE, token))

    with CoordinatorStudy.open(trial) as study:
        assert study.vault.sealed
        # a table that came with schema 3
        assert study.vault.choices.log() == ()
    assert sealed_file.is_sealed(trial / "vault.db")


def test_a_short_passphrase_is_refused_and_the_vault_stays_open(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        with pytest.raises(StudyError, match="at least 8"):
            study.lock_vault("short")

        assert not study.vault.sealed
        assert study.vault.people() == ()


def test_the_key_is_argon2ids_at_the_recommended_cost_and_the_seal_is_aes_gcm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # RFC 9106, 4: the second recommended option is t=3, 64 MiB, 4 lanes. The judge is cryptography's own Argon2id
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - the judge

    monkeypatch.setitem(sealed_file._COST, "memory_kib", 65_536)

    key = sealed_file.SealKey.new(PHRASE, "study")

    assert dict(key.cost) == {"time": 3, "memory_kib": 65_536, "lanes": 4}
    judge = Argon2id(salt=key.salt, length=32, iterations=3, lanes=4, memory_cost=65_536)
    assert judge.derive(PHRASE.encode()) == key.value
    assert key.value.hex() not in repr(key)


def test_a_plain_vault_that_is_locked_leaves_no_plain_bytes_in_its_old_file(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        study.vault.save((PERSON,), (VISIT,), (SERIES,), (SOURCE,))
    os.link(tmp_path / "trial" / "vault.db", tmp_path / "kept")

    with CoordinatorStudy.open(tmp_path / "trial") as study:
        study.lock_vault(PHRASE)

    assert not (tmp_path / "kept").read_bytes().strip(b"\0")
    with pytest.raises(StudyError):
        Vault.open(tmp_path / "trial", "no such study")
