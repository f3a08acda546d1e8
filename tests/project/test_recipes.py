"""Recipes of CONTRIBUTING.md, followed as they stand: lines go into a copy of the repository, commands run there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from storage.files.layout import SCHEMA_VERSION

ROOT = Path(__file__).parents[2]
_STEP = re.compile(
    r"\*\*`(?P<file>[^`]+)`\*\*, (?P<how>new|at the end|below|in place of)(?: `(?P<mark>[^\n]+)`)?:\n\n"
    r"```\w+\n(?P<lines>.*?)```$"
    r"|^ {4}(?P<command>python -m [^\n]+)$",
    re.MULTILINE | re.DOTALL,
)
_COPIED = ("scoring", "storage", "workstation", "tests", "docs")


class Step(NamedTuple):
    """A change of a file, or a command."""

    file: str
    how: str
    mark: str
    lines: str
    command: str


def recipes(text: str) -> dict[str, list[Step]]:
    """The steps of each recipe, by its heading."""
    found = re.split(r"^### (.+)$", text.partition("\n## Recipes\n")[2], flags=re.MULTILINE)[1:]
    return {name: list(steps(body)) for name, body in zip(found[::2], found[1::2], strict=True)}


def steps(body: str) -> Iterator[Step]:
    """The steps of one recipe, in their order."""
    for step in _STEP.finditer(body):
        yield Step(*(step[name] or "" for name in Step._fields))


def followed(step: Step, root: Path) -> None:
    """Write what a step says into its file."""
    path = root / step.file
    if step.how == "new":
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(step.lines, "utf-8")
        return
    text = path.read_text("utf-8")
    if step.how == "at the end":
        path.write_text(text + step.lines, "utf-8")
        return
    assert text.count(step.mark) == 1, f"{step.file} holds {text.count(step.mark)} times: {step.mark}"
    lines = step.lines.removesuffix("\n")
    new = f"{step.mark}\n{lines}" if step.how == "below" else lines
    path.write_text(text.replace(step.mark, new), "utf-8")


def _as_of_today(text: str) -> str:
    """The recipe of a migration with today's schema in the place of the one that it was written at."""
    next_one, written = re.findall(r'^(?:down_)?revision = "(\d{4})"$', text, re.MULTILINE)[:2]
    pairs = {
        next_one: f"{SCHEMA_VERSION + 1:04}",
        written: f"{SCHEMA_VERSION:04}",
        f"Final = {int(next_one)}": f"Final = {SCHEMA_VERSION + 1}",
        f"Final = {int(written)}": f"Final = {SCHEMA_VERSION}",
    }
    return re.sub("|".join(pairs), lambda found: pairs[found[0]], text)


RECIPES = recipes((ROOT / "CONTRIBUTING.md").read_text("utf-8"))


def test_there_is_a_recipe_for_whatever_is_often_added() -> None:
    assert list(RECIPES) == [
        "A key",
        "A scoring scheme",
        "An export column",
        "A drawing tool",
        "A migration",
        "A series rule",
    ]
    assert all(found[-1].command and any(step.file for step in found) for found in RECIPES.values())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", list(RECIPES))
def test_a_recipe_works_as_it_is_written(name: str, tmp_path: Path) -> None:
    body = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition(f"### {name}\n")[2].partition("\n### ")[0]
    for folder in _COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "build").mkdir()

    for step in steps(_as_of_today(body) if name == "A migration" else body):
        if not step.command:
            followed(step, tmp_path)
            continue
        done = _ran(step.command, tmp_path)
        assert done.returncode == 0, f"{step.command}\n{done.stdout}{done.stderr}"


def _ran(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    python, *arguments = shlex.split(command)
    assert python == "python"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        # the copy's own modules, never those that are installed
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "RAMRIS_VAULT_COPIES": "none"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
