"""Paths that no command can use are refused by name before anything is looked at, in one plain line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workstation.cli import main
from workstation.cli.shared import DONE, REFUSED
from workstation.runtime.console import plain_line

ROOT = Path(__file__).parents[3]


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with what is neither file nor folder."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("{}/pipe", "device, a pipe or a socket"),
        ("/dev/zero", "device, a pipe or a socket"),
        ("/proc/self/mem", "device, a pipe or a socket"),
        ("{}/loop", "a link in it leads back to itself"),
        ("{}/file/x", "a file stands where a folder would have to be"),
        ("{}/" + "N" * 300, "longer than the disk takes"),
        ("", "the path is empty"),
        ("a\0b", "no path can hold that character"),
    ],
    ids=["pipe", "endless device", "memory", "loop", "file as a folder", "long", "empty", "NUL"],
)
@pytest.mark.parametrize("command", ["agreement --table", "audit", "study merge .", "export .", "keys --card"])
def test_a_path_that_can_hold_nothing_is_refused_by_name(
    command: str, path: str, says: str, odd: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), path.format(odd)]) == REFUSED

    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("typed", [".", "..", "inner/..", "./"])
def test_a_folder_that_is_named_by_dots_has_its_name_in_messages(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    here = tmp_path / "outer" / "inner" if typed == ".." else tmp_path / "outer"
    monkeypatch.chdir(here)

    assert main(["analyse", typed, "--clinical", "clinical.csv"]) == REFUSED

    assert "outer: there is no datapackage.json of an export here" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["study merge . .", "study restore ."])
def test_a_folder_that_holds_no_study_is_left_as_it_is(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(command.split()) == REFUSED

    assert capsys.readouterr().err.startswith("ramris: This folder holds n")
    assert [*tmp_path.iterdir()] == []


def test_a_folder_of_readers_bytes_is_refused_as_an_id_and_taken_as_a_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["enter", str(tmp_path), "--reader", "R\udcff"]) == REFUSED
    assert "holds bytes that are no text" in capsys.readouterr().err

    assert main(["audit", str(tmp_path / "\udcff")]) == REFUSED
    assert "no text" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo\r\nthree", "one two three"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("x" * 1000 + " is no reader", "x" * 160 + "..." + "x" * 60 + " is no reader"),
        ("Äpfel, 雪, 🦴", "Äpfel, 雪, 🦴"),
    ],
)
def test_a_line_is_one_line_that_a_terminal_shows_as_it_is(text: str, line: str) -> None:
    assert plain_line(text) == line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full is Linux's own")
@pytest.mark.parametrize(
    ("shell", "status", "says"),
    [
        ("{} doctor <&-", DONE, ""),
        ("{} enter . --reader R1 <&-", REFUSED, "no study"),
        ("{} keys >/dev/full", 2, "space"),
    ],
)
def test_closed_input_and_full_output_are_no_fault(shell: str, status: int, says: str, tmp_path: Path) -> None:
    command = shell.format(f"{sys.executable} -m workstation")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RAMRIS_CONFIG": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert "of the program itself" not in done.stderr
