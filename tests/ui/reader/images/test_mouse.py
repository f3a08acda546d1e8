from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.records import CaseRecord
from tests.builders.state import a_state
from workstation.actions.own_keys import own_mouse
from workstation.reading.answers.measuring import Draw, TakeTool
from workstation.reading.command import Command
from workstation.reading.images.view import JumpTo, Scroll, SetWindow, Zoom
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.reading.tools.calliper import Width
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport

ShownPanel = Callable[[SessionState], ImagesPanel]
Key = Qt.KeyboardModifier
Button = Qt.MouseButton


class Reader:
    """A hand on the mouse over the upper left cell; a session that carries out what is wanted."""

    def __init__(self, panel: ImagesPanel, state: SessionState, qtbot: QtBot) -> None:
        self.panel, self.state, self.qtbot = panel, state, qtbot
        self.wishes: list[object] = []
        panel.wanted.connect(self._carry_out)

    @property
    def cell(self) -> Viewport:
        return self.panel.viewports[0][0]

    def wheel(self, *angles: int, keys: Key = Key.NoModifier, at: QPointF | None = None) -> None:
        for angle in angles:
            event = QWheelEvent(
                at or QPointF(150, 150),
                QPointF(150, 150),
                QPoint(),
                QPoint(0, angle),
                Button.NoButton,
                keys,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(self.cell, event)
        self.settle()

    def drag(self, button: Button, *places: tuple[int, int], keys: Key = Key.NoModifier) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, places[0], button, button, keys)
        for place in places[1:]:
            self._mouse(QEvent.Type.MouseMove, place, Button.NoButton, button, keys)
        self.settle()
        self._mouse(QEvent.Type.MouseButtonRelease, places[-1], button, Button.NoButton, keys)
        self.settle()

    def click(self, place: tuple[int, int]) -> None:
        self.drag(Button.LeftButton, place)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.cell._sending.isActive())

    def _mouse(self, kind: QEvent.Type, place: tuple[int, int], button: Button, held: Button, keys: Key) -> None:
        at = QPointF(*place)
        event = QMouseEvent(kind, at, self.cell.mapToGlobal(at), button, held, keys)
        QApplication.sendEvent(self.cell, event)

    def _carry_out(self, command: Command) -> None:
        self.wishes.append(command)
        self.state = step(self.state, command).state
        self.panel.show_state(self.state)


@pytest.fixture
def reader(shown: ShownPanel, case: CaseRecord, qtbot: QtBot) -> Reader:
    state = a_state(case)
    return Reader(shown(state), state, qtbot)


def test_a_notch_towards_the_reader_goes_one_slice_on_and_one_away_goes_back(reader: Reader) -> None:
    reader.wheel(-120)
    reader.wheel(120)

    assert reader.wishes == [Scroll(1, "V1T1COR", 1), Scroll(1, "V1T1COR", -1)]


def test_a_wheel_that_reports_parts_of_a_notch_scrolls_when_they_make_a_whole_one(reader: Reader) -> None:
    for _ in range(5):
        reader.wheel(-40)

    # 5 x 40 are one notch of 120 and two thirds
    assert reader.wishes == [Scroll(1, "V1T1COR", 1)]


def test_notches_within_one_turn_of_the_event_loop_are_one_command(reader: Reader) -> None:
    reader.wheel(-120, -120, -120)

    assert reader.wishes == [Scroll(1, "V1T1COR", 3)]


def test_shift_and_wheel_scrolls_one_visit_alone(reader: Reader) -> None:
    reader.wheel(-120, keys=Key.ShiftModifier)

    assert reader.wishes == [Scroll(1, "V1T1COR", 1, alone=True)]


def test_ctrl_and_wheel_zooms_about_the_place_under_the_mouse(reader: Reader) -> None:
    mouse = QPointF(210, 90)
    before = reader.cell.to_screen.inverted()[0].map(mouse)

    reader.wheel(240, keys=Key.ControlModifier, at=mouse)

    after = reader.cell.to_screen.inverted()[0].map(mouse)
    assert reader.state.view.camera.zoom > 1.2
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1e-6)


def test_at_the_end_of_the_zoom_the_image_stays_where_it_is(reader: Reader) -> None:
    for _ in range(3):
        reader.wheel(120 * 30, keys=Key.ControlModifier, at=QPointF(210, 90))
    pan = reader.state.view.camera.pan_mm["COR"]

    reader.wheel(240, keys=Key.ControlModifier, at=QPointF(60, 250))

    assert reader.state.view.camera.pan_mm["COR"] == pan


def test_a_left_drag_right_widens_the_window_and_down_raises_its_level(reader: Reader) -> None:
    view = reader.cell.view
    assert isinstance(view, SeriesView)
    width, level = view.window.high - view.window.low, (view.window.high + view.window.low) / 2

    reader.drag(Button.LeftButton, (100, 100), (150, 100))
    wider = reader.state.view.grey.windows["V1T1COR"]
    reader.drag(Button.LeftButton, (100, 100), (100, 150))
    raised = reader.state.view.grey.windows["V1T1COR"]

    assert wider.high - wider.low > width
    assert (wider.high + wider.low) / 2 == pytest.approx(level)
    assert raised.high - raised.low == pytest.approx(wider.high - wider.low)
    # 50 of 250 pixels are a fifth of the width
    assert (raised.high + raised.low) / 2 == pytest.approx(level + (wider.high - wider.low) / 5)


def test_a_drag_within_one_turn_of_the_event_loop_is_one_command(reader: Reader) -> None:
    reader.drag(Button.LeftButton, (100, 100), (110, 100), (120, 105), (130, 110))

    assert len(reader.wishes) == 1


@pytest.mark.parametrize(
    ("button", "keys"), [(Button.MiddleButton, Key.NoModifier), (Button.LeftButton, Key.ShiftModifier)]
)
def test_a_pan_moves_the_tissue_with_the_mouse(reader: Reader, button: Button, keys: Key) -> None:
    grip = reader.cell.to_screen.inverted()[0].map(QPointF(100, 100))

    reader.drag(button, (100, 100), (120, 90), (140, 85), keys=keys)

    now = reader.cell.to_screen.map(grip)
    assert (now.x(), now.y()) == pytest.approx((140, 85), abs=1e-6)


def test_a_right_drag_up_enlarges_about_where_it_began(reader: Reader) -> None:
    grip = reader.cell.to_screen.inverted()[0].map(QPointF(100, 200))

    reader.drag(Button.RightButton, (100, 200), (100, 150))

    now = reader.cell.to_screen.map(grip)
    assert reader.state.view.camera.zoom > 1.2
    assert (now.x(), now.y()) == pytest.approx((100, 200), abs=1e-6)


@pytest.mark.parametrize("button", [Button.RightButton, Button.MiddleButton])
def test_a_press_of_another_button_without_movement_wants_nothing(reader: Reader, button: Button) -> None:
    reader.drag(button, (100, 100), (101, 100))

    assert reader.wishes == []


def test_a_click_puts_the_cursor_on_the_place_under_the_mouse(reader: Reader) -> None:
    reader.click((200, 100))

    # by hand: coronal, the middle of the stack at the middle of the cell, right is +x and down is -z, slice 3 at y = 0
    scale, cell = reader.cell.mm_per_pixel, reader.cell
    (command,) = reader.wishes
    assert isinstance(command, JumpTo)
    assert command.visit == 1
    expected = ((200 - cell.width() / 2) * scale, 0.0, -(100 - cell.height() / 2) * scale)
    assert command.position_mm == pytest.approx(expected, abs=1e-9)


def test_a_click_beside_the_image_goes_nowhere(reader: Reader) -> None:
    reader.panel.resize(1000, 640)
    reader.qtbot.waitUntil(lambda: reader.cell.width() > 450 and not reader.panel._redraw.isActive())

    reader.click((3, 100))

    assert reader.wishes == []


def test_the_mouse_does_nothing_in_an_empty_cell(shown: ShownPanel, case: CaseRecord, qtbot: QtBot) -> None:
    state = a_state(CaseRecord(case.code, case.images, case.visits[1:]))
    reader = Reader(shown(state), state, qtbot)

    reader.wheel(-120)
    reader.drag(Button.LeftButton, (100, 100), (150, 100))
    reader.click((100, 100))

    assert reader.wishes == []


def test_images_take_no_keys_away_from_the_form(reader: Reader) -> None:
    assert reader.cell.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_with_the_calliper_in_hand_a_drag_measures_what_lies_under_it(reader: Reader) -> None:
    reader._carry_out(TakeTool("width"))

    reader.drag(Button.LeftButton, (100, 150), (140, 150), (160, 150))

    command = reader.wishes[-1]
    assert isinstance(command, Draw)
    assert isinstance(command.mark, Width)
    # sixty pixels of the screen, at the scale of the cell
    assert command.mark.mm == pytest.approx(60 * reader.cell.mm_per_pixel)
    assert isinstance(reader.cell.view, SeriesView)
    assert reader.cell.view.measured.startswith(f"{command.mark.mm:.2f} mm")


def test_a_width_stays_the_same_at_any_zoom(reader: Reader) -> None:
    reader._carry_out(TakeTool("width"))
    reader._carry_out(Zoom(2.0))

    reader.drag(Button.LeftButton, (100, 150), (160, 150))

    command = reader.wishes[-1]
    assert isinstance(command, Draw)
    assert isinstance(command.mark, Width)
    assert command.mark.mm == pytest.approx(60 * reader.cell.mm_per_pixel)


def with_mouse(reader: Reader, text: str) -> Reader:
    reader.panel.take_mouse(own_mouse(text, "keys.toml"))
    return reader


def test_buttons_and_wheel_do_what_the_reader_s_file_says(reader: Reader) -> None:
    with_mouse(reader, '[mouse]\nleft = "slices"\nmiddle = "window"\nwheel = "zoom"\n')

    reader.drag(Button.LeftButton, (100, 100), (100, 125))
    reader.drag(Button.MiddleButton, (100, 100), (130, 100))
    reader.wheel(120)

    # 25 pixels are two slices of 12; down goes on
    assert reader.wishes[0] == Scroll(1, "V1T1COR", 2)
    assert [type(wish) for wish in reader.wishes[1:3]] == [SetWindow, Zoom]


def test_a_click_stays_a_click_whatever_a_drag_does(reader: Reader) -> None:
    with_mouse(reader, '[mouse]\nleft = "pan"\nmiddle = "window"\n')

    reader.click((150, 150))

    assert [type(wish) for wish in reader.wishes] == [JumpTo]


def test_the_menu_comes_by_a_right_click_though_its_drag_does_nothing(reader: Reader, qtbot: QtBot) -> None:
    with_mouse(reader, 'profile = "weasis"')

    with qtbot.waitSignal(reader.cell.menu_wanted):
        reader.drag(Button.RightButton, (100, 100))
    reader.drag(Button.RightButton, (100, 100), (100, 160))

    assert reader.wishes == []
