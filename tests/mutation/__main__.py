"""Mutation: mutants of a package that its tests don't notice, by `python -m tests.mutation PACKAGE... --seed S`.

Each mutant is put into a copy of the project, and the tests of its package run there until the first that fails. Those
that are known to change nothing are in equivalent.toml with the reason.
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

ROOT: Final = Path(__file__).parents[2]
EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")
LONGEST_S: Final = 300
# the tests of a package beside those in its own folder below tests/
MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "storage/record": ("tests/storage/audit/test_tampering.py", "tests/storage/study"),
    "storage/signing": ("tests/reporting/test_read_sheet.py", "tests/storage/record/test_people.py"),
    "workstation/reading/answers": ("tests/reading",),
}


def tests_of(package: str) -> list[str]:
    """What runs for a mutant of a package."""
    own = Path("tests") / package.removeprefix("workstation/")
    found = [own.as_posix()] if (ROOT / own).is_dir() else []
    return [*found, *MORE.get(package, ())]


def sample(package: str, number: int, seed: int) -> list[tuple[Path, Mutant]]:
    """So many mutants of a package by lot, those that are known to change nothing left out."""
    known = {(row["file"], row["after"]) for row in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]}
    found = [
        (path, mutant)
        for path in sorted((ROOT / package).rglob("*.py"))
        for mutant in mutants(path.read_text(encoding="utf-8"))
        if (path.relative_to(ROOT).as_posix(), mutant.after) not in known
    ]
    return random.Random(seed).sample(found, min(number, len(found)))


def noticed(copy: Path, path: Path, mutant: Mutant, tests: list[str]) -> bool:
    """Whether a test fails with the mutant in its place; the copy is as it was afterwards."""
    file = copy / path.relative_to(ROOT)
    before = file.read_text(encoding="utf-8")
    file.write_text(mutant.text, encoding="utf-8")
    typed = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
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
    asked.add_argument("packages", nargs="+", metavar="PACKAGE", help="a folder of modules, such as storage/signing")
    asked.add_argument("--number", type=int, default=20, help="how many of each package (20)")
    asked.add_argument("--seed", type=int, default=1, help="which ones (1)")
    given = asked.parse_args()
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        # what is committed
        subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
        for package in given.packages:
            drawn, tests, began = sample(package, given.number, given.seed), tests_of(package), time.monotonic()
            left = [(path, mutant) for path, mutant in drawn if not noticed(copy, path, mutant, tests)]
            for path, mutant in left:
                sys.stdout.write(f"{path.relative_to(ROOT)}:{mutant.line}\n  - {mutant.before}\n  + {mutant.after}\n")
            share = f"{len(drawn) - len(left)} of {len(drawn)} noticed"
            sys.stdout.write(f"{package}: {share}, in {(time.monotonic() - began) / 60:.0f} min\n")
            sys.stdout.flush()
            alive += len(left)
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
