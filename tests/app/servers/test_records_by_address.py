"""A record on a server named by its address: every command takes it in the place of a folder that is joined to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.servers.postgresql import HOST, PASSWORD, PostgreSQL
from tests.builders.servers.records import address_of
from tests.builders.studies import a_subject
from workstation.app import starting
from workstation.cli import main
from workstation.starting.recent import Role


@pytest.fixture
def url(postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an empty database; this account has opened nothing yet."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    with postgresql.database() as name:
        yield address_of(postgresql, name)


@pytest.fixture
def trial(url: str, tmp_path: Path) -> Path:
    """A study that was made there."""
    assert main(["study", "create", str(tmp_path / "trial"), "--record", url]) == 0
    with CoordinatorStudy.open(tmp_path / "trial") as study:
        study.replace_subject(a_subject())
    return tmp_path / "trial"


def plain(url: str) -> str:
    """The same place as another hand writes it: no login, no word of certificates."""
    return "postgresql://" + url.partition("@")[2].partition("?")[0]


def test_a_command_takes_the_address_for_the_folder(
    trial: Path, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in (url, plain(url)):
        assert main(["study", "assign", given, "--reader", "AD", "--json"]) == 0
        assert main(["audit", given, "--json"]) == 0
    by_address = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["audit", str(trial), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == by_address
    assert main(["manage", url, "--png", str(tmp_path / "window.png")]) == 0
    assert (tmp_path / "window.png").stat().st_size > 0


@pytest.mark.usefixtures("trial")
def test_a_reader_on_the_coordinators_machine_reads_by_the_address_of_the_record(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "assign", url, "--reader", "AD"]) == 0
    capsys.readouterr()

    found = main(["read", url, "--reader", "NN", "--png", str(tmp_path / "room.png")])

    # the folder's own words: where copies meet nobody would be asked for by that name
    assert found == 2
    assert "NN" in capsys.readouterr().err


def test_an_address_that_is_joined_to_no_folder_is_told_in_one_line(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["audit"], ["study", "board"], ["manage"], ["export"]):
        more = ["out"] if command == ["export"] else []
        assert main([*command, url, *more]) == 2
        said = capsys.readouterr().err
        assert "is joined to no folder here: ramris study join postgresql://" in said
        assert said.count("\n") == 1


def test_creating_by_the_address_alone_says_that_a_folder_is_needed_too(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "create", url]) == 2

    assert "ramris study create DIR --record postgresql://" in capsys.readouterr().err


def test_another_coordinators_folder_is_joined_and_told_what_it_lacks(
    trial: Path, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # another account
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings of another"))
    assert main(["audit", url]) == 2
    capsys.readouterr()

    assert main(["study", "join", url, str(tmp_path / "elsewhere")]) == 0

    said = capsys.readouterr().out
    assert "vault.db isn't in it" in said
    assert "images isn't in it" in said
    assert main(["audit", url]) == 0
    capsys.readouterr()
    assert main(["study", "assign", url, "--reader", "AD"]) == 2
    assert "vault.db isn't here" in capsys.readouterr().err
    # as said: a copy of it, and the command is done
    shutil.copy(trial / "vault.db", tmp_path / "elsewhere" / "vault.db")
    assert main(["study", "assign", url, "--reader", "AD"]) == 0


def test_a_folder_whose_record_came_back_is_not_found_by_the_address_any_more(
    trial: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "move", url, "--back"]) == 0
    assert (trial / "study.db").exists()
    capsys.readouterr()

    assert main(["audit", url]) == 2
    assert "joined to no folder here" in capsys.readouterr().err


def test_a_moved_study_is_found_by_its_address_and_a_folder_that_was_opened_too(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "create", str(tmp_path / "trial")]) == 0
    assert main(["study", "move", str(tmp_path / "trial"), url]) == 0
    assert main(["audit", url]) == 0

    # by an older program, say
    (tmp_path / "settings" / "joined-studies.json").unlink()
    assert main(["audit", url]) == 2
    capsys.readouterr()
    starting.remember(tmp_path / "trial", Role.COORDINATOR)
    assert main(["audit", url]) == 0


@pytest.mark.parametrize("content", [b"", b"{", b'["relative", 3]', b'["relative"]', b"\xff"])
@pytest.mark.usefixtures("trial")
def test_a_list_that_makes_no_sense_is_an_empty_one(
    url: str, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings" / "joined-studies.json").write_bytes(content)

    assert main(["audit", url]) == 2

    assert "joined to no folder here" in capsys.readouterr().err


def test_a_password_in_the_address_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", f"postgresql://ann:sesame@{HOST}/trial"]) == 2

    said = capsys.readouterr().err
    assert "never holds a password" in said
    assert "sesame" not in said
