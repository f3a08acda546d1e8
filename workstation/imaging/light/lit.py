"""Light of one series: the window it opens with, its gain against the other visit, and how sure that is. Pure."""

from __future__ import annotations

from msgspec import Struct

from storage.records import SeriesRecord


class Scale(Struct, frozen=True):
    """Stored values of a series as signal: (stored - zero) * sign. sign: -1 where high values are dark."""

    zero: float
    sign: float

    @classmethod
    def of(cls, series: SeriesRecord) -> Scale:
        """Zero is where air lies: ratios need a true one, and some scanners put a pedestal below all values."""
        if series.inverted:
            return cls(float(series.maximum), -1.0)
        # a value below 0 is padding, or a scale whose own zero is meant
        return cls(float(max(series.minimum, 0)), 1.0)

    def signal(self, stored: float) -> float:
        """The signal of a stored value."""
        return (stored - self.zero) * self.sign

    def stored(self, signal: float) -> float:
        """The stored value of a signal."""
        return self.zero + signal * self.sign


class Lit(Struct, frozen=True, forbid_unknown_fields=True):
    """How a series is shown until the reader windows it.

    low, high: stored values shown at the ends of the window. gain: how many times brighter unchanged tissue is than at
    the first visit, which has 1. equal_low, equal_high: the window with the same numbers as the first visit's.
    voxels: how many show it. why_not: why it isn't matched, empty where it is.
    """

    low: float
    high: float
    gain: float
    equal_low: float
    equal_high: float
    voxels: int = 0
    why_not: str = ""

    @classmethod
    def of(cls, series: SeriesRecord, high: float, gain: float = 1.0, voxels: int = 0, why_not: str = "") -> Lit:
        """Of a series, from no signal to `high`, its own; the first visit's is that by the gain."""
        scale = Scale.of(series)
        low, top = sorted((scale.stored(0.0), scale.stored(high)))
        equal_low, equal_top = sorted((scale.stored(0.0), scale.stored(high / gain)))
        return cls(low, top, gain, equal_low, equal_top, voxels, why_not)
