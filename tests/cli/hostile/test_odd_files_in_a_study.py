"""Odd files in a study: a pipe, a socket or a folder in the place of a file is named in one line, never waited for."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from tests.builders.hostile.databases import a_whole_study
from workstation.cli import main
from workstation.cli.shared import REFUSED

pytestmark = [
    pytest.mark.case(59),
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name"),
]
FILES = ("study.db", "vault.db", "protocol.toml", "study.db-journal", "study.db-wal", "vault.db-journal")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_whole_study(tmp_path_factory.mktemp("whole") / "trial")[0]


@pytest.fixture
def trial(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "trial"))


def _put(kind: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.unlink(missing_ok=True)
    # the name of a socket is short
    monkeypatch.chdir(file.parent)
    if kind == "pipe":
        os.mkfifo(file.name)
    elif kind == "folder":
        file.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(file.name)


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
@pytest.mark.parametrize("name", FILES)
def test_what_stands_in_the_place_of_a_file_is_named_in_one_line(
    name: str, kind: str, trial: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _put(kind, trial / name, monkeypatch)

    assert main(["study", "check", str(trial)]) == REFUSED

    said = capsys.readouterr().err
    assert said.startswith(f"ramris: {name}")
    assert len(said.splitlines()) == 1
