"""Relation of the visits: by hand, by registration, or none at all. Each change says what holds now."""

from __future__ import annotations

from scoring.values import replace
from workstation.reading.command import Command, handles
from workstation.reading.images import linking
from workstation.reading.images.go_to_site import related_anew
from workstation.reading.outcome import SCAN_ALONE, Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.registering.proposal import Declined, Proposal


class ToggleLink(Command, frozen=True):
    """Link the visits here (the places shown now belong together), or unlink them."""


@handles(ToggleLink, follow=related_anew)
def link_toggled(state: SessionState, _command: ToggleLink) -> Outcome:
    """Link the visits as they stand, or unlink them; a line says which."""
    if state.case.alone:
        return refused(state, SCAN_ALONE)
    view = linking.link_toggled(state.view)
    line = "Visits linked here: they scroll together." if view.link.linked else "Visits unlinked: each scrolls alone."
    return told(replace(state, view=view), line)


class OfferRegistration(Command, frozen=True):
    """What registering the pair came to. A proposal links the visits unless the reader has linked them by hand."""

    outcome: Proposal | Declined


@handles(OfferRegistration, follow=related_anew)
def registration_offered(state: SessionState, command: OfferRegistration) -> Outcome:
    """A proposal takes the place of the first guess at once, but never that of a link by hand."""
    outcome = command.outcome
    if isinstance(outcome, Declined):
        return told(state, f"No registration: {outcome.reason}. The visits stay linked as they are.")
    view = replace(state.view, link=replace(state.view.link, registration=outcome))
    if view.link.by_hand or not view.link.linked:
        return told(
            replace(state, view=view), f"Registration found ({outcome.quality}). Press G to link the visits by it."
        )
    moved = linking.registered(view, keep=state.focus.visit)
    return told(replace(state, view=moved), _in_use(outcome))


class ToggleRegistration(Command, frozen=True):
    """Link the visits by the registration, or by hand again."""


@handles(ToggleRegistration, follow=related_anew)
def registration_toggled(state: SessionState, _command: ToggleRegistration) -> Outcome:
    """Link by the registration, or by hand again; refused while there is none."""
    if state.case.alone:
        return refused(state, SCAN_ALONE)
    proposal = state.view.link.registration
    if proposal is None:
        return refused(state, "There is no registration of this pair. L links the visits as they are shown now.")
    if state.view.link.by_registration and state.view.link.linked:
        view = linking.linked_by_hand(state.view, keep=state.focus.visit)
        return told(replace(state, view=view), "Linked by hand, as before the registration. G goes back to it.")
    view = linking.registered(state.view, keep=state.focus.visit)
    return told(replace(state, view=view), _in_use(proposal))


class ToggleLines(Command, frozen=True):
    """Draw the cursor and the lines of the other planes, or don't."""


@handles(ToggleLines, follow=related_anew)
def lines_toggled(state: SessionState, _command: ToggleLines) -> Outcome:
    """Draw the cursor and the lines of the other planes, or don't."""
    return Outcome(replace(state, view=replace(state.view, lines=not state.view.lines)))


def _in_use(proposal: Proposal) -> str:
    return f"Linked by registration: {proposal.quality}. G links by hand."
