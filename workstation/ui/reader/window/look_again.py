"""Sites that a page beside the form sends to: from the review before signing, or from what a reference has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.reading.answers.focus_moves import GoTo, focus_on
from workstation.reading.answers.viewings import first_unseen, lacks_slices
from workstation.reading.images.view import JumpTo, ShowSlice

if TYPE_CHECKING:
    from scoring.readings.reading import SiteKey
    from workstation.ui.reader.closing.wanted_site import WantedSite
    from workstation.ui.reader.window.opened_case import OpenedCase


def look_again(case: OpenedCase, key: SiteKey) -> str:
    """Go to a site, on the first of its slices that wasn't seen; what this was left for."""
    state = case.dispatch(GoTo(focus_on(key)))
    unseen = None if state is None or not lacks_slices(state, key) else first_unseen(state, key)
    if unseen is not None:
        case.dispatch(ShowSlice(key.visit, *unseen))
    return "list of all scores"


def look_there(case: OpenedCase, wanted: WantedSite) -> str:
    """Go to a site, at the point where the reference of a calibration saw it; what this was left for."""
    case.dispatch(GoTo(focus_on(wanted.key)))
    if wanted.point_mm is not None:
        case.dispatch(JumpTo(wanted.key.visit, wanted.point_mm))
    return "comparison with the reference"
