"""Password of a record's server: the key store of the account is asked before ~/.pgpass, and never instead of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.database import record_password
from storage.database.server_address import address_of
from storage.errors import NotSaved, StudyError
from storage.study.coordinator import CoordinatorStudy
from tests.builders.servers import records
from tests.builders.servers.key_store import FileKeyStore
from tests.builders.servers.postgresql import ADMIN, PASSWORD, PostgreSQL


@pytest.fixture
def trial(postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A study whose record lies on a server; from then on nothing says the password."""
    with postgresql.database() as name:
        with monkeypatch.context() as known:
            known.setenv("PGPASSWORD", PASSWORD)
            CoordinatorStudy.create(tmp_path / "trial", record=records.address_of(postgresql, name)).close()
        monkeypatch.delenv("PGPASSWORD", raising=False)
        monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
        yield tmp_path / "trial"


def _name(trial: Path) -> str:
    return address_of((trial / "study.url").read_text("utf-8").strip(), proven=False).name


def _write_pgpass(password: str, file: Path) -> None:
    file.write_text(f"*:*:*:{ADMIN}:{password}\n", "utf-8")
    file.chmod(0o600)


def test_the_key_store_opens_a_record_where_nothing_else_says_the_password(
    trial: Path, key_store: FileKeyStore
) -> None:
    with pytest.raises(StudyError, match=r"Check it in PGPASSWORD, key store or ~/.pgpass"):
        audit(trial)
    key_store.set_password(record_password.SERVICE, _name(trial), PASSWORD)

    assert audit(trial).events == 0


@pytest.mark.parametrize("state", ["an old password", "nothing", "shut"])
def test_where_the_key_store_is_of_no_use_pgpass_is_read(
    trial: Path, key_store: FileKeyStore, tmp_path: Path, state: str
) -> None:
    _write_pgpass(PASSWORD, tmp_path / "pgpass")
    if state == "an old password":
        key_store.set_password(record_password.SERVICE, _name(trial), "of before")
    elif state == "shut":
        key_store.shut()

    assert audit(trial).events == 0


def test_the_environment_and_a_file_in_the_address_are_somebodys_own_wish_and_come_first(
    trial: Path, key_store: FileKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_store.set_password(record_password.SERVICE, _name(trial), PASSWORD)
    with monkeypatch.context() as known:
        known.setenv("PGPASSWORD", "wrong")
        with pytest.raises(StudyError, match="the password isn't right"):
            audit(trial)
    _write_pgpass("wrong", tmp_path / "named")
    url = (trial / "study.url").read_text("utf-8").strip()
    (trial / "study.url").write_text(f"{url}&passfile={tmp_path / 'named'}\n", "utf-8")
    with pytest.raises(StudyError, match="the password isn't right"):
        audit(trial)


def test_a_server_that_is_down_is_told_as_one_also_where_the_key_store_has_the_password(
    trial: Path, key_store: FileKeyStore, postgresql: PostgreSQL
) -> None:
    key_store.set_password(record_password.SERVICE, _name(trial), PASSWORD)
    postgresql.kill()
    try:
        with pytest.raises((StudyError, NotSaved), match="the server can't be reached"):
            audit(trial)
    finally:
        postgresql.start()


def test_the_key_store_is_asked_once_for_an_open_record_and_not_of_a_socket(
    trial: Path, key_store: FileKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_store.set_password(record_password.SERVICE, _name(trial), PASSWORD)
    asked = list[str]()
    found = FileKeyStore.get_password

    def counted(self: FileKeyStore, service: str, username: str) -> str | None:
        asked.append(username)
        return found(self, service, username)

    monkeypatch.setattr(FileKeyStore, "get_password", counted)
    with CoordinatorStudy.open(trial) as study:
        for _ in range(3):
            # a connection that was lost is made anew
            study._store._drop()
            assert study.open_readings() == 0
    assert asked == [_name(trial)]
    assert record_password.kept(address_of("postgresql:///trial", proven=False)) is None
    assert asked == [_name(trial)]
