"""Two readings beside a third reader's own: whether they are shown, and at which sites. Pure."""

from __future__ import annotations

from enum import StrEnum

from scoring.adjudication.rules import Pair, differing_sites
from scoring.readings.reading import SiteKey


class Adjudicating(StrEnum):
    """How a third reader reads, as it stands in the design.

    BLIND: to both readings. BESIDE: with both, as A and B, at the sites that are settled. BESIDE_ALL: at every site.
    """

    BLIND = "blind"
    BESIDE = "beside"
    BESIDE_ALL = "beside-all"


def sites_to_show(how: Adjudicating, pair: Pair, settled: frozenset[SiteKey]) -> frozenset[SiteKey]:
    """Where both readings stand beside the third: of a case in which nothing is settled, where they differ."""
    match how:
        case Adjudicating.BLIND:
            return frozenset()
        case Adjudicating.BESIDE:
            return settled or differing_sites(pair)
    return frozenset(pair[0].keys() & pair[1].keys())
