"""Series put into rows by the reader: by number of the strip, and by hand."""

from __future__ import annotations

import pytest

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case, a_series
from tests.builders.sessions import SCHEME, a_session_state, after, said
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import Shown
from workstation.reading.images.display import ChooseSeries, MoveRow
from workstation.reading.images.row_series import PutListed, PutSeries, listed
from workstation.reading.state import SessionState
from workstation.ui.reader.images.arranging import hung


def hangs(state: SessionState) -> list[tuple[str, str]]:
    """Codes of both visits, row by row."""
    hanging, _ = hung(layout_of(SCHEME), state, 1920, 1080)
    found = []
    for row in hanging.rows:
        first, second = (cell.series.code if isinstance(cell, Shown) else "" for cell in row.cells)
        found.append((first, second))
    return found


def with_a_repeat() -> CaseRecord:
    """A case whose baseline has a second, shorter coronal T1."""
    case = a_case()
    first, second = case.visits
    repeat = a_series("K7QM2REPEAT", "T1", "COR", slices=12)
    return replace(case, visits=(replace(first, series=(repeat, *first.series)), second))


def test_the_strip_has_every_series_once_by_kind_and_plane_both_visits_beside_each_other() -> None:
    found = listed(a_case())

    assert [(one.kind, one.plane) for one in found] == [
        ("PD", "COR"), ("T1", "AX"), ("T1", "COR"), ("T1FSGD", "AX"), ("T1FSGD", "COR"),
        ("T2FS", "AX"), ("T2FS", "COR"),
    ]  # fmt: skip
    assert [sorted(one.series) for one in found] == [[1, 2]] * 7
    assert (found[0].series[1].code, found[0].series[2].code) == ("K7QM214", "K7QM224")


def test_a_repeat_stands_after_the_longer_one_and_what_nobody_recognised_is_last() -> None:
    case = with_a_repeat()
    first, second = case.visits
    unknown = replace(a_series("K7QM2X", "OTHER", "AX"), code="K7QM2X")
    case = replace(case, visits=(first, replace(second, series=(unknown, *second.series))))

    found = listed(case)

    coronal = [one for one in found if (one.kind, one.plane) == ("T1", "COR")]
    assert [{visit: entry.code for visit, entry in one.series.items()} for one in coronal] == [
        {1: "K7QM211", 2: "K7QM221"},
        {1: "K7QM2REPEAT"},
    ]
    assert (found[-1].kind, set(found[-1].series)) == ("OTHER", {2})


@pytest.mark.parametrize("row", [0, 1])
def test_a_number_puts_that_series_of_both_visits_into_the_row_that_keys_act_on(row: int) -> None:
    state = after(a_session_state("ERO CAP 1"), *[MoveRow(1)] * row)
    before = hangs(state)

    now = after(state, PutListed(6))

    assert hangs(now)[row] == ("K7QM212", "K7QM222")
    assert said(now) == f"Row {row + 1}: T2 fat-sat, axial."
    # what it took the place of goes one down, and nothing stands twice
    assert hangs(now)[row + 1 :] == before[row : len(before) - 1]
    assert hangs(now)[:row] == before[:row]


def test_a_number_that_the_strip_hasnt_changes_nothing_and_says_how_many_there_are() -> None:
    state = a_session_state("ERO CAP 1")

    for number in (0, 8):
        now = after(state, PutListed(number))
        assert said(now) == "There are 7 series in the strip."
        assert now.view == state.view


def test_a_series_that_was_let_go_of_in_a_row_stands_there_and_another_row_keeps_its_own() -> None:
    state = after(a_session_state("ERO CAP 1"), PutSeries("K7QM215", 0), PutSeries("K7QM224", 1))

    assert hangs(state)[:2] == [("K7QM215", "K7QM225"), ("K7QM214", "K7QM224")]
    # the same one elsewhere moves it
    moved = after(state, PutSeries("K7QM225", 1))
    assert hangs(moved)[1] == ("K7QM215", "K7QM225")
    assert hangs(moved).count(("K7QM215", "K7QM225")) == 1


def test_another_feature_hangs_as_before_and_the_first_row_goes_back_by_name() -> None:
    state = after(a_session_state("ERO CAP 1"), PutSeries("K7QM215", 0))
    synovitis = a_session_state("SYN RC 1")

    assert hangs(replace(state, focus=synovitis.focus)) == hangs(synovitis)
    assert hangs(after(state, ChooseSeries())) == hangs(a_session_state("ERO CAP 1"))


def test_of_two_series_of_a_kind_the_one_that_was_chosen_is_shown_until_the_other_is() -> None:
    state = a_session_state("ERO CAP 1", case=with_a_repeat())
    assert hangs(state)[0] == ("K7QM211", "K7QM221")

    chosen = after(state, PutSeries("K7QM2REPEAT", 0))

    assert hangs(chosen)[0] == ("K7QM2REPEAT", "K7QM221")
    assert hangs(after(chosen, PutSeries("K7QM211", 0)))[0] == ("K7QM211", "K7QM221")


def test_a_series_of_another_case_is_put_nowhere() -> None:
    state = a_session_state("ERO CAP 1")

    assert after(state, PutSeries("B4XR910", 0)) == state
    assert after(state, PutSeries("K7QM215", -1)) == state
