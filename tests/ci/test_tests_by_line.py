"""Tests that a mutant meets: those that run its line, the quick ones first, and no others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.mutation import tests_by_line
from tests.mutation.tests_by_line import LinesRun, measured

SECONDS = {"tests/a.py::slow": 9.0, "tests/a.py::quick": 0.1, "tests/b.py::other": 1.0}


def _line(*names: str) -> LinesRun:
    return LinesRun({"m.py": {1: frozenset(names), 2: frozenset({"tests/b.py::other|run", ""})}}, SECONDS)


def test_tests_that_run_the_line_come_the_quick_ones_first() -> None:
    found = _line("tests/a.py::slow|run", "tests/a.py::quick|run").noticing("m.py", 1)

    assert found == ["tests/a.py::quick", "tests/a.py::slow"]


def test_what_a_fixture_runs_may_be_seen_by_every_test_of_its_module() -> None:
    assert _line("tests/a.py::slow|setup").noticing("m.py", 1) == ["tests/a.py::quick", "tests/a.py::slow"]


def test_what_an_import_runs_may_be_seen_by_whatever_runs_its_file() -> None:
    assert _line("").noticing("m.py", 1) == ["tests/b.py::other"]


def test_a_file_that_no_test_runs_has_none() -> None:
    assert _line().noticing("n.py", 1) == []


def test_one_run_under_coverage_tells_which_test_runs_which_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pytest_cov", reason="pytest-cov isn't installed")
    monkeypatch.setattr(tests_by_line, "KEPT", tmp_path / "kept")
    copy = tmp_path / "copy"
    for folder in ("scoring", "storage", "workstation", "tests"):
        (copy / folder).mkdir(parents=True)
        (copy / folder / "__init__.py").write_text("", encoding="utf-8")
    (copy / "scoring" / "sums.py").write_text("def up(a):\n    return a + 1\n\n\ndef down(a):\n    return a - 1\n")
    (copy / "tests" / "test_sums.py").write_text(
        "from scoring.sums import down, up\n\n\ndef test_up():\n    assert up(1) == 2\n\n\n"
        "def test_down():\n    assert down(1) == 0\n"
    )
    (copy / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (copy / ".coveragerc").write_text("[run]\nsource = scoring\n[json]\nshow_contexts = true\n")
    for typed in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"]):
        subprocess.run(["git", *typed], cwd=copy, check=True)

    found = measured(copy, ["tests"])

    assert found.noticing("scoring/sums.py", 2) == ["tests/test_sums.py::test_up"]
    assert found.noticing("scoring/sums.py", 6) == ["tests/test_sums.py::test_down"]
