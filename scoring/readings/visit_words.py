"""Names of the two visits of a pair: baseline and follow-up, or A and B where their order is hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_IN_ORDER: Final = re.compile(r"\b(the )?(baseline|follow-up)\b", re.IGNORECASE)
_HIDDEN: Final[Mapping[str, str]] = {"baseline": "visit A", "follow-up": "visit B"}
CHANGE: Final = "Change"
DIFFERENCE: Final = "B \N{MINUS SIGN} A"


def worded(text: str, *, ordered: bool) -> str:
    """A text that speaks of baseline and follow-up, with the names of the visits that the reader may hear.

    Args:
        text: any sentence or heading.
        ordered: whether the order of the visits is known; then the text stays as it is.
    """
    return text if ordered else _IN_ORDER.sub(_hidden, text)


def difference_word(*, ordered: bool) -> str:
    """The heading of second minus first: a change is in time, and there is none where the order is hidden."""
    return CHANGE if ordered else DIFFERENCE


def _hidden(found: re.Match[str]) -> str:
    said = found[2]
    name = _HIDDEN[said.lower()]
    if said.isupper():
        return name.upper()
    return name.capitalize().replace(" a", " A").replace(" b", " B") if (found[1] or said)[0].isupper() else name
