"""Pictures of the main states, against kept ones. RAMRIS_BASELINES=write makes them anew: look at them.

Both are made smaller and blurred first, so that another rounding passes and a part that has moved, gone or changed
its colour doesn't: at most 1.5 of 255 in the mean, and at most 3 of 100 pixels off by more than 20. Most states lie
1.5 to 6 apart. With another font than the kept pictures have nothing can be said, and the test says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.builders.cases import a_case
from tests.builders.sessions import at
from tests.fakes.doors import BrokenDoor, LockedDoor, MemoryDoor
from tests.ui.reader.conftest import Opener
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import GradeBlanksZero
from workstation.ui.reader.window.room import ReadingRoom

KEPT = Path(__file__).parent / "baselines"
SIZE = (480, 270)
MEAN, FAR, FAR_SHARE = 1.5, 20, 0.03
FONT = "DejaVu Sans"


def small(image: QImage) -> QImage:
    return image.scaled(
        *SIZE, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(QImage.Format.Format_RGB888)


def values(image: QImage) -> NDArray[np.int16]:
    """(row, column, colour), each averaged over 3 x 3 pixels."""
    wide = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    plain = wide[:, : 3 * image.width()].reshape(image.height() // 3, 3, image.width() // 3, 3, 3)
    means: NDArray[np.int16] = plain.mean(axis=(1, 3)).astype(np.int16)
    return means


def read_a_little(room: ReadingRoom) -> None:
    for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_N):
        QTest.keyClick(room, key)


def refuse(room: ReadingRoom) -> None:
    read_a_little(room)
    QTest.keyClick(room, Qt.Key.Key_9)


def finish(room: ReadingRoom) -> None:
    for _ in range(4):
        for _ in range(2):
            room.form.wanted.emit(GradeBlanksZero())
        QTest.keyClick(room, Qt.Key.Key_Tab)


def ask(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_Tab)
    QTest.keyClick(room, Qt.Key.Key_Z)


def help_shown(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_F1)


def hide_baseline(room: ReadingRoom) -> None:
    read_a_little(room)
    QTest.keyClick(room, Qt.Key.Key_H)
    QTest.keyClick(room, Qt.Key.Key_Right)


def key(room: ReadingRoom, pressed: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or room, pressed, modifier)


def tour(room: ReadingRoom) -> None:
    for _ in range(2):
        key(room, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)


def check_display(room: ReadingRoom) -> None:
    room._display.sheet._random.seed(1)
    key(room, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)


def sign(room: ReadingRoom) -> None:
    finish(room)
    key(room, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def signed(room: ReadingRoom) -> None:
    sign(room)
    key(room, Qt.Key.Key_Return)


def signed_case(room: ReadingRoom) -> None:
    signed(room)
    key(room, Qt.Key.Key_Return)
    key(room, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)


def park(room: ReadingRoom) -> None:
    key(room, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)


def parked(room: ReadingRoom) -> None:
    park(room)
    key(room, Qt.Key.Key_Return)
    key(room, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)


def words_asked(room: ReadingRoom) -> None:
    key(room, Qt.Key.Key_O)
    QTest.keyClicks(QApplication.focusWidget() or room, "plate and screws")


STATES: dict[str, Callable[[ReadingRoom], None]] = {
    "reading": read_a_little,
    "refused": refuse,
    "finished": finish,
    "asked": ask,
    "help": help_shown,
    "hidden": hide_baseline,
    "tour": tour,
    "display": check_display,
    "sign": sign,
    "signed": signed,
    "signed_case": signed_case,
    "park": park,
    "parked": parked,
    "words": words_asked,
}


@pytest.mark.parametrize("state", STATES)
def test_a_state_looks_as_it_was_seen_and_kept(room: ReadingRoom, state: str) -> None:
    STATES[state](room)

    assert_as_kept(room, state)


@pytest.mark.parametrize("state", ["reading", "refused", "sign", "display", "tour"])
def test_on_a_small_screen_a_state_looks_as_it_was_seen_and_kept(room: ReadingRoom, state: str) -> None:
    room.resize(1366, 768)

    STATES[state](room)

    assert_as_kept(room, f"{state}-1366")


@pytest.mark.parametrize("size", [(2560, 1440), (1200, 1920)])
def test_on_a_large_and_on_an_upright_screen_reading_looks_as_it_was_seen_and_kept(
    room: ReadingRoom, size: tuple[int, int]
) -> None:
    room.resize(*size)

    read_a_little(room)

    assert_as_kept(room, f"reading-{size[0]}")


def test_the_empty_worklist_looks_as_it_was_seen_and_kept(open_on: Opener) -> None:
    assert_as_kept(open_on(MemoryDoor()), "empty")


def test_a_full_disk_looks_as_it_was_seen_and_kept(open_on: Opener) -> None:
    room = open_on(BrokenDoor(a_case("K7QM2"), a_case("B4XR9")))
    QTest.keyClick(room, Qt.Key.Key_2)

    assert_as_kept(room, "full")


def test_a_locked_study_looks_as_it_was_seen_and_kept(open_on: Opener) -> None:
    room = open_on(LockedDoor(a_case("K7QM2"), a_case("B4XR9")))
    QTest.keyClick(room, Qt.Key.Key_2)

    assert_as_kept(room, "locked")


def test_a_study_that_cannot_be_written_looks_as_it_was_seen_and_kept(open_on: Opener) -> None:
    room = open_on(BrokenDoor(a_case("K7QM2"), a_case("B4XR9"), why="the study can't be written here (read-only file)"))
    QTest.keyClick(room, Qt.Key.Key_2)

    assert_as_kept(room, "read-only")


def test_a_list_of_key_images_looks_as_it_was_seen_and_kept(room: ReadingRoom) -> None:
    for site in ("OST LUN 1", "ERO CAP 1", "ERO CAP 2"):
        room.form.wanted.emit(GoTo(at(site)))
        key(room, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    key(room, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)

    assert_as_kept(room._found, "found")


def assert_as_kept(room: QWidget, name: str) -> None:
    assert_image_as_kept(room.grab().toImage(), name)


def assert_image_as_kept(image: QImage, name: str) -> None:
    family = QFontInfo(QApplication.font()).family()
    if family != FONT:
        pytest.skip(f"the pictures are written in {FONT}, here it is {family}")
    now, file = small(image), KEPT / f"{name}.png"
    if os.environ.get("RAMRIS_BASELINES") == "write":
        KEPT.mkdir(exist_ok=True)
        assert now.save(str(file))
    kept = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB888)
    off = np.abs(values(now) - values(kept))

    assert off.mean() <= MEAN
    assert (off.max(axis=2) > FAR).mean() <= FAR_SHARE
