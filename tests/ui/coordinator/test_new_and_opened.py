"""A study that is made, opened or can't be: each page says what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from storage.vault import vault_passphrase
from tests.builders.dicom_files import a_series
from tests.ui.coordinator.conftest import Opener
from workstation.ui.coordinator.dialogs.passphrase import PassphraseDialog, ask_passphrase
from workstation.ui.coordinator.window import CoordinatorWindow


def _idle(window: CoordinatorWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.state.work is None, timeout=30_000)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)


def test_a_study_without_subjects_says_what_to_do_next(open_on: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_on(tmp_path / "new")
    assert window._pages.currentWidget() is window.new

    QTest.keyClick(window.new.make, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: window._pages.currentWidget() is window.empty)
    qtbot.waitUntil(lambda: window.empty._title.text() == "No scans yet")
    assert window.empty.folder.isVisible()


def test_order_and_unit_of_a_new_study_are_chosen_and_scans_alone_have_no_pairs(
    open_on: Opener, tmp_path: Path
) -> None:
    window = open_on(tmp_path / "new")
    asked: list[tuple[str, str, str, str]] = []
    window.new.asked.disconnect()
    window.new.asked.connect(lambda *what: asked.append(what))

    window.new.make.click()
    QTest.keyClick(window.new.pair, Qt.Key.Key_Space)
    QTest.keyClick(window.new.hidden, Qt.Key.Key_Space)
    window.new.make.click()
    QTest.keyClick(window.new.single, Qt.Key.Key_Space)
    assert not window.new.pair.isEnabled()
    window.new.make.click()

    wrist = "ramris-wrist"
    assert asked == [("known", "", "both", wrist), ("hidden", "", "pair", wrist), ("single", "", "", wrist)]


def test_what_is_scored_is_chosen_from_the_schemes_or_is_a_folder(
    open_on: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on(tmp_path / "new")
    asked: list[tuple[str, ...]] = []
    window.new.asked.disconnect()
    window.new.asked.connect(lambda *what: asked.append(what))
    choices = window.new.scheme
    assert choices.currentText() == "RAMRIS wrist with tenosynovitis (Haavardsholm): 43 grades a visit"
    assert "sharp-vdh" in [choices.itemData(number) for number in range(choices.count())]

    choices.setFocus()
    QTest.keyClick(choices, Qt.Key.Key_Down)
    window.new.make.click()
    given = iter([str(tmp_path / "knee"), ""])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(given))
    for _ in range(2):
        choices.setCurrentIndex(choices.count() - 1)
        choices.activated.emit(choices.count() - 1)
        window.new.make.click()

    # a dialog that is left without a folder keeps what was chosen
    assert [what[3] for what in asked] == [choices.itemData(1), str(tmp_path / "knee"), str(tmp_path / "knee")]


def test_a_folder_that_is_dropped_is_added(open_on: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_on(tmp_path / "new")
    window.new.make.click()
    _idle(window, qtbot)
    a_series(tmp_path / "in")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "in"))])

    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))

    qtbot.waitUntil(lambda: window._pages.currentWidget() is window.board, timeout=30_000)
    assert window.board.subjects.data(window.board.subjects.index(0, 0)) == "S001"
    assert window.board.subjects.rowCount() == 1
    assert window.bar.notice.text().startswith("3 files seen, 3 accepted: 1 subject, 1 series")


def test_closing_while_scans_are_added_waits_until_the_study_is_whole_and_then_closes(
    open_on: Opener, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_on(tmp_path / "new")
    window.new.make.click()
    _idle(window, qtbot)
    a_series(tmp_path / "in", count=60)
    window.add((tmp_path / "in",))

    window.close()

    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    assert window.session.study is None


def test_a_study_that_cannot_be_opened_says_why(open_on: Opener, tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "study.db").write_bytes(b"no database")

    window = open_on(tmp_path / "odd")

    assert window._pages.currentWidget() is window.empty
    assert window.empty._title.text() == "The study can't be opened"
    assert "not a file of ramris" in window.bar.notice.text()
    assert not window.empty.folder.isVisible()


def test_a_vault_under_a_passphrase_is_asked_for_until_it_is_right(
    open_on: Opener, trial: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.lock_vault("correct horse battery")
    typed = iter(["", "wrong horse battery", "correct horse battery"])

    def answer() -> str:
        return ask_passphrase(QWidget())

    def run(dialog: PassphraseDialog) -> int:
        dialog.passphrase.setText(next(typed))
        return int(dialog.opens.isEnabled())

    monkeypatch.setattr(PassphraseDialog, "exec", run)
    token = vault_passphrase.ask.set(answer)
    window = open_on(trial)
    said = []
    for _ in range(2):
        said.append(window.bar.notice.text())
        assert window.empty._title.text() == "The study can't be opened"
        window.empty.again.click()

    qtbot.waitUntil(lambda: window._pages.currentWidget() is window.board, timeout=30_000)
    vault_passphrase.ask.reset(token)
    assert said[0] == "vault.db has a passphrase, and none was given"
    assert "horse" not in "".join(said)
    assert window.bar.notice.text() == ""
