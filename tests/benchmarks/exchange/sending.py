"""Ratios of sending, in one run on one machine. Run by python -m tests.benchmarks.exchange.sending.

- a grade: committed by the reader's door while its copy is sent, against one that isn't, in turns; wall time, and
  processor time of the thread that commits, so that a busy machine counts less
- sending: rows a second on the loopback and over 40 ms, against one row a call over the same

PostgreSQL is started for it, without fsync. Only ratios carry over to other machines.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from storage.record.chain import canonical
from storage.server import sending
from storage.study.reader import ReaderStudy
from tests.builders.editions import a_trial, handed
from tests.builders.servers.delay import delayed
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import postgresql
from tests.builders.studies import answer
from workstation.app.servers.posting import Posting

GRADES, ONE_BY_ONE, ROUND_TRIP_S = 400, 40, 0.04


def say(line: str) -> None:
    """A line for the terminal."""
    sys.stdout.write(f"{line}\n")


def grading(meeting: Hub, copies: dict[str, Path]) -> None:
    """In turns: ES's copy is sent over 40 ms meanwhile, MO's isn't."""
    wall: dict[str, list[float]] = {"ES": [], "MO": []}
    own: dict[str, list[float]] = {"ES": [], "MO": []}
    with delayed(meeting.postgresql.port, ROUND_TRIP_S / 2) as port:
        posting = Posting((copies["ES"],), meeting.address("ES", port), meeting.logins["ES"].password, 0)
        posting.start()
        with ReaderStudy.open(copies["ES"], "ES") as es, ReaderStudy.open(copies["MO"], "MO") as mo:
            es.when_saved(posting.saved)
            keys = keys_in_reading_order(es.scheme)
            cases = {"ES": es.worklist()[0].case, "MO": mo.worklist()[0].case}
            for number in range(GRADES):
                turn, key = divmod(number, len(keys))
                before = answer(str(turn % 2)) if turn else None
                for reader, door in (("ES", es), ("MO", mo)):
                    start, used = time.perf_counter(), time.thread_time()
                    door.record(cases[reader], [AnswerChanged(keys[key], before, answer(str((turn + 1) % 2)))], "room")
                    wall[reader].append(time.perf_counter() - start)
                    own[reader].append(time.thread_time() - used)
        say(f"left at the end: {posting.finish() or 'nothing'}")
    for what, found in (("wall", wall), ("the thread's processor time", own)):
        sent, alone = (statistics.median(found[reader]) * 1000 for reader in ("ES", "MO"))
        late = statistics.quantiles(found["ES"], n=100)[98] / statistics.quantiles(found["MO"], n=100)[98]
        say(f"a grade, {what}: {sent:.2f} ms sent, {alone:.2f} ms alone: {sent / alone:.2f} x; p99 {late:.2f} x")


def throughput(meeting: Hub, copy: Path) -> None:
    """MO's copy, of which nothing was sent: the first rows one a call, the others as they go."""
    opened = sending.Copy(copy)
    try:
        with delayed(meeting.postgresql.port, ROUND_TRIP_S / 2) as port, meeting.connect("MO", port) as server:
            start, rows = time.perf_counter(), 0
            for row in first_rows(copy):
                server.rows("SELECT events FROM ramris.send(%s, %s, %s, %s, %s, %s)", [opened.token, *row])
                rows += 1
            one = rows / (time.perf_counter() - start)
            start = time.perf_counter()
            rows = sending.Sender(opened, server).send()
            many = rows / (time.perf_counter() - start)
    finally:
        opened.close()
    say(f"sending over {ROUND_TRIP_S * 1000:.0f} ms: {many:.0f} rows/s, {many / one:.1f} x one a call ({one:.0f})")


def first_rows(copy: Path) -> list[list[list[str | None]]]:
    """Some events of a copy as the function takes them, each by itself."""
    found = []
    with closing(sqlite3.connect(copy / "study.db")) as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute(f"SELECT * FROM event ORDER BY seq LIMIT {ONE_BY_ONE}"):  # noqa: S608 - a number
            body = {name: value for name, value in zip(row.keys(), row, strict=True) if value is not None}
            links = [body.pop(name) for name in ("previous_hash", "hash")]
            found.append([["event"], [links[0]], [links[1]], [canonical(body)], [None]])
    return found


def main() -> None:
    """Build, measure, print."""
    with tempfile.TemporaryDirectory() as name, postgresql() as server, hub(server) as meeting:
        folder, _ = a_trial(Path(name) / "study")
        copies = {reader: handed(folder, reader, reader) for reader in ("ES", "MO")}
        for copy in copies.values():
            meeting.put(folder, copy)
        grading(meeting, copies)
        throughput(meeting, copies["MO"])


if __name__ == "__main__":
    main()
