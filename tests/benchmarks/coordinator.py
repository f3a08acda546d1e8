"""The coordinator's window on 500 subjects: opening, checking, and scrolling against what Qt needs for plain text.

    python -m tests.benchmarks.coordinator [SUBJECTS]

Prints ratios and the slowest paint; the study is written by hand, one tiny image for each series.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView

from storage.records import SeriesRecord, SliceRecord, SubjectRecord, VisitRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.vault import Person, SeriesIdentity, Source, VisitIdentity
from workstation.managing.session import ManagingSession
from workstation.ui.coordinator.window import CoordinatorWindow

KINDS = (
    ("T1", "AX"),
    ("T1", "COR"),
    ("T2FS", "AX"),
    ("T2FS", "COR"),
    ("PD", "COR"),
    ("T1FSGD", "AX"),
    ("T1FSGD", "COR"),
)
SLICES, SIDE, STEPS = 20, 128, 60


def a_large_study(folder: Path, subjects: int) -> None:
    """Two visits of seven series of twenty slices each; all slices are one file, which nobody looks at closely."""
    with CoordinatorStudy.create(folder) as study:
        picture = np.random.default_rng(1).integers(0, 900, (SIDE, SIDE)).astype("<u2")
        (study.images / "one.dcm").write_bytes(picture.tobytes())
        for number in range(1, subjects + 1):
            code = f"S{number:03d}"
            visits = tuple(VisitRecord(visit, tuple(_series(code, visit, k) for k in range(7))) for visit in (1, 2))
            study.vault.save(
                [Person(code, f"id:{number}", {"PatientID": str(number)})],
                [VisitIdentity(code, visit, f"202{visit}0105", (f"1.{number}.{visit}",)) for visit in (1, 2)],
                [_identity(code, visit, k) for visit in (1, 2) for k in range(7)],
                [
                    Source(f"/scans/{code}/{item.uid}", item.uid, series.code, item.uid, "0" * 64)
                    for visit in visits
                    for series in visit.series
                    for item in series.slices
                ],
            )
            study.replace_subject(SubjectRecord(code, visits))


def _series(subject: str, visit: int, number: int) -> SeriesRecord:
    kind, plane = KINDS[number]
    code = f"{subject}{visit}{number}"
    slices = tuple(SliceRecord(f"{code}.{k}", "one.dcm", 0, (0.0, 0.0, 2.0 * k)) for k in range(SLICES))
    axes = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    return SeriesRecord(
        code, kind, plane, "", SIDE, SIDE, (0.4, 0.4), 2.0, axes, "uint16", False, 0, 899, 0.0, 899.0, slices
    )


def _identity(subject: str, visit: int, number: int) -> SeriesIdentity:
    code = f"{subject}{visit}{number}"
    facts = {"side": "L", "repetition_time": 600.0, "echo_time": 12.0, "pixels": code}
    return SeriesIdentity(code, subject, visit, code, "T1W", ("TR 600 ms, TE 12 ms: T1 weighting",), "101500", facts)


def _until(application: QApplication, condition: Callable[[], bool]) -> tuple[float, float]:
    """(seconds until then, the longest that the window didn't answer)."""
    start = last = time.perf_counter()
    longest = 0.0
    while not condition():
        application.processEvents()
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        time.sleep(0.002)
    return time.perf_counter() - start, longest


def _scroll(application: QApplication, view: QAbstractItemView, rows: int) -> list[float]:
    """Milliseconds of each of the paints while a list is gone through by its current row."""
    taken = []
    for step in range(STEPS):
        row = (step * 37) % rows
        start = time.perf_counter()
        view.setCurrentIndex(view.model().index(row, 0))
        view.scrollTo(view.model().index(row, 0))
        application.processEvents()
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print what it took."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial"
        a_large_study(path, subjects)

        def make(post: Callable[[Callable[[], None]], None]) -> ManagingSession:
            return ManagingSession(path, lambda: CoordinatorStudy.open(path), lambda *_asked: None, post)

        window = CoordinatorWindow(make)
        window.resize(1920, 1080)
        window.show()
        window.start()
        seen, stuck = _until(application, lambda: window.session.state.study is not None)
        checked, stuck_too = _until(application, lambda: window.session.state.findings is not None)
        list_ms = _scroll(application, window.board.subject_view, subjects)
        found_ms = []
        for letter in ("S", "0", "4", "2"):
            start = time.perf_counter()
            window.board.filter.setText(window.board.filter.text() + letter)
            application.processEvents()
            found_ms.append(1000 * (time.perf_counter() - start))
        plain = QListView()
        plain.setModel(QStringListModel([f"S{n:03d} 7 of 7" for n in range(subjects)]))
        plain.resize(1920, 1080)
        plain.show()
        application.processEvents()
        plain_ms = _scroll(application, plain, subjects)
        window.close()
    _say(f"{subjects} subjects, {subjects * 14:,} series, {subjects * 14 * SLICES:,} slices")
    _say(f"seen after {seen:.2f} s, checked {checked:.2f} s later; the window stood still for {1000 * stuck:.0f} ms")
    _say(f"at most while reading, for {1000 * stuck_too:.0f} ms at most while checking")
    _say(
        f"another subject painted, with its series: median {statistics.median(list_ms):.1f} ms, most {max(list_ms):.1f}"
    )
    _say(f"found while typing: a letter painted in {statistics.median(found_ms):.1f} ms, most {max(found_ms):.1f}")
    _say(f"a plain list of text: median {statistics.median(plain_ms):.1f} ms, most {max(plain_ms):.1f}")
    _say(f"ratio of the medians {statistics.median(list_ms) / statistics.median(plain_ms):.1f}")


if __name__ == "__main__":
    main()
