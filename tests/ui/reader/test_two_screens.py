"""Images on one screen and the form on another, as a room in a process with two screens tells it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tests.ui.reader.test_baselines import assert_image_as_kept
from workstation.ui.reader.window.form_window import ONE_SCREEN
from workstation.ui.reader.window.room import ReadingRoom

Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("screens")


@pytest.fixture(scope="module")
def seen(folder: Path) -> Seen:
    command = [sys.executable, "-m", "tests.ui.reader.on_two_screens", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found: Seen = json.loads(done.stdout)
    return found


def test_a_key_puts_the_form_on_the_other_screen_and_gives_the_images_their_own(seen: Seen) -> None:
    before, apart = seen["beginning"], seen["apart"]

    assert (before["window"], before["screen"], before["kept"]) == ("room", "left", False)
    assert (apart["window"], apart["screen"], apart["visible"], apart["kept"]) == ("own", "right", True, True)
    assert apart["images"] == 1920
    assert before["images"] == 1383
    # two columns, which are taken in at once however wide the screen
    assert apart["wide"] == 1400
    assert apart["drawing"] >= 400


@pytest.mark.usefixtures("seen", "qapp")
@pytest.mark.parametrize("part", ["images", "form"])
def test_each_screen_looks_as_it_was_seen_and_kept(folder: Path, part: str) -> None:
    assert_image_as_kept(QImage(str(folder / f"graded there, {part}.png")), f"two-screens-{part}")


@pytest.mark.case(134)
def test_on_a_screen_of_another_density_signs_are_drawn_for_it(seen: Seen) -> None:
    assert [(seen[name]["density"], seen[name]["sign"]) for name in ("graded there", "back by the key")] == [
        (2.0, 2.0),
        (1.0, 1.0),
    ]


def test_keys_pressed_over_the_form_are_those_of_the_room(seen: Seen) -> None:
    # Ctrl+F, too, was pressed there
    assert (seen["apart"]["grades"], seen["graded there"]["grades"]) == (0, 1)
    back = seen["back by the key"]
    assert (back["window"], back["visible"], back["kept"]) == ("room", True, False)
    assert back["images"] == seen["beginning"]["images"]


@pytest.mark.case(138)
def test_a_screen_that_is_unplugged_brings_the_form_back_at_the_same_site_and_plugged_in_takes_it_again(
    seen: Seen,
) -> None:
    gone, again = seen["unplugged"], seen["plugged in"]

    assert (gone["window"], gone["screen"], gone["visible"]) == ("room", "left", True)
    assert gone["focus"] == seen["apart again"]["focus"]
    # the reader's wish stands, so what sleep took is there again after it
    assert gone["kept"]
    assert (again["window"], again["screen"], again["focus"]) == ("own", "right", gone["focus"])


def test_the_forms_window_closed_by_its_frame_gives_the_form_back(seen: Seen) -> None:
    closed = seen["closed by its frame"]

    assert (closed["window"], closed["visible"], closed["kept"]) == ("room", True, False)


def test_where_there_is_one_screen_the_key_says_so(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    assert room.state is not None
    assert room.state.notice is not None
    assert room.state.notice.text == ONE_SCREEN
