"""Floors of coverage: a package that falls below its own is named, and the run fails."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS: dict[str, float] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ramris"][
    "coverage-floors"
]


def _judged(tmp_path: Path, **ran: int) -> subprocess.CompletedProcess[str]:
    """What is said of packages of 1000 statements in two files, of which so many ran."""
    files = {}
    for package, lines in ran.items():
        files[f"{package}/one.py"] = {"summary": {"covered_lines": lines, "num_statements": 900}}
        files[f"{package}/deep/two.py"] = {"summary": {"covered_lines": 0, "num_statements": 100}}
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": files}), "utf-8")
    command = [sys.executable, str(ROOT / ".ci" / "floors.py"), str(report)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)


def test_each_package_of_the_wheel_has_a_floor() -> None:
    assert set(FLOORS) == {"scoring", "storage", "workstation"}


def test_shares_are_of_statements_whatever_the_files_and_the_package_below_its_floor_is_named(tmp_path: Path) -> None:
    judged = _judged(tmp_path, scoring=900, storage=430, workstation=900)

    assert judged.returncode == 1
    assert judged.stdout.startswith(f"coverage: scoring 90.0 % (floor {FLOORS['scoring']} %), storage 43.0 % (floor ")
    assert f"ramris: coverage of storage is 43.0 %, its floor is {FLOORS['storage']} %." in judged.stderr


def test_at_its_floor_a_package_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / ".ci")
    from floors import below  # type: ignore[import-not-found] # noqa: PLC0415 - a script beside the packages

    assert below({"scoring": 97.0}, {"scoring": 97}) == []
    assert len(below({"scoring": 96.9}, {"scoring": 97})) == 1
    assert len(below({}, {"scoring": 97})) == 1


def test_a_package_of_which_nothing_ran_is_below_its_floor(tmp_path: Path) -> None:
    judged = _judged(tmp_path, scoring=900, storage=900)

    assert "coverage of workstation is 0.0 %" in judged.stderr
