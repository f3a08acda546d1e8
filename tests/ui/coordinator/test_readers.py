"""Readers, parked cases, repeats and keys in the coordinator's window: by keyboard, on a real study."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault import sealed_file, vault_passphrase
from tests.builders.studies import an_assigned_study, read_whole
from tests.ui.coordinator.conftest import Opener
from workstation.ui.coordinator.cases.subject_model import SubjectModel
from workstation.ui.coordinator.progress.readers import ReadersDialog
from workstation.ui.coordinator.progress.repeats import RepeatDialog, WordsDialog
from workstation.ui.coordinator.window import CoordinatorWindow
from workstation.ui.shared.keys_sheet import KeysSheet


@pytest.fixture
def reading(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """Four cases of ES: three read to the end, the fourth parked."""
    folder, cases = an_assigned_study(tmp_path / "reading", subjects=4)
    for case in cases[:3]:
        read_whole(folder, case)
    with ReaderStudy.open(folder, "ES") as study:
        study.park(cases[3], "IMG")
    return folder, cases


def _in_the_dialog(kind: type[QWidget], then: Callable[[QWidget], None]) -> None:
    """When a window of that kind is on top, do that with it; whatever fails closes it, or the test would never end."""
    deadline = time.monotonic() + 15

    def look() -> None:
        top = QApplication.activeModalWidget()
        if not isinstance(top, kind) and time.monotonic() < deadline:
            QTimer.singleShot(20, look)
            return
        try:
            assert isinstance(top, kind), top
            then(top)
        except BaseException:
            for widget in QApplication.topLevelWidgets():
                if isinstance(widget, QDialog):
                    widget.done(0)
            raise

    QTimer.singleShot(20, look)


def _read(window: CoordinatorWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)


def _rows(dialog: ReadersDialog) -> tuple[list[str], list[str]]:
    readers, waiting = dialog.readers, dialog.parked
    first = [str(readers.data(readers.index(0, column))) for column in range(readers.columnCount())]
    parked = [str(waiting.data(waiting.index(row, 0))) for row in range(waiting.rowCount())]
    return first, parked


def test_a_parked_case_is_given_back_by_keyboard_and_the_words_are_on_the_record(
    open_on: Opener, reading: tuple[Path, tuple[str, ...]], qtbot: QtBot
) -> None:
    folder, cases = reading
    window = open_on(folder)
    _read(window, qtbot)
    seen: list[tuple[list[str], list[str]]] = []
    warned: list[str] = []

    def words(dialog: QWidget) -> None:
        assert isinstance(dialog, WordsDialog)
        QTest.keyClicks(dialog.words, "asked the site on 3.4.2024")
        warned.append(dialog.warning.text())
        dialog.words.clear()
        QTest.keyClicks(dialog.words, "the site sent better images")
        QTest.keyClick(dialog.words, Qt.Key.Key_Return)

    def give_back(dialog: QWidget) -> None:
        assert isinstance(dialog, ReadersDialog)
        seen.append(_rows(dialog))
        _in_the_dialog(WordsDialog, words)
        qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.give_back.isEnabled())
        QTest.keyClick(dialog, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: _rows(dialog)[1] == [], timeout=30_000)
        seen.append(_rows(dialog))
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert "1 parked (Ctrl+B)" in window.board._counts.text()
    _in_the_dialog(ReadersDialog, give_back)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)

    assert seen[0][0][:7] == ["ES", "4", "3", "0", "1", "0", "0"]
    assert (seen[0][1], seen[1][1]) == ([cases[3]], [])
    assert warned == ["This contains a date, and readers can see it. Say it without."]
    assert b"the site sent better images" in (folder / "study.db").read_bytes()
    with ReaderStudy.open(folder, "ES") as study:
        assert study.state(cases[3]).status == "draft"


def test_repeats_are_drawn_with_the_interval_that_so_many_will_give(
    open_on: Opener, reading: tuple[Path, tuple[str, ...]], qtbot: QtBot
) -> None:
    folder, _ = reading
    window = open_on(folder)
    _read(window, qtbot)
    said: list[list[str]] = []

    def draw(dialog: QWidget) -> None:
        assert isinstance(dialog, RepeatDialog)
        dialog.cases.setValue(3)
        said.append([label.text() for label in dialog.findChildren(QLabel)])
        dialog.days.setValue(0)
        QTest.keyClick(dialog.cases, Qt.Key.Key_Return)

    def ask(dialog: QWidget) -> None:
        assert isinstance(dialog, ReadersDialog)
        _in_the_dialog(RepeatDialog, draw)
        qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.repeat.isEnabled())
        QTest.keyClick(dialog, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: "will read 3 cases again, at once" in dialog._notice.text(), timeout=30_000)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    _in_the_dialog(ReadersDialog, ask)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)

    # Shrout and Fleiss 1979, form 3: F = 1.9 / 0.1 = 19, and 39.00 is the 97.5 % point of F with 2 and 2 degrees
    low, high = ((f - 1) / (f + 1) for f in (19 / 39.00, 19 * 39.00))
    assert f"{low:.2f} to {high:.2f}" in said[0]
    with CoordinatorStudy.open(folder) as study:
        assert study.board()[0].cases == 7


def test_a_name_of_the_vault_is_refused_in_the_window_too(open_on: Opener, trial: Path, qtbot: QtBot) -> None:
    with CoordinatorStudy.open(trial) as study:
        case = study.assign("ES", seed=1)[0].case
    with ReaderStudy.open(trial, "ES") as reader:
        reader.park(case, "IMG")
    window = open_on(trial)
    _read(window, qtbot)

    from workstation.managing import commands as c  # noqa: PLC0415 - this one test alone skips the dialog

    window.session.dispatch(c.Resolve(case, "Mrs Doe was ill"))
    qtbot.waitUntil(lambda: "These words contain a name of S" in window.bar.notice.text(), timeout=30_000)

    assert "Doe" not in window.bar.notice.text()


def test_a_study_under_a_passphrase_does_the_same_after_one_question(
    open_on: Opener, reading: tuple[Path, tuple[str, ...]], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cases = reading
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    with CoordinatorStudy.open(folder) as study:
        study.lock_vault("correct horse battery")
    asked: list[int] = []

    def answer() -> str:
        asked.append(1)
        return "correct horse battery"

    token = vault_passphrase.ask.set(answer)
    window = open_on(folder)
    _read(window, qtbot)
    from workstation.managing import commands as c  # noqa: PLC0415 - as above

    for command in (c.Resolve(cases[3], "better images came"), c.Repeat("ES", 2, 30)):
        before = window.session.state.study
        window.session.dispatch(command)
        qtbot.waitUntil(lambda before=before: window.session.state.study is not before, timeout=30_000)  # type: ignore[misc] # bound now
    _read(window, qtbot)
    vault_passphrase.ask.reset(token)

    assert asked == [1]
    assert window.session.state.study is not None
    assert (window.session.state.study.board[0].cases, window.session.state.study.parked) == (6, ())


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_all_keys_are_shown_by_one_key(key: Qt.Key, window: CoordinatorWindow) -> None:
    words: list[str] = []

    def look(sheet: QWidget) -> None:
        words.extend(label.text() for label in sheet.findChildren(QLabel))
        QTest.keyClick(sheet, Qt.Key.Key_Escape)

    _in_the_dialog(KeysSheet, look)
    QTest.keyClick(window, key)

    for action in window.actions_known:
        assert action.title.removesuffix(" ...") in words, action.id


def test_what_a_subject_asks_for_is_read_in_full_on_a_small_screen(window: CoordinatorWindow, qtbot: QtBot) -> None:
    window.resize(1366, 768)
    _read(window, qtbot)
    view, model = window.board.subject_view, window.board.subjects

    assert view.horizontalScrollBar().maximum() == 0
    for row in range(model.rowCount()):
        words = str(model.data(model.index(row, 3)))
        assert view.columnWidth(3) >= view.fontMetrics().horizontalAdvance(words) + 12, words
    for button in window.board.buttons.values():
        assert button.width() >= button.sizeHint().width(), button.text()


def test_the_coordinator_sees_time_and_is_told_that_readers_do_not(
    open_on: Opener, tmp_path: Path, qtbot: QtBot
) -> None:
    from tests.builders.dicom_files import a_series  # noqa: PLC0415 - as above
    from workstation.intake.importing.importer import import_folders  # noqa: PLC0415 - as above

    for visit, day in ((1, "20240105"), (2, "20240509")):
        uid = f"1.2.{visit}"
        a_series(tmp_path / "in" / str(visit), f"{uid}.1", StudyInstanceUID=uid, StudyDate=day, FrameOfReferenceUID=uid)
    with CoordinatorStudy.create(tmp_path / "hidden", order="hidden") as study:
        import_folders(study, [tmp_path / "in"])
    window = open_on(tmp_path / "hidden")
    _read(window, qtbot)

    heads = [str(window.board.grid.headerData(row, Qt.Orientation.Vertical)) for row in range(2)]
    assert heads == ["Baseline", "Follow-up"]
    assert "readers see visits as A and B" in window.board._counts.text()


class _Counting(SubjectModel):
    """Counts how often a cell is asked for."""

    asked = 0

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # type: ignore[override] # Qt's variant
        type(self).asked += 1
        return super().data(index, role)


def test_a_list_of_five_hundred_subjects_asks_for_the_rows_on_the_screen_alone(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QTableView  # noqa: PLC0415 - as above

    from workstation.managing.state import Managed, ManagingState, SubjectLine  # noqa: PLC0415 - as above

    model, view = _Counting(), QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(400, 600)
    model.show(ManagingState(study=Managed("t", tuple(SubjectLine(f"S{n:03d}", ()) for n in range(500)), ())))
    with qtbot.waitExposed(view):
        view.show()
    _Counting.asked = 0

    view.scrollToBottom()
    view.selectRow(499)
    view.viewport().repaint()

    rows = view.height() // view.rowHeight(0) + 2
    # some ten roles a cell, four columns, painted twice at most
    assert 0 < _Counting.asked < 10 * 4 * rows * 2
