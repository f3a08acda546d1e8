"""The end of a run says in words what this machine could not test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.closing_lines import not_tested

ROOT = Path(__file__).parents[2]
MODULE = """
import pytest

@pytest.mark.skipif(True, reason="R isn't here")
@pytest.mark.parametrize("number", range(3))
def test_by_r(number): ...

def test_by_x():
    pytest.skip("no X server answers")

def test_that_runs(): ...
"""


def test_skipped_tests_are_told_by_their_reason_the_commonest_first() -> None:
    reasons = ["Skipped: no X server answers", *["Skipped: R isn't here"] * 2]

    assert not_tested(reasons) == [
        "not tested: 2 tests, because R isn't here",
        "not tested: 1 test, because no X server answers",
    ]


def test_a_run_without_a_skipped_test_says_so() -> None:
    assert not_tested([]) == ["not tested: nothing was skipped"]


def test_a_run_ends_with_what_it_left_out_and_then_with_its_counts(tmp_path: Path) -> None:
    # with the options and plugins of the suite
    for name in ("pyproject.toml", "tests/conftest.py", "tests/closing_lines.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "tests" / "test_three.py").write_text(MODULE, "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )

    assert done.returncode == 0, done.stdout
    *_, many, one, counts = done.stdout.splitlines()
    assert many == "not tested: 3 tests, because R isn't here"
    assert one == "not tested: 1 test, because no X server answers"
    assert counts.startswith("1 passed, 4 skipped in ")
