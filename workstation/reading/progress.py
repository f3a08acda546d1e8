"""Progress through a case, as functions of the state. Nothing is counted beside it."""

from __future__ import annotations

from msgspec import Struct

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode
from workstation.reading.state import SessionState


class Progress(Struct, frozen=True):
    """How many answers are given of those that are wanted; an unscorable code is an answer."""

    answered: int
    wanted: int

    @property
    def complete(self) -> bool:
        """Whether nothing is blank."""
        return self.answered == self.wanted


def blanks(state: SessionState) -> tuple[SiteKey, ...]:
    """The answers not given yet, in reading order."""
    return tuple(key for key in asked(state) if state.reading.answer(key) is None)


def asked(state: SessionState) -> tuple[SiteKey, ...]:
    """Every answer that the case asks for, in reading order."""
    return keys_in_reading_order(state.scheme, state.case.asked)


def case_progress(state: SessionState) -> Progress:
    """Progress over all visits of the case."""
    wanted = len(asked(state))
    return Progress(wanted - len(blanks(state)), wanted)


def feature_progress(state: SessionState, feature: FeatureCode) -> Progress:
    """Progress of one feature over all visits of the case."""
    keys = [key for key in asked(state) if key.feature == feature]
    return Progress(sum(state.reading.answer(key) is not None for key in keys), len(keys))


def next_blank(state: SessionState) -> SiteKey | None:
    """The first blank behind the focus in reading order, beginning again at the top; None when all are read."""
    keys = asked(state)
    here = keys.index(state.focus.key)
    for key in keys[here + 1 :] + keys[: here + 1]:
        if state.reading.answer(key) is None:
            return key
    return None
