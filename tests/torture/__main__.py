"""Endurance: all long runs as one command, `python -m tests.torture --hours N`, with fresh seeds in each turn.

Each part gets its share of the time in short turns, and prints after each what it did and found, also of a turn that
was cut. Whatever fails is kept in build/torture, with the line that runs it again. `--seed` runs earlier seeds again.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import ledger
from tests.torture.parts import PARTS, Part, Slot, next_slot

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "torture"
FAILED = 1
# how long pytest may take to end what a cut test has begun
ENDING_S = 20.0


@dataclass(slots=True)
class Told:
    """What came of a part in all its turns. last: the test behind which its next turn begins."""

    turns: int = 0
    passed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    last: str = ""
    done: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    cut: Counter[str] = field(default_factory=Counter)

    def take(self, turn: ledger.Turn, seconds: float) -> None:
        """Add a turn to what is told."""
        self.turns += 1
        self.seconds += seconds
        self.passed += turn.passed
        self.skipped += turn.skipped
        self.done += turn.done
        # behind a test that was cut the next turn goes on, else it would be all that is ever run
        self.last = turn.running or turn.last or self.last
        self.cut[turn.running] += bool(turn.running)

    def __str__(self) -> str:
        """One line."""
        did = "".join(f", {number} {what}" for what, number in sorted(self.done.items()))
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        cut = "".join(f"; cut {times} x: {name}" for name, times in self.cut.items() if times)
        return f"{self.passed} tests passed{skipped}{did}; {len(self.failed)} failed{cut}"


def command(part: Part, seed: int, *tests: str) -> list[str]:
    """The line that runs a part, or these tests of it."""
    options = [option.format(seed=seed) for option in part.options]
    quiet = ["-q", "-p", "no:cacheprovider", "--timeout", "1800"]
    return [sys.executable, "-m", "pytest", *quiet, *options, *(tests or part.files)]


def environment(part: Part, seed: int) -> dict[str, str]:
    """What a part is given by the environment."""
    return {name: value.format(seed=seed) for name, value in part.environment.items()}


def again(part: Part, seed: int, test: str) -> str:
    """The line that runs one test again, for a shell."""
    given = [f"{name}={value}" for name, value in environment(part, seed).items()]
    return shlex.join([*(["env", *given] if given else []), *command(part, seed, test)])


def run(part: Part, seed: int, slot: Slot, told: Told) -> None:
    """One turn of a part; stopped when the time is up."""
    OUT.mkdir(parents=True, exist_ok=True)
    book, log = OUT / f"{seed}.jsonl", OUT / f"{seed}.txt"
    book.write_text("", encoding="utf-8")
    own = environment(part, seed) | {
        ledger.FILE: str(book),
        ledger.BEHIND: told.last,
        ledger.TURN_S: str(slot.soft_s),
    }
    typed = [*command(part, seed), "-p", "tests.torture.ledger"]
    began = time.monotonic()
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            typed, cwd=ROOT, env=os.environ | own, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        ) as process,
    ):
        try:
            process.wait(slot.hard_s)
            whole = True
        except subprocess.TimeoutExpired:
            whole = False
        except KeyboardInterrupt:
            _stop(process)
            raise
        # what breaks because the turn is stopped is no finding
        turn = ledger.read(book.read_text(encoding="utf-8").splitlines(keepends=True))
        _stop(process)
    failed = [f"{name} (seed {seed}): {again(part, seed, name)}" for name in turn.failed]
    if whole and not (turn.passed or turn.skipped or turn.failed):
        failed.append(f"no test was run (seed {seed}), see {log.relative_to(ROOT)}")
    if whole and turn.running:
        # pytest itself has ended within a test: killed, or out of memory
        failed.append(f"{turn.running} ended pytest (seed {seed}): {again(part, seed, turn.running)}")
    told.take(turn, time.monotonic() - began)
    told.failed += failed
    book.unlink()
    if not failed:
        log.unlink()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """By an interrupt, at which pytest takes down what its tests have put up; then whatever is left of its children."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def main() -> int:
    """Run, tell, and end with 1 where something failed."""
    asked = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    asked.add_argument("--hours", type=float, default=1.0, help="how long (1)")
    asked.add_argument("--seed", type=int, help="of the first turn, one more in each next (others each time)")
    asked.add_argument("--part", default="", help="only parts with these words in their name")
    given = asked.parse_args()
    parts = [part for part in PARTS if given.part in part.name]
    if not parts:
        asked.error(f"no part has {given.part!r} in its name: {', '.join(part.name for part in PARTS)}")
    seed = given.seed if given.seed is not None else time.time_ns() % 1_000_000_000
    told, whole_s, began = [Told() for _ in parts], given.hours * 3600, time.monotonic()
    # a shell's background job is born deaf to interrupts, and so would be all that it starts
    for heard in (signal.SIGINT, signal.SIGTERM):
        signal.signal(heard, signal.default_int_handler)
    say(f"seeds from {seed} on, {given.hours:g} hours, {len(parts)} parts")
    try:
        while slot := next_slot([each.seconds for each in told], whole_s):
            part, mine = parts[slot.part], told[slot.part]
            run(part, seed, slot, mine)
            say(f"{(time.monotonic() - began) / 60:5.1f} min  {part.name}, turn {mine.turns}, seed {seed}: {mine}")
            seed += 1
    except KeyboardInterrupt:
        say("stopped by hand")
    say(f"\n{(time.monotonic() - began) / 60:.1f} min of {given.hours * 60:g}")
    for part, mine in zip(parts, told, strict=True):
        say(f"{part.name}: {mine.turns} turns in {mine.seconds / 60:.1f} min: {mine}")
        for line in mine.failed:
            say(f"  {line}")
    return FAILED if any(each.failed for each in told) else 0


def say(line: str) -> None:
    """At once, also into a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
