"""Wording of visits and answers in lines to the reader."""

from __future__ import annotations

from scoring.readings.reading import SiteKey
from scoring.readings.visit_words import worded
from scoring.schemes.scheme import Scheme, Site
from storage.records import CaseRecord
from workstation.reading.state import SessionState

VISIT_NAMES = {1: "baseline", 2: "follow-up"}


def visit_name(state: SessionState, visit: int) -> str:
    """What the reader knows a visit as."""
    return as_known(state.case, VISIT_NAMES[visit])


def visit_heading(state: SessionState, visit: int) -> str:
    """The same as it stands over a column."""
    return as_known(state.case, VISIT_NAMES[visit].capitalize())


def at_visit(state: SessionState, site: Site, visit: int) -> str:
    """The site, and at which visit; of a scan alone that goes without saying."""
    return as_known(state.case, f"{site.name}, {VISIT_NAMES[visit]}")


def as_known(case: CaseRecord, text: str) -> str:
    """A text that speaks of baseline and follow-up, in the words for the visits that the case shows."""
    return worded(text, ordered=case.ordered, alone=case.alone)


def site_of(scheme: Scheme, key: SiteKey) -> Site:
    """The site of a key; KeyError when the scheme has none."""
    for site in scheme.feature(key.feature).sites:
        if site.code == key.site:
            return site
    raise KeyError(key.site)


def named(scheme: Scheme, key: SiteKey) -> str:
    """Such as "Erosion, Capitate, follow-up"."""
    return f"{scheme.feature(key.feature).name}, {site_of(scheme, key).name}, {VISIT_NAMES[key.visit]}"
