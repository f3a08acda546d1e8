"""A slice that is missing is seen in the cell and told in words, on the slices beside it and at its place."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage

from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.state import a_state
from tests.ui.reader.images.conftest import ShownPanel
from tests.ui.reader.images.test_view import at, series_view
from workstation.reading.images.view import ShowSlice
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.ui.shared import theme

pytestmark = pytest.mark.case(44)


@pytest.fixture
def lacking(case: CaseRecord) -> CaseRecord:
    """The follow-up's series lack their third slice of five; coronal slices lie 8 mm apart."""
    first, second = case.visits
    series = tuple(replace(entry, slices=entry.slices[:2] + entry.slices[3:]) for entry in second.series)
    return replace(case, visits=(first, VisitRecord(2, series)))


def follow_up(state: SessionState) -> str:
    return series_view(state, column=1).above_text


def test_the_slices_beside_a_gap_say_how_far_the_next_is(lacking: CaseRecord) -> None:
    state = a_state(lacking)
    code = series_view(state, column=1).series.code

    before, behind = (step(state, ShowSlice(2, code, index)).state for index in (1, 2))

    assert follow_up(before) == "gap: 16.0 mm to slice 3"
    assert follow_up(behind) == "gap: 16.0 mm to slice 2"
    assert series_view(before, column=1).accessible_name.endswith("slice 2 of 4, gap: 16.0 mm to slice 3")


def test_other_slices_say_where_the_gap_is(lacking: CaseRecord) -> None:
    state = a_state(lacking)

    state = step(state, ShowSlice(2, series_view(state, column=1).series.code, 0)).state

    assert follow_up(state) == "gap between slices 2 and 3"


def test_a_visit_that_follows_to_a_missing_slice_says_that_it_shows_another(lacking: CaseRecord) -> None:
    # baseline has the slice in the middle, and the follow-up's place of it is a slice that isn't there
    state = at(a_state(lacking), 2, (0.0, 0.0, 0.0))
    view = series_view(state, column=1)

    assert view.above_text == "slice missing here; the nearest is 8.0 mm away"
    assert view.warns
    # no cross on a slice that isn't the one of the place
    assert view.cursor is None


def test_a_whole_stack_says_nothing(case: CaseRecord) -> None:
    assert follow_up(a_state(case)) == ""
    assert not series_view(a_state(case), column=1).gaps


def test_the_gap_is_drawn_in_its_cell_alone(shown: ShownPanel, lacking: CaseRecord) -> None:
    panel = shown(a_state(lacking))

    baseline, follow_up = panel.viewports[0]

    assert not warned(baseline.grab().toImage())
    assert warned(follow_up.grab().toImage())


def warned(image: QImage) -> bool:
    """Whether the dashes of a gap are somewhere in the lower left, above the words."""
    colour = QColor(theme.REFUSED).rgb()
    height, width = image.height(), image.width()
    return any(image.pixel(x, y) == colour for y in range(height - 52, height - 43) for x in range(width // 2))
