"""Pictures of the room with images, against kept ones: each arrangement, each way a cell can be empty.

The wrist is a disc on grey, made by hand; what is compared are places, frames, words and lines.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import a_room
from tests.builders.sessions import at
from tests.ui.reader.test_baselines import assert_as_kept, key
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.preferences import OfThisSession, Preferences
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.volumes import Volumes
from workstation.ui.reader.window import opened_case
from workstation.ui.reader.window.opened_case import OpenedCase
from workstation.ui.reader.window.room import ReadingRoom

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SIZES = {"desk": (1920, 1080), "laptop": (1366, 768)}


class Rooms:
    """Opens rooms with images on a case, erosion of the capitate in focus, and closes them at the end."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self._qtbot, self._folder = qtbot, folder
        self._opened: list[ReadingRoom] = []
        self.case = with_pixels(a_case("K7QM2", images=folder / "images"))

    def open(
        self, case: CaseRecord | None = None, size: str = "desk", atlas: str = "", *, wait: bool = True
    ) -> ReadingRoom:
        """A room that has its pixels, unless it isn't to be waited for."""
        kept = OfThisSession(Preferences(toured=True, atlas=atlas))
        room = a_room(self._qtbot, case or self.case, SIZES[size], kept)
        self._opened.append(room)
        room.form.wanted.emit(GoTo(at("ERO CAP 1")))
        panel = room.images
        assert isinstance(panel, ImagesPanel)
        if wait:
            self.settle(room)
        return room

    def settle(self, room: ReadingRoom) -> None:
        """Wait for pixels and light."""
        panel, state = room.images, room.state
        assert isinstance(panel, ImagesPanel)
        assert state is not None
        self._qtbot.waitUntil(panel.all_loaded)
        self._qtbot.waitUntil(lambda: panel.lights(state.case) is not None)
        self._qtbot.waitUntil(lambda: not panel._redraw.isActive())
        self._qtbot.wait(20)

    def close(self) -> None:
        """Close what was opened."""
        for room in self._opened:
            room.close()


@pytest.fixture
def rooms(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    """Rooms whose pairs are never registered, and whose light is shown also where the machine is slow to find it."""
    monkeypatch.setattr(OpenedCase, "register", lambda _room: None)
    monkeypatch.setattr(opened_case, "SETTLING_S", inf)
    made = Rooms(qtbot, tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("arrangement", ["largest", "blocks", "above", "beside"])
def test_each_arrangement_looks_as_it_was_seen_and_kept(rooms: Rooms, arrangement: str, size: str) -> None:
    room = rooms.open(size=size)
    for _ in range(["largest", "blocks", "above", "beside"].index(arrangement)):
        key(room, Qt.Key.Key_V, SHIFT)
    rooms.settle(room)

    assert_as_kept(room, f"images-{arrangement}-{size}")


def test_while_pixels_are_on_their_way_each_cell_says_so(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Volumes, "_start", lambda _volumes, _shown: None)

    assert_as_kept(rooms.open(wait=False), "images-loading")


def test_cells_without_a_series_say_why(rooms: Rooms) -> None:
    first, second = rooms.case.visits
    fewer = VisitRecord(2, tuple(series for series in second.series if series.kind != "PD"))
    room = rooms.open(replace(rooms.case, visits=(first, fewer)))

    assert_as_kept(room, "images-missing")


def test_a_case_without_follow_up_looks_as_it_was_seen_and_kept(rooms: Rooms) -> None:
    assert_as_kept(rooms.open(replace(rooms.case, visits=rooms.case.visits[:1])), "images-one-visit")


def test_images_that_are_gone_look_as_they_were_seen_and_kept(rooms: Rooms) -> None:
    shutil.rmtree(rooms.case.images)

    assert_as_kept(rooms.open(), "images-gone")


def test_one_cell_alone_and_the_follow_up_in_place_of_baseline(rooms: Rooms) -> None:
    room = rooms.open()
    key(room, Qt.Key.Key_B)
    rooms.settle(room)
    assert_as_kept(room, "images-blink")
    key(room, Qt.Key.Key_B)
    key(room, Qt.Key.Key_E)
    rooms.settle(room)

    assert_as_kept(room, "images-alone")


@pytest.mark.parametrize("size", SIZES)
def test_the_atlas_looks_as_it_was_seen_and_kept(rooms: Rooms, tmp_path: Path, size: str) -> None:
    for number in range(4):
        picture = QImage(500, 400, QImage.Format.Format_RGB32)
        picture.fill(QColor.fromHsv(210, 120, 60 + 40 * number))
        assert picture.save(str(tmp_path / f"ERO-{number}.png"))
    room = rooms.open(size=size, atlas=str(tmp_path))
    key(room, Qt.Key.Key_G, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    rooms.settle(room)
    assert_as_kept(room, f"atlas-{size}")
    key(room, Qt.Key.Key_G, CONTROL)

    assert_as_kept(room, f"atlas-over-{size}")


def test_the_rules_of_a_site_look_as_they_were_seen_and_kept(rooms: Rooms) -> None:
    room = rooms.open()
    key(room, Qt.Key.Key_R, CONTROL)

    assert_as_kept(room, "rules")


def test_the_drawing_in_place_of_the_words_looks_as_it_was_seen_and_kept(rooms: Rooms) -> None:
    room = rooms.open(size="laptop")
    for pressed in (Qt.Key.Key_0, Qt.Key.Key_3, Qt.Key.Key_N, Qt.Key.Key_F):
        key(room, pressed)
    rooms.settle(room)

    assert_as_kept(room, "figure-laptop")


def test_the_list_of_cases_looks_as_it_was_seen_and_kept(rooms: Rooms) -> None:
    room = rooms.open()
    key(room, Qt.Key.Key_O, CONTROL)

    assert_as_kept(room._cases, "cases")
