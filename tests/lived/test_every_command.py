"""Every command does what it says on a study that has lived, and leaves a record that holds."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.builders.lived.story import Lived
from tests.lived.commands import DONE, ON_LOCKED, REFUSED, TRIED, Tried
from workstation.cli import main

ROOT = Path(__file__).parents[2]


def _ids(tried: tuple[Tried, ...]) -> list[str]:
    return [f"{number} {item.given}" for number, item in enumerate(tried)]


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def locked(lived: Lived) -> Lived:
    """The same, locked for its analysis."""
    assert main(["study", "lock", str(lived.trial), "--incomplete", "--why", "the analysis"]) == DONE
    return lived


@pytest.mark.parametrize("tried", TRIED, ids=_ids(TRIED))
def test_it_ends_and_says_what_the_table_has(
    tried: Tried, lived: Lived, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _try(tried, lived, monkeypatch, capsys)


@pytest.mark.parametrize("tried", ON_LOCKED, ids=_ids(ON_LOCKED))
def test_it_ends_and_says_what_the_table_has_where_the_study_is_locked(
    tried: Tried, locked: Lived, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _try(tried, locked, monkeypatch, capsys)


def _try(tried: Tried, lived: Lived, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    places = {name: str(lived.root / name) for name in ("trial", "home", "away", "scans", "out")}
    names = places | lived.cases
    given = [word.format(**names) for word in shlex.split(tried.given)]
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(tried.stdin.format(**names).encode())))
    capsys.readouterr()

    status, said = _alone(given) if tried.alone else _here(given, capsys)

    assert status == tried.status, said
    assert re.search(tried.says.format(**names), said, re.DOTALL), said
    assert "of the program itself" not in said
    assert main(["audit", str(lived.trial), "--quick"]) != REFUSED, capsys.readouterr().err
    if tried.after:
        assert main([word.format(**names) for word in shlex.split(tried.after)]) == DONE, capsys.readouterr().err


def _here(given: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(given)
    told = capsys.readouterr()
    return status, told.out + told.err


def _alone(given: list[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "workstation", *given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr
