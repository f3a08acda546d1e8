"""A pair scored in a real window without the keyboard: each grade by a click on its words."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, Screen, ramris, until
from tests.journeys.test_a_readers_evening import FEATURES, events, exported

pytestmark = pytest.mark.xserver

Point = tuple[int, int]

# A twin of the window that nobody sees, on a copy of the study, says where its grades' words lie
WHERE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from scoring.order import keys_in_reading_order
from storage.reader import ReaderStudy
from workstation.reading.commands import GoTo
from workstation.reading.moving import focus_on
from workstation.ui.reader.grade_card import GradeLine
from workstation.ui.reader.launch import _application
from workstation.ui.reader.room import ReadingRoom

application = _application()
with ReaderStudy.open(Path(sys.argv[1]), "R1") as door:
    room = ReadingRoom(door)
    room.resize(1920, 1080)
    room.show()
    room.activateWindow()
    QTest.qWait(300)
    found = []
    # the words of a site's own rule move those of the grades, so each site is asked for
    for key in keys_in_reading_order(room.state.scheme):
        room.form.wanted.emit(GoTo(focus_on(key)))
        QTest.qWait(20)
        lines = [line for line in room.form.card.findChildren(GradeLine) if not line.visibleRegion().isEmpty()]
        lines = [line for line in lines if line.visibleRegion().contains(QPoint(60, line.height() // 2))]
        at = {str(line.grade): line.mapTo(room, QPoint(60, line.height() // 2)) for line in lines}
        found.append({grade: (point.x(), point.y()) for grade, point in at.items()})
    room.close()
print(json.dumps(found))
"""


def where(study: Path, copy: Path) -> list[dict[str, Point]]:
    """For each answer in reading order: grade -> where its words are on a screen of 1920 x 1080."""
    shutil.copytree(study, copy)
    done = subprocess.run(
        [sys.executable, "-c", WHERE, str(copy)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Point]] = json.loads(done.stdout)
    return found


def _holds(study: Path, wanted: int) -> bool:
    return events(study) == wanted


def test_a_whole_pair_is_scored_by_86_clicks_and_the_csv_holds_what_was_clicked(
    room: Callable[[], subprocess.Popen[bytes]], screen: Screen, study: Path, tmp_path: Path
) -> None:
    places = where(study, tmp_path / "twin")
    process = room()
    screen.window()
    highest = [grade for sites, grade in FEATURES.values() for _ in range(2 * sites)]
    # a line below the edge would need the wheel first: the nearest that is in sight is taken
    grades = [
        min(number * 7 % (most + 1), max(map(int, lines)))
        for number, (most, lines) in enumerate(zip(highest, places, strict=True))
    ]
    assert set(grades) >= set(range(10))

    for done, (grade, lines) in enumerate(zip(grades, places, strict=True)):
        x, y = lines[str(grade)]
        screen.xdotool("mousemove", str(x), str(y), "click", "1")
        until(partial(_holds, study, done + 1), f"{done + 1} grades on disk", 20)

    # the window is closed as by its own cross, which nobody here draws
    process.terminate()
    assert process.wait(20) == 0
    rows = exported(study, tmp_path / "out")
    assert sorted(int(row["score"]) for row in rows) == sorted(grades)
    with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
        standing = connection.execute("SELECT after FROM event ORDER BY seq").fetchall()
    assert [int(after) for (after,) in standing] == grades
    assert ramris("audit", study).returncode == 0
