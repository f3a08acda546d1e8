"""A case as it is opened: at its beginning, then where the reader left it."""

from __future__ import annotations

from scoring.readings.reading import Reading
from scoring.schemes.scheme import Scheme
from storage.records import CaseRecord
from workstation.reading.answers.focus_moves import first_focus
from workstation.reading.images.linking import initial_view
from workstation.reading.session.resume import resumed
from workstation.reading.state import SessionState


def beginning(scheme: Scheme, case: CaseRecord, reading: Reading) -> SessionState:
    """The first site, and both visits on the middle of their stacks."""
    return SessionState(scheme, case, reading, first_focus(scheme, case), initial_view(case))


def images_as_left(scheme: Scheme, case: CaseRecord, bookmark: str | None) -> SessionState | None:
    """What the images show where the reader left the case, no answer being known; None where it wasn't begun."""
    start = beginning(scheme, case, Reading())
    left = resumed(start, bookmark)
    return None if left is start else left
