"""The visits compared in one cell: what may be, what is refused, and that baseline takes no grade meanwhile."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.sessions import SCHEME, a_session_state, after, at, said
from workstation.hanging.layout import layout_of
from workstation.imaging.light.lit import Lit
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import OUT_OF_SIGHT, SetGrade
from workstation.reading.command import Command
from workstation.reading.images.comparing import (
    NOT_MATCHED,
    NOT_REGISTERED,
    Fade,
    ToggleBlink,
    ToggleDifference,
    covered,
)
from workstation.reading.images.light import ShowLight
from workstation.reading.images.registration_link import OfferRegistration, ToggleRegistration
from workstation.reading.outcome import SCAN_ALONE
from workstation.reading.state import SessionState
from workstation.registering.proposal import Proposal
from workstation.ui.reader.images.arranging import UNMATCHED, arrange, hung
from workstation.ui.reader.images.view import SeriesView

MOVED = Rigid(UNTURNED, (2.0, -1.0, 6.0))


def lights(case: CaseRecord, why_not: str = "") -> dict[str, Lit]:
    return {
        series.code: Lit(0.0, 400.0, float(visit.number), 0.0, 400.0, 9000, why_not)
        for visit in case.visits
        for series in visit.series
    }


def registered(*, matched: bool = True) -> SessionState:
    case = a_case()
    state = after(a_session_state("ERO CAP 1", case=case), OfferRegistration(Proposal(MOVED, 0.9, 1.0)))
    return after(state, ShowLight(case.code, lights(case, "" if matched else "too little tissue")))


def first_cell(state: SessionState) -> SeriesView:
    hanging, _ = hung(layout_of(SCHEME), state, 1200, 900)
    views, _ = arrange(state, hanging, 300, 300)
    cell = views[0][0]
    assert isinstance(cell, SeriesView)
    return cell


def test_a_fade_goes_by_quarters_and_past_three_of_them_the_baseline_is_alone_again() -> None:
    state, shares = registered(), []
    for _ in range(4):
        state = after(state, Fade())
        shown = first_cell(state).compared
        shares.append(None if shown is None else shown.share)

    assert shares == [0.25, 0.5, 0.75, None]
    assert said(state) == "The baseline is shown as it is again."


def test_what_belongs_together_lies_at_one_place_of_the_screen() -> None:
    cell = first_cell(after(registered(), Fade()))

    assert cell.compared is not None
    assert cell.compared.other.visit == 2
    # coronal: right is x, down is minus z; the follow-up lies 2 to the left and 6 higher
    moved = [there - here for here, there in zip(cell.centre_mm, cell.compared.other.centre_mm, strict=True)]
    assert moved == pytest.approx([2.0, -6.0])


def test_a_difference_takes_the_gain_and_the_registration() -> None:
    cell = first_cell(after(registered(), ToggleDifference()))

    assert cell.compared is not None
    assert (cell.compared.movement, cell.compared.gain) == (MOVED, 2.0)


def test_one_excludes_the_other_and_blinking_takes_all_away() -> None:
    state = after(registered(), Fade(), ToggleDifference())
    assert (state.view.cells.fade, state.view.cells.difference) == (0, True)

    state = after(state, Fade())
    assert (state.view.cells.fade, state.view.cells.difference) == (25, False)

    state = after(state, ToggleBlink())
    assert not covered(state)


@pytest.mark.parametrize("command", [Fade(), ToggleDifference()])
def test_visits_that_arent_registered_are_not_laid_over_each_other(command: Command) -> None:
    state = a_session_state("ERO CAP 1")

    now = after(state, command)

    assert said(now) == NOT_REGISTERED
    assert now.view == state.view


@pytest.mark.parametrize("command", [Fade(), ToggleDifference(), ToggleBlink()])
def test_a_scan_alone_is_compared_with_nothing(command: Command) -> None:
    case = a_case()
    alone = a_session_state("ERO CAP 1", case=replace(case, visits=case.visits[:1]))

    assert said(after(alone, command)) == SCAN_ALONE


def test_no_difference_is_shown_of_series_that_arent_matched() -> None:
    state = registered(matched=False)
    assert said(after(state, ToggleDifference())) == NOT_MATCHED

    # of some that are and one that isn't, that one says so
    case = state.case
    some = lights(case) | {
        series.code: replace(lights(case)[series.code], why_not="shaded")
        for series in case.visits[1].series
        if (series.kind, series.plane) == ("T1", "COR")
    }
    mixed = after(registered(), ToggleDifference())
    mixed = replace(mixed, view=replace(mixed.view, grey=replace(mixed.view.grey, lights=some)))
    cell = first_cell(mixed)
    assert (cell.compared, cell.note) == (None, UNMATCHED)


@pytest.mark.parametrize("command", [Fade(), ToggleDifference(), ToggleBlink()])
def test_baseline_takes_no_grade_while_its_cells_show_something_else(command: Command) -> None:
    state = after(registered(), command, SetGrade(Decimal(2)))

    assert said(state) == OUT_OF_SIGHT
    assert state.reading.answers == {}
    # the follow-up beside it does
    assert after(state, GoTo(at("ERO CAP 2")), SetGrade(Decimal(2))).reading.answers


def test_when_the_visits_are_linked_by_hand_again_the_baseline_is_alone() -> None:
    state = after(registered(), Fade(), ToggleRegistration())

    assert not covered(state)
    assert first_cell(state).compared is None
