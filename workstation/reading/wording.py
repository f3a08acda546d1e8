"""Wording of visits and answers in lines to the reader."""

from __future__ import annotations

from scoring.readings.reading import SiteKey
from scoring.readings.visit_words import worded
from scoring.schemes.scheme import Scheme, Site
from workstation.reading.state import SessionState

VISIT_NAMES = {1: "baseline", 2: "follow-up"}


def visit_name(state: SessionState, visit: int) -> str:
    """What the reader knows a visit as."""
    return worded(VISIT_NAMES[visit], ordered=state.case.ordered)


def site_of(scheme: Scheme, key: SiteKey) -> Site:
    """The site of a key; KeyError when the scheme has none."""
    for site in scheme.feature(key.feature).sites:
        if site.code == key.site:
            return site
    raise KeyError(key.site)


def named(scheme: Scheme, key: SiteKey) -> str:
    """Such as "Erosion, Capitate, follow-up"."""
    return f"{scheme.feature(key.feature).name}, {site_of(scheme, key).name}, {VISIT_NAMES[key.visit]}"
