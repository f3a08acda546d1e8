"""Session states of the shipped scheme, and the places in it in a few words."""

from __future__ import annotations

from decimal import Decimal

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, Reading
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case
from workstation.reading.answers.focus_moves import first_focus
from workstation.reading.command import Command
from workstation.reading.images.linking import initial_view
from workstation.reading.session.step import step
from workstation.reading.state import Focus, SessionState

SCHEME = shipped_scheme()


def grade(number: int) -> Graded:
    """A grade as an answer."""
    return Graded(Decimal(number))


def at(place: str) -> Focus:
    """`ERO CAP 2` -> the focus on erosion, capitate, follow-up."""
    feature, site, visit = place.split()
    return Focus(FeatureCode(feature), SiteCode(site), int(visit))


def a_session_state(
    focus: str = "", answers: dict[str, Answer] | None = None, case: CaseRecord | None = None
) -> SessionState:
    """A case as it opens; `answers` by place, the focus on the first site unless it is given."""
    case = case or a_case()
    reading = Reading()
    for place, answer in (answers or {}).items():
        reading = reading.applied(AnswerChanged(at(place).key, None, answer))
    start = SessionState(SCHEME, case, reading, first_focus(SCHEME, case), initial_view(case))
    return replace(start, focus=at(focus)) if focus else start


def all_answers(number: int = 0) -> Reading:
    """A finished reading, the same grade everywhere."""
    reading = Reading()
    for key in keys_in_reading_order(SCHEME):
        reading = reading.applied(AnswerChanged(key, None, grade(number)))
    return reading


def after(state: SessionState, *commands: Command) -> SessionState:
    """What comes of those commands, one after the other."""
    for command in commands:
        state = step(state, command).state
    return state


def said(state: SessionState) -> str:
    """The line that the reader is shown, or nothing."""
    return "" if state.notice is None else state.notice.text
