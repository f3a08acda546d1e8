"""Time from a key to the painted room, and cost of a backup. Run by python -m tests.benchmarks.safekeeping.

- a key press to the painted room: percentiles of 300 grades, against the commits alone through the same door
- a backup of 1,000 cases and 86,000 answers with its verification, against copying the file's bytes

Only ratios carry over to other machines. Nothing here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.database import study_schema as tables
from storage.record import chain, designs, progress
from storage.record.study_file import open_study_file
from storage.recovery.backup import back_up
from storage.study.reader import ReaderStudy
from tests.benchmarks.timing import timed
from tests.builders.studies import an_assigned_study
from tests.fakes.images import BlankImages
from workstation.ui.reader.window.room import ReadingRoom

KEYS = 300
CASES = 1000


def line(what: str, ours: float, other: float, against: str) -> None:
    """One ratio for the terminal."""
    sys.stdout.write(f"{what}: {ours * 1000:.1f} ms, {ours / other:.2f} x {against} ({other * 1000:.1f} ms)\n")


def percentile(values: list[float], share: float) -> float:
    """The value that so many of 100 don't exceed."""
    return sorted(values)[min(len(values) - 1, round(share / 100 * len(values)))]


def key_to_paint(folder: Path, case: str) -> None:
    """Grades typed into the room: from the key to a window that is painted, the grade on disk."""
    application = QApplication.instance() or QApplication([])
    taken: list[float] = []
    with ReaderStudy.open(folder, "ES") as door:
        window = ReadingRoom(door, case, make_images=BlankImages)
        window.resize(1920, 1080)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        for number in range(KEYS):
            start = time.perf_counter()
            QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + number // 86 % 4))
            # what was changed is painted now
            application.processEvents()
            taken.append(time.perf_counter() - start)
        window.close()
        keys = keys_in_reading_order(door.scheme)

        def commits() -> None:
            reading = door.reading(case)
            for key in keys:
                before = reading.answer(key)
                after = Graded(Decimal(1 if before == Graded(Decimal(0)) else 0))
                door.record(case, [AnswerChanged(key, before, after)], "room")

        alone = timed(commits, 3) / len(keys)
    application.processEvents()
    told = ", ".join(f"p{share} {percentile(taken, share) * 1000:.1f}" for share in (50, 95, 99))
    sys.stdout.write(f"key to painted room: {told} ms; a commit alone {alone * 1000:.2f} ms\n")


def filled(folder: Path, cases: tuple[str, ...]) -> int:
    """Answer every site of every case in one transaction; how many answers that are."""
    store, row = open_study_file(folder)
    keys = keys_in_reading_order(row.scheme)
    with store.writing() as connection:
        link, rows = chain.last(connection, tables.event), []
        stamp = {"reader": "ES", "role": "reader", "round": 1, "before": "", "after": "1", "source": "room"}
        number, digest = designs.stamp(connection)
        design = {"scheme_sha256": row.scheme.sha256, "design": number, "design_sha256": digest}
        for case in cases:
            for key in keys:
                fields = {
                    "seq": link.seq + 1,
                    "at_utc": "2026-11-22T12:00:00.000Z",
                    "case": case,
                    "visit": key.visit,
                    "feature": str(key.feature),
                    "site": str(key.site),
                    "previous_hash": link.hash,
                    **stamp,
                    **design,
                }
                link = chain.Link(link.seq + 1, str(fields["at_utc"]), chain.seal(fields))
                rows.append(fields | {"hash": link.hash})
        connection.execute(tables.event.insert(), rows)
        progress.rebuild(connection)
    store.close()
    return len(rows)


def large_study(root: Path) -> None:
    """Backing up 1,000 cases."""
    folder, cases = an_assigned_study(root / "large", subjects=CASES)
    answers = filled(folder, cases)
    file = folder / "study.db"

    def backed_up() -> None:
        shutil.rmtree(folder / "backups", ignore_errors=True)
        back_up(folder)

    sys.stdout.write(f"{CASES} cases, {answers} answers, {file.stat().st_size / 1e6:.0f} MB\n")
    line("backup, verified", timed(backed_up, 1), timed(lambda: shutil.copy(file, root / "x"), 3), "copying the file")


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder, (case,) = an_assigned_study(root / "trial")
        key_to_paint(folder, case)
        large_study(root)


if __name__ == "__main__":
    main()
