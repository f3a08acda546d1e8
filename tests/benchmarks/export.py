"""Time of an export beside the sqlite3 shell's own CSV of the same record.

python -m tests.benchmarks.export [SCORES]     100,000 when left out

Two yardsticks: the shell writing the table of events as it is, and the shell writing the rows of scores.csv by a query.
Ours is all files of an export; the check of the record that comes before it is told apart.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from scoring.readings.order import keys_in_reading_order
from storage.audit import verification
from storage.database.engine import Store
from storage.exporting import export
from storage.record import chain, progress
from storage.record.study_file import open_study_file
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_subject, read_whole

SCORES = 100_000
SUBJECTS = 200
TICK_S = 0.01
SAME_ROWS = """
WITH standing AS (
  SELECT "case", visit, feature, site, after, MAX(seq) AS seq, COUNT(*) AS entries
  FROM event GROUP BY "case", visit, feature, site
)
SELECT c.subject, c.code, c.reader, c.round, 'PRIMARY', c.position, 'KNOWN', 'V' || s.visit, s.visit, s.feature, s.site,
  'SCORED', s.after, '', 0, 3, 1, s.entries, e.at_utc, 'NO', t.scheme_id, '1.0.0', t.scheme_sha256
FROM standing s JOIN reading_case c ON c.code = s."case" JOIN event e ON e.seq = s.seq JOIN study t
"""


def build(folder: Path, readings: int) -> None:
    """A study of at least that many complete readings: one through the reader's door, the others after its form."""
    subjects = min(readings, SUBJECTS)
    readers = ["ES", *(f"R{number}" for number in range(1, -(-readings // subjects)))]
    with CoordinatorStudy.create(folder) as study:
        for number in range(subjects):
            study.replace_subject(a_subject(f"S{number:06}"))
        cases = [(reader, item.case) for reader in readers for item in study.assign(reader, seed=1)]
        count = len(keys_in_reading_order(study.scheme))
    read_whole(folder, cases[0][1])
    plain = sqlite3.connect(folder / "study.db", isolation_level=None)
    plain.row_factory = sqlite3.Row
    form = [dict(row) for row in plain.execute("SELECT * FROM event ORDER BY seq")]
    plain.execute("BEGIN")
    columns = ", ".join(f'"{name}"' for name in form[0])
    marks = ", ".join(f":{name}" for name in form[0])
    previous, moment, grades = form[-1]["hash"], form[-1]["at_utc"], Random(1)
    for place, (reader, case) in enumerate(cases[1:], 1):
        rows = []
        for number, event in enumerate(form, place * count + 1):
            row = event | {"seq": number, "reader": reader, "case": case, "previous_hash": previous}
            row["after"] = grades.choice("0123")
            row["clock_back_ms"] = chain.clock_back_ms(moment, row["at_utc"])
            moment = row["at_utc"]
            previous = row["hash"] = chain.seal(row)
            rows.append(row)
        plain.executemany(f"INSERT INTO event ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our own names
    plain.execute("COMMIT")
    plain.close()
    store = Store(folder / "study.db")
    with store.writing() as connection:
        progress.rebuild(connection)
    store.close()


def spent(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of processor time of the fastest run, child processes included: a busy machine must not count."""
    best = float("inf")
    for _ in range(times):
        start = _processor_time()
        work()
        best = min(best, _processor_time() - start)
    # the clock of child processes ticks so
    return max(best, TICK_S)


def _processor_time() -> float:
    spans = os.times()
    return spans.user + spans.system + spans.children_user + spans.children_system


def shell(study: Path, query: str) -> None:
    """What the sqlite3 shell writes as CSV."""
    with (study.parent / "shell.csv").open("wb") as out:
        subprocess.run(["sqlite3", "-csv", "-header", study / "study.db", query], stdout=out, check=True)


def check(study: Path) -> None:
    """The check of the record alone."""
    store, row = open_study_file(study)
    with store.reading() as connection:
        verification.verify(connection, row.scheme)
    store.close()


def main() -> None:
    """Build, export, print the ratios."""
    scores = int(sys.argv[1]) if len(sys.argv) > 1 else SCORES
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "trial"
        build(study, -(-scores // 86))
        whole = spent(lambda: export.export_study(study, Path(folder) / "out"), 2)
        shutil.rmtree(Path(folder) / "out")
        checked = spent(lambda: check(study), 1)
        plain = spent(lambda: shell(study, "SELECT * FROM event"))
        same = spent(lambda: shell(study, SAME_ROWS))
    ours = whole - checked
    print(f"{scores} scores: {whole:.2f} s in all, {checked:.2f} s of it the check of the record")  # noqa: T201
    print(f"files: {ours / plain:.2f} x the shell's CSV of the events ({plain:.2f} s)")  # noqa: T201
    print(f"files: {ours / same:.2f} x the shell's CSV of the rows of scores.csv ({same:.2f} s)")  # noqa: T201
    print(f"with the check: {whole / plain:.2f} x and {whole / same:.2f} x")  # noqa: T201


if __name__ == "__main__":
    main()
