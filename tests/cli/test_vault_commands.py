"""The vault by command: put under a passphrase, used by every command of the coordinator, revealed on the record."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from storage.vault import sealed_file, vault_passphrase
from storage.vault.identity_words import looks_like
from tests.builders.dicom_files import a_series
from workstation.cli import main
from workstation.cli.shared import NEW_PASSPHRASE

PHRASE = "correct horse battery"

SEEN = ("--borders-seen", "--why", "on the console", "--who", "J. Smit")


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study made with a passphrase, with one subject."""
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    monkeypatch.setenv(NEW_PASSPHRASE, PHRASE)
    monkeypatch.setenv(vault_passphrase.VARIABLE, PHRASE)
    folder = tmp_path / "trial"
    assert main(["study", "create", str(folder), "--vault-passphrase"]) == 0
    a_series(tmp_path / "in")
    assert main(["study", "add", str(folder), str(tmp_path / "in")]) == 1
    assert main(["study", "assign", str(folder), "--reader", "R1"]) == 0
    return folder


def test_a_wrong_passphrase_is_one_line_on_stderr(
    trial: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(vault_passphrase.VARIABLE, "wrong")
    capsys.readouterr()

    assert main(["study", "check", str(trial)]) == 2

    found = capsys.readouterr()
    assert found.out == ""
    assert found.err == "ramris: vault.db doesn't open with this passphrase. Nothing was changed; try again\n"


def test_the_readers_side_needs_no_passphrase(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["study", "hand-over", str(trial), str(tmp_path / "copy"), *SEEN]) == 0

    monkeypatch.delenv(vault_passphrase.VARIABLE)
    assert main(["audit", str(tmp_path / "copy")]) == 0


def test_who_is_who_is_revealed_with_a_reason_that_goes_on_the_record(
    trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "who.csv"

    assert main(["study", "reveal", str(trial), "--why", "an incidental finding", "--out", str(out)]) == 0

    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert (row["subject"], row["visit"], row["date"], row["PatientName"]) == ("S001", "1", "20240105", "Doe^Jane")
    assert len(row["cases"]) == 5
    assert out.stat().st_mode & 0o777 == 0o600
    assert b"an incidental finding" in (trial / "study.db").read_bytes()
    assert b"Doe^Jane" not in (trial / "study.db").read_bytes()
    capsys.readouterr()
    assert main(["study", "reveal", str(trial), "--why", "again", "--out", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_nothing_is_revealed_without_a_reason(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    assert main(["study", "reveal", str(trial), "--why", " "]) == 2

    assert "Doe" not in capsys.readouterr().out


@pytest.mark.case(111)
@pytest.mark.parametrize(
    ("why", "what"),
    [
        ("Mrs DOE was there twice", "a name"),
        ("the scan of 5.1.2024 is blurred", "the date of a visit"),
        ("born 1970-01-01", "the date of birth"),
        ("see the mail about P1", "the patient's number"),
    ],
)
def test_a_reason_that_names_somebody_of_the_vault_is_refused_and_leaves_no_byte_in_the_record(
    trial: Path, why: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (trial / "study.db").read_bytes()
    capsys.readouterr()

    for command in (
        ("lock", "--incomplete"),
        ("unlock",),
        ("reopen", "CASE1"),
        ("queries", "--resolve", "CASE1"),
        ("design", "--set", "reread_n=5"),
        ("reveal",),
    ):
        name, *options = command
        assert main(["study", name, str(trial), *options, "--why", why]) == 2
        refusal = capsys.readouterr().err.splitlines()[-1]
        assert refusal.startswith(f"ramris: These words contain {what} of S001"), command
        assert "Doe" not in refusal

    assert (trial / "study.db").read_bytes() == before


@pytest.mark.case(111)
def test_a_reason_that_may_tell_somebody_else_is_taken_and_warned_of(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "lock", str(trial), "--incomplete", "--why", "Frau K., seen 3.4.21, 4711081513"]) == 0

    warned = capsys.readouterr().err
    assert [what for what in ("a date", "a long number", "a form of address") if what in warned] == [
        "a date",
        "a long number",
        "a form of address",
    ]


def test_words_that_are_no_name_are_no_name() -> None:
    assert looks_like("the follow-up is blurred; grade 3 of 10, sites 1/15, code SQ") == ()


def test_a_passphrase_is_taken_away_and_set_again(trial: Path) -> None:
    assert main(["study", "unlock-vault", str(trial)]) == 0
    assert not sealed_file.is_sealed(trial / "vault.db")
    assert main(["study", "unlock-vault", str(trial)]) == 2
    assert main(["study", "lock-vault", str(trial)]) == 0
    assert sealed_file.is_sealed(trial / "vault.db")
