"""Progress through a case, as functions of the reading. Nothing is counted beside it."""

from __future__ import annotations

from msgspec import Struct

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme


class Progress(Struct, frozen=True):
    """How many answers are given of those that are wanted; an unscorable code is an answer."""

    answered: int
    wanted: int

    @property
    def complete(self) -> bool:
        """Whether nothing is blank."""
        return self.answered == self.wanted


def blanks(scheme: Scheme, reading: Reading) -> tuple[SiteKey, ...]:
    """The answers not given yet, in reading order."""
    return tuple(key for key in keys_in_reading_order(scheme) if reading.answer(key) is None)


def case_progress(scheme: Scheme, reading: Reading) -> Progress:
    """Progress over the whole pair."""
    wanted = len(keys_in_reading_order(scheme))
    return Progress(wanted - len(blanks(scheme, reading)), wanted)


def feature_progress(scheme: Scheme, reading: Reading, feature: FeatureCode) -> Progress:
    """Progress of one feature over both visits."""
    keys = [key for key in keys_in_reading_order(scheme) if key.feature == feature]
    return Progress(sum(reading.answer(key) is not None for key in keys), len(keys))


def next_blank(scheme: Scheme, reading: Reading, after: SiteKey) -> SiteKey | None:
    """The first blank behind `after` in reading order, beginning again at the top; None when all are read."""
    keys = keys_in_reading_order(scheme)
    here = keys.index(after)
    for key in keys[here + 1 :] + keys[: here + 1]:
        if reading.answer(key) is None:
            return key
    return None
