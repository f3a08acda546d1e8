"""Passwords of a record's server, as PostgreSQL's own library reads them from its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.app.servers import pgpass
from workstation.errors import UsageRefused


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(pgpass.VARIABLE, str(tmp_path / "own" / "passwords"))
    return tmp_path / "own" / "passwords"


def test_a_password_is_added_escaped_and_the_other_lines_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("# mine\ndb.example.org:5432:other:me:old\n", encoding="utf-8")

    pgpass.keep("postgresql://me@db.example.org/trial", r"a:b\c")

    # the escapes are those of https://www.postgresql.org/docs/current/libpq-pgpass.html
    assert file.read_text(encoding="utf-8").splitlines() == [
        r"db.example.org:5432:trial:me:a\:b\\c",
        "# mine",
        "db.example.org:5432:other:me:old",
    ]


def test_a_new_password_takes_the_place_of_the_old_one_of_the_same_address(file: Path) -> None:
    pgpass.keep("postgresql://me@db.example.org:6000/trial", "first")
    pgpass.keep("postgresql://me@db.example.org/trial", "elsewhere")
    pgpass.keep("postgresql://me@db.example.org:6000/trial", "second")

    assert file.read_text(encoding="utf-8").splitlines() == [
        "db.example.org:6000:trial:me:second",
        "db.example.org:5432:trial:me:elsewhere",
    ]


def test_an_address_with_a_file_of_its_own_is_refused(file: Path) -> None:
    with pytest.raises(UsageRefused, match="names a file of passwords"):
        pgpass.keep("postgresql://me@db.example.org/trial?passfile=/else/where", "x")

    assert not file.exists()
