"""The start window: each way in by key and by mouse, what was opened before, and one line for what went wrong."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.builders import controls
from tests.ui.start.conftest import HERE, STUDY, Machine, Opener
from workstation.starting import spoken
from workstation.starting.actions import shipped_actions
from workstation.starting.recent import Opened, Role
from workstation.starting.spoken import Step
from workstation.starting.wishes import Demo, Facts, LookAt, Manage, Read, Start
from workstation.ui.shared import icons
from workstation.ui.start import panels
from workstation.ui.start.reader_dialog import ReaderDialog
from workstation.ui.start.window import StartWindow

ABOVE = HERE / "Smit_Jan_19540312"
TRIAL = ABOVE / "trial"
FIRST, SECOND = Opened(TRIAL, Role.READER, "R1"), Opened(ABOVE / "other", Role.COORDINATOR)


def _press(window: StartWindow, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key)


def _choosing(monkeypatch: pytest.MonkeyPatch, folder: Path | None) -> list[str]:
    """The folder dialog answers with this folder; the titles of those that were asked."""
    asked: list[str] = []

    def answer(_parent: QWidget, title: str, *_rest: object) -> str:
        asked.append(title)
        return "" if folder is None else str(folder)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", answer)
    return asked


def _notice(window: StartWindow) -> tuple[str, str]:
    return window.strip.notice.text(), str(window.strip.notice.property("tone"))


def _texts(window: StartWindow) -> list[str]:
    """All that can be read in it, by eye or by a screen reader."""
    labels = [label.text() for label in window.findChildren(QLabel)]
    names = [f"{widget.accessibleName()} {widget.toolTip()}" for widget in window.findChildren(QWidget)]
    model = window.recent.list.recent
    rows = [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]
    return [*labels, *names, *rows, window.windowTitle()]


def test_whoever_opens_it_first_is_told_what_to_do_and_has_the_keyboard_on_the_first_way_in(
    open_window: Opener,
) -> None:
    window = open_window()

    shown = [label.text() for label in window.recent.findChildren(QLabel) if label.isVisible()]
    assert [panels.EMPTY, *panels.NEXT] == shown[1:]
    assert QApplication.focusWidget() is window.begin.buttons[0]


WAYS_IN = {
    "R": (Facts(holds_study=True, is_copy=True, readers=("R1",)), Read(TRIAL, "R1")),
    "C": (STUDY, Manage(TRIAL)),
    "N": (Facts(is_empty=True), Manage(TRIAL)),
    "S": (Facts(), LookAt(TRIAL)),
    "D": (Facts(), Demo()),
}


@pytest.mark.parametrize("key", WAYS_IN)
def test_each_way_in_has_a_key(
    open_window: Opener, machine: Machine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, key: str
) -> None:
    _choosing(monkeypatch, TRIAL)
    machine.folders[TRIAL], start = WAYS_IN[key]
    window = open_window()

    QTest.keyClicks(QApplication.focusWidget() or window, key.lower())

    qtbot.waitUntil(lambda: [begun for begun, _ in machine.begun] == [start])
    assert _notice(window)[1] == "plain"
    assert set(WAYS_IN) == {action.key for action in shipped_actions()}


def test_each_way_in_is_a_button_for_the_mouse_and_for_enter(
    open_window: Opener, machine: Machine, qtbot: QtBot
) -> None:
    window = open_window()
    demo = window.begin.buttons[-1]

    QTest.mouseClick(demo, Qt.MouseButton.LeftButton)
    machine.begun[0][1].ended = 0
    qtbot.waitUntil(lambda: machine.begun[0][1].closed)
    demo.setFocus()
    _press(window, Qt.Key.Key_Return)

    assert [start for start, _ in machine.begun] == [Demo(), Demo()]


def test_arrows_go_through_the_ways_in_and_over_to_the_studies_and_back(open_window: Opener, machine: Machine) -> None:
    machine.opened = (FIRST, SECOND)
    window = open_window()
    assert QApplication.focusWidget() is window.recent.list

    _press(window, Qt.Key.Key_Left)
    assert QApplication.focusWidget() is window.begin.buttons[0]
    _press(window, Qt.Key.Key_Up)
    assert QApplication.focusWidget() is window.begin.buttons[-1]
    _press(window, Qt.Key.Key_Down)
    _press(window, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.begin.buttons[1]
    _press(window, Qt.Key.Key_Right)
    assert QApplication.focusWidget() is window.recent.list


def test_a_digit_enter_and_a_double_click_open_a_study_as_it_was_opened_before(
    open_window: Opener, machine: Machine, qtbot: QtBot
) -> None:
    machine.opened = (FIRST, SECOND)
    machine.folders = {TRIAL: STUDY, SECOND.folder: STUDY}
    window = open_window()
    wanted: list[Start] = []

    _press(window, Qt.Key.Key_2)
    wanted.append(Manage(SECOND.folder))
    assert [start for start, _ in machine.begun] == wanted
    _press(window, Qt.Key.Key_Return)
    wanted.append(Read(TRIAL, "R1"))
    assert [start for start, _ in machine.begun] == wanted
    for _, process in machine.begun:
        process.ended = 0
    qtbot.waitUntil(lambda: all(process.closed for _, process in machine.begun))
    view = window.recent.list
    at = view.visualRect(view.recent.index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    # a single click chooses and opens nothing
    assert len(machine.begun) == 2
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert [start for start, _ in machine.begun] == [*wanted, Manage(SECOND.folder)]


def test_a_digit_without_a_study_does_nothing(open_window: Opener, machine: Machine) -> None:
    machine.opened = (FIRST,)
    window = open_window()

    _press(window, Qt.Key.Key_9)

    assert machine.begun == []


def test_a_study_that_is_gone_is_shown_as_gone_is_not_opened_and_leaves_the_list_by_delete(
    open_window: Opener, machine: Machine, qtbot: QtBot
) -> None:
    machine.opened = (FIRST, SECOND)
    machine.folders = {SECOND.folder: STUDY}
    window = open_window()
    qtbot.waitUntil(lambda: [line.gone for line in window.recent.list.recent.lines] == [True, False])

    _press(window, Qt.Key.Key_Return)
    assert machine.begun == []
    assert _notice(window) == (
        "trial isn't there now. Connect its drive, or press Delete to take it off this list",
        "failed",
    )
    assert not window.recent.open.isEnabled()
    _press(window, Qt.Key.Key_Delete)

    assert list(machine.opened) == [SECOND]
    assert [line.name for line in window.recent.list.recent.lines] == ["other"]
    # the keyboard stays on the list
    assert window.recent.list.current() is not None
    assert _notice(window)[0] == "trial is off this list. The study itself stays as it is"


def test_the_mouse_can_open_and_forget_as_well(open_window: Opener, machine: Machine) -> None:
    machine.opened = (FIRST, SECOND)
    machine.folders = {TRIAL: STUDY, SECOND.folder: STUDY}
    window = open_window()

    QTest.mouseClick(window.recent.open, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.recent.forget, Qt.MouseButton.LeftButton)

    assert [start for start, _ in machine.begun] == [Read(TRIAL, "R1")]
    assert list(machine.opened) == [SECOND]


def test_where_the_list_cannot_be_written_it_stays_and_says_so(open_window: Opener, machine: Machine) -> None:
    machine.opened, machine.can_forget = (FIRST,), False
    window = open_window()

    _press(window, Qt.Key.Key_Delete)

    assert len(window.recent.list.recent.lines) == 1
    assert _notice(window)[1] == "failed"


def test_who_reads_is_asked_where_the_study_has_several_and_the_last_one_is_offered(
    open_window: Opener, machine: Machine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choosing(monkeypatch, TRIAL)
    machine.opened, machine.folders = (FIRST,), {TRIAL: STUDY}
    window = open_window()
    offered = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ReaderDialog):
            QTimer.singleShot(20, answer)
            return
        offered.append(dialog.line.text())
        assert controls.nameless(dialog) == []
        QTest.keyClicks(dialog.line, "R2")
        QTest.keyClick(dialog.line, Qt.Key.Key_Return)

    QTimer.singleShot(20, answer)
    _press(window, Qt.Key.Key_R)

    qtbot.waitUntil(lambda: [start for start, _ in machine.begun] == [Read(TRIAL, "R2")])
    assert offered == ["R1"]


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_C, Qt.Key.Key_N, Qt.Key.Key_S])
def test_a_dialog_that_is_left_begins_nothing_and_says_nothing(
    open_window: Opener, machine: Machine, monkeypatch: pytest.MonkeyPatch, key: Qt.Key
) -> None:
    asked = _choosing(monkeypatch, None)
    window = open_window()

    _press(window, key)

    assert (len(asked), machine.begun, _notice(window)[0]) == (1, [], "")


def test_a_wrong_folder_is_one_line_that_says_what_to_do(
    open_window: Opener, machine: Machine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choosing(monkeypatch, TRIAL)
    window = open_window()

    _press(window, Qt.Key.Key_C)

    qtbot.waitUntil(lambda: _notice(window)[1] == "failed")
    assert _notice(window)[0] == (
        "trial holds no study (study.db is missing). Choose another folder, or press N for a new study"
    )
    assert machine.begun == []


def test_what_a_process_refused_is_shown_without_the_path_and_the_list_is_read_again(
    open_window: Opener, machine: Machine, qtbot: QtBot
) -> None:
    machine.opened, machine.folders = (FIRST,), {TRIAL: STUDY}
    window = open_window()
    _press(window, Qt.Key.Key_1)
    process = machine.begun[0][1]
    machine.opened = (SECOND, FIRST)

    process.words, process.ended = f"ramris: {TRIAL}: This study is open in another window\n", 2

    qtbot.waitUntil(lambda: process.closed)
    assert _notice(window) == ("trial: This study is open in another window", "failed")
    assert len(window.recent.list.recent.lines) == 2


def test_what_runs_already_is_not_begun_twice(open_window: Opener, machine: Machine) -> None:
    window = open_window()

    _press(window, Qt.Key.Key_D)
    _press(window, Qt.Key.Key_D)

    assert len(machine.begun) == 1
    assert _notice(window) == ("This is open already. Its window may be behind this one", "attention")


def test_a_process_that_cannot_be_made_is_told(open_window: Opener, machine: Machine) -> None:
    machine.can_begin = False
    window = open_window()

    _press(window, Qt.Key.Key_D)

    assert _notice(window)[1] == "failed"


def test_an_import_shows_how_far_it_is_and_can_be_stopped_while_it_runs(
    open_window: Opener, machine: Machine, qtbot: QtBot
) -> None:
    window = open_window()
    _press(window, Qt.Key.Key_D)
    process = machine.begun[0][1]
    assert not window.strip.stop.isVisible()

    process.words = spoken.step_line(Step(30, 263, "Reading headers"))
    qtbot.waitUntil(window.strip.stop.isVisible)
    assert (window.strip.progress.value(), window.strip.progress.maximum()) == (30, 263)
    assert _notice(window)[0] == "Reading headers: 30 of 263"
    QTest.mouseClick(window.strip.stop, Qt.MouseButton.LeftButton)
    assert process.stopped

    # all is in, and the room comes: there is nothing to be stopped any more
    process.words += "\n" + spoken.step_line(Step(263, 263, "Writing"))
    qtbot.waitUntil(lambda: not window.strip.stop.isVisible())


def test_esc_closes_the_window_and_what_was_opened_goes_on(open_window: Opener, machine: Machine) -> None:
    window = open_window()
    _press(window, Qt.Key.Key_D)

    _press(window, Qt.Key.Key_Escape)

    assert not window.isVisible()
    assert not machine.begun[0][1].stopped


def test_nothing_that_can_be_read_in_the_window_names_a_folder_above_a_study(
    open_window: Opener, machine: Machine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choosing(monkeypatch, TRIAL)
    machine.opened, machine.folders = (FIRST, SECOND), {TRIAL: STUDY}
    window = open_window()
    qtbot.waitUntil(lambda: any(line.gone for line in window.recent.list.recent.lines))
    read = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_N, Qt.Key.Key_S, Qt.Key.Key_Delete):
        _press(window, key)
        QTest.qWait(50)
        read += _texts(window)

    assert any("trial" in text for text in read)
    assert [text for text in read if "Smit" in text or "/" in text] == []


def test_every_control_has_a_name_and_shows_where_the_keyboard_is(
    open_window: Opener, machine: Machine, qtbot: QtBot
) -> None:
    machine.opened, machine.folders = (FIRST,), {TRIAL: STUDY}
    window = open_window()
    qtbot.waitUntil(window.recent.open.isEnabled)

    assert controls.nameless(window) == []
    assert controls.unseen(window) == []


def test_on_a_small_screen_no_word_is_cut(open_window: Opener, machine: Machine) -> None:
    # 1366 x 768 at 150 per cent, less a bar
    machine.opened = tuple(Opened(ABOVE / f"study {number}", Role.READER, "R1") for number in range(9))
    window = open_window(width=910, height=500)

    assert window.width() <= 910
    assert window.height() <= 520
    cut = [
        label.text()
        for label in window.findChildren(QLabel)
        if label.isVisible() and not label.wordWrap()
        if label.fontMetrics().horizontalAdvance(label.text()) > label.width()
    ]
    assert cut == []


def test_each_icon_of_the_table_is_a_picture() -> None:
    pictures = files(icons.PACKAGE).joinpath(icons.FOLDER)

    assert [action.icon for action in shipped_actions() if not pictures.joinpath(f"{action.icon}.svg").is_file()] == []


def test_the_reader_of_a_study_whose_record_lies_on_a_server_is_offered_once_the_server_has_said_who(
    open_window: Opener, machine: Machine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choosing(monkeypatch, TRIAL)
    # opened before: its folder is looked at as soon as the window is there, without its server
    machine.opened = (Opened(TRIAL, Role.COORDINATOR),)
    machine.folders[TRIAL], machine.on_servers[TRIAL] = STUDY, Facts(holds_study=True, readers=("AD",))
    window = open_window()
    said = list[str]()

    def answered() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ReaderDialog)
        said.append(dialog.line.text())
        dialog.accept()

    QTimer.singleShot(300, answered)
    window.act("study.read")

    qtbot.waitUntil(lambda: [begun for begun, _ in machine.begun] == [Read(TRIAL, "AD")])
    assert said == ["AD"]
    assert machine.servers_asked == [TRIAL]
