"""Password of a record's server, kept: in the key store of the account where it has one, else in ~/.pgpass."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import record_password as of_storage
from tests.builders.servers.key_store import FileKeyStore
from workstation.app.servers import record_password

URL = "postgresql://me@db.example.org:6000/trial"


@pytest.fixture(autouse=True)
def pgpass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    return tmp_path / "pgpass"


def test_it_goes_into_the_key_store_and_no_file_of_the_account_has_it(key_store: FileKeyStore, pgpass: Path) -> None:
    assert record_password.keep(URL, "secret") == "the key store of this account"

    assert key_store.held() == {f"{of_storage.SERVICE}\n{URL}": "secret"}
    assert not pgpass.exists()


def test_without_a_key_store_it_goes_where_postgresql_looks(pgpass: Path) -> None:
    said = record_password.keep(URL, "secret")

    assert said == f"{pgpass}, open to this account alone"
    assert pgpass.read_text("utf-8") == "db.example.org:6000:trial:me:secret\n"


def test_what_libpq_alone_can_use_goes_there_too(key_store: FileKeyStore, pgpass: Path) -> None:
    record_password.keep("postgresql://me@/trial", "secret")

    assert pgpass.read_text("utf-8") == "localhost:5432:trial:me:secret\n"
    assert key_store.held() == {}
