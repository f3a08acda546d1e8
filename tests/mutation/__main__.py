"""Mutation: mutants of a package that its tests don't notice, by `python -m tests.mutation PACKAGE... --seed S`.

Each mutant is put into a copy of the project, and of its package's tests those that run its line run there, the quick
ones first, until one fails; without the mutant that one has to pass. Mutants that are known to change nothing are in
equivalent.toml with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

from tests.mutation.mutating import Mutant, mutants
from tests.mutation.tests_by_line import measured

ROOT: Final = Path(__file__).parents[2]
EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")
# of a run: this and so many times what its tests took once, as others may use the machine, too
LONGEST_S: Final = 300
TIMES: Final = 10
CACHE: Final = "last_failed"
# runs of a mutant whose tests fail without it, too
TURNS: Final = 3
_OF_THE_RECORD: Final = (
    "tests/storage/record",
    "tests/storage/audit",
    "tests/storage/signing",
    "tests/storage/study",
    "tests/storage/worklists",
    "tests/storage/handover",
    "tests/storage/recovery",
    "tests/storage/exporting",
    "tests/reporting/test_read_sheet.py",
    "tests/storage/database/test_damaged_pages.py::test_a_grade_that_was_changed_in_an_index_alone_is_found",
    "tests/storage/on_server/test_moving_a_study.py",
)
# the tests of a package beside those in its own folder below tests/
MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "storage/record": _OF_THE_RECORD,
    "storage/audit": _OF_THE_RECORD,
    "storage/signing": _OF_THE_RECORD,
    "workstation/intake/decisions": ("tests/intake/importing", "tests/intake/protocol"),
    "workstation/reading/answers": ("tests/reading",),
}


def tests_of(package: str) -> list[str]:
    """What runs for a mutant of a package."""
    own = Path("tests") / package.removeprefix("workstation/")
    found = [own.as_posix()] if (ROOT / own).is_dir() else []
    return list(dict.fromkeys([*found, *MORE.get(package, ())]))


def sample(package: str, number: int, seed: int) -> list[tuple[Path, Mutant]]:
    """So many mutants of a package by lot, those that are known to change nothing left out."""
    known = {(row["file"], row["after"]) for row in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]}
    found = [
        (path, mutant)
        for path in _modules(ROOT / package)
        for mutant in mutants(path.read_text(encoding="utf-8"))
        if (path.relative_to(ROOT).as_posix(), mutant.after) not in known
    ]
    return random.Random(seed).sample(found, min(number, len(found)))


def _modules(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def noticed(copy: Path, path: Path, mutant: Mutant, tests: list[str], longest_s: float = LONGEST_S) -> bool:
    """Whether a test fails with the mutant in its place and passes without it; the copy is as it was afterwards.

    A test that fails without it too, as on a machine that is busy, says nothing of the mutant, and all are run again.

    Raises:
        RuntimeError: tests went on failing without the mutant.
    """
    file = copy / path.relative_to(ROOT)
    before = file.read_text(encoding="utf-8")
    asked = copy / "asked.txt"
    asked.write_text("".join(f"{test}\n" for test in tests), encoding="utf-8")
    for _turn in range(TURNS):
        _written(file, mutant.text)
        try:
            if _passed(copy, ["--cache-clear", f"@{asked}"], longest_s):
                return False
        finally:
            _written(file, before)
        if _passed(copy, _failed(copy) or [f"@{asked}"], longest_s):
            return True
    message = f"{file}:{mutant.line}: its tests fail without the mutant, too"
    raise RuntimeError(message)


def _failed(copy: Path) -> list[str]:
    """What failed in the run before; nothing where that was cut off.

    Not by --last-failed: that calls names of other files not found, once a file with a failure was seen.
    """
    told = copy / CACHE / "v" / "cache" / "lastfailed"
    return list(json.loads(told.read_text(encoding="utf-8"))) if told.exists() else []


def _written(file: Path, text: str) -> None:
    """A compiled file is told from an older one by second and size: two mutants may have the same."""
    file.write_text(text, encoding="utf-8")
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def _passed(copy: Path, typed: list[str], longest_s: float) -> bool:
    ran = [sys.executable, "-m", "pytest", "-q", "-x", "-o", f"cache_dir={CACHE}", *typed]
    # programs that a test starts elsewhere are to be those of the copy, too, not those that are installed
    env = {**os.environ, "PYTHONPATH": str(copy)}
    try:
        return (
            subprocess.run(ran, cwd=copy, env=env, capture_output=True, timeout=longest_s, check=False).returncode == 0
        )
    except subprocess.TimeoutExpired:
        return False


def main() -> int:
    """Run, tell, and end with 1 where one is alive."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    asked.add_argument("packages", nargs="+", metavar="PACKAGE", help="a folder of modules, or one module")
    asked.add_argument("--number", type=int, default=20, help="how many of each package (20)")
    asked.add_argument("--seed", type=int, default=1, help="which ones (1)")
    asked.add_argument("--tests", nargs="+", metavar="PATH", help="which tests may notice them (those of the package)")
    given = asked.parse_args()
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        # what is committed
        subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
        for package in given.packages:
            drawn, began = sample(package, given.number, given.seed), time.monotonic()
            by_line = measured(copy, sorted(given.tests or tests_of(package)))
            left = 0
            for path, mutant in drawn:
                file = path.relative_to(ROOT).as_posix()
                tests = by_line.noticing(file, mutant.line)
                longest_s = LONGEST_S + TIMES * sum(by_line.seconds[test] for test in tests)
                try:
                    if tests and noticed(copy, path, mutant, tests, longest_s):
                        continue
                except RuntimeError as error:
                    # as on a machine that is too busy for what its tests wait for; counted as alive
                    sys.stdout.write(f"{error}\n")
                left += 1
                sys.stdout.write(f"{file}:{mutant.line} ({len(tests)} tests)\n")
                sys.stdout.write(f"  - {mutant.before}\n  + {mutant.after}\n")
                sys.stdout.flush()
            share = f"{len(drawn) - left} of {len(drawn)} noticed"
            sys.stdout.write(f"{package}: {share}, in {(time.monotonic() - began) / 60:.0f} min\n")
            sys.stdout.flush()
            alive += left
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
