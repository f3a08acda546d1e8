"""Ratios of a record on PostgreSQL to the same in study.db: python -m tests.benchmarks.exchange.record_on_server.

The server is started by itself on loopback, as for tests: TLS, passwords, and without waiting for the disk. So acts are
compared in the work that they are, not in the wait; with the wait both take that on top.

- audit of the same record there and here, in turns: wall seconds (the server's work is in no process of ours)
- an act of a coordinator, there and here, committed one by one
- moving there and back
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from storage.audit.verification import audit
from storage.record import acts
from storage.record.study_file import open_study_file
from storage.recovery.move import move_to
from storage.recovery.move_back import move_back
from tests.benchmarks.export import build
from tests.builders.servers.postgresql import PASSWORD, postgresql
from tests.builders.servers.records import address_of

READINGS, ROUNDS, ACTS = 400, 3, 100
_DEED = acts.Deed("identified", acts.COORDINATOR, {"why": "a benchmark"})


def say(line: str) -> None:
    """A line for the terminal."""
    sys.stdout.write(f"{line}\n")


def taken(work: Callable[[], object]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def acting(folder: Path) -> float:
    """Median wall seconds of an act, each committed."""
    store, _ = open_study_file(folder)

    def act() -> None:
        with store.writing() as connection:
            acts.append(connection, _DEED)

    act()
    found = statistics.median(taken(act) for _ in range(ACTS))
    store.close()
    return found


def main(readings: int) -> None:
    """Build, move, measure in turns, move back."""
    os.environ["PGPASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as name, postgresql() as server, server.database() as base:
        here, there = Path(name) / "here", Path(name) / "there"
        build(here, readings)
        shutil.copytree(here, there)
        say(f"moved to the server in {taken(lambda: move_to(there, address_of(server, base))):.1f} s")
        events = audit(here).events
        pairs = [(taken(lambda: audit(there)), taken(lambda: audit(here))) for _ in range(ROUNDS)]
        ours, file = (statistics.median(times) for times in zip(*pairs, strict=True))
        say(f"audit of {events} answers: {ours:.2f} s on the server, {file:.2f} s of study.db: {ours / file:.2f} x")
        ours, file = acting(there), acting(here)
        say(f"an act: {ours * 1000:.1f} ms on the server, {file * 1000:.1f} ms in study.db: {ours / file:.2f} x")
        say(f"moved back in {taken(lambda: move_back(there)):.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else READINGS)
