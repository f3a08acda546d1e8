"""Any name on any console: what a code page lacks is written by its number, and ends no command."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series
from workstation.cli import main
from workstation.runtime.console import take_any_text

ROOT = Path(__file__).parents[2]
# numbers of the signs: https://www.unicode.org/Public/UCD/latest/ucd/UnicodeData.txt and Unihan
NAME, BY_NUMBER = "\u5c71\u7530^\u592a\u90ce", r"\u5c71\u7530^\u592a\u90ce"


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One subject with a name that no code page of Western Windows has, from a folder that is named so, too."""
    folder = tmp_path_factory.mktemp("consoles")
    a_series(folder / NAME, PatientName=NAME, SpecificCharacterSet="ISO_IR 192")
    assert main(["study", "create", str(folder / "trial")]) == 0
    assert main(["study", "add", str(folder / "trial"), str(folder / NAME)]) == 1
    with CoordinatorStudy.open(folder / "trial") as study:
        study.assign("R1")
    return folder / "trial"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("cp1252", BY_NUMBER), ("cp437", BY_NUMBER), ("utf-8", NAME), ("cp932", NAME)],
)
@pytest.mark.parametrize(
    "command",
    [("study", "reveal", "{trial}", "--why", "an incidental finding"), ("study", "add", "{trial}", "{name}")],
    ids=["reveal", "refusal"],
)
def test_a_name_goes_to_every_console_whole(trial: Path, encoding: str, shown: str, command: tuple[str, ...]) -> None:
    words = [word.format(trial=trial, name=NAME) for word in command]

    done = subprocess.run(
        [sys.executable, "-m", "workstation", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        cwd=trial.parent / "trial",
        capture_output=True,
        check=False,
        timeout=120,
    )

    said = (done.stdout + done.stderr).decode(encoding)
    assert shown in said
    assert "fault" not in said
    assert done.returncode == (0 if "reveal" in command else 2)


def test_a_pipe_on_windows_becomes_utf_8() -> None:
    pipe = io.TextIOWrapper(kept := io.BytesIO(), encoding="cp1252")

    take_any_text(pipe, windows=True)
    pipe.write(NAME)
    pipe.flush()

    assert kept.getvalue().decode() == NAME


def test_half_a_sign_of_a_file_name_is_written_by_its_number() -> None:
    """On Linux a file name may be no Unicode: Python shows a byte that isn't as a lone surrogate (PEP 383)."""
    pipe = io.TextIOWrapper(kept := io.BytesIO(), encoding="utf-8")

    take_any_text(pipe, windows=False)
    pipe.write("\udcff")
    pipe.flush()

    assert kept.getvalue() == rb"\udcff"
