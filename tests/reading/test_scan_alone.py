"""A case of one visit: nothing of another visit can be reached, asked for, or read in a line."""

from __future__ import annotations

import pytest

from scoring.readings.visit_words import worded
from scoring.schemes.scheme import FeatureCode
from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, all_answers, at, grade, said
from workstation.reading.answers.focus_moves import GoTo, GoToBlank, MoveFocus
from workstation.reading.answers.grading import CopyBaseline, GradeBlanksZero, SetGrade
from workstation.reading.answers.key_images import findings
from workstation.reading.command import Command
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.light import ToggleLight
from workstation.reading.images.registration_link import ToggleLink, ToggleRegistration
from workstation.reading.progress import Progress, asked, blanks, case_progress, feature_progress
from workstation.reading.wording import as_known, visit_name


def a_scan() -> CaseRecord:
    """A case of one visit."""
    pair = a_case()
    return replace(pair, visits=pair.visits[:1])


def test_a_scan_asks_for_43_answers_and_for_none_of_another_visit() -> None:
    state = a_session_state(answers={"SYN RC 1": grade(1)}, case=a_scan())

    # scoring-rules.md: 43 grades a visit, 15 of them erosion
    assert case_progress(state) == Progress(1, 43)
    assert feature_progress(state, FeatureCode("ERO")) == Progress(0, 15)
    assert {key.visit for key in asked(state)} == {1}
    assert len(blanks(state)) == 42


def test_a_scan_is_read_when_its_43_sites_are() -> None:
    state = a_session_state(case=a_scan())
    state = replace(state, reading=all_answers())

    assert case_progress(state).complete
    assert said(after(state, GoToBlank())) == "All 43 sites are read. Ctrl+Return reviews and signs."
    assert findings(state) == ()


def test_the_focus_of_a_scan_goes_from_site_to_site_and_never_aside() -> None:
    state = a_session_state("SYN RC 1", case=a_scan())

    assert after(state, MoveFocus(visits=1)).focus == at("SYN RC 1")
    assert after(state, MoveFocus(visits=-1)).focus == at("SYN RC 1")
    moved = after(state, SetGrade(grade(1).grade))
    assert moved.focus == at("SYN IC-CMC 1")


@pytest.mark.parametrize(
    "command",
    [CopyBaseline(), ToggleBlink(), ToggleLight(), ToggleLink(), ToggleRegistration(), GoTo(at("SYN RC 2"))],
    ids=lambda command: type(command).__name__,
)
def test_what_needs_another_visit_is_refused_and_changes_nothing(command: Command) -> None:
    state = a_session_state("SYN RC 1", {"SYN RC 1": grade(2)}, case=a_scan())

    now = after(state, command)

    assert said(now) == "This case shows one scan alone: there is no other visit to go to or to compare with."
    assert replace(now, notice=None) == state


def test_all_blanks_of_a_feature_of_a_scan_are_graded_0_at_its_own_visit() -> None:
    state = after(a_session_state("ERO CAP 1", case=a_scan()), GradeBlanksZero())

    assert as_known(state.case, said(state)) == (
        "Grade 0 for all blank sites of Erosion: 15? Press Z again for yes, another key for no."
    )
    assert {key.visit for key in after(state, GradeBlanksZero()).reading.answers} == {1}


@pytest.mark.parametrize("ordered", [True, False])
def test_no_line_about_a_scan_says_which_visit_it_is(ordered: bool) -> None:
    case = replace(a_scan(), ordered=ordered)

    assert as_known(case, "Erosion, Capitate, baseline") == "Erosion, Capitate"
    assert as_known(case, "No axial T1 at baseline") == "No axial T1"
    assert as_known(case, "Baseline") == "Scan"
    assert visit_name(a_session_state(case=case), 1) == "scan"


def test_of_a_pair_every_line_stays_as_it_was() -> None:
    text = "No axial T1 at baseline, and at the follow-up"

    assert worded(text, ordered=True) == text
    assert worded(text, ordered=False) == "No axial T1 at visit A, and at visit B"
