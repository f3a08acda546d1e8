"""The mouse in a real window: the wheel moves both visits by the same way, with Shift one alone; where is kept."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Screen, until

pytestmark = pytest.mark.xserver

WHEEL_DOWN = "5"
# the upper left cell of a room that fills 1920 x 1080
BASELINE_CELL = ("300", "300")
# two coronal or axial slices of the sample are millimetres apart, never this little
STILL_MM = 0.01


def place(study: Path) -> dict[str, Any]:
    """Where the reader is, as the study keeps it; empty before the first time."""
    with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
        (text,) = connection.execute("SELECT place FROM reading_case").fetchone()
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def moved(before: dict[str, Any], after: dict[str, Any], visit: str) -> float:
    """How far a visit's cursor went, in mm."""
    pairs = zip(before["cursors"][visit], after["cursors"][visit], strict=True)
    return float(sum((b - a) ** 2 for a, b in pairs) ** 0.5)


def test_the_wheel_moves_both_visits_and_with_shift_one_alone(
    room: Callable[[], subprocess.Popen[bytes]], screen: Screen, study: Path
) -> None:
    room()
    screen.window()
    until(lambda: bool(place(study)), "the first place on disk")
    middle = place(study)
    # the room opens in the middle of the stack, between two slices; one notch lands on a slice
    screen.xdotool("mousemove", *BASELINE_CELL, "click", WHEEL_DOWN)
    until(lambda: moved(middle, place(study), "1") > STILL_MM, "a scrolled slice on disk")
    start = place(study)

    screen.xdotool("click", "--repeat", "2", "--delay", "60", WHEEL_DOWN)

    # axial slices of the sample are 3.3 mm apart: two of them are 6.6 mm, in both visits, and the offset stays
    until(lambda: abs(moved(start, place(study), "1") - 6.6) < STILL_MM, "two slices of 3.3 mm")
    both = place(study)
    assert moved(start, both, "2") == pytest.approx(6.6, abs=STILL_MM)
    assert both["offset"] == pytest.approx(start["offset"])

    screen.xdotool("keydown", "shift", "click", WHEEL_DOWN, "keyup", "shift")
    until(lambda: place(study)["offset"] != both["offset"], "a new offset on disk")
    alone = place(study)

    assert moved(both, alone, "1") == pytest.approx(3.3, abs=STILL_MM)
    assert moved(both, alone, "2") < STILL_MM


def test_a_drag_changes_the_window_of_that_series_at_both_visits_and_nothing_else(
    room: Callable[[], subprocess.Popen[bytes]], screen: Screen, study: Path
) -> None:
    room()
    screen.window()
    until(lambda: len(place(study).get("outlines", {})) == 2, "both planes' outlines on disk")
    until(lambda: bool(place(study)["lights"]), "the light on disk")
    start = place(study)

    screen.xdotool("mousemove", *BASELINE_CELL, "mousedown", "1", "mousemove_relative", "80", "0", "mouseup", "1")
    # the visits are linked: the same series at follow-up gets the same percentiles
    until(lambda: len(place(study)["windows"]) == 2, "two windows on disk")
    after = place(study)

    # time goes on, also that for which each slice is in sight
    timed = {name: start[name] for name in ("active_s", "slices")}
    assert {**after, "windows": {}, **timed} == start
