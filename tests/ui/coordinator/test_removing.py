"""Removing in the coordinator's window: by key, with what will happen said before, and taken back by Ctrl+Z."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import read_whole
from tests.ui.coordinator.conftest import Opener
from workstation.ui.coordinator.dialogs.removing import RemoveDialog
from workstation.ui.coordinator.window import CoordinatorWindow


class _Filled:
    """Fills the next dialog in: what it offered and said, and the reason that was typed."""

    def __init__(self, choose: str = "") -> None:
        self.offered: list[str] = []
        self.told = ""
        self._choose = choose
        QTimer.singleShot(20, self._look)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, RemoveDialog):
            QTimer.singleShot(20, self._look)
            return
        self.offered = [dialog.what.itemText(index) for index in range(dialog.what.count())]
        if self._choose:
            QTest.keyClicks(dialog.what, self._choose)
        self.told = dialog.told.text()
        QTest.keyClicks(dialog.why, "sent by mistake")
        if not dialog.who.text():
            QTest.keyClicks(dialog.who, "J. Smit")
        QTest.keyClick(dialog.who, Qt.Key.Key_Return)


def _idle(window: CoordinatorWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.state.work is None, timeout=30_000)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)


def _out(window: CoordinatorWindow, qtbot: QtBot, *names: str) -> None:
    """Wait until these, and nothing else, are out."""

    def seen() -> bool:
        study = window.session.state.study
        return study is not None and set(study.out) == set(names)

    qtbot.waitUntil(seen, timeout=30_000)
    _idle(window, qtbot)


def _row(window: CoordinatorWindow, code: str) -> list[str]:
    model = window.board.subjects
    row = model.row_of(code)
    return [str(model.data(model.index(row, column))) for column in range(4)]


def _go_to(window: CoordinatorWindow, code: str) -> None:
    window.board.focus("focus.subjects")
    window.board.subject_view.setCurrentIndex(window.board.subjects.index(window.board.subjects.row_of(code), 0))


def _pair(window: CoordinatorWindow) -> str:
    study = window.session.state.study
    assert study is not None
    return next(item.code for item in study.subjects if len(item.visits) > 1)


def test_what_a_reader_has_is_excluded_by_key_stands_struck_and_counts_again_by_ctrl_z(
    open_on: Opener, trial: Path, qtbot: QtBot
) -> None:
    with CoordinatorStudy.open(trial) as study:
        pair = next(item.code for item in study.subjects() if len(item.visits) > 1)
        case, code = next((item.case, item.subject) for item in study.assign("ES", seed=1) if item.subject == pair)
    read_whole(trial, case)
    window = open_on(trial)
    _idle(window, qtbot)
    _go_to(window, code)

    filled = _Filled()
    QTest.keyClick(window.board.subject_view, Qt.Key.Key_Delete)
    _out(window, qtbot, code)

    assert filled.offered[0] == f"subject {code}"
    assert "86 answers in 1 reading stand on it and stay on the record" in filled.told
    assert _row(window, code) == [code, "excluded", "excluded", "excluded"]
    model = window.board.subjects
    assert model.data(model.index(model.row_of(code), 0), Qt.ItemDataRole.FontRole).strikeOut()
    QTest.keyClicks(window.board.filter, "excluded")
    assert [item.code for item in window.board.subjects.shown] == [code]
    window.board.filter.clear()

    _go_to(window, code)
    filled = _Filled()
    undo = window._actions["series.undo"]
    assert undo.shortcut().toString() == "Ctrl+Z"
    # a dialog that closed leaves no window active where no window manager gives it back, and keys go nowhere
    undo.trigger()
    _out(window, qtbot)

    assert filled.told == "It was excluded: sent by mistake"
    assert _row(window, code)[1] == "7 of 7"


def test_a_series_that_no_reader_was_given_goes_by_key_from_the_grid(window: CoordinatorWindow, qtbot: QtBot) -> None:
    code = _pair(window)
    _go_to(window, code)
    window.board.focus("focus.series")
    series = window.board.series
    assert series is not None

    filled = _Filled()
    QTest.keyClick(window.board.grid_view, Qt.Key.Key_Delete)
    _out(window, qtbot, series.code)

    assert filled.offered == [f"series {series.code} of {code}", f"visit 1 of {code}", f"subject {code}"]
    assert filled.told.startswith(f"{series.code} goes: no reader was given it")
    assert _row(window, code)[1] == "6 of 7"
    study = window.session.state.study
    assert study is not None
    assert study.out[series.code].word == "removed"
    (line,) = [item for subject in study.subjects for item in subject.series if item.code == series.code]
    assert (line.out, line.asks) == ("removed", False)


def test_a_visit_goes_when_it_is_chosen_among_what_is_offered(window: CoordinatorWindow, qtbot: QtBot) -> None:
    code = _pair(window)
    _go_to(window, code)

    filled = _Filled("visit")
    QTest.keyClick(window.board.subject_view, Qt.Key.Key_Delete)
    _out(window, qtbot, f"{code}/1")

    assert filled.told.startswith(f"{code}/1 goes")
    assert _row(window, code)[1:3] == ["removed", "7 of 7"]
