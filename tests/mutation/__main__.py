"""Mutation: mutants of a package that its tests don't notice, by `python -m tests.mutation PACKAGE... --seed S`.

Each mutant is put into a copy of the project, and of its package's tests those that run its line run there, the quick
ones first, until one fails. Mutants that are known to change nothing are in equivalent.toml with the reason.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.mutation.mutating import Mutant, mutants
from tests.mutation.tests_by_line import measured

ROOT: Final = Path(__file__).parents[2]
EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")
LONGEST_S: Final = 300
_OF_THE_RECORD: Final = (
    "tests/storage/record",
    "tests/storage/audit",
    "tests/storage/signing",
    "tests/storage/study",
    "tests/reporting/test_read_sheet.py",
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


def noticed(copy: Path, path: Path, mutant: Mutant, tests: list[str]) -> bool:
    """Whether a test fails with the mutant in its place; the copy is as it was afterwards."""
    file = copy / path.relative_to(ROOT)
    before = file.read_text(encoding="utf-8")
    file.write_text(mutant.text, encoding="utf-8")
    asked = copy / "asked.txt"
    asked.write_text("".join(f"{test}\n" for test in tests), encoding="utf-8")
    typed = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"@{asked}"]
    try:
        done = subprocess.run(typed, cwd=copy, capture_output=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        # it doesn't end any more: whoever runs the tests sees that
        return True
    finally:
        file.write_text(before, encoding="utf-8")
    return done.returncode != 0


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
                if tests and noticed(copy, path, mutant, tests):
                    continue
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
