"""The list of subjects while words are typed: by keyboard there and back, and nobody is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import changed, record
from tests.ui.coordinator.conftest import Opener
from workstation.ui.coordinator.window import CoordinatorWindow


def _shown(window: CoordinatorWindow) -> list[str]:
    return [subject.code for subject in window.board.subjects.shown]


def _type(window: CoordinatorWindow, words: str) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.board.filter
    QTest.keyClicks(window.board.filter, words)


@pytest.mark.parametrize("by", ["code", "folder", "state"])
def test_a_subject_is_found_by_its_code_its_folder_or_what_is_to_do(by: str, window: CoordinatorWindow) -> None:
    study = window.session.state.study
    assert study is not None
    (wanted,) = [subject for subject in study.subjects if any(item.asks for item in subject.series)]
    (other,) = [subject for subject in study.subjects if subject is not wanted]
    folder = next(name for name in other.folders.split() if name not in wanted.folders)
    typed, found = {"code": (wanted.code, wanted), "folder": (folder, other), "state": ("choose 2", wanted)}[by]

    _type(window, typed)

    assert _shown(window) == [found.code]
    assert window.board.subject is found
    assert "1 of 2 shown" in window.board._shown.text()


def test_return_goes_to_the_list_and_escape_shows_all_and_keeps_who_was_found(window: CoordinatorWindow) -> None:
    _type(window, "S002")
    QTest.keyClick(window.board.filter, Qt.Key.Key_Return)
    assert window.focusWidget() is window.board.subject_view
    assert window.board.filter.text() == "S002"

    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.board.filter, Qt.Key.Key_Escape)

    assert _shown(window) == ["S001", "S002"]
    assert window.focusWidget() is window.board.subject_view
    assert window.board.subject is not None
    assert window.board.subject.code == "S002"


def test_words_that_mean_nobody_show_nobody_and_lose_nobody(window: CoordinatorWindow) -> None:
    window.board.subject_view.setCurrentIndex(window.board.subjects.index(1, 0))

    _type(window, "nobody")
    assert _shown(window) == []
    assert window.board.subject is None
    assert "0 of 2 shown" in window.board._shown.text()
    window.board.filter.clear()

    assert window.board.subject is not None
    assert window.board.subject.code == "S002"


def test_letters_that_are_keys_elsewhere_are_typed_here(window: CoordinatorWindow) -> None:
    _type(window, "kblxn?")

    assert window.board.filter.text() == "kblxn?"


def test_what_was_typed_holds_when_the_study_is_read_again(window: CoordinatorWindow, qtbot: QtBot) -> None:
    _type(window, "S002")
    before = window.session.state.study

    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state.study is not before and window.session.state.findings is not None)

    assert _shown(window) == ["S002"]


def test_about_a_subject_that_was_read_nothing_can_be_chosen_and_it_says_why(
    open_on: Opener, qtbot: QtBot, trial: Path
) -> None:
    with CoordinatorStudy.open(trial) as study:
        pair = max(study.subjects(), key=lambda subject: len(subject.visits))
        given = {item.subject: item.case for item in study.assign("ES", seed=1)}
    record(trial, given[pair.code], changed("1 ERO CAP", "3"))
    window = open_on(trial)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)

    for row, subject in enumerate(window.board.subjects.shown):
        window.board.subject_view.setCurrentIndex(window.board.subjects.index(row, 0))
        window.board.grid_view.setCurrentIndex(window.board.grid.index_of(subject.series[0].code))
        fixed = subject.code == pair.code
        button = window.board.detail.buttons["series.kind"]
        assert button.isEnabled() != fixed
        assert window._actions["series.kind"].isEnabled() != fixed
        assert ("has been read" in button.toolTip()) == fixed
        assert ("has been read" in button.accessibleDescription()) == fixed
        # a name that is seen late is blacked out, whoever has read it
        assert window.board.detail.buttons["series.blank"].isEnabled()
        assert window._actions["series.blank"].isEnabled()
        assert window.board.detail._fixed.isVisible() == fixed
