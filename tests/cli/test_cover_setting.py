"""Setting of the room's cover: chosen by a command, and else by whose folder it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.studies import an_assigned_study
from workstation.app.preferences import OwnFile
from workstation.cli import main


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "own"))


def test_beside_the_vault_it_is_never_covered_and_in_a_readers_copy_after_ten_minutes(tmp_path: Path) -> None:
    trial, _ = an_assigned_study(tmp_path / "trial")
    assert OwnFile("ES", trial).cover_minutes() == 0

    (trial / "vault.db").unlink()

    assert OwnFile("ES", trial).cover_minutes() == 10


@pytest.mark.parametrize(("minutes", "said"), [("3", "after 3 minutes"), ("0", "never covered")])
def test_what_was_chosen_holds_for_that_reader_alone_and_outlives_other_choices(
    minutes: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reader", "cover", "--reader", "ES", "--minutes", minutes]) == 0
    assert said in capsys.readouterr().out

    own = OwnFile("ES", tmp_path)
    assert own.save(own.load())

    assert OwnFile("ES", tmp_path).cover_minutes() == int(minutes)
    assert OwnFile("MO", tmp_path).cover_minutes() == 10
