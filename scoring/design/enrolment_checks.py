"""Checks of what a person asks for when enrolments are changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.design.enrolments import RULES, Enrolment, Wanted, named
from scoring.errors import DesignRefused


def checked_rule(text: str) -> str:
    """The rule that was typed; DesignRefused when there is none of that name."""
    if text not in RULES:
        raise DesignRefused(f"rule {text!a}: {', '.join(RULES)}; a CSV file lists what no rule says")
    return text


def check_numbers(held: Sequence[Enrolment], wanted: Sequence[Wanted]) -> None:
    """Refuse a list that gives a number to other visits than those that readers have under it.

    Raises:
        DesignRefused: it says which number and which visits.
    """
    by_visits = {item.visits: item.number for item in held}
    by_number = {item.number: item.visits for item in held}
    for item in wanted:
        if item.number is None:
            continue
        if by_visits.get(item.visits, item.number) != item.number:
            raise DesignRefused(
                f"readers have {named(item.visits)} as enrolment {by_visits[item.visits]}, not as {item.number}: "
                "keep that number"
            )
        if by_number.get(item.number, item.visits) != item.visits:
            raise DesignRefused(
                f"readers have enrolment {item.number} with {named(by_number[item.number])}, not {named(item.visits)}: "
                "choose another number"
            )
