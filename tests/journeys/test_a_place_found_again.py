"""A grade's place and a key image are found again in a real window, after the room was left and opened anew."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from math import dist
from pathlib import Path

import pytest

from tests.journeys.conftest import Screen, until
from tests.journeys.test_a_readers_evening import events
from tests.journeys.test_the_mouse import STILL_MM, place

pytestmark = pytest.mark.xserver

Opener = Callable[[], subprocess.Popen[bytes]]


def test_the_place_of_a_grade_and_a_key_image_are_there_again_after_a_restart(
    room: Opener, screen: Screen, study: Path
) -> None:
    process = room()
    screen.window()
    # two slices on from where the first site is expected, kept as a key image and graded there
    screen.press("Next", "Next", "ctrl+k")
    until(lambda: kept(study, "key_image") == 1, "a key image on disk")
    screen.press("2")
    until(lambda: events(study) == 1, "a grade on disk")
    point, marks = graded_at(study)
    screen.press("ctrl+q")
    assert process.wait(20) == 0
    # the reader went there by hand
    assert "expected" not in marks or '"expected":false' in marks

    room()
    screen.window()
    screen.press("Left", *["Next"] * 4)
    until(lambda: dist(baseline(study), point) > 4 * 3.0, "other slices in sight")
    screen.press("Home")

    until(lambda: dist(baseline(study), point) < STILL_MM, "the place of the grade in sight")

    screen.press(*["Prior"] * 3)
    until(lambda: dist(baseline(study), point) > 3.0, "other slices in sight")
    # the list: the place of the grade, below it the key image of the same slice
    screen.press("ctrl+l", "Down", "Return")
    until(lambda: dist(baseline(study), point) < STILL_MM, "the key image in sight")


def baseline(study: Path) -> tuple[float, float, float]:
    x, y, z = place(study)["cursors"]["1"]
    return (x, y, z)


def graded_at(study: Path) -> tuple[tuple[float, float, float], str]:
    with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
        x, y, z, marks = connection.execute("SELECT x_mm, y_mm, z_mm, marks FROM grade_place").fetchone()
    return (x, y, z), marks


def kept(study: Path, kind: str) -> int:
    with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM act WHERE kind = ?", (kind,)).fetchone()[0])
