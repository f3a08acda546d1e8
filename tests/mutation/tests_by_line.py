"""Tests by line: which tests run which line, by one run under coverage; a mutant meets only those that can notice it.

The run is kept in build/mutation for as long as sources and tests are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

KEPT: Final = Path(__file__).parents[2] / "build" / "mutation"
_SETUP: Final = "|setup"


@dataclass(frozen=True, slots=True)
class LinesRun:
    """Of each file its lines, of each line the tests that run it; of each test how long it takes."""

    contexts: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]

    def noticing(self, file: str, line: int) -> list[str]:
        """The tests that may notice a change of a line, the quick ones first.

        What runs when a module is imported is run by no test alone: then whatever runs any line of its file. What a
        fixture runs may be seen by all tests of the module.
        """
        lines = self.contexts.get(file, {})
        found = {name for name in lines.get(line, ()) if name} or {name for names in lines.values() for name in names}
        modules = {name.partition("::")[0] for name in found if name.endswith(_SETUP)}
        tests = {name.rpartition("|")[0] for name in found if name}
        tests |= {test for test in self.seconds if test.partition("::")[0] in modules}
        return sorted(tests & self.seconds.keys(), key=lambda test: (self.seconds[test], test))


def measured(copy: Path, tests: list[str]) -> LinesRun:
    """Run the tests of a copy once, or take the run that was kept. A test that fails without any mutant is left out.

    Raises:
        RuntimeError: the run broke off.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{_digest(copy, tests)}.json"
    if not kept.exists():
        kept.write_text(json.dumps(_run(copy, tests)), encoding="utf-8")
    row = json.loads(kept.read_text(encoding="utf-8"))
    contexts = {
        file: {int(line): frozenset(names) for line, names in lines.items()} for file, lines in row["files"].items()
    }
    return LinesRun(contexts, row["seconds"])


def _digest(copy: Path, tests: list[str]) -> str:
    tree = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=copy, capture_output=True, check=True).stdout
    return hashlib.sha256(tree + "\n".join(tests).encode()).hexdigest()[:16]


def _run(copy: Path, tests: list[str]) -> dict[str, object]:
    junit, report = copy / "tests.xml", copy / "lines.json"
    typed = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={junit}", *tests]
    under = ["--cov", "--cov-context=test", f"--cov-report=json:{report}"]
    told = {**os.environ, "COVERAGE_FILE": str(copy / "lines.data"), "PYTHONPATH": str(copy)}
    done = subprocess.run([*typed, *under], cwd=copy, env=told, capture_output=True, text=True, check=False)
    if not report.exists():
        message = f"without any mutant: {done.stdout[-2000:]}"
        raise RuntimeError(message)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    seconds = dict(_seconds(ET.parse(junit).getroot().iter("testcase"), copy))  # noqa: S314 - our own pytest's
    return {"files": {file: row["contexts"] for file, row in files.items()}, "seconds": seconds}


def _seconds(cases: Iterable[ET.Element], copy: Path) -> Iterable[tuple[str, float]]:
    """Each test that passed by the name that pytest takes, and its seconds."""
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            sys.stdout.write(f"left out, it fails without any mutant: {case.get('classname')}.{case.get('name')}\n")
            continue
        module = str(case.get("classname")).replace(".", "/")
        classes: list[str] = []
        while not (copy / f"{module}.py").exists():
            module, _, name = module.rpartition("/")
            classes.insert(0, name)
        yield "::".join([f"{module}.py", *classes, str(case.get("name"))]), float(case.get("time", "0"))
