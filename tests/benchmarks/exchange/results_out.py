"""Time and size of results as DICOM of one case, beside highdicom reading the same reports.

python -m tests.benchmarks.exchange.results_out

Processor time, so that a busy machine doesn't count. Targets: 1.5 s and 150 kB for the report of a visit.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import highdicom

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from storage.exporting.results import results
from storage.records import Sighting
from storage.study.reader import ReaderStudy
from tests.builders.lived.readers import sign
from tests.builders.studies import answer
from tests.exchange.sample_study import a_study_of_the_sample
from workstation.app.results_out.writing import for_science
from workstation.imaging.geometry import Stack

READER = "AD"


def build(trial: Path) -> None:
    """The sample pair, every grade of it with a point of its own."""
    a_study_of_the_sample(trial, READER)
    with ReaderStudy.open(trial, READER) as door:
        case = door.case(door.worklist()[0].case)
        first = {visit.number: visit.series[0] for visit in case.visits}
        keys = keys_in_reading_order(door.scheme)
        point = {at: Stack.stored(series).pixel_to_mm(3, 40, 50) for at, series in first.items()}
        changes = [AnswerChanged(at, None, answer("1")) for at in keys]
        seen = [Sighting(first[at.visit].code, 3, point[at.visit], 0.0, 900.0) for at in keys]
        door.record(case.code, changes, "room", seen)
    sign(trial, READER, case.code)


def spent(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of processor time of the fastest run."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Build, export, print."""
    with tempfile.TemporaryDirectory() as folder:
        trial, out = Path(folder) / "trial", Path(folder) / "out"
        build(trial)

        def export() -> None:
            for_science(trial, out, "", "", lambda _done, _total, _stage: None)

        export()
        whole, record = spent(export), spent(lambda: results(trial))
        reports = sorted(out.glob("sr/*.dcm"))
        read = spent(lambda: [highdicom.sr.srread(str(file)) for file in reports])
        size = max(file.stat().st_size for file in reports)
    each = (whole - record) / len(reports)
    print(f"a report of 43 grades with points: {each:.2f} s (1.5 at most), {size / 1000:.0f} kB (150 at most)")  # noqa: T201
    print(f"{each * len(reports) / read:.1f} x highdicom reading the same reports ({read:.2f} s)")  # noqa: T201
    print(f"the check of the record before it: {record:.2f} s")  # noqa: T201


if __name__ == "__main__":
    main()
