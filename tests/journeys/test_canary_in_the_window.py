"""Words of every widget of the real room on the real sample: no name, date, age, path, description or interval."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QImageReader
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from storage.study.reader import ReaderStudy
from workstation.ui.reader.window.render import render_to_png
from workstation.ui.reader.window.room import open_room

CANARY = re.compile("vexhollow", re.IGNORECASE)
# a date in any usual spelling, or a path
FORBIDDEN = re.compile(
    r"\b(19|20)\d\d[-./]?\d\d[-./]?\d\d\b|\b\d\d[./]\d\d[./](19|20)?\d\d\b|(/[\w.-]+){3,}|months?\b|weeks?\b"
)
GETTERS = (
    "text",
    "toolTip",
    "statusTip",
    "whatsThis",
    "accessibleName",
    "accessibleDescription",
    "windowTitle",
    "windowFilePath",
    "windowIconText",
    "iconText",
    "title",
)


def _own_words(item: QObject) -> Iterator[str]:
    for getter in GETTERS:
        method = getattr(item, getter, None)
        if method is not None:
            yield str(method() if callable(method) else method)


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(model.rowCount(QModelIndex())):
        for column in range(model.columnCount(QModelIndex())):
            for role in Qt.ItemDataRole:
                yield str(model.index(row, column).data(role))


def words_of(window: QWidget) -> Iterator[str]:
    """Everything that a window says, or would say to a screen reader."""
    yield from _own_words(window)
    for kind in (QWidget, QAction):
        for item in window.findChildren(kind):
            yield from _own_words(item)
            if isinstance(item, QAbstractItemView) and item.model() is not None:
                yield from _cells(item)


@pytest.mark.case(98)
def test_no_word_in_the_room_tells_who_or_when(qtbot: QtBot, study: Path) -> None:
    with ReaderStudy.open(study, "R1") as door:
        room = open_room(door)
        qtbot.addWidget(room)
        room.show()
        qtbot.waitUntil(room.images.all_loaded, timeout=20_000)
        words: list[str] = []
        for _ in door.scheme.features:
            words += words_of(room)
            QTest.keyClick(room, Qt.Key.Key_Tab)
        room.close()

    assert any(door.worklist()[0].case in word for word in words), "the walk must see the case code at least"
    assert [word for word in words if CANARY.search(word) or FORBIDDEN.search(word)] == []


@pytest.mark.case(99)
def test_what_is_copied_or_drawn_to_a_picture_tells_nothing_and_nothing_can_be_dragged_away(
    qtbot: QtBot, study: Path, tmp_path: Path
) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("before")
    with ReaderStudy.open(study, "R1") as door:
        room = open_room(door)
        qtbot.addWidget(room)
        room.show()
        qtbot.waitUntil(room.images.all_loaded, timeout=20_000)
        for widget in [room, *room.findChildren(QWidget)]:
            if widget.isVisible():
                QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                QTest.keyClick(widget, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        copied = clipboard.mimeData()
        words = [clipboard.text(), *(bytes(copied.data(kind).data()).decode("latin-1") for kind in copied.formats())]
        draggable = [view for view in room.findChildren(QAbstractItemView) if view.dragEnabled()]
        draggable_text = [line for line in room.findChildren(QLineEdit) if line.dragEnabled()]
        render_to_png(room, tmp_path / "room.png", (1366, 768))
        room.close()

    assert [word for word in words if CANARY.search(word) or FORBIDDEN.search(word)] == []
    assert not copied.hasImage()
    assert not copied.hasUrls()
    assert (draggable, draggable_text) == ([], [])
    picture = QImageReader(str(tmp_path / "room.png"))
    assert picture.textKeys() == []
    chunks = (tmp_path / "room.png").read_bytes()
    assert not [name for name in (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME") if name in chunks[:200]]
