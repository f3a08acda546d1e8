"""Ratios of the record, in one run on one machine. Run by python -m tests.benchmarks.record [EVENTS].

- opening: a worklist of 1,000 cases with 100,000 events behind it, in milliseconds, the study's file check included
- an audit: events a second, and against hashing the same rows alone (canonical JSON and SHA-256 of each)
- a grade: committed by the reader's door (`truncate` is its journal), against one row of the same columns committed by
  plain sqlite3 with the same durability, and in the other journal modes

Only ratios carry over to other machines. Nothing here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.audit.verification import audit
from storage.database import study_schema as tables
from storage.records import Sighting
from storage.study.reader import ReaderStudy
from tests.benchmarks.export import build
from tests.benchmarks.timing import timed

CASES, EVENTS = 1000, 100_000
PRAGMAS = ("synchronous = full", "secure_delete = on")


def say(line: str) -> None:
    """A line for the terminal."""
    sys.stdout.write(f"{line}\n")


def opening(folder: Path) -> None:
    """From a closed study to its worklist."""

    def worklist() -> None:
        with ReaderStudy.open(folder, "ES") as study:
            study.worklist()

    say(f"open {CASES} cases, {EVENTS} events: {timed(worklist) * 1000:.0f} ms")


def auditing(folder: Path, events: int) -> None:
    """The whole proof, and what hashing the rows alone takes."""
    connection = sqlite3.connect(folder / "study.db")
    connection.row_factory = sqlite3.Row

    def hashes() -> None:
        for row in connection.execute("SELECT * FROM event ORDER BY seq"):
            rest = {name: row[name] for name in row.keys() if row[name] is not None}  # noqa: SIM118 - a row isn't a dict
            sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    ours, plain = timed(lambda: audit(folder), 1), timed(hashes, 1)
    connection.close()
    say(f"audit {events} events: {events / ours:.0f} a second, {ours / plain:.2f} x hashing alone ({plain:.2f} s)")


def plain_rows(folder: Path, mode: str) -> Callable[[], None]:
    """A call commits one row of the record's columns by sqlite3 alone, in a file of its own in that journal mode."""
    connection = sqlite3.connect(folder / f"{mode}.db", isolation_level=None)
    for pragma in (f"journal_mode = {mode}", *PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")
    names = [column.name for column in tables.event.columns]
    declared = ", ".join(f'"{name}"' for name in names[1:])
    connection.execute(f"CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, {declared})")
    row = [None, *(name.ljust(12) for name in names[1:])]
    statement = f"INSERT INTO event VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - only question marks

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(statement, row)
        connection.execute("COMMIT")

    return commit


def grading(folder: Path, case: str) -> None:
    """Grades as stdin and as the room give them, one commit each, in turns with plain rows: a busy disk hits all alike.

    A grade of the room carries where it was seen and where the reader is.
    """
    taken = defaultdict[str, list[float]](list)

    def taking(what: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        taken[what].append(time.perf_counter() - start)

    plain = {mode: plain_rows(folder.parent, mode) for mode in ("truncate", "persist", "delete", "wal")}
    place = Sighting("S001V1", 1, (1.0, 2.0, 3.5), 10.0, 300.0)
    with ReaderStudy.open(folder, "ES") as study:
        reading = study.reading(case)
        for number, key in enumerate(keys_in_reading_order(study.scheme) * 3):
            for source, places, resume_at in (("enter", (), None), ("room", (place,), f"here {number}")):
                before = reading.answer(key)
                change = AnswerChanged(key, before, Graded(Decimal(1 if before == Graded(Decimal(0)) else 0)))
                taking(source, partial(study.record, case, [change], source, places, resume_at))
                reading = reading.applied(change)
            for mode, commit in plain.items():
                taking(mode, commit)
    median = {what: statistics.median(values) * 1000 for what, values in taken.items()}
    for source in ("enter", "room"):
        ratios = ", ".join(f"{median[source] / median[mode]:.2f} x in {mode} ({median[mode]:.2f} ms)" for mode in plain)
        say(f"a grade of {source}: {median[source]:.2f} ms; a row of plain sqlite3, synchronous FULL: {ratios}")


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
