"""The atlas beside the images: opened by a key, follows the focus, and never takes a grade's key."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from scoring.values import replace
from tests.builders.sessions import at, grade
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_keyboard import go, notice
from workstation.app.preferences import FILE
from workstation.cli import main
from workstation.ui.reader.window.room import ReadingRoom

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
BESIDE = CONTROL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def atlas(tmp_path: Path) -> Path:
    """Two pictures of erosion, one of them damaged."""
    picture = QImage(900, 600, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    assert picture.save(str(tmp_path / "ERO-CAP-2.png"))
    (tmp_path / "ERO-5.jpg").write_bytes(b"no picture at all")
    return tmp_path


def point_at(room: ReadingRoom, folder: Path) -> None:
    room._chosen.keep(replace(room._chosen.now, atlas=str(folder)))


def shown(room: ReadingRoom) -> list[str]:
    return [label.text() for label in room.atlas.panel.findChildren(QLabel) if label.text() and label.isVisible()]


def test_the_key_shows_the_pictures_of_the_site_and_grades_go_on(
    room: ReadingRoom, door: MemoryDoor, atlas: Path
) -> None:
    point_at(room, atlas)
    go(room, "ERO CAP 1")

    QTest.keyClick(room, Key.Key_G, BESIDE)

    pictures = [label.pixmap() for label in room.atlas.panel.findChildren(QLabel) if not label.pixmap().isNull()]
    # as wide as the panel, less its margins; 900 x 600 as it was
    wide = room.atlas.panel.width() - 40
    assert [(one.width(), one.height()) for one in pictures] == [(wide, int(wide * 600 / 900))]
    assert "This picture can't be read." in shown(room)
    QTest.keyClick(room, Key.Key_2)
    assert door.reading("K7QM2").answer(at("ERO CAP 1").key) == grade(2)
    go(room, "SYN RC 1")
    assert "No picture for this site." in shown(room)
    QTest.keyClick(room, Key.Key_G, BESIDE)
    assert not room.atlas.panel.isVisible()


@pytest.mark.parametrize("size", [(1280, 660), (1366, 768), (1920, 1080)])
def test_the_atlas_covers_neither_images_nor_form_and_leaves_the_form_its_width(
    room: ReadingRoom, atlas: Path, size: tuple[int, int], qtbot: QtBot
) -> None:
    room.resize(*size)
    point_at(room, atlas)
    go(room, "ERO CAP 1")
    form = room.form.width()

    QTest.keyClick(room, Key.Key_G, BESIDE)
    images = room.images
    assert isinstance(images, QWidget)
    qtbot.waitUntil(lambda: images.width() < size[0] - form - 200)

    parts = [QRect(part.mapTo(room, QPoint(0, 0)), part.size()) for part in (images, room.atlas.panel, room.form)]
    assert [one.intersects(other) for one, other in combinations(parts, 2)] == [False] * 3
    assert room.form.width() == pytest.approx(form, abs=8)
    assert images.width() > size[0] * 0.45


def test_the_grade_that_is_given_brings_its_picture_and_keys_go_through_them(
    room: ReadingRoom, tmp_path: Path, qtbot: QtBot
) -> None:
    picture = QImage(300, 600, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    for number in range(6):
        assert picture.save(str(tmp_path / f"ERO-{number}.png"))
    point_at(room, tmp_path)
    go(room, "ERO CAP 1")
    QTest.keyClick(room, Key.Key_4)
    go(room, "ERO CAP 1")
    QTest.keyClick(room, Key.Key_G, BESIDE)
    bar = room.atlas.panel._area.verticalScrollBar()
    titles = room.atlas.panel._pictures

    qtbot.waitUntil(lambda: bar.value() > 0 and bar.value() == titles[4].y())
    QTest.keyClick(room, Key.Key_Up, CONTROL)
    assert bar.value() == titles[3].y()
    QTest.keyClick(room, Key.Key_Down, CONTROL)
    assert bar.value() == titles[4].y()


@pytest.mark.parametrize("held", [CONTROL, BESIDE])
def test_without_pictures_a_line_says_what_to_do(room: ReadingRoom, tmp_path: Path, held: Qt.KeyboardModifier) -> None:
    point_at(room, tmp_path / "gone")

    QTest.keyClick(room, Key.Key_G, held)

    assert notice(room).text().startswith("No picture of the atlas folder")
    assert str(tmp_path) not in notice(room).text()
    assert not room.atlas.panel.isVisible()


def test_the_command_points_at_a_folder_and_forgets_it(
    atlas: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("RAMRIS_CONFIG", str(own))

    assert main(["atlas", str(atlas), "--reader", "R1"]) == 0
    assert "2 pictures for R1" in capsys.readouterr().out
    assert str(atlas) in (own / FILE).read_text("utf-8")
    assert main(["atlas", str(atlas / "none"), "--reader", "R1"]) == 2
    assert "Nothing was changed" in capsys.readouterr().err
    assert main(["atlas", "--forget", "--reader", "R1"]) == 0
    assert str(atlas) not in (own / FILE).read_text("utf-8")
    assert main(["atlas", "--reader", "R1"]) == 2


def test_pictures_for_a_scheme_of_ones_own_are_checked_by_that_scheme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    (tmp_path / "settings").mkdir()
    assert main(["scheme", "new", str(tmp_path / "knee")]) == 0
    pictures = tmp_path / "knee" / "atlas"
    pictures.mkdir()
    (pictures / "EFF-1.png").write_bytes(b"")

    assert main(["atlas", str(pictures), "--reader", "R1"]) == 2
    assert "add --scheme FOLDER" in capsys.readouterr().err
    assert main(["atlas", str(pictures), "--reader", "R1", "--scheme", str(tmp_path / "knee")]) == 0
    assert "1 picture for R1" in capsys.readouterr().out
    # and a folder of pictures in the scheme's own is no mistake of the scheme
    assert main(["scheme", "check", str(tmp_path / "knee")]) == 0
