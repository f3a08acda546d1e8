"""`ramris study pull` as it is typed: what it says, and that no password is written anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from tests.builders.servers.orthanc import PASSWORD, USER, Orthanc
from workstation.app.servers.passwords import PASSWORD_VARIABLE, TOKEN_VARIABLE, credentials_for
from workstation.cli import main


class Store(KeyringBackend):
    """A key store in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """The key store of the account."""
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    found, before = Store(), keyring.get_keyring()
    monkeypatch.setattr(keyring, "get_password", found.get_password)
    monkeypatch.setattr(keyring, "set_password", found.set_password)
    assert keyring.get_keyring() is before
    return found


@pytest.fixture
def trial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """An empty study."""
    assert main(["study", "create", str(tmp_path / "trial")]) == 0
    capsys.readouterr()
    return tmp_path / "trial"


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_password_of_the_environment_is_used_and_written_nowhere(
    trial: Path, hospital: Orthanc, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)

    status = main(["study", "pull", str(trial), "--from", hospital.address, "--user", USER])

    said = capsys.readouterr()
    assert status in {0, 1}
    assert "Fetched 14 series, 42 files new here" in said.out
    assert PASSWORD not in said.out + said.err
    assert PASSWORD.encode() not in everything_in(trial)
    assert store.held == {}


def test_a_password_that_is_kept_is_not_asked_for_again(
    trial: Path, hospital: Orthanc, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    command = ["study", "pull", str(trial)]
    main([*command, "--from", hospital.address, "--user", USER, "--keep-password"])
    monkeypatch.delenv(PASSWORD_VARIABLE)
    capsys.readouterr()

    main(command)

    assert "14 series: 14 here" in capsys.readouterr().out
    assert list(store.held.values()) == [PASSWORD]


def test_the_list_says_what_is_there_and_fetches_nothing(
    trial: Path, hospital: Orthanc, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    command = ["study", "pull", str(trial), "--from", hospital.address, "--user", USER, "--list"]

    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert [line for line in lines if not line.startswith(" ")][:2] == [
        "2026-01-05  P1  no description",
        "2026-05-06  P1  no description",
    ]
    assert sum(line.startswith("  new: series") for line in lines) == 14
    assert {item["state"] for item in found["series"]} == {"new"}
    assert found["fetched"] is None
    assert not (trial / "incoming").exists()
    assert store.held == {}


def test_without_a_terminal_a_password_that_nobody_gave_is_asked_for_in_one_line(
    trial: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "pull", str(trial), "--from", "http://127.0.0.1:9/dicom-web", "--user", USER]) == 2
    assert f"give it in {PASSWORD_VARIABLE}" in capsys.readouterr().err
    assert store.held == {}


def test_a_token_goes_before_a_user(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "a-token")

    found = credentials_for("https://host/dicom-web", USER, lambda user: pytest.fail(f"{user} was asked"))

    assert (found.token, found.user, found.password) == ("a-token", "", "")
    assert "a-token" not in repr(found)
    assert store.held == {}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (["--since", "yesterday"], "give a date as 2026-05-01"),
        (["--since", "2026-05-01", "--until", "2026-04-01"], "is later than --until"),
        (["--list", "--again"], "give one of them"),
        (["--ca", "nothing.pem"], "there is no such file"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_in_one_line(
    trial: Path, typed: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "pull", str(trial), "--from", "https://127.0.0.1:9/dicom-web", *typed]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1
