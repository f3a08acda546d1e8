"""Expected position of a site that was never looked at: a proposal for cursor and slice, and nothing else. Pure.

The common wrist is laid over the visit (`laying`), by the planes and the side of its images and by every place that the
reader has found in the case. It is never a place of the reader's: an answer given there says so (`Marks.expected`).
"""

from __future__ import annotations

from collections.abc import Iterator

from storage.records import CaseRecord, Vector3
from workstation.imaging.geometry import Stack
from workstation.reading.found_site import FoundSite
from workstation.reading.images.hand_side import ways_at
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.images.site_positions import positions_of
from workstation.reading.images.wrist_fit import Fit, fit
from workstation.reading.state import SessionState


def expected(state: SessionState, visit: int, site: str) -> Vector3 | None:
    """Where a site is expected at a visit, LPS mm; None where side, planes or frame of reference aren't known."""
    laid, positions = laid_over(state, visit), positions_of(state.scheme).sites
    return laid.at(positions[site]) if laid is not None and site in positions else None


def laid_over(state: SessionState, visit: int) -> Fit | None:
    """The common wrist as it is laid over a visit; None where the scheme has none, or what it takes isn't known."""
    record = next((record for record in state.case.visits if record.number == visit), None)
    positions = positions_of(state.scheme).sites
    if record is None or not positions:
        return None
    return fit(ways_at(state, record), positions, _found(state, visit))


def _found(state: SessionState, visit: int) -> dict[str, FoundSite]:
    """What the reader found, by site, in that visit's millimetres: at the visit itself before what the link carries."""
    found = dict(_of_visit(state, visit))
    other = FOLLOW_UP if visit == BASELINE else BASELINE
    if state.view.link.linked and other in state.view.cursor_mm:
        carry = state.view.link.relation if other == BASELINE else state.view.link.relation.inverse
        for site, seen in _of_visit(state, other):
            along = None if seen.along is None else carry.turned(seen.along)
            found.setdefault(site, FoundSite(carry(seen.point_mm), along))
    return found


def _of_visit(state: SessionState, visit: int) -> Iterator[tuple[str, FoundSite]]:
    """Where the reader went by hand and answered, then the places of grades from before that was kept."""
    went = {site: seen for (number, site), seen in state.view.sites.found_sites.items() if number == visit}
    yield from went.items()
    # where baseline is hidden, that there is a place would tell that its grade is above 0
    if state.view.form.hide_baseline and visit == BASELINE and state.focus.visit == FOLLOW_UP:
        return
    for (key, answer), sighting in state.sightings.items():
        normal = _normal(state.case, sighting.series)
        stands = key.visit == visit and state.reading.answer(key) == answer
        if stands and str(key.site) not in went and normal is not None and not sighting.expected:
            yield str(key.site), FoundSite(sighting.point_mm, normal)


def _normal(case: CaseRecord, code: str) -> Vector3 | None:
    series = (entry for visit in case.visits for entry in visit.series if entry.code == code and entry.slices)
    return next((Stack.of(entry).normal for entry in series), None)
