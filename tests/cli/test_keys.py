from __future__ import annotations

from pathlib import Path

import pytest

from workstation.cli import main


def test_keys_are_listed_and_a_card_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path))
    (tmp_path / "keys.toml").write_text('[keys]\n"images.width" = ["F9"]\n', "utf-8")

    assert main(["keys"]) == 0
    assert main(["keys", "--card", str(tmp_path / "card.html")]) == 0

    assert "F9" in capsys.readouterr().out
    assert "<td>F9</td><td>Calliper in mm</td>" in (tmp_path / "card.html").read_text("utf-8")


def test_own_keys_that_are_wrong_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path))
    (tmp_path / "keys.toml").write_text('[keys]\n"images.width" = ["3"]\n', "utf-8")

    assert main(["keys"]) == 2

    said = capsys.readouterr().err
    assert "digits grade" in said
    assert len(said.splitlines()) == 1
