"""A pair scored in a real window without the keyboard: a grade by a click on its words, a site on the wrist."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.journeys.conftest import ROOT, Screen, ramris, until
from tests.journeys.test_a_readers_evening import FEATURES, events, exported
from tests.journeys.test_the_mouse import place

pytestmark = pytest.mark.xserver

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Target:
    """What there is to click on for one answer, on a screen of 1920 x 1080. words: by grade."""

    key: tuple[str, str, int]
    words: dict[str, Point]
    drawing: Point
    tab: Point


# A twin of the window that nobody sees, on a copy of the study, says where all that lies
WHERE = """
import json, sys
from math import cos, pi, sin
from pathlib import Path
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from scoring.readings.order import keys_in_reading_order
from storage.study.reader import ReaderStudy
from workstation.reading.answers.focus_moves import GoTo, focus_on
from workstation.ui.reader.form.grade_card import GradeLine
from storage.worklists.first_look import first_look
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.reader.window.main_window import room_window

study = Path(sys.argv[1])
with room_window(first_look(study, "R1")) as window, ReaderStudy.open(study, "R1") as door:
    window.resize(1920, 1080)
    room = ReadingRoom(door, make_images=lambda: window.images)
    window.take(room)
    window.resize(1920, 1080)
    QTest.qWait(300)
    found = []
    # the words of a site's own rule move those of the grades, so each site is asked for
    for key in keys_in_reading_order(room.state.scheme):
        room.form.wanted.emit(GoTo(focus_on(key)))
        QTest.qWait(20)
        lines = [line for line in room.form.card.findChildren(GradeLine) if not line.visibleRegion().isEmpty()]
        lines = [line for line in lines if line.visibleRegion().contains(QPoint(60, line.height() // 2))]
        at = {str(line.grade): line.mapTo(room, QPoint(60, line.height() // 2)) for line in lines}
        drawing = room.form.diagram.visits[key.visit - 1]
        outline = drawing._diagram.of_feature(key.feature)[key.site]
        there = drawing._to_widget().map(QPointF(*outline.label))
        # a numeral may stand beside its site: the nearest place that is of it, in rings
        x, y = next(
            (round(there.x() + far * cos(turn * pi / 8)), round(there.y() + far * sin(turn * pi / 8)))
            for far in range(0, 80, 2) for turn in range(16)
            if drawing.site_at(QPointF(round(there.x() + far * cos(turn * pi / 8)),
                                       round(there.y() + far * sin(turn * pi / 8)))) == key.site
        )
        features = [feature.code for feature in room.state.scheme.features]
        tab = room.form.strip._tabs[features.index(key.feature)]
        found.append({
            "key": (key.feature, key.site, key.visit),
            "words": {grade: (point.x(), point.y()) for grade, point in at.items()},
            "drawing": drawing.mapTo(room, QPoint(x, y)).toTuple(),
            "tab": tab.mapTo(room, tab.rect().center()).toTuple(),
        })
print(json.dumps(found))
"""


def where(study: Path, copy: Path) -> list[Target]:
    """What to click on for each answer, in reading order."""
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
    return [
        Target((*item["key"],), item["words"], (*item["drawing"],), (*item["tab"],)) for item in json.loads(done.stdout)
    ]


def click(screen: Screen, at: Point) -> None:
    screen.xdotool("mousemove", str(at[0]), str(at[1]), "click", "1")


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
        min(number * 7 % (most + 1), max(map(int, target.words)))
        for number, (most, target) in enumerate(zip(highest, places, strict=True))
    ]
    assert set(grades) >= set(range(10))

    for done, (grade, target) in enumerate(zip(grades, places, strict=True)):
        click(screen, target.words[str(grade)])
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


def test_each_site_is_clicked_in_the_drawing_in_an_order_of_its_own_and_the_csv_holds_each_grade_at_its_site(
    room: Callable[[], subprocess.Popen[bytes]], screen: Screen, study: Path, tmp_path: Path
) -> None:
    targets = where(study, tmp_path / "twin")
    random = Random(5)
    process = room()
    screen.window()
    clicked: dict[tuple[str, str, int], int] = {}

    # the last feature first, its sites as they are drawn by chance
    for feature in reversed(FEATURES):
        own = [target for target in targets if target.key[0] == feature]
        random.shuffle(own)
        for target in own:
            # the last site of a feature leads on to the next feature
            if focus(study)[0] != feature:
                click(screen, target.tab)
                until(partial(_is_in, study, feature), f"{feature} in focus", 20)
            click(screen, target.drawing)
            until(partial(_stands_at, study, target.key), f"{target.key} in focus", 20)
            grade = random.choice(sorted(target.words))
            click(screen, target.words[grade])
            clicked[target.key] = int(grade)
            until(partial(_holds, study, len(clicked)), f"{len(clicked)} grades on disk", 20)

    process.terminate()
    assert process.wait(20) == 0
    rows = exported(study, tmp_path / "out")
    assert {(row["feature"], row["site"], int(row["visit_num"])): int(row["score"]) for row in rows} == clicked
    assert len(clicked) == 86


def focus(study: Path) -> tuple[str, str, int]:
    kept = place(study)
    return (kept["feature"], kept["site"], kept["visit"]) if kept else ("", "", 0)


def _is_in(study: Path, feature: str) -> bool:
    return focus(study)[0] == feature


def _stands_at(study: Path, key: tuple[str, str, int]) -> bool:
    return focus(study) == key
