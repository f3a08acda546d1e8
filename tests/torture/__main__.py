"""Endurance: all long runs as one command, `python -m tests.torture --hours N`, with fresh seeds in each turn.

Turns through its parts until the time is up, at the lowest priority, and prints what was done and found. Whatever fails
is kept whole in build/torture, with the line that runs it again.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "torture"
FAILED = 1


@dataclass(frozen=True, slots=True)
class Part:
    """What is run in one turn. options, environment: `{seed}` stands for the turn's."""

    name: str
    files: tuple[str, ...]
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


PARTS = (
    Part(
        "kill -9 of window, enter and every command that writes",
        (
            "tests/torture/test_killing_anywhere.py",
            "tests/torture/test_killing_commands.py",
            "tests/storage/record/test_killing.py",
        ),
        ("--torture", "16"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
    Part("power cuts", ("tests/torture/test_power_cuts.py",), ("--torture", "12"), {"RAMRIS_TORTURE_SEED": "{seed}"}),
    Part("failing disk calls", ("tests/torture/test_failing_disks.py", "tests/storage/database/test_disk_faults.py")),
    Part(
        "damaged DICOM files",
        ("tests/intake/importing/test_damaged_copies.py",),
        ("--mutants", "240", "--mutant-seed", "{seed}"),
    ),
    Part("hostile files and folders", ("tests/intake/headers", "tests/intake/files")),
    Part(
        "hostile databases",
        ("tests/storage/database/test_hostile_databases.py",),
        (),
        {"RAMRIS_HOSTILE_RUNS": "12", "RAMRIS_HOSTILE_SEED": "{seed}"},
    ),
    Part(
        "edits past the program",
        ("tests/storage/audit/test_kinds_of_edits.py",),
        (),
        {"RAMRIS_EDITS_RUNS": "200", "RAMRIS_EDITS_SEED": "{seed}"},
    ),
    Part(
        "two windows, and writers at once",
        ("tests/storage/files", "tests/storage/record/test_still_view.py", "tests/storage/record/test_transactions.py"),
    ),
    Part("any act in any state of a study", ("tests/lived/test_no_dead_ends.py",)),
    Part(
        "a hand that knows nothing, in the window",
        ("tests/ui/reader/test_monkey.py",),
        ("--monkey-minutes", "0.2"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
)


@dataclass(slots=True)
class Told:
    """What came of a part in all its turns."""

    turns: int = 0
    tests: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)
    cut_short: int = 0


def turns(first_seed: int) -> Iterator[tuple[Part, int]]:
    """Each part in each turn, with its seed, without end."""
    seed = first_seed
    while True:
        for part in PARTS:
            yield part, seed
            seed += 1


def command(part: Part, seed: int, junit: Path) -> list[str]:
    """The line that runs a part."""
    options = [option.format(seed=seed) for option in part.options]
    quiet = ["-q", "-p", "no:cacheprovider", "--timeout", "1800", f"--junitxml={junit}"]
    return [sys.executable, "-m", "pytest", *quiet, *options, *part.files]


def counted(junit: Path) -> tuple[int, int, list[str]]:
    """How many tests a result has, how many of them were skipped, and the names of those that failed."""
    cases = ET.parse(junit).getroot().iter("testcase")  # noqa: S314 - written by our own pytest
    tests, skipped = 0, 0
    failed: list[str] = []
    for case in cases:
        tests += 1
        skipped += case.find("skipped") is not None
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(f"{case.get('classname')}::{case.get('name')}")
    return tests, skipped, failed


def run(part: Part, seed: int, left_s: float, told: Told) -> None:
    """One turn of a part; stopped when the time is up."""
    OUT.mkdir(parents=True, exist_ok=True)
    junit, log = OUT / f"{seed}.xml", OUT / f"{seed}.txt"
    own = {name: value.format(seed=seed) for name, value in part.environment.items()}
    typed = command(part, seed, junit)
    began = time.monotonic()
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            typed, cwd=ROOT, env=os.environ | own, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        ) as process,
    ):
        try:
            process.wait(max(left_s, 1.0))
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as ended:
            _stop(process)
            told.cut_short += 1
            if isinstance(ended, KeyboardInterrupt):
                raise
    told.turns += 1
    told.seconds += time.monotonic() - began
    failed: list[str] = []
    if junit.exists():
        tests, skipped, failed = counted(junit)
        told.tests += tests
        told.skipped += skipped
    if failed and not told.cut_short:
        again = " ".join([*(f"{name}={value}" for name, value in own.items()), *typed])
        told.failed += [f"{name} (seed {seed}; {log.relative_to(ROOT)}): {again}" for name in failed]
    else:
        junit.unlink(missing_ok=True)
        log.unlink(missing_ok=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """By an interrupt, at which pytest ends its own children; a shell's background job may ignore that."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main() -> int:
    """Run, tell, and end with 1 where something failed."""
    asked = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    asked.add_argument("--hours", type=float, default=1.0, help="how long (1)")
    asked.add_argument("--seed", type=int, help="the first one; others each time without it")
    given = asked.parse_args()
    seed = given.seed if given.seed is not None else time.time_ns() % 1_000_000_000
    if hasattr(os, "nice"):
        os.nice(19)
    ends, results = time.monotonic() + given.hours * 3600, {part.name: Told() for part in PARTS}
    say(f"seeds from {seed} on, {given.hours:g} hours")
    for part, number in turns(seed):
        left = ends - time.monotonic()
        if left <= 0:
            break
        told = results[part.name]
        run(part, number, left, told)
        say(f"{part.name}: turn {told.turns}, {told.tests} tests so far, {len(told.failed)} failed")
    say("")
    for name, told in results.items():
        ended = ", the last turn cut short" if told.cut_short else ""
        counts = f"{told.tests} tests, {told.skipped} skipped, {len(told.failed)} failed"
        say(f"{name}: {told.turns} turns in {told.seconds / 60:.1f} min, {counts}{ended}")
        for line in told.failed:
            say(f"  {line}")
    return FAILED if any(told.failed for told in results.values()) else 0


def say(line: str) -> None:
    """At once, also into a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
