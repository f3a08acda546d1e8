"""Words for the rules of adjudication, as the design, the charter and the report say them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scoring.adjudication.adjudicating import Adjudicating
from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import Rule, Scope

VALUES: Final[Mapping[Settling, str]] = MappingProxyType(
    {
        Settling.MEDIAN: "median of the three",
        Settling.ADJUDICATOR: "what the third reader gave",
        Settling.NEAREST: "of the two what is nearest to the third reader's",
        Settling.MEAN_OF_NEAREST: "mean of the two of three that are nearest to each other",
    }
)

HOW: Final[Mapping[Adjudicating, str]] = MappingProxyType(
    {
        Adjudicating.BLIND: "blind to both readings: nothing tells which sites differ",
        Adjudicating.BESIDE: "with both readings beside, as A and B, at the sites that are settled; which one is A is "
        "drawn for each case, and nothing tells whose they are",
        Adjudicating.BESIDE_ALL: "with both readings beside, as A and B, at every site; which one is A is drawn for "
        "each case, and nothing tells whose they are",
    }
)


def in_words(rule: Rule) -> str:
    """Which cases and sites go to a third reader."""
    match rule.scope:
        case Scope.SITE:
            return f"sites at which two readers differ by {rule.least} or more"
        case Scope.TOTAL:
            return f"cases in which a feature's total differs by {rule.least} or more at a visit"
        case Scope.CHANGE:
            by = "more than the SDC of the two" if rule.least is None else f"{rule.least} or more"
            return f"cases in which the change of a feature's total differs by {by}"
        case Scope.ALL:
            return "every case that two readers have read"
