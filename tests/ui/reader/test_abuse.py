"""Abuse of a window: cases and sizes that change faster than images load, lost images, paint that fails."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.study.reader import ReaderStudy
from tests.builders.series import a_case as a_pair
from tests.builders.sessions import SCHEME, grade
from tests.builders.state import a_state
from tests.ui.reader.test_monkey import a_trial
from workstation.ui.reader.ahead import rehearsal
from workstation.ui.reader.form.wrist_diagram import _fill, _luminance, numeral_colour
from workstation.ui.reader.images import overlay
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.volumes import Failed, Loaded
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared import guard


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    return a_trial(tmp_path / "trial")


@pytest.fixture
def opened(qtbot: QtBot, trial: Path) -> Iterator[ReadingRoom]:
    with ReaderStudy.open(trial, "R1") as door:
        room = ReadingRoom(door)
        qtbot.addWidget(room)
        room.resize(1366, 768)
        room.show()
        yield room
        room.close()


@pytest.mark.case(133)
def test_of_two_hundred_cases_switched_while_they_load_the_last_is_shown_and_alone_in_memory(
    opened: ReadingRoom, qtbot: QtBot
) -> None:
    codes = [entry.case for entry in opened._door.worklist()]

    for number in range(200):
        opened.case.open(codes[number % 3])
    qtbot.waitUntil(opened.images.all_loaded, timeout=20_000)

    assert opened.state is not None
    assert opened.state.case.code == codes[199 % 3]
    mine = {series.code for visit in opened.state.case.visits for series in visit.series}
    volumes = opened.images._volumes  # type: ignore[attr-defined] # the real panel's
    assert set(volumes._wanted.pixels) <= mine
    assert all(isinstance(volumes.pixels(series.code), Loaded) for series in opened.images._hanging.series)  # type: ignore[attr-defined]


@pytest.mark.case(133)
def test_memory_stays_flat_while_cases_are_switched_two_hundred_times(tmp_path: Path, qtbot: QtBot) -> None:
    # 8 MB each, so that a case that is kept whenever it is opened again shows
    cases = [
        replace(a_pair(tmp_path / f"images{number}", size=192, slices=8), code=f"C{number}") for number in range(3)
    ]
    panel = ImagesPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 300)
    panel.show()
    panel.show_state(a_state(cases[0]))
    qtbot.waitUntil(panel.all_loaded)
    before = resident_mb()

    for number in range(200):
        panel.show_state(a_state(cases[number % 3]))
        QTest.qWait(number % 3)
    qtbot.waitUntil(panel.all_loaded)
    panel.shutdown()

    assert resident_mb() - before < 100
    assert panel._volumes._wanted is not None
    assert {series.code for series in panel._hanging.series} <= set(panel._volumes._wanted.pixels)


def resident_mb() -> float:
    if sys.platform != "linux":
        pytest.skip("how much memory is in use is read from /proc")
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


@pytest.mark.case(134)
def test_a_storm_of_sizes_leaves_the_window_as_it_was(opened: ReadingRoom, qtbot: QtBot) -> None:
    qtbot.waitUntil(opened.images.all_loaded, timeout=20_000)
    for size in [(1, 1), (3840, 2160), (1280, 660), (1, 2160), (3840, 1), (1366, 768)] * 5:
        opened.resize(*size)
        QTest.qWait(1)

    assert (opened.width(), opened.height()) == (1366, 768)
    assert all(cell.isVisible() for row in opened.images.viewports for cell in row)  # type: ignore[attr-defined]


@pytest.mark.case(137)
def test_when_the_images_are_gone_their_cells_say_so_and_grades_are_saved(
    opened: ReadingRoom, trial: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(opened.images.all_loaded, timeout=20_000)
    shutil.rmtree(trial / "images")
    # the one after this is read ahead, perhaps before the folder went
    code = opened._door.worklist()[2].case

    opened.case.open(code)
    qtbot.waitUntil(opened.images.all_loaded, timeout=20_000)
    QTest.keyClick(opened, Qt.Key.Key_3)

    shown = opened.images._hanging.series  # type: ignore[attr-defined]
    reasons = [opened.images._volumes.pixels(series.code) for series in shown]  # type: ignore[attr-defined]
    assert all(isinstance(reason, Failed) and "missing" in reason.reason for reason in reasons)
    first = SCHEME.features[0]
    assert opened._door.reading(code).answer(SiteKey(1, first.code, first.sites[0].code)) == grade(3)


@pytest.mark.case(138)
def test_a_window_that_was_hidden_comes_back_at_the_same_site(opened: ReadingRoom) -> None:
    QTest.keyClick(opened, Qt.Key.Key_Down)
    assert opened.state is not None
    focus = opened.state.focus

    opened.hide()
    opened.show()

    assert opened.state.focus == focus


@pytest.mark.case(132)
def test_closing_while_images_load_ends_every_thread(trial: Path, qtbot: QtBot) -> None:
    with ReaderStudy.open(trial, "R1") as door:
        room = ReadingRoom(door)
        qtbot.addWidget(room)
        room.show()
        room.close()

        assert room.images._volumes._latest._threads._shutdown  # type: ignore[attr-defined]
        assert room.case._registrar._latest._threads._shutdown


def test_a_wish_to_register_that_comes_while_the_window_closes_starts_nothing(trial: Path, qtbot: QtBot) -> None:
    with ReaderStudy.open(trial, "R1") as door:
        room = ReadingRoom(door)
        qtbot.addWidget(room)
        room.show()
        room.close()

        room.case.register()

        assert not room.case._registrar._timer.isActive()


@pytest.mark.case(139)
@pytest.mark.qt_no_exception_capture
def test_sixty_faults_of_paint_are_one_line_and_the_room_goes_on(
    opened: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    qtbot.waitUntil(opened.images.all_loaded, timeout=20_000)
    # what is rehearsed would fail as well, and be told as a fault of its own
    monkeypatch.setattr(rehearsal, "QUIET_MS", 60_000)
    qtbot.waitUntil(lambda: opened.images._rehearsal is not None)  # type: ignore[attr-defined]
    opened.images._rehearsal.stop()  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    told: list[str] = []
    guard.install(told.append)
    monkeypatch.setattr(overlay, "draw_series", _paint_badly)

    cell = opened.images.viewports[0][0]  # type: ignore[attr-defined]
    for _ in range(60):
        cell.update()
        qtbot.wait(1)
    monkeypatch.undo()
    QTest.keyClick(opened, Qt.Key.Key_2)

    assert len(told) == 1
    assert "a name" not in told[0] + capsys.readouterr().err
    assert QApplication.activeModalWidget() is None
    first = SCHEME.features[0]
    assert opened.state is not None
    assert opened.state.reading.answer(SiteKey(1, first.code, first.sites[0].code)) == grade(2)


@pytest.mark.case(139)
def test_a_fault_that_repeats_is_told_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    hook = guard.install(told.append)

    for _ in range(60):
        try:
            _paint_badly()
        except ValueError as error:
            hook(ValueError, error, error.__traceback__)

    assert len(told) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_fault_that_came_of_a_damaged_file_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    hook = guard.install(told.append, lambda: "study.db isn't as the program writes it")

    try:
        _paint_badly()
    except ValueError as error:
        hook(ValueError, error, error.__traceback__)

    assert told == ["study.db isn't as the program writes it"]


def _paint_badly(*_: object) -> None:
    raise ValueError("a name that nobody may see")


def test_every_numeral_of_the_drawing_meets_wcag_aa_on_its_ground() -> None:
    for feature in SCHEME.features:
        for definition in feature.scale.grades:
            ground = _fill(feature, grade(int(definition.grade)))
            assert ground is not None
            assert contrast(numeral_colour(ground), ground) >= 4.5


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
