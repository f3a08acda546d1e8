"""Figures by their kind: a choice becomes a figure. Pure, and fast enough to follow a key."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from workstation.numbers import agreeing, changing, comparing, drifting, reading_habits
from workstation.numbers.choice import Choice, Kind, settled
from workstation.numbers.figure import Figure, Nothing, Told
from workstation.numbers.readings import Numbers

_MADE: Final[Mapping[Kind, Callable[[Numbers, Choice], Figure]]] = MappingProxyType(
    {
        Kind.DIFFERENCES: comparing.differences,
        Kind.SCATTER: comparing.scatter,
        Kind.CUMULATIVE: changing.cumulative_change,
        Kind.SITES: changing.change_by_site,
        Kind.WRIST: changing.wrists,
        Kind.DRIFT: drifting.drift,
        Kind.CASE_TIME: reading_habits.time_by_case,
        Kind.FEATURE_TIME: reading_habits.time_by_feature,
        Kind.GRADES: reading_habits.grades_by_reader,
        Kind.AGREEMENT: agreeing.agreement,
    }
)
NOBODY: Final = "Nobody has a case yet. `ramris study assign DIR --reader ID` gives cases (Ctrl+R in `ramris manage`)"


def figure_of(numbers: Numbers, choice: Choice) -> Figure:
    """The figure of a choice; what isn't there gives way to what is."""
    if not numbers.readers:
        return Nothing(Told(numbers.name, ""), NOBODY)
    return _MADE[choice.kind](numbers, settled(numbers, choice))


def as_csv(figure: Figure) -> str:
    """What a figure is made of, as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(figure.table())
    return text.getvalue()
