"""Cells in sight, as a reader asks for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.state import a_state
from workstation.actions.loading import shipped_actions
from workstation.reading.command import Command
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.display import Enlarge, MoveRow, NextSeries, ToggleColumns, ToggleSmooth
from workstation.reading.images.view import JumpBack, JumpTo, SetRows
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import EmptyView, SeriesView

ShownPanel = Callable[[SessionState], ImagesPanel]


def in_sight(panel: ImagesPanel) -> list[tuple[int, int]]:
    rows = enumerate(panel.viewports)
    return [(row, column) for row, pair in rows for column, cell in enumerate(pair) if not cell.isHidden()]


def test_a_double_click_shows_one_cell_alone_and_another_brings_all_back(
    shown: ShownPanel, case: CaseRecord, qtbot: QtBot
) -> None:
    state = a_state(case)
    panel = shown(state)
    asked: list[Command] = []
    panel.wanted.connect(asked.append)

    QTest.mouseDClick(panel.viewports[1][0], Qt.MouseButton.LeftButton)
    assert asked == [Enlarge((1, 1))]
    alone = step(state, asked[0]).state
    panel.show_state(alone)

    assert in_sight(panel) == [(1, 0)]
    qtbot.waitUntil(lambda: panel.viewports[1][0].height() > 500)
    panel.viewports[1][0].enlarging.emit()
    panel.show_state(step(alone, asked[1]).state)
    assert in_sight(panel) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_double_click_leaves_the_cursor_and_every_slice_where_they_were(shown: ShownPanel, case: CaseRecord) -> None:
    before = step(a_state(case), JumpTo(1, (3.0, 2.0, 1.0))).state
    panel, state = shown(before), before
    sent: list[Command] = []

    def follow(command: Command) -> None:
        nonlocal state
        sent.append(command)
        state = step(state, command).state
        panel.show_state(state)

    panel.wanted.connect(follow)
    cell = panel.viewports[0][0]
    # as a mouse does it: a click that counts by itself, and then the second one
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, pos=cell.rect().center() + QPoint(30, 20))
    assert state.view.cursor_mm != before.view.cursor_mm
    QTest.mouseDClick(cell, Qt.MouseButton.LeftButton, pos=cell.rect().center() + QPoint(30, 20))

    assert (state.view.cursor_mm, state.view.pointed) == (before.view.cursor_mm, before.view.pointed)
    assert isinstance(sent[-1], Enlarge)


def test_a_double_click_in_an_image_that_was_clicked_long_before_takes_nothing_back(
    shown: ShownPanel, case: CaseRecord
) -> None:
    panel = shown(a_state(case))
    sent: list[Command] = []
    panel.wanted.connect(sent.append)

    QTest.mouseDClick(panel.viewports[0][0], Qt.MouseButton.LeftButton)

    assert not any(isinstance(command, JumpBack) for command in sent[:-1])


def test_four_rows_are_shown_where_the_case_has_them(shown: ShownPanel, case: CaseRecord) -> None:
    panel = shown(step(a_state(case), SetRows(4)).state)

    assert len(in_sight(panel)) == 8


def test_the_readers_series_is_in_the_first_row_and_the_layouts_follow(shown: ShownPanel, case: CaseRecord) -> None:
    panel = shown(step(a_state(case), NextSeries(-1)).state)

    views = [row[0].view for row in panel.viewports]
    assert [view.caption for view in views if isinstance(view, SeriesView)] == ["T2 fat-sat, coronal", "T1, coronal"]


def test_pixels_as_stored_show_no_value_between_two(shown: ShownPanel, case: CaseRecord) -> None:
    smooth = a_state(case)
    panel = shown(smooth)

    def greys() -> int:
        image = panel.viewports[0][0].grab().toImage()
        return len({image.pixel(x, 150) for x in range(20, 280)})

    before = greys()
    panel.show_state(step(smooth, ToggleSmooth()).state)

    assert greys() < before


def test_in_columns_each_visit_is_a_block_and_all_cells_are_of_one_size(shown: ShownPanel, case: CaseRecord) -> None:
    panel = shown(step(step(a_state(case), SetRows(4)).state, ToggleColumns()).state)

    assert len(in_sight(panel)) == 8
    baseline, follow_up = ([row[visit].geometry() for row in panel.viewports] for visit in (0, 1))
    # two lines of two at each visit, the first series at the upper left of its block
    assert [(one.x() > baseline[0].x(), one.y() > baseline[0].y()) for one in baseline] == [
        (False, False), (True, False), (False, True), (True, True),
    ]  # fmt: skip
    assert max(cell.right() for cell in baseline) < min(cell.left() for cell in follow_up)
    assert all(one.y() == other.y() for one, other in zip(baseline, follow_up, strict=True))
    sizes = [(cell.width(), cell.height()) for cell in (*baseline, *follow_up)]
    assert max(wide for wide, _ in sizes) - min(wide for wide, _ in sizes) <= 1
    headings = [label for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]
    assert headings[0].geometry().right() <= headings[1].geometry().left()
    assert headings[0].width() >= baseline[1].right() - baseline[0].left()


def test_from_columns_back_to_rows_every_cell_is_where_it_was(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(a_state(case), SetRows(4)).state
    panel = shown(state)
    before = [cell.geometry() for row in panel.viewports for cell in row]

    panel.show_state(step(state, ToggleColumns()).state)
    panel.show_state(state)

    assert [cell.geometry() for row in panel.viewports for cell in row] == before


def test_a_cell_enlarged_in_columns_has_all_the_room(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(step(a_state(case), SetRows(4)).state, ToggleColumns()).state
    panel = shown(state)

    panel.show_state(step(state, Enlarge((3, 2))).state)

    cell = panel.viewports[3][1]
    assert in_sight(panel) == [(3, 1)]
    assert cell.width() >= panel.width() - 12
    assert cell.height() > 580


def test_in_columns_three_series_leave_no_gap_while_the_case_has_a_fourth(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(step(a_state(case), SetRows(3)).state, ToggleColumns()).state

    views = [cell.view for row in shown(state).viewports for cell in row]

    assert len(views) == 8
    assert all(isinstance(view, SeriesView) for view in views)


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
@pytest.mark.parametrize("arrangement", [0, 1, 2, 3])
def test_every_place_of_the_grid_has_an_image_or_says_why_not(
    shown: ShownPanel, case: CaseRecord, rows: int, arrangement: int
) -> None:
    # three series at baseline and one at follow-up
    kept = [
        replace(visit, series=tuple(series for series in visit.series if (series.kind, series.plane) in wanted))
        for visit, wanted in zip(
            case.visits, [{("T1", "COR"), ("T1", "AX"), ("PD", "COR")}, {("T1", "AX")}], strict=True
        )
    ]
    state = step(a_state(replace(case, visits=tuple(kept))), SetRows(rows)).state
    for _ in range(arrangement):
        state = step(state, ToggleColumns()).state
    panel = shown(state)

    places = [cell.geometry() for row in panel.viewports for cell in row]
    # each cell is as large as any, so a place left over would be a cell's room or more
    lines = {place.y() for place in places}
    assert len(places) == len(lines) * len({place.x() for place in places})
    for view in (cell.view for row in panel.viewports for cell in row):
        assert isinstance(view, SeriesView) or (isinstance(view, EmptyView) and view.reason)


def test_above_each_visit_is_a_line_under_its_heading(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(a_state(case), SetRows(3)).state

    panel = shown(step(step(state, ToggleColumns()).state, ToggleColumns()).state)

    baseline, follow_up = ([row[visit].geometry() for row in panel.viewports] for visit in (0, 1))
    assert len({cell.y() for cell in baseline}) == len({cell.y() for cell in follow_up}) == 1
    assert [cell.x() for cell in baseline] == [cell.x() for cell in follow_up] == sorted(cell.x() for cell in baseline)
    headings = [panel._headings.labels[number].geometry() for number in (1, 2)]
    order = [headings[0].bottom(), baseline[0].top(), baseline[0].bottom(), headings[1].top(), follow_up[0].top()]
    assert order == sorted(order)


@pytest.mark.parametrize("arrangement", [0, 1, 2, 3])
def test_the_visit_that_the_next_key_grades_is_framed_and_named_with_the_site(
    shown: ShownPanel, case: CaseRecord, arrangement: int
) -> None:
    state = step(a_state(case), SetRows(3)).state
    for _ in range(arrangement):
        state = step(state, ToggleColumns()).state
    panel = shown(state)

    for visit in (1, 2):
        panel.show_state(replace(state, focus=replace(state.focus, visit=visit)))

        frame = panel._headings.frame.around
        assert frame is not None
        for row in panel.viewports:
            assert [frame.contains(cell.geometry()) for cell in row] == [visit == 1, visit == 2]
            assert [frame.intersects(cell.geometry()) for cell in row] == [visit == 1, visit == 2]
        texts = [panel._headings.labels[number].text() for number in (1, 2)]
        assert [":  distal radius" in text for text in texts] == [visit == 1, visit == 2]


def test_while_the_other_visit_stands_in_its_cells_a_visit_has_no_frame(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(a_state(case), ToggleBlink()).state

    assert shown(state)._headings.frame.around is None
    assert shown(replace(state, focus=replace(state.focus, visit=2)))._headings.frame.around is not None


def test_every_row_can_be_scrolled_and_enlarged_by_keys_alone(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(a_state(case), SetRows(3)).state
    panel = shown(state)
    found = []
    for _ in range(4):
        primary = panel.primary_series()
        assert primary is not None
        enlarge = next(action for action in shipped_actions() if action.id == "images.enlarge").command(primary)
        assert enlarge is not None
        alone = step(state, enlarge).state
        marked = [row[0].view.caption[:1] == "\N{BLACK RIGHT-POINTING TRIANGLE}" for row in panel.viewports]  # type: ignore[union-attr] # every row has a series
        found.append((primary[1], alone.view.cells.enlarged["ERO"], marked))
        state = step(state, MoveRow(1)).state
        panel.show_state(state)

    assert found == [
        ("V1T1COR", (0, 1), [False, False, False]),
        ("V1T1AX", (1, 1), [False, True, False]),
        ("V1PDCOR", (2, 1), [False, False, True]),
        ("V1T1COR", (0, 1), [False, False, False]),
    ]


def test_while_one_cell_is_alone_the_row_of_the_keys_is_the_one_in_sight(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(step(a_state(case), SetRows(3)).state, Enlarge((1, 1))).state
    panel = shown(state)
    assert panel.primary_series() == (1, "V1T1AX")

    panel.show_state(step(state, MoveRow(1)).state)

    assert in_sight(panel) == [(2, 0)]
    assert panel.primary_series() == (1, "V1PDCOR")
