"""Zoomed in, visits and series show the same anatomy, however the stacks were laid; whole images stay whole."""

from __future__ import annotations

from math import cos, dist, radians, sin
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord, Vector3, VisitRecord
from tests.builders.series import a_series, a_visit
from tests.builders.state import a_state
from tests.ui.reader.images.conftest import ShownPanel
from tests.ui.reader.images.test_mouse import Key, Reader
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import match
from workstation.imaging.rigid import Rigid
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.registration_link import OfferRegistration
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.registering.proposal import Proposal
from workstation.ui.reader.images.aligning import middle_mm
from workstation.ui.reader.images.arranging import arrange
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport

OFF: Vector3 = (14.0, 0.0, -11.0)


@pytest.fixture
def elsewhere(tmp_path: Path) -> CaseRecord:
    """One wrist twice; the follow-up's stacks are laid elsewhere, with a larger field and coarser pixels."""
    first = a_visit(tmp_path, 1, size=96)
    series = [
        a_series(
            tmp_path, f"V2{entry.kind}{entry.plane}", entry.kind, entry.plane, rows=80, columns=80,
            spacing_mm=(1.5, 1.5), slice_spacing_mm=entry.slice_spacing_mm or 4.0, frame="F2", centre_mm=OFF,
        )
        for entry in first.series
    ]  # fmt: skip
    return CaseRecord("C001", tmp_path, (first, VisitRecord(2, tuple(series))))


def at_zoom(case: CaseRecord, zoom: float, *, linked: bool = True) -> SessionState:
    """The visits linked where the wrist is one and the same, and not by their stacks' centres."""
    state = a_state(case)
    cursor = state.view.cursor_mm[1]
    view = replace(
        state.view,
        link=replace(state.view.link, offset_mm=(0.0, 0.0, 0.0), linked=linked),
        camera=replace(state.view.camera, zoom=zoom),
        lines=False,
    )
    return replace(state, view=replace(view, cursor_mm={1: cursor, 2: cursor}))


def views(state: SessionState, size: int = 300) -> list[SeriesView]:
    hanging = match(layout_of(state.scheme), state.focus.feature, state.case.visits, 2)
    rows, _ = arrange(state, hanging, size, size)
    return [view for row in rows for view in row if isinstance(view, SeriesView)]


def in_the_middle(state: SessionState) -> list[Vector3]:
    return [middle_mm(view, state.view) for view in views(state)]


def test_zoomed_in_the_middle_of_a_cell_is_the_same_place_at_both_visits(elsewhere: CaseRecord) -> None:
    for zoom in (2.0, 6.0, 20.0):
        first, second, *_ = in_the_middle(at_zoom(elsewhere, zoom))
        assert dist(first, second) < 1e-9, zoom


def test_what_is_painted_there_is_the_same_bone(shown: ShownPanel, elsewhere: CaseRecord) -> None:
    linked, unlinked = (shown(at_zoom(elsewhere, 4.0, linked=linked)).viewports[0] for linked in (True, False))

    assert alike(*linked) > 0.9
    assert alike(*unlinked) < 0.6


def test_whole_images_stand_in_the_middle_of_their_cells(elsewhere: CaseRecord) -> None:
    state = at_zoom(elsewhere, 1.0)

    assert in_the_middle(state) == [view.stack.centre_mm for view in views(state)]


def test_a_little_zoomed_no_edge_leaves_its_cell(elsewhere: CaseRecord) -> None:
    for view in views(at_zoom(elsewhere, 1.1)):
        shown_mm = 120.0 / 1.1
        for axis in (0, 1):
            left = view.centre_mm[axis] - shown_mm / 2
            edge = view.corner_mm[axis]
            # an image that is smaller than its cell lies in it whole, a larger one fills it
            inside = left <= edge + 1e-9 and edge + view.size_mm[axis] <= left + shown_mm + 1e-9
            filled = edge <= left + 1e-9 and left + shown_mm <= edge + view.size_mm[axis] + 1e-9
            assert inside or filled


def test_unlinked_visits_show_each_its_own_middle(elsewhere: CaseRecord) -> None:
    first, second, *_ = in_the_middle(at_zoom(elsewhere, 6.0, linked=False))

    assert dist(first, (0.0, 0.0, 0.0)) < 1e-9
    assert dist(second, OFF) < 1e-9


def test_a_registration_says_what_the_same_place_is(elsewhere: CaseRecord) -> None:
    turn = radians(12.0)
    movement = Rigid(((cos(turn), 0.0, sin(turn)), (0.0, 1.0, 0.0), (-sin(turn), 0.0, cos(turn))), (3.0, 0.5, -7.0))
    state = at_zoom(elsewhere, 6.0)
    state = step(state, OfferRegistration(Proposal(movement, 0.95, 0.3))).state

    first, second, *_ = in_the_middle(state)

    # in the plane of the coronal image; along its normal each cell shows the slice that it shows
    wanted = movement(first)
    assert (second[0], second[2]) == pytest.approx((wanted[0], wanted[2]))


def test_a_series_of_a_frame_of_its_own_stays_in_its_middle(elsewhere: CaseRecord) -> None:
    first, second = elsewhere.visits
    series = tuple(replace(entry, frame="X") if entry.kind == "T1" else entry for entry in second.series)
    state = at_zoom(replace(elsewhere, visits=(first, replace(second, series=series))), 6.0)

    alone = [view for view in views(state) if view.own_coordinates]

    assert alone
    assert all(middle_mm(view, state.view) == pytest.approx(view.stack.centre_mm) for view in alone)


def test_while_the_visits_change_places_neither_scale_nor_place_changes(elsewhere: CaseRecord) -> None:
    state = at_zoom(elsewhere, 5.0)
    hanging = match(layout_of(state.scheme), state.focus.feature, state.case.visits, 2)
    blinking = step(state, ToggleBlink()).state

    (apart, scale), (in_place, same) = (arrange(each, hanging, 300, 300) for each in (state, blinking))

    assert same == scale
    for (_, second), (guest, _) in zip(apart, in_place, strict=True):
        assert isinstance(second, SeriesView)
        assert isinstance(guest, SeriesView)
        assert guest.centre_mm == pytest.approx(second.centre_mm)


def test_what_is_under_the_mouse_stays_there_while_the_wheel_zooms_at_follow_up(
    shown: ShownPanel, elsewhere: CaseRecord, qtbot: QtBot
) -> None:
    state = at_zoom(elsewhere, 1.0)
    reader = FollowUpReader(shown(state), state, qtbot)
    at = QPointF(200, 90)
    before = reader.cell._plane_point(at)

    for _ in range(6):
        reader.wheel(120, keys=Key.ControlModifier, at=at)

    assert reader.cell._plane_point(at) == pytest.approx(before, abs=1e-6)


class FollowUpReader(Reader):
    """A hand on the mouse over the follow-up's upper cell."""

    @property
    def cell(self) -> Viewport:
        return self.panel.viewports[0][1]


def alike(one: Viewport, other: Viewport) -> float:
    """How alike two cells' images are where nothing is written, by correlation."""
    first, second = (grey(cell.grab().toImage()) for cell in (one, other))
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def grey(image: QImage) -> NDArray[np.float64]:
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    wide = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return wide[60:-60, 30 : plain.width() - 30].astype(np.float64)
