"""The newcomer's script, as far as it can be run inside its own tests: what it refuses, and that nothing else hides."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("arguments", [[], ["frobnicate"]])
def test_an_unknown_job_is_refused_in_one_line(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "do.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    jobs = "`demo`, `test`, `coverage`, `check`, `bundle` or `docs`"
    assert done.stderr == f"ramris: say {jobs}: python3 .ci/do.py demo\n"


def test_every_dependency_has_a_version_that_the_tests_ran_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {line.split(">")[0].split("[")[0].strip().lower().replace("_", "-") for line in wanted}
    pinned = {
        line.split("==")[0].strip().lower().replace("_", "-")
        for line in (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }

    assert names - pinned == set()


def test_ci_runs_what_the_readme_tells_then_a_part_of_it_in_odd_surroundings_and_nothing_else() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    script = (ROOT / ".ci" / "run").read_text("utf-8")

    assert "make test" in readme
    assert "python3 .ci/do.py test" in readme
    assert "\t@$(PYTHON) .ci/do.py test" in makefile
    commands = [line for line in script.splitlines() if "test" in line or ".ci/" in line]
    assert commands == [
        'if command -v make >/dev/null 2>&1; then make test; else python3 .ci/do.py test; fi 2>&1 | tee "$said"',
        ".ci/odd --short || status=$?",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize(("of_suite", "of_odd"), [(0, 0), (3, 0), (0, 1)])
def test_ci_ends_with_the_counts_of_the_suite_and_fails_when_either_part_fails(
    tmp_path: Path, of_suite: int, of_odd: int
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    # with make, and where there is none
    (tmp_path / "Makefile").write_text(f"test:\n\t@echo '5 passed in 1s'; exit {of_suite}\n", "utf-8")
    (tmp_path / ".ci" / "do.py").write_text(f"print('5 passed in 1s'); raise SystemExit({of_suite})\n", "utf-8")
    odd = tmp_path / ".ci" / "odd"
    odd.write_text(f'#!/bin/sh\necho "odd $1: 2 passed"\nexit {of_odd}\n', "utf-8")
    odd.chmod(0o755)

    # make says in which folder it is when another make started it, as it did this suite
    plain = {name: value for name, value in os.environ.items() if name not in {"MAKELEVEL", "MAKEFLAGS", "MFLAGS"}}
    command = [tmp_path / ".ci" / "run"]
    done = subprocess.run(command, env=plain, capture_output=True, encoding="utf-8", check=False, timeout=60)

    assert bool(done.returncode) == bool(of_suite or of_odd)
    said = done.stdout.splitlines()
    if of_suite:
        assert not [line for line in said if line.startswith("odd")]
    else:
        assert said == ["5 passed in 1s", "odd --short: 2 passed", "5 passed in 1s"]
