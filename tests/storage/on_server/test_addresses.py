"""Addresses of records on servers: what they may say, and what is refused before anything is asked of a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database.server_address import parsed
from storage.errors import NotAStudy, StudyError
from storage.files.record_url import ADDRESS_FILE, written_address
from storage.record.study_file import open_study_file
from tests.builders.studies import an_assigned_study


def test_another_machine_must_prove_itself_by_name_and_this_one_need_not() -> None:
    assert parsed("postgresql://trial.example/trial").sslmode == "verify-full"
    assert dict(parsed("postgresql://trial.example/trial").files) == {"sslrootcert": "system"}
    own = parsed("postgresql://ann@trial.example:5433/trial?sslrootcert=/ca.pem")
    assert (own.user, own.port, own.files) == ("ann", 5433, (("sslrootcert", "/ca.pem"),))
    assert parsed("postgresql://localhost/trial").sslmode == "prefer"
    assert parsed("postgresql://[::1]/trial").host == "::1"
    assert parsed("postgresql:///trial?host=/var/run/postgresql").host == "/var/run/postgresql"


@pytest.mark.parametrize("weaker", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_what_proves_nothing_is_refused(weaker: str) -> None:
    with pytest.raises(StudyError, match="doesn't prove which server it is"):
        parsed(f"postgresql://192.168.1.5/trial?sslmode={weaker}")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://ann:secret@localhost/trial", "never holds a password"),
        ("postgresql://localhost/trial?password=secret", "never holds a password"),
        ("http://localhost/trial", "must begin with postgresql://"),
        ("postgresql://localhost", "must name one database"),
        ("postgresql://localhost/a/b", "must name one database"),
        ("postgresql://localhost/a%00b", "must name one database"),
        ("postgresql://localhost/trial?options=-cx", "sslmode, sslrootcert, sslcert"),
        ("postgresql://localhost/trial?sslmode=perhaps", "sslmode is verify-full"),
        ("postgresql://localhost:99999/trial", "can't be read as an address"),
        ("postgresql://[::1/trial", "can't be read as an address"),
        ("postgresql://localhost/trial?x", "can't be read as an address"),
    ],
)
def test_an_address_that_is_none_is_refused_in_words(address: str, told: str) -> None:
    with pytest.raises(StudyError, match=told) as refused:
        parsed(address)

    assert "secret" not in str(refused.value)
    assert refused.value.__context__ is None or "secret" not in repr(refused.value.__context__)


@pytest.mark.parametrize("content", [b"", b"study.db\n", b"postgresql://a/b\nand more\n", b"\xff\xfe", b"p" * 5000])
def test_a_file_that_names_no_server_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ADDRESS_FILE).write_bytes(content)

    with pytest.raises(NotAStudy, match="must hold one line"):
        written_address(tmp_path)


def test_where_study_db_lies_beside_an_address_it_is_never_read_in_silence(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    (folder / ADDRESS_FILE).write_text("postgresql://127.0.0.1:1/trial\n", encoding="utf-8")

    # put back by hand, or left there: the record that the others write in is the server's
    with pytest.raises(StudyError, match="server can't be reached"):
        open_study_file(folder)

    (folder / ADDRESS_FILE).unlink()
    store, _ = open_study_file(folder)
    store.close()
