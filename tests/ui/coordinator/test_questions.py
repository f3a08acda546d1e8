"""Questions of the import in the window: one list over all subjects, answered and taken back by keys alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import a_series, a_visit
from tests.builders.studies import changed, record
from tests.ui.coordinator.conftest import Opener
from workstation.intake.findings import Level
from workstation.intake.importing.importer import import_folders
from workstation.managing.questions import Section
from workstation.ui.coordinator.dialogs.questions import NONE_ASKED, QuestionsDialog
from workstation.ui.coordinator.window import CoordinatorWindow

DOWN, UP, RETURN, TAB = Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Tab
Script = Callable[[QuestionsDialog], None]


@pytest.fixture(scope="session")
def _asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that asks about persons, visits, a side, a kind and text in pixels."""
    folder = tmp_path_factory.mktemp("asking")
    scans = folder / "in"
    born: dict[str, Any] = {"PatientName": "Doe^Jane", "PatientBirthDate": "19600101"}
    a_visit(scans / "RA-001-BL", "1.3.3", PatientID="RA-001-BL", StudyDate="20240105", **born)
    a_visit(scans / "RA-001-M12", "1.3.4", PatientID="RA-001-M12", StudyDate="20250105", **born)
    undated: dict[str, Any] = {"PatientID": "P7", "PatientName": "Poe^E", "StudyDate": ""}
    a_visit(scans / "P7" / "disc A", "1.4.3", **undated)
    a_visit(scans / "P7" / "disc B", "1.4.4", **undated)
    other: dict[str, Any] = {"PatientID": "P8", "PatientName": "Woe^E"}
    a_series(scans / "P8" / "one", "1.5.3", StudyInstanceUID="1.5", StudyDate="20240105", Laterality="L", **other)
    a_series(scans / "P8" / "two", "1.5.4", StudyInstanceUID="1.6", StudyDate="20250105", Laterality="R", **other)
    last: dict[str, Any] = {"PatientID": "P9", "PatientName": "Roe^R", "StudyInstanceUID": "1.7"}
    a_named_series(scans / "P9", "1.7.1", **last)
    a_series(scans / "P9", "1.7.2", ScanOptions="FS", SeriesDescription="", **last)
    with CoordinatorStudy.create(folder / "trial") as study:
        import_folders(study, [scans])
    return folder / "trial"


@pytest.fixture
def asking(_asking: Path, tmp_path: Path) -> Path:
    """A copy of it, which a test may change; its scans stay where they are."""
    shutil.copytree(_asking, tmp_path / "asking")
    return tmp_path / "asking"


@pytest.fixture
def window(open_on: Opener, asking: Path, qtbot: QtBot) -> CoordinatorWindow:
    window = open_on(asking)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
    return window


def _opened(window: CoordinatorWindow, key: Qt.Key, script: Script) -> None:
    """Press a key, and carry out a script in the dialog that opens."""
    raised: list[BaseException] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QuestionsDialog) or not dialog.isActiveWindow():
            QTimer.singleShot(20, look)
            return
        try:
            script(dialog)
        except BaseException as error:  # noqa: BLE001 - told by the test, behind the dialog's own loop
            raised.append(error)
        dialog.reject()

    QTimer.singleShot(20, look)
    QTest.keyClick(window.board.grid_view, key)
    if raised:
        raise raised[0]


def _show(window: CoordinatorWindow, subject: str) -> None:
    rows = [item.code for item in window.board.subjects.shown]
    window.board.subject_view.setCurrentIndex(window.board.subjects.index(rows.index(subject), 0))


def _typed(text: str) -> None:
    QTest.keyClicks(_focus(), text)


def _pressed(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(_focus(), key, modifier)


def _focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def _down_to(dialog: QuestionsDialog, start: str) -> str:
    """Go down the list to the question whose id begins so; returns the id."""
    for _ in range(dialog.questions.count()):
        if dialog.line is not None and dialog.line.what.startswith(start):
            return dialog.line.what
        _pressed(DOWN)
    raise AssertionError(start)


def _given(dialog: QuestionsDialog, qtbot: QtBot) -> str:
    """Press Return, wait until the answer was carried out and the study checked again; returns what the dialog says."""
    before = dialog._state.findings
    _pressed(RETURN)
    qtbot.waitUntil(lambda: all(dialog._state.findings is not item for item in (None, before)), timeout=30_000)
    return dialog.notice.text()


def _asked(dialog: QuestionsDialog) -> set[str]:
    return {line.what.partition(":")[0] for line in dialog._lines if line.section is Section.ASKED}


def _visits(folder: Path) -> dict[str, int]:
    with CoordinatorStudy.open(folder) as study:
        return {subject.code: len(subject.visits) for subject in study.subjects()}


def test_one_list_shows_every_question_of_every_subject_with_its_evidence(window: CoordinatorWindow) -> None:
    told: dict[str, str] = {}

    def look(dialog: QuestionsDialog) -> None:
        for _ in range(dialog.questions.count()):
            assert dialog.line is not None
            if dialog.line.section is not Section.ASKED:
                break
            told[dialog.line.what.partition(":")[0]] = dialog.pane.told.text()
            _pressed(DOWN)
        assert _asked(dialog) == {"person", "visit", "side", "kind", "text"}

    _opened(window, Qt.Key.Key_Q, look)

    assert "folder P7/disc A" in told["visit"]
    assert "text-like structures" in told["text"].lower()


def test_every_line_is_as_tall_as_its_words_at_the_width_that_is_left_for_them(window: CoordinatorWindow) -> None:
    def script(dialog: QuestionsDialog) -> None:
        view = dialog.questions
        # 8 pixels of padding on each side, by the style
        width = view.viewport().width() - 16
        lines = [view.item(row) for row in range(view.count()) if view.item(row).flags()]
        words = [
            view.fontMetrics().boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, item.text())
            for item in lines
        ]
        assert any(rect.height() > view.fontMetrics().height() for rect in words)
        # with the padding above and below
        assert all(
            view.visualItemRect(item).height() >= rect.height() + 10 for item, rect in zip(lines, words, strict=True)
        )

    _opened(window, Qt.Key.Key_Q, script)


def test_a_digit_chooses_an_answer_also_when_another_one_was_typed_before(window: CoordinatorWindow) -> None:
    def script(dialog: QuestionsDialog) -> None:
        _down_to(dialog, "visit")
        dialog.pane.typed.setText("E2,E1")
        dialog.pane.answers[0].setFocus()
        QTest.keyClicks(dialog.pane.answers[0], "2")
        assert dialog.pane.answers[1].isChecked()
        assert dialog.pane.typed.text() == ""

    _opened(window, Qt.Key.Key_Q, script)


def test_answering_one_makes_one_subject_of_two_at_once_and_goes_on_to_the_next_question(
    window: CoordinatorWindow, asking: Path, qtbot: QtBot
) -> None:
    subjects = len(_visits(asking))
    next_ones: list[bool] = []

    def answer(dialog: QuestionsDialog) -> None:
        what = _down_to(dialog, "person:")
        _pressed(Qt.Key.Key_1)
        _typed("one woman, the site says")
        _pressed(RETURN)
        # who is asked for before anything is done
        assert window.session.state.work is None
        _typed("J. Smit")
        said = _given(dialog, qtbot)
        assert said.startswith(f"{what}: one from now on")
        assert "person" not in _asked(dialog)
        assert dialog.line is not None
        next_ones.append(dialog.line.section is Section.ASKED)
        assert dialog.questions.hasFocus()
        assert dialog.pane.who.text() == "J. Smit"
        assert dialog.pane.why.text() == ""

    _opened(window, Qt.Key.Key_Q, answer)

    assert next_ones == [True]
    assert len(_visits(asking)) == subjects - 1
    assert sorted(_visits(asking).values()) == [1, 2, 2, 2]


def test_the_order_of_visits_can_be_typed_and_taken_back_with_ctrl_z(
    window: CoordinatorWindow, asking: Path, qtbot: QtBot
) -> None:
    def answer(dialog: QuestionsDialog) -> None:
        what = _down_to(dialog, "visit:")
        subject = what.partition(":")[2]
        dialog.pane.typed.setFocus()
        _typed("e1+e2")
        dialog.pane.why.setFocus()
        _typed("two discs of one day")
        dialog.pane.who.setFocus()
        _typed("J. Smit")
        assert _given(dialog, qtbot) == f"{what}: E1+E2 from now on. {subject}: visit 1 E1+E2"
        assert _visits(asking)[subject] == 1

        _down_to(dialog, what)
        assert "Decided by J. Smit on" in dialog.pane.told.text()
        _pressed(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        _typed("they are two")
        assert "taken back" in _given(dialog, qtbot)
        assert "visit" in _asked(dialog)
        assert _visits(asking)[subject] == 2

    _opened(window, Qt.Key.Key_Q, answer)


def test_a_series_that_was_held_back_is_released_from_the_list(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def answer(dialog: QuestionsDialog) -> None:
        _down_to(dialog, "text:")
        _pressed(Qt.Key.Key_1)
        _typed("a scale")
        _pressed(TAB)
        _typed("J. Smit")
        assert _given(dialog, qtbot).endswith("is in the study now")
        assert "text" not in _asked(dialog)

    _opened(window, Qt.Key.Key_Q, answer)


@pytest.mark.parametrize(
    ("keys", "start", "said"),
    [
        ((Qt.Key.Key_P, Qt.Key.Key_3), "plane:", "is sagittal from now on"),
        ((Qt.Key.Key_W, Qt.Key.Key_2), "side:", "the right wrist from now on"),
    ],
)
def test_plane_and_side_can_be_set_where_nothing_is_asked(
    keys: tuple[Qt.Key, Qt.Key], start: str, said: str, window: CoordinatorWindow, qtbot: QtBot
) -> None:
    assert window.session.state.checked is not None
    decisions = window.session.state.checked.decisions
    _show(window, next(item.what[6:] for item in decisions if item.what.startswith("visit:") and item.question))

    def answer(dialog: QuestionsDialog) -> None:
        assert dialog.line is not None
        assert dialog.line.what.startswith(start)
        assert dialog.line.section is Section.SURE
        _pressed(keys[1])
        _typed("seen in the picture")
        _pressed(TAB)
        _typed("J. Smit")
        assert said in _given(dialog, qtbot)
        assert dialog.line is not None

    _opened(window, keys[0], answer)


def test_what_was_read_changes_only_with_the_box_ticked_and_a_refusal_is_one_line(
    open_on: Opener, asking: Path, qtbot: QtBot
) -> None:
    with CoordinatorStudy.open(asking) as study:
        code = next(item.code for item in study.subjects() if len(item.visits) == 2)
        (case,) = [item.case for item in study.assign("ES") if item.subject == code]
    record(asking, case, changed("1 ERO CAP", "2"))
    window = open_on(asking)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
    _show(window, code)

    def answer(dialog: QuestionsDialog) -> None:
        assert dialog.pane.change_read.isVisible()
        _pressed(Qt.Key.Key_2)
        _typed("palm up")
        _pressed(TAB)
        _typed("J. Smit")
        refused = _given(dialog, qtbot)
        assert "has been read" in refused
        assert "\n" not in refused
        assert dialog.pane.why.text() == "palm up"
        dialog.pane.change_read.setFocus()
        _pressed(Qt.Key.Key_Space)
        assert "from now on" in _given(dialog, qtbot)

    _opened(window, Qt.Key.Key_W, answer)


def test_a_finding_is_accepted_by_keys(window: CoordinatorWindow, qtbot: QtBot) -> None:
    _show(window, window.session.state.holding[0])
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    warnings = [item for item in window.board._found if item.level is Level.WARNING and not item.question]
    window.board.found_view.setCurrentIndex(window.board.found.index(window.board._found.index(warnings[0])))

    def answer(dialog: QuestionsDialog) -> None:
        assert dialog.line is not None
        assert (dialog.line.what, dialog.line.section) == (warnings[0].id, Section.FOUND)
        _pressed(Qt.Key.Key_1)
        _typed("a small phantom")
        _pressed(TAB)
        _typed("J. Smit")
        assert _given(dialog, qtbot).startswith("accepted: warning: ")

    _opened(window, Qt.Key.Key_A, answer)

    assert warnings[0].id in window.session.state.accepted
    assert "accepted by J. Smit: a small phantom" in "".join(window.board.found.stringList())


def test_where_nothing_is_asked_the_list_says_what_to_do_next(open_on: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    wide: dict[str, Any] = {"count": 24, "PixelSpacing": [5.0, 5.0], "SliceThickness": 2}
    a_visit(tmp_path / "in" / "one", "1.2.3", StudyDate="20240105", **wide)
    a_visit(tmp_path / "in" / "two", "1.2.4", StudyDate="20240505", **wide)
    with CoordinatorStudy.create(tmp_path / "tidy") as study:
        import_folders(study, [tmp_path / "in"])
    window = open_on(tmp_path / "tidy")
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)

    def look(dialog: QuestionsDialog) -> None:
        assert dialog._summary.text() == NONE_ASKED
        assert dialog.line is not None

    _opened(window, Qt.Key.Key_Q, look)
