"""The coordinator's window without a screen, on studies made once."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import a_series, a_visit
from workstation.app.schemes.commands import schemes_in_words
from workstation.app.servers.watching import Copies
from workstation.intake.importing.importer import import_folders
from workstation.managing.session import ManagingSession
from workstation.ui.coordinator.window import CoordinatorWindow

Opener = Callable[[Path], CoordinatorWindow]
Dialog = TypeVar("Dialog", bound=QDialog)


def in_dialog(
    window: CoordinatorWindow, qtbot: QtBot, kind: type[Dialog], keys: str, looked: Callable[[Dialog], None]
) -> None:
    """Open a dialog by its keys, do something there, leave it, and wait until the window has read the study again."""

    def when_open() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(20, when_open)
            return
        try:
            looked(dialog)
        finally:
            dialog.reject()

    QTimer.singleShot(20, when_open)
    # behind another dialog it has to be told, where nobody manages windows
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keySequence(window, QKeySequence(keys))
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.state.work is None and window.session.state.findings is not None)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two subjects: one pair, and one visit with a series that waits and one that is unsure."""
    folder = tmp_path_factory.mktemp("made")
    a_visit(folder / "in" / "a1", "1.2.3", StudyDate="20240105")
    a_visit(folder / "in" / "a2", "1.2.4", StudyDate="20250105")
    other: dict[str, Any] = {"PatientID": "P2", "PatientName": "Roe^Richard", "StudyInstanceUID": "1.2.5"}
    a_named_series(folder / "in" / "b", "1.2.5.1", **other)
    a_series(folder / "in" / "b", "1.2.5.2", ScanOptions="FS", SeriesDescription="wrist", **other)
    with CoordinatorStudy.create(folder / "trial") as study:
        import_folders(study, [folder / "in"])
    return folder


@pytest.fixture
def trial(_made: Path, tmp_path: Path) -> Path:
    """A copy of it, which a test may change."""
    shutil.copytree(_made / "trial", tmp_path / "trial")
    return tmp_path / "trial"


@pytest.fixture
def open_on(qtbot: QtBot) -> Iterator[Opener]:
    """Opens shown windows on studies, and closes them at the end."""
    opened: list[CoordinatorWindow] = []

    def open_window(folder: Path) -> CoordinatorWindow:
        def make(post: Callable[[Callable[[], None]], None]) -> ManagingSession:
            return ManagingSession(
                folder,
                lambda: CoordinatorStudy.open(folder),
                lambda new: CoordinatorStudy.create(folder, order=new.order).close(),
                post,
                schemes=schemes_in_words(),
                copies=lambda asking: Copies(folder, asking),
            )

        window = CoordinatorWindow(make)
        opened.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        window.start()
        return window

    yield open_window
    for window in opened:
        window.close()
        qtbot.waitUntil(lambda window=window: window.session.study is None)  # type: ignore[misc] # bound now


@pytest.fixture
def window(open_on: Opener, trial: Path, qtbot: QtBot) -> CoordinatorWindow:
    """A window that has read and checked the study."""
    window = open_on(trial)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
    return window
