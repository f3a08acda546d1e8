"""Ring round the site in focus in the images, and the site that lies nearest to a point in them. Pure; LPS mm.

Nothing is worked out for a ring: it stands where the answer was given, or where the images were brought because the
site is expected there. Where neither is so there is none.
"""

from __future__ import annotations

from math import dist

from msgspec import Struct

from scoring.readings.reading import Graded, SiteKey
from storage.records import Vector3
from workstation.reading.answers.focus_moves import GoTo, gone_to
from workstation.reading.answers.hide_baseline import hides
from workstation.reading.answers.sightings import sighting_of
from workstation.reading.command import Command, handles
from workstation.reading.images.expected_positions import expected
from workstation.reading.outcome import Outcome, refused
from workstation.reading.state import Focus, SessionState

# about a carpal bone; and how far from the middle of one a point may be that still means it
RING_MM, NEAR_MM = 9.0, 25.0
NONE_NEAR = "No site of this feature is known near there."


class Ring(Struct, frozen=True):
    """expected: it is only where the site is expected."""

    middle_mm: Vector3
    expected: bool


def ring_at(state: SessionState, visit: int) -> Ring | None:
    """The ring of the site in focus at a visit; None while lines are hidden, or where nothing is known."""
    key = SiteKey(visit, state.focus.feature, state.focus.site)
    sites = state.view.sites
    if not state.view.lines:
        return None
    sighting = None if hides(state, key) else sighting_of(state, key)
    if sighting is not None and not sighting.expected:
        return Ring(sighting.point_mm, expected=False)
    if visit in sites.expected and visit in sites.arrived_mm:
        return Ring(sites.arrived_mm[visit], expected=True)
    return None


class GoToSiteAt(Command, frozen=True):
    """Put the focus on the site of the feature in focus that lies nearest to a point of a visit's images."""

    visit: int
    point_mm: Vector3


@handles(GoToSiteAt)
def gone_to_site_at(state: SessionState, command: GoToSiteAt) -> Outcome:
    """To the nearest site by where its grade was given, else by where it is expected; refused where none is near."""
    found: list[tuple[float, Focus]] = []
    for site in state.feature.sites:
        focus = Focus(state.focus.feature, site.code, command.visit)
        at = _position(state, focus)
        if at is not None:
            found.append((dist(at, command.point_mm), focus))
    near, focus = min(found, key=lambda pair: pair[0], default=(NEAR_MM, state.focus))
    return gone_to(state, GoTo(focus)) if near < NEAR_MM else refused(state, NONE_NEAR)


def _position(state: SessionState, focus: Focus) -> Vector3 | None:
    answer = state.reading.answer(focus.key)
    if isinstance(answer, Graded) and not hides(state, focus.key):
        sighting = sighting_of(state, focus.key)
        if sighting is not None and not sighting.expected:
            return sighting.point_mm
    return expected(state, focus.visit, str(focus.site))
