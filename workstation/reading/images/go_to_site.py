"""Going to a site with the images: where the reader saw it, else where it is expected. Pure.

In this order: where the answer in focus was given; where the reader was last at this site; the same at the other visit,
through the link; where the site is expected. Unlinked visits go each by themselves. What was brought is remembered, so
that it can be told from what the reader did then.
"""

from __future__ import annotations

from math import dist
from types import MappingProxyType

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.records import Vector3
from workstation.imaging.geometry import add, dot
from workstation.reading.command import Command, handles
from workstation.reading.found_site import FoundSite
from workstation.reading.images import linking
from workstation.reading.images.expected_positions import expected
from workstation.reading.images.in_sight import in_sight
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.outcome import Outcome, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import ViewState

# far below any slice spacing; rounding of a place that was kept as text moves a cursor less
STILL_MM = 0.01


def moved_by_hand(view: ViewState, visit: int) -> bool:
    """Whether the reader has moved a visit's cursor since the images came to the site in focus."""
    return visit in view.sites.arrived_mm and dist(view.cursor_mm[visit], view.sites.arrived_mm[visit]) > STILL_MM


def as_expected(view: ViewState, visit: int) -> bool:
    """Whether a visit shows the place where the site in focus is expected, and nothing that the reader chose."""
    return visit in view.sites.expected and not moved_by_hand(view, visit)


def followed(before: SessionState, now: SessionState) -> SessionState:
    """`now` with the images at the site that the focus has come to; as they were while it stays at one site."""
    if (before.focus.feature, before.focus.site) == (now.focus.feature, now.focus.site):
        return now
    if before.focus.feature != now.focus.feature and now.view.tool:
        # what a tool measures is of one feature
        now = replace(now, view=replace(now.view, tool=""))
    return arrived(left(before, now))


def left(before: SessionState, now: SessionState) -> SessionState:
    """`now`, knowing where the reader went by hand at the site that the focus was at.

    Only where they answered too does it say where other sites lie: who looks through a stack leaves it anywhere.
    """
    feature, site = before.focus.feature, before.focus.site
    by_hand = [visit for visit in before.view.cursor_mm if moved_by_hand(before.view, visit)]
    answered = [visit for visit in by_hand if now.reading.answer(SiteKey(visit, feature, site)) is not None]
    seen = {(visit, str(site)): before.view.cursor_mm[visit] for visit in by_hand}
    found = {(visit, str(site)): _found_site(before.view, visit) for visit in answered}
    view = replace(
        now.view,
        sites=replace(
            now.view.sites,
            seen_mm=MappingProxyType({**now.view.sites.seen_mm, **seen}),
            found_sites=MappingProxyType({**now.view.sites.found_sites, **found}),
            seen_as_expected=now.view.sites.seen_as_expected - seen.keys(),
        ),
    )
    return replace(now, view=view) if by_hand else now


def arrived(state: SessionState) -> SessionState:
    """The state with the images at the site in focus, as far as a place is known or expected."""
    here = state.focus.visit
    if here not in state.view.cursor_mm:
        return state
    by_template: set[int] = set()
    brought = False
    # the visit in focus first; the other follows it where they are linked
    for visit in (here, *(number for number in state.view.cursor_mm if number != here and not state.view.link.linked)):
        before = state.view.cursor_mm
        state, proposed = _brought(state, visit)
        brought = brought or (visit == here and state.view.cursor_mm != before)
        if proposed:
            by_template |= set(state.view.cursor_mm) if state.view.link.linked else {visit}
    view = replace(
        state.view, sites=replace(state.view.sites, arrived_mm=state.view.cursor_mm, expected=frozenset(by_template))
    )
    # a cross would say that the reader put it there
    state = replace(state, view=replace(view, pointed=None) if by_template else view)
    return in_sight(state, here) if brought and cursor_is_meant(state, here) else state


def cursor_is_meant(state: SessionState, visit: int) -> bool:
    """Whether the cursor is a place in all three directions, and not the middle of a stack that was only scrolled."""
    view = state.view
    sides = {record.side for record in state.case.visits if record.number == visit}
    return view.pointed is not None or visit in view.sites.expected or (view.sites.expecting and sides <= {"L", "R"})


def shown_at(state: SessionState, visit: int, point_mm: Vector3, *, as_expected_then: bool) -> SessionState:
    """The state with a visit at a place that was kept: drawn as the reader's, unless it was only expected then."""
    if as_expected_then:
        view = replace(linking.jumped(state.view, visit, point_mm), pointed=None)
    else:
        view = linking.pointed(state.view, visit, point_mm)
    moved = set(view.cursor_mm) if view.link.linked else {visit}
    expected_at = frozenset(moved if as_expected_then else ()) | (view.sites.expected - moved)
    return in_sight(
        replace(state, view=replace(view, sites=replace(view.sites, arrived_mm=view.cursor_mm, expected=expected_at))),
        visit,
    )


def related_anew(before: SessionState, now: SessionState) -> SessionState:
    """`now` after the visits were related otherwise: what moved by that, the reader didn't move."""
    brought = {
        visit: point if moved_by_hand(before.view, visit) else now.view.cursor_mm[visit]
        for visit, point in before.view.sites.arrived_mm.items()
    }
    return replace(now, view=replace(now.view, sites=replace(now.view.sites, arrived_mm=MappingProxyType(brought))))


class ToggleExpecting(Command, frozen=True):
    """Have the images go to where a site never looked at is expected, or stay where they are."""


@handles(ToggleExpecting)
def expecting_toggled(state: SessionState, _command: ToggleExpecting) -> Outcome:
    """Whether the images go to where a site never looked at is expected, from the next site on."""
    expecting = not state.view.sites.expecting
    line = (
        "When you come to a new site, the images go to its expected position."
        if expecting
        else "When you come to a new site, the images stay where they are."
    )
    return told(replace(state, view=replace(state.view, sites=replace(state.view.sites, expecting=expecting))), line)


def _brought(state: SessionState, visit: int) -> tuple[SessionState, bool]:
    """That visit's cursor at the site in focus; whether it is only expected there."""
    found = _own(state, visit) or _of_the_other(state, visit)
    if found is None and state.view.sites.expecting:
        point = expected(state, visit, str(state.focus.site))
        found = None if point is None else (point, True)
    if found is None:
        return state, False
    return replace(state, view=linking.jumped(state.view, visit, found[0])), found[1]


def _own(state: SessionState, visit: int) -> tuple[Vector3, bool] | None:
    """Where the answer of the site in focus was given, else where the reader was there last; and if as expected."""
    key = SiteKey(visit, state.focus.feature, state.focus.site)
    answer = state.reading.answer(key)
    sighting = None if answer is None else state.sightings.get((key, answer))
    # that there is a place would tell that a hidden grade is above 0
    hidden = state.view.form.hide_baseline and visit == BASELINE and state.focus.visit == FOLLOW_UP
    if sighting is not None and not hidden:
        return sighting.point_mm, sighting.expected
    at = (visit, str(key.site))
    point = state.view.sites.seen_mm.get(at)
    return None if point is None else (point, at in state.view.sites.seen_as_expected)


def _of_the_other(state: SessionState, visit: int) -> tuple[Vector3, bool] | None:
    """The same place at the other visit, through the link; None where there is none."""
    other = FOLLOW_UP if visit == BASELINE else BASELINE
    found = _own(state, other) if state.view.link.linked and other in state.view.cursor_mm else None
    return None if found is None else (linking.related(state.view, other, found[0]), found[1])


def _found_site(view: ViewState, visit: int) -> FoundSite:
    """What the reader's way from where the images had been brought says of the place; all of it after a click."""
    here = view.cursor_mm[visit]
    if view.pointed is not None and (view.link.linked or view.pointed == visit):
        return FoundSite(here)
    way = add(here, view.sites.arrived_mm[visit], -1.0)
    length = dot(way, way) ** 0.5
    return FoundSite(here, (way[0] / length, way[1] / length, way[2] / length))
