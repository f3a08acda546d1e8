"""Moves of the focus. Reading order is baseline, follow-up, next site, next feature."""

from __future__ import annotations

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from scoring.values import replace
from storage.records import CaseRecord
from workstation.reading.command import Command, handles
from workstation.reading.outcome import SCAN_ALONE, Outcome, refused, told
from workstation.reading.progress import asked, blanks, next_blank
from workstation.reading.state import Focus, Notice, SessionState


def focus_on(key: SiteKey) -> Focus:
    """The focus that stands on `key`."""
    return Focus(key.feature, key.site, key.visit)


def first_focus(scheme: Scheme, case: CaseRecord) -> Focus:
    """Where reading begins."""
    return focus_on(keys_in_reading_order(scheme, case.asked)[0])


def moved_on(state: SessionState, after: SiteKey) -> SessionState:
    """The focus behind `after`; at the end of the list it stays, and a line says what is left."""
    keys = asked(state)
    following = keys.index(after) + 1
    open_keys = blanks(state)
    notice = None
    if not open_keys:
        notice = Notice(all_read(len(keys)))
    elif following == len(keys):
        notice = Notice(f"End of the list: {len(open_keys)} of {len(keys)} are blank. Return goes to the next.")
    focus = focus_on(keys[min(following, len(keys) - 1)])
    return replace(state, focus=focus, notice=notice)


def all_read(count: int) -> str:
    """The line for a finished case."""
    return f"All {count} sites are read. Ctrl+Return reviews and signs."


class MoveFocus(Command, frozen=True):
    """Move by sites down the list (or up) and by visits to the right (or left)."""

    sites: int = 0
    visits: int = 0


@handles(MoveFocus)
def focus_moved(state: SessionState, command: MoveFocus) -> Outcome:
    """Up and down the list of sites, over the borders of features; left and right between the visits."""
    rows = _rows(state.scheme)
    here = rows.index((state.focus.feature, state.focus.site))
    feature, site = rows[min(max(here + command.sites, 0), len(rows) - 1)]
    visits = state.case.asked
    visit = visits[min(max(visits.index(state.focus.visit) + command.visits, 0), len(visits) - 1)]
    return _gone(state, Focus(feature, site, visit))


class MoveFeature(Command, frozen=True):
    """Go to the next (or previous) feature."""

    by: int


@handles(MoveFeature)
def feature_moved(state: SessionState, command: MoveFeature) -> Outcome:
    """To a neighbouring feature, round the end: its first blank answer, or its first one when none is blank."""
    codes = [feature.code for feature in state.scheme.features]
    wanted = codes[(codes.index(state.focus.feature) + command.by) % len(codes)]
    return _gone(state, _entry(state, wanted))


class GoToFeature(Command, frozen=True):
    """Go to a feature, by its code."""

    feature: str


@handles(GoToFeature)
def gone_to_feature(state: SessionState, command: GoToFeature) -> Outcome:
    """To a feature's first blank answer, or its first one when none is blank."""
    return _gone(state, _entry(state, FeatureCode(command.feature)))


class GoTo(Command, frozen=True):
    """Put the focus on one answer."""

    focus: Focus


@handles(GoTo)
def gone_to(state: SessionState, command: GoTo) -> Outcome:
    """To one answer; refused where the scheme has none such, or the case no images of that visit."""
    focus = command.focus
    if focus.visit not in state.case.asked:
        return refused(_elsewhere(state), SCAN_ALONE)
    if focus.key not in asked(state):
        return refused(_elsewhere(state), f"{focus.feature} {focus.site} is no site of {state.scheme.name}.")
    return _gone(state, focus)


class GoToBlank(Command, frozen=True):
    """Go to the next answer in reading order that is still blank."""


@handles(GoToBlank)
def gone_to_blank(state: SessionState, _command: GoToBlank) -> Outcome:
    """To the next blank answer behind the focus; past the end the search begins again at the top."""
    key = next_blank(state)
    if key is None:
        return told(_elsewhere(state), all_read(len(asked(state))))
    return _gone(state, focus_on(key))


def _gone(state: SessionState, focus: Focus) -> Outcome:
    return Outcome(replace(_elsewhere(state), focus=focus, notice=None))


def _elsewhere(state: SessionState) -> SessionState:
    """The reader has left by a key of their own: what is typed from now on isn't about the last answer."""
    return replace(state, behind=False)


def _rows(scheme: Scheme) -> list[tuple[FeatureCode, SiteCode]]:
    return [(feature.code, site.code) for feature in scheme.features for site in feature.sites]


def _entry(state: SessionState, feature: FeatureCode) -> Focus:
    keys = [key for key in asked(state) if key.feature == feature]
    return focus_on(next((key for key in keys if state.reading.answer(key) is None), keys[0]))
