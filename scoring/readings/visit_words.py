"""Names of the visits of a case: baseline and follow-up, A and B where their order is hidden, scan for one alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_IN_ORDER: Final = re.compile(r"\b(the )?(baseline|follow-up)\b", re.IGNORECASE)
_AT_VISIT: Final = re.compile(r"(,| at) (the )?(baseline|follow-up)\b", re.IGNORECASE)
_HIDDEN: Final[Mapping[str, str]] = {"baseline": "visit A", "follow-up": "visit B"}
CHANGE: Final = "Change"
DIFFERENCE: Final = "B \N{MINUS SIGN} A"


def worded(text: str, *, ordered: bool, alone: bool = False) -> str:
    """A text that speaks of baseline and follow-up, with the names of the visits that the reader may hear.

    Args:
        text: any sentence or heading.
        ordered: whether the order of the visits is known; then the text stays as it is.
        alone: the case shows one visit, and nobody is told which: it is the scan, and goes without saying.
    """
    if alone:
        return _IN_ORDER.sub(_alone, _AT_VISIT.sub("", text))
    return text if ordered else _IN_ORDER.sub(_hidden, text)


def difference_word(*, ordered: bool) -> str:
    """The heading of second minus first: a change is in time, and there is none where the order is hidden."""
    return CHANGE if ordered else DIFFERENCE


def _alone(found: re.Match[str]) -> str:
    said, the = found[2], found[1] or ""
    if said.isupper():
        return "SCAN"
    return f"{the}scan" if said[0].islower() else "Scan"


def _hidden(found: re.Match[str]) -> str:
    said = found[2]
    name = _HIDDEN[said.lower()]
    if said.isupper():
        return name.upper()
    return name.capitalize().replace(" a", " A").replace(" b", " B") if (found[1] or said)[0].isupper() else name
