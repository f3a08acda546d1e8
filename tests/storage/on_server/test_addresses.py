"""Addresses of records on servers: what they may say, and what is refused before anything is asked of a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database.server_address import Address, address_of
from storage.errors import AddressRefused, NotAStudy, StudyError
from storage.files.record_url import ADDRESS_FILE, written_address
from storage.record.study_file import open_study_file
from tests.builders.studies import an_assigned_study


def parsed(text: str) -> Address:
    """Of a record, to which this machine itself needs no proof."""
    return address_of(text, proven=False)


def test_another_machine_must_prove_itself_by_name_and_this_one_need_not(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(b"")
    far = parsed("postgresql://trial.example/trial").parameters()
    assert (far["sslmode"], far["sslrootcert"]) == ("verify-full", "system")
    own = parsed(f"postgresql://ann@trial.example:5433/trial?sslrootcert={ca}&sslcert=/ann.pem")
    assert (own.user, own.port, own.ca, own.files) == ("ann", 5433, str(ca.resolve()), (("sslcert", "/ann.pem"),))
    assert parsed("postgresql://localhost/trial").sslmode == "prefer"
    assert parsed("postgresql://[::1]/trial").host == "::1"
    assert parsed("postgresql:///trial?host=/var/run/postgresql").host == "/var/run/postgresql"
    assert "sslmode" not in parsed("postgresql:///trial?host=/var/run/postgresql").parameters()


def test_the_server_where_copies_meet_proves_itself_on_this_machine_too() -> None:
    found = address_of("postgresql://r1@localhost/trial").parameters()

    assert (found["sslmode"], found["require_auth"]) == ("verify-full", "scram-sha-256")


def test_one_database_is_one_target_whoever_asks_and_however_it_is_proven() -> None:
    one, other = (
        parsed("postgresql://Trial.example/trial?sslmode=verify-full"),
        parsed("postgres://ann@trial.example:5432/trial"),
    )

    assert one.target == other.target
    assert one.target != parsed("postgresql://trial.example/trial2").target


def test_a_certificate_that_is_not_there_is_named() -> None:
    with pytest.raises(AddressRefused, match=r"none\.pem: no such certificate"):
        parsed("postgresql://trial.example/trial?sslrootcert=/nowhere/none.pem")


@pytest.mark.parametrize("weaker", ["disable", "allow", "prefer", "require", "verify-ca", ""])
def test_what_proves_nothing_is_refused(weaker: str) -> None:
    with pytest.raises(AddressRefused, match="doesn't prove who it is"):
        parsed(f"postgresql://192.168.1.5/trial?sslmode={weaker}")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://ann:secret@localhost/trial", "never holds a password"),
        ("postgresql://localhost/trial?password=secret", "never holds a password"),
        ("http://localhost/trial", "isn't the address of a server"),
        ("postgresql://localhost", "names no database"),
        ("postgresql://localhost/a/b", "The database 'a/b' in the address"),
        ("postgresql://localhost/a%00b", r"The database 'a.x00b' in the address"),
        ("postgresql://localhost/trial?options=-cx", "isn't known: leave it out"),
        ("postgresql://localhost/trial?sslmode=perhaps", "doesn't prove who it is"),
        ("postgresql://localhost:99999/trial", "isn't the address of a server"),
        ("postgresql://[::1/trial", "isn't the address of a server"),
        ("postgresql://localhost/trial?x", "isn't the address of a server"),
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
