"""The window of numbers by keys and mouse: it asks first, shows what stands on the record, and acts on cases."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from storage.errors import StudyLocked
from tests.builders.numbers.made import a_numbers, one_who_drifts, two_who_differ
from workstation.numbers.actions import shipped_actions
from workstation.numbers.choice import KINDS, Filter, Kind
from workstation.numbers.desk import Desk
from workstation.numbers.figures import as_csv
from workstation.numbers.readings import Numbers
from workstation.ui.numbers.case_sheet import CaseSheet
from workstation.ui.numbers.ending import put_away
from workstation.ui.numbers.giving import GiveDialog
from workstation.ui.numbers.window import NumbersWindow

Dialog = TypeVar("Dialog", bound=QDialog)


class Study:
    """A study whose record and third reader are lists."""

    def __init__(self, folder: Path, numbers: Numbers) -> None:
        self.numbers, self.seen, self.given = numbers, list[str](), list[tuple[str, tuple[str, str], tuple[str, ...]]]()
        self.desk = Desk(folder, lambda: self.numbers, self.seen.append, self._give)

    def _give(self, reader: str, two: tuple[str, str], keys: Sequence[str]) -> str:
        self.given.append((reader, two, tuple(keys)))
        return f"{reader} has them"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path / "trial", two_who_differ())


@pytest.fixture
def window(study: Study, qtbot: QtBot) -> Iterator[NumbersWindow]:
    made = _opened(study.desk, qtbot)
    yield made
    put_away(made)


def _opened(desk: Desk, qtbot: QtBot) -> NumbersWindow:
    window = NumbersWindow(desk)
    window.resize(1366, 768)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.settled)
    return window


def _press(window: NumbersWindow, *keys: str) -> None:
    for key in keys:
        QTest.keySequence(window, QKeySequence(key))


def _in_dialog(kind: type[Dialog], act: Callable[[Dialog], None]) -> None:
    """When such a dialog opens: do this there, and leave it."""

    def when_open() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(20, when_open)
            return
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(20, when_open)


def test_while_cases_are_read_nothing_is_shown_before_it_is_on_the_record(tmp_path: Path, qtbot: QtBot) -> None:
    study = Study(tmp_path, a_numbers(still_open=2))
    window = _opened(study.desk, qtbot)

    _press(window, "6", "Right", "Ctrl+S")
    QTest.keySequence(window.gate.why, QKeySequence("Return"))

    assert window.gate.isVisible()
    assert window.figure is None
    assert study.seen == []
    assert "2 readings lack answers" in window.gate.findChildren(type(window.spot))[1].text()
    window.gate.why.clear()
    QTest.keyClicks(window.gate.why, "interim")
    _press(window, "Return")
    qtbot.waitUntil(lambda: study.seen == ["interim"])
    assert window.figure is not None
    assert not window.gate.isVisible()
    put_away(window)


def test_what_cant_be_put_on_the_record_isnt_shown(tmp_path: Path, qtbot: QtBot) -> None:
    study = Study(tmp_path, a_numbers(still_open=1))

    def full(_why: str) -> None:
        raise StudyLocked("the disk is full")

    window = _opened(Desk(tmp_path, study.desk.load, full), qtbot)
    QTest.keyClicks(window.gate.why, "interim")
    _press(window, "Return")

    qtbot.waitUntil(lambda: "the disk is full" in window.gate.refused.text())
    assert window.figure is None
    put_away(window)


def test_when_all_is_read_nothing_is_asked(window: NumbersWindow, study: Study) -> None:
    assert window.figure is not None
    assert study.seen == []


def test_each_figure_has_a_digit_and_is_named_like_its_action(window: NumbersWindow) -> None:
    titles = {action.id: action.title for action in shipped_actions()}

    for number, (kind, (title, _)) in enumerate(KINDS.items(), start=1):
        _press(window, str(number % 10))
        assert window.choice.kind is kind
        assert titles[f"kind.{kind.value}"] == title
        assert window.side.kinds[kind].isChecked()


def test_filters_go_on_by_their_letters(window: NumbersWindow) -> None:
    assert (window.choice.reader, window.choice.total, window.choice.at) == ("AD", "SYNTOT", "1")

    _press(window, "R", "F", "V")

    assert (window.choice.reader, window.choice.against) == ("BE", "AD")
    assert (window.choice.total, window.choice.at) == ("TENTOT", "2")
    assert "Tenosynovitis total, follow-up, BE and AD" in window._title.text()
    _press(window, "Shift+R", "Shift+F", "Shift+V")
    assert (window.choice.reader, window.choice.total, window.choice.at) == ("AD", "SYNTOT", "1")


def test_points_are_gone_through_by_keys_and_say_case_and_values(window: NumbersWindow) -> None:
    _press(window, "Right")

    assert window.spot.text().startswith("S002 (")
    assert window.spot.text().endswith("): BE 3, AD 3, difference 0")
    first = window.spot.text()
    _press(window, "Right")
    assert window.spot.text() != first
    _press(window, "Left")
    assert window.spot.text() == first


def test_the_mouse_over_a_point_says_what_it_is(window: NumbersWindow) -> None:
    view = window.canvas.plot.getViewBox()
    at = view.mapViewToScene(QPointF(float(window.canvas.spots.x[-1]), float(window.canvas.spots.y[-1])))

    window.canvas.scene().sigMouseMoved.emit(at)

    chosen = window.canvas.chosen
    assert (window.canvas.spots.x[chosen], window.canvas.spots.y[chosen]) == (4.5, -3.0)
    assert window.spot.text().endswith("BE 6, AD 3, difference -3")
    window.canvas.scene().sigMouseMoved.emit(QPointF(-50, -50))
    assert window.canvas.chosen == chosen


def test_a_click_opens_the_grades_and_a_case_can_be_marked_there(window: NumbersWindow) -> None:
    view = window.canvas.plot.getViewBox()
    spot = QPointF(float(window.canvas.spots.x[0]), float(window.canvas.spots.y[0]))
    shown = window.canvas.shown
    at = shown.mapFromScene(view.mapViewToScene(spot))
    _in_dialog(CaseSheet, lambda sheet: sheet.mark.click())

    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert list(window.marks) == [window.canvas.key]
    assert window.canvas.key in window.side._marked.text()


def test_what_is_marked_goes_to_a_third_reader(window: NumbersWindow, study: Study) -> None:
    _press(window, "Right", "M", "Right", "M")
    marked = tuple(window.marks)
    assert len(marked) == 2

    def give(dialog: GiveDialog) -> None:
        assert not dialog.give.isEnabled()
        QTest.keyClicks(dialog.focusWidget(), "CO")
        dialog.give.click()

    _in_dialog(GiveDialog, give)

    _press(window, "Ctrl+J")

    assert study.given == [("CO", ("AD", "BE"), marked)]
    assert not window.marks
    assert window.notice.text() == "CO has them"


def test_nothing_marked_says_how_to_mark(window: NumbersWindow, study: Study) -> None:
    _press(window, "Ctrl+J")

    assert "M marks" in window.notice.text()
    assert study.given == []


@pytest.mark.parametrize("kind", list(Kind))
def test_each_figure_is_saved_as_svg_png_and_csv(window: NumbersWindow, kind: Kind, tmp_path: Path) -> None:
    window.act(f"kind.{kind.value}")
    assert window.figure is not None
    if not window.canvas.spots.keys:
        window.save(tmp_path / "nothing.svg")
        assert "no figure to save" in window.notice.text()
        return

    for ending in ("svg", "png", "csv"):
        window.save(tmp_path / f"figure.{ending}")
        assert window.notice.text() == f"Saved as figure.{ending}"

    svg = (tmp_path / "figure.svg").read_text("utf-8")
    # of the map alone the cells are a picture; points are drawn
    assert svg.count("<image") == (kind is Kind.SITES)
    assert svg.count("<text") > 5
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "figure.csv").read_text("utf-8") == as_csv(window.figure)


def test_nothing_is_saved_where_readers_get_it(window: NumbersWindow, study: Study) -> None:
    study.desk.folder.mkdir()

    window.save(study.desk.folder / "figure.svg")
    assert "which readers get" in window.notice.text()
    window.save(study.desk.folder.parent / "figure.pdf")
    assert "ends in .svg, .png or .csv" in window.notice.text()
    assert not list(study.desk.folder.iterdir())


def test_looking_again_shows_what_came_since_and_keeps_the_choice(
    window: NumbersWindow, study: Study, qtbot: QtBot
) -> None:
    _press(window, "6", "F")
    study.numbers = two_who_differ(cases=9)

    _press(window, "F5")

    qtbot.waitUntil(lambda: "n = 9" in window._counts.text())
    assert (window.choice.kind, window.choice.total) == (Kind.DRIFT, "TENTOT")


@pytest.mark.usefixtures("qtbot")
def test_closing_while_it_reads_leaves_nothing_running(study: Study) -> None:
    window = NumbersWindow(study.desk)
    window.show()

    put_away(window)


def test_the_question_before_open_reads_is_shown_whole(tmp_path: Path, qtbot: QtBot) -> None:
    """Its first and last line were cut, since the layout gave a centred label fewer lines than its words need."""
    window = _opened(Study(tmp_path, a_numbers(still_open=20)).desk, qtbot)
    words = window.gate.words

    needed = words.fontMetrics().boundingRect(words.rect(), Qt.TextFlag.TextWordWrap, words.text()).height()
    assert words.height() >= needed
    put_away(window)


def test_what_stands_out_is_named_above_and_s_shows_its_figure(tmp_path: Path, qtbot: QtBot) -> None:
    window = _opened(Study(tmp_path, one_who_drifts()).desk, qtbot)

    named = [button.text() for button in window.findings.buttons if button.isVisible()]
    assert "AD drifts: erosion" in named
    window.findings.buttons[named.index("AD drifts: erosion")].click()
    assert (window.choice.kind, window.choice.reader, window.choice.total) == (Kind.DRIFT, "AD", "EROTOT")
    assert "Drift: from case" in window._notes.text()
    seen = set()
    for _ in window.findings.findings:
        _press(window, "S")
        seen.add(window.choice)
    assert seen == {finding.choice for finding in window.findings.findings}
    put_away(window)


def test_where_nothing_stands_out_the_bar_says_so_and_s_stays(window: NumbersWindow) -> None:
    before = window.choice
    assert window.findings.words.text().startswith("Nothing stands out: no drift")

    _press(window, "S")

    assert window.choice == before


def test_the_name_of_the_axis_stands_below_its_numbers_on_the_first_drawing(window: NumbersWindow) -> None:
    axis = window.canvas.plot.getAxis("bottom")
    window.grab()

    assert axis.label.mapRectToParent(axis.label.boundingRect()).top() >= axis.style["tickTextHeight"] + 4


def test_a_filter_that_the_figure_doesnt_heed_draws_nothing_anew(window: NumbersWindow) -> None:
    _press(window, "0")
    drawn = window.figure

    _press(window, "F")

    assert window.choice.total == "TENTOT"
    assert window.side.filters[Filter.FEATURE].currentText() == "Tenosynovitis total"
    assert window.figure is drawn
    _press(window, "1")
    assert "Tenosynovitis total" in window._title.text()


def test_another_feature_paints_the_figure_once(window: NumbersWindow, qapp: QApplication) -> None:
    """Words that follow the view moved while it was painted, and notes of one line more made it smaller: two paints."""
    paints = list[int]()

    class Watching(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                paints.append(1)
            return False

    watching = Watching()
    for key in ("1", "2", "3", "6"):
        _press(window, key, "F")
        qapp.processEvents()
        qapp.processEvents()
        window.canvas.shown.viewport().installEventFilter(watching)
        paints.clear()
        _press(window, "F")
        qapp.processEvents()
        qapp.processEvents()
        window.canvas.shown.viewport().removeEventFilter(watching)
        assert len(paints) == 1, key
