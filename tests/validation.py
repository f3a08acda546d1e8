"""Requirements, the tests by which each is shown, and what these gave last: docs/validation.md.

`python -m tests.validation` writes the page. With `--junit FILE`, the result of a run of pytest (--junitxml=FILE), it
takes the results of that run into tests/validation_results.toml first; what the run left out keeps its last result.
`--run` runs every test that a requirement names and takes its results: what a release does.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
PAGE = ROOT / "docs" / "validation.md"
RESULTS = TESTS / "validation_results.toml"
HEAD = """# Validation

Which test shows which requirement, and what it gave last. Written by `python -m tests.validation` from
tests/requirements.toml and the results of a run; a test fails when this page and its sources differ. Before a release
`python -m tests.validation --run` runs all of these tests and fills the last column; `--junit FILE` takes the results
of another run of pytest (`--junitxml=FILE`). What a run left out keeps its last result, or has none yet. Each name
below is a file of tests/,
or one test of it. Where files of real scanners, a display or a compiler are missing, their tests are
skipped and say so.

This is the maker's part. What an installation does on its own machine is shown by `ramris qualify`
([qualification](qualification.md)); whether it fits a study, the study's people decide.

| requirement | source | tests | last result |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Requirement:
    """One line. tests: files or folders below tests/, or one test of a file behind `::`."""

    id: str
    text: str
    source: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What one test gave last, all its cases together, and on which day."""

    passed: int
    failed: int
    skipped: int
    day: str


Results = Mapping[str, Result]


def requirements() -> tuple[Requirement, ...]:
    """All, in their order."""
    rows = tomllib.loads((TESTS / "requirements.toml").read_text(encoding="utf-8"))["requirement"]
    return tuple(Requirement(row["id"], row["text"], row["source"], tuple(row["tests"])) for row in rows)


def collected(named: str) -> tuple[str, ...]:
    """The tests that a name stands for, as `file::test`, read from the source; none where there is no such test."""
    file, _, wanted = named.partition("::")
    path = TESTS / file
    files = sorted(path.rglob("test_*.py")) if path.is_dir() else [path] if path.is_file() else []
    found = (f"{each.relative_to(TESTS).as_posix()}::{name}" for each in files for name in _names(each))
    return tuple(test for test in found if not wanted or test.endswith(f"::{wanted}"))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def results() -> dict[str, Result]:
    """What each test gave last, by `file::test`."""
    if not RESULTS.exists():
        return {}
    return {name: Result(**row) for name, row in tomllib.loads(RESULTS.read_text(encoding="utf-8")).items()}


def of_run(junit: Path) -> dict[str, Result]:
    """The results of a run, by `file::test`."""
    root = ET.parse(junit).getroot()  # noqa: S314 - written by our own pytest
    suite = next(root.iter("testsuite"))
    day = str(suite.get("timestamp", ""))[:10]
    counts: dict[str, list[int]] = {}
    for case in suite.iter("testcase"):
        file = str(case.get("classname")).removeprefix("tests.").replace(".", "/")
        name = f"{file}.py::{str(case.get('name')).partition('[')[0]}"
        which = 1 if case.find("failure") is not None or case.find("error") is not None else 0
        which = 2 if case.find("skipped") is not None else which
        counts.setdefault(name, [0, 0, 0])[which] += 1
    return {name: Result(passed, failed, skipped, day) for name, (passed, failed, skipped) in counts.items()}


def written(found: Results) -> str:
    """tests/validation_results.toml."""
    head = "# What each test gave last: written by `python -m tests.validation --junit FILE`.\n"
    return head + "".join(f'"{name}" = {{ {_row(item)} }}\n' for name, item in sorted(found.items()))


def _row(item: Result) -> str:
    return f'passed = {item.passed}, failed = {item.failed}, skipped = {item.skipped}, day = "{item.day}"'


def page(listed: Iterable[Requirement], found: Results) -> str:
    """docs/validation.md as Markdown."""
    return HEAD + "".join(
        f"| **{item.id}** {_cell(item.text)} | {_cell(item.source)} | {_named(item)} | {_told(item, found)} |\n"
        for item in listed
    )


def _named(item: Requirement) -> str:
    return "<br>".join(f"`{name}`" for name in item.tests)


def _told(item: Requirement, found: Results) -> str:
    tests = [test for name in item.tests for test in collected(name)]
    known = [found[test] for test in tests if test in found]
    if not known:
        return f"{len(tests)} tests, no result yet"
    counts = {
        "passed": sum(one.passed for one in known),
        "**failed**": sum(one.failed for one in known),
        "skipped": sum(one.skipped for one in known),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    missing = len(tests) - len(known)
    return f"{told} on {min(one.day for one in known)}" + (f"; {missing} tests without a result" if missing else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write the page, after the results of a run if one is given."""
    asked = argparse.ArgumentParser(prog="python -m tests.validation", description=__doc__)
    asked.add_argument("--junit", type=Path, help="what pytest --junitxml=FILE wrote")
    asked.add_argument("--run", action="store_true", help="run the tests that requirements name first")
    given = asked.parse_args()
    found = results()
    with tempfile.TemporaryDirectory() as folder:
        if given.run:
            given.junit = Path(folder) / "run.xml"
            typed = [sys.executable, "-m", "pytest", "-q", f"--junitxml={given.junit}", *named_files()]
            # what failed is told in the page
            subprocess.run(typed, cwd=ROOT, check=False)
        _take(given.junit, found)


def named_files() -> list[str]:
    """The files and folders that requirements name, each once."""
    return sorted({f"tests/{name.partition('::')[0]}" for item in requirements() for name in item.tests})


def _take(junit: Path | None, found: dict[str, Result]) -> None:
    if junit is not None:
        wanted = {test for item in requirements() for name in item.tests for test in collected(name)}
        found = {name: item for name, item in (found | of_run(junit)).items() if name in wanted}
        RESULTS.write_text(written(found), encoding="utf-8")
    PAGE.write_text(page(requirements(), found), encoding="utf-8")


if __name__ == "__main__":
    main()
