"""Moves of the focus. Reading order is baseline, follow-up, next site, next feature."""

from __future__ import annotations

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import VISITS, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from scoring.values import replace
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.progress import blanks, next_blank
from workstation.reading.state import Focus, Notice, SessionState


def focus_on(key: SiteKey) -> Focus:
    """The focus that stands on `key`."""
    return Focus(key.feature, key.site, key.visit)


def first_focus(scheme: Scheme) -> Focus:
    """Where reading begins."""
    return focus_on(keys_in_reading_order(scheme)[0])


def moved_on(state: SessionState, after: SiteKey) -> SessionState:
    """The focus behind `after`; at the end of the list it stays, and a line says what is left."""
    keys = keys_in_reading_order(state.scheme)
    following = keys.index(after) + 1
    open_keys = blanks(state.scheme, state.reading)
    notice = None
    if not open_keys:
        notice = Notice(all_read(len(keys)))
    elif following == len(keys):
        notice = Notice(f"End of the list: {len(open_keys)} of {len(keys)} are blank. Return goes to the next.")
    focus = focus_on(keys[min(following, len(keys) - 1)])
    return replace(state, focus=focus, notice=notice)


def all_read(count: int) -> str:
    """The line for a finished case."""
    return f"All {count} sites are read. No site of this case is blank."


def focus_moved(state: SessionState, sites: int, visits: int) -> Outcome:
    """Up and down the list of sites, over the borders of features; left and right between the visits."""
    rows = _rows(state.scheme)
    here = rows.index((state.focus.feature, state.focus.site))
    feature, site = rows[min(max(here + sites, 0), len(rows) - 1)]
    visit = min(max(state.focus.visit + visits, VISITS[0]), VISITS[-1])
    return Outcome(replace(state, focus=Focus(feature, site, visit), notice=None))


def feature_moved(state: SessionState, by: int) -> Outcome:
    """To a neighbouring feature, round the end: its first blank answer, or its first one when none is blank."""
    codes = [feature.code for feature in state.scheme.features]
    wanted = codes[(codes.index(state.focus.feature) + by) % len(codes)]
    return Outcome(replace(state, focus=_entry(state, wanted), notice=None))


def gone_to(state: SessionState, focus: Focus) -> Outcome:
    """To one answer; refused where the scheme has none such."""
    if focus.key not in keys_in_reading_order(state.scheme):
        return refused(state, f"{focus.feature} {focus.site} is no site of {state.scheme.name}.")
    return Outcome(replace(state, focus=focus, notice=None))


def gone_to_blank(state: SessionState) -> Outcome:
    """To the next blank answer behind the focus; past the end the search begins again at the top."""
    key = next_blank(state.scheme, state.reading, state.focus.key)
    if key is None:
        return told(state, all_read(len(keys_in_reading_order(state.scheme))))
    return Outcome(replace(state, focus=focus_on(key), notice=None))


def _rows(scheme: Scheme) -> list[tuple[FeatureCode, SiteCode]]:
    return [(feature.code, site.code) for feature in scheme.features for site in feature.sites]


def _entry(state: SessionState, feature: FeatureCode) -> Focus:
    keys = [key for key in keys_in_reading_order(state.scheme) if key.feature == feature]
    return focus_on(next((key for key in keys if state.reading.answer(key) is None), keys[0]))
