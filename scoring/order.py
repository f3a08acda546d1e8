"""The order in which answers are given: feature by feature, site by site, baseline before follow-up."""

from __future__ import annotations

from scoring.reading import VISITS, SiteKey
from scoring.scheme import Scheme


def keys_in_reading_order(scheme: Scheme) -> tuple[SiteKey, ...]:
    """Every answer that a case asks for."""
    return tuple(
        SiteKey(visit, feature.code, site.code)
        for feature in scheme.features
        for site in feature.sites
        for visit in VISITS
    )
