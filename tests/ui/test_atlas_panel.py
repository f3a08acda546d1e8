"""The atlas in the room: opened by a key, follows the focus, and never takes a grade's key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.builders.sessions import at, grade
from tests.fakes.doors import MemoryDoor
from tests.ui.test_keyboard import go, notice
from workstation.app.preferences import FILE
from workstation.cli import main
from workstation.ui.reader.room import ReadingRoom

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def atlas(tmp_path: Path) -> Path:
    """Two pictures of erosion, one of them damaged."""
    picture = QImage(900, 600, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    assert picture.save(str(tmp_path / "ERO-CAP-2.png"))
    (tmp_path / "ERO-5.jpg").write_bytes(b"no picture at all")
    return tmp_path


def point_at(room: ReadingRoom, folder: Path) -> None:
    room._preferences.save(replace(room._preferences.load(), atlas=str(folder)))


def shown(room: ReadingRoom) -> list[str]:
    return [label.text() for label in room._atlas.findChildren(QLabel) if label.text() and label.isVisible()]


def test_the_key_shows_the_pictures_of_the_site_and_grades_go_on(
    room: ReadingRoom, door: MemoryDoor, atlas: Path
) -> None:
    point_at(room, atlas)
    go(room, "ERO CAP 1")

    QTest.keyClick(room, Key.Key_G, CONTROL)

    pictures = [label.pixmap() for label in room._atlas.findChildren(QLabel) if not label.pixmap().isNull()]
    assert [(one.width(), one.height()) for one in pictures] == [(320, 213)]
    assert "This picture can't be read." in shown(room)
    QTest.keyClick(room, Key.Key_2)
    assert door.reading("K7QM2").answer(at("ERO CAP 1").key) == grade(2)
    go(room, "SYN RC 1")
    assert "No picture for this site." in shown(room)
    QTest.keyClick(room, Key.Key_G, CONTROL)
    assert not room._atlas.isVisible()


@pytest.mark.parametrize(
    ("folder", "line"), [(None, "No atlas folder yet"), ("gone", "No picture of the atlas folder")]
)
def test_without_pictures_a_line_says_what_to_do(
    room: ReadingRoom, tmp_path: Path, folder: str | None, line: str
) -> None:
    if folder is not None:
        point_at(room, tmp_path / folder)

    QTest.keyClick(room, Key.Key_G, CONTROL)

    assert notice(room).text().startswith(line)
    assert str(tmp_path) not in notice(room).text()
    assert not room._atlas.isVisible()


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
