"""The newcomer's script, as far as it can be run inside its own tests: what it refuses, and that nothing else hides."""

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
    assert done.stderr == "ramris: say `demo`, `test`, `check` or `docs`: python3 .ci/do.py demo\n"


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


def test_ci_runs_what_the_readme_tells_and_nothing_else() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")

    assert "make test" in readme
    assert "python3 .ci/do.py test" in readme
    commands = [
        line.strip() for line in script.splitlines() if line.strip() and not line.startswith(("#", "set", "cd"))
    ]
    assert commands == ["if command -v make >/dev/null 2>&1; then exec make test; fi", "exec python3 .ci/do.py test"]
    assert "\t@$(PYTHON) .ci/do.py test" in makefile
