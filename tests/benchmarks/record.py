"""Ratios of the record, in one run on one machine. Run by python -m tests.benchmarks.record [EVENTS].

- opening: a worklist of 1,000 cases with 100,000 events behind it, in milliseconds, the study's file check included
- an audit: events a second, and against hashing the same rows alone (canonical JSON and SHA-256 of each)
- a grade: committed by the reader's door, against a row committed by plain sqlite3 with the same pragmas

Only ratios carry over to other machines. Nothing here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from scoring.order import keys_in_reading_order
from scoring.reading import AnswerChanged, Graded
from storage.auditing import audit
from storage.reader import ReaderStudy
from tests.benchmarks.export import build

CASES, EVENTS = 1000, 100_000
PRAGMAS = ("journal_mode = truncate", "synchronous = full", "secure_delete = on")


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median of some runs after one to warm up."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def say(line: str) -> None:
    """A line for the terminal."""
    sys.stdout.write(f"{line}\n")


def opening(folder: Path) -> None:
    """From a closed study to its worklist."""

    def worklist() -> None:
        with ReaderStudy.open(folder, "ES") as study:
            study.worklist()

    say(f"open {CASES} cases, {EVENTS} events: {seconds(worklist) * 1000:.0f} ms")


def auditing(folder: Path, events: int) -> None:
    """The whole proof, and what hashing the rows alone takes."""
    connection = sqlite3.connect(folder / "study.db")
    connection.row_factory = sqlite3.Row

    def hashes() -> None:
        for row in connection.execute("SELECT * FROM event ORDER BY seq"):
            rest = {name: row[name] for name in row.keys() if row[name] is not None}  # noqa: SIM118 - a row isn't a dict
            sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    ours, plain = seconds(lambda: audit(folder), 1), seconds(hashes, 1)
    connection.close()
    say(f"audit {events} events: {events / ours:.0f} a second, {ours / plain:.2f} x hashing alone ({plain:.2f} s)")


def grading(folder: Path, case: str) -> None:
    """86 grades, one commit each, in turns with plain rows, so that a busy disk hits both alike."""
    plain = sqlite3.connect(folder.parent / "plain.db", isolation_level=None)
    for pragma in PRAGMAS:
        plain.execute(f"PRAGMA {pragma}")
    plain.execute("CREATE TABLE grade (seq INTEGER PRIMARY KEY, what TEXT, hash TEXT)")
    ours, theirs = [], []
    with ReaderStudy.open(folder, "ES") as study:
        for key in keys_in_reading_order(study.scheme) * 3:
            before = study.reading(case).answer(key)
            after = Graded(Decimal(1 if before == Graded(Decimal(0)) else 0))
            start = time.perf_counter()
            study.record(case, [AnswerChanged(key, before, after)], "enter")
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("INSERT INTO grade (what, hash) VALUES (?, ?)", (str(key), "0" * 64))
            plain.execute("COMMIT")
            theirs.append(time.perf_counter() - start)
    plain.close()
    mine, yours = statistics.median(ours), statistics.median(theirs)
    say(f"a grade: {mine * 1000:.2f} ms, {mine / yours:.2f} x a row by plain sqlite3 ({yours * 1000:.2f} ms)")


def main() -> None:
    """Build, measure, print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "trial"
        build(folder, max(-(-wanted // 86), CASES))
        connection = sqlite3.connect(folder / "study.db")
        (events,) = connection.execute("SELECT COUNT(*) FROM event").fetchone()
        (case,) = connection.execute("SELECT code FROM reading_case WHERE position = 1").fetchone()
        connection.close()
        opening(folder)
        auditing(folder, events)
        grading(folder, case)


if __name__ == "__main__":
    main()
