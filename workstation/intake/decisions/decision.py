"""Decision of the import as a value: what holds, how sure that is, why, and what is asked of the coordinator. Pure.

Every decision is made by a function of its own in this package: facts -> Decision. What a rule decides the coordinator
may overrule by the question's id, also where nothing is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from workstation.intake.findings import printable

Value_co = TypeVar("Value_co", covariant=True)


class Confidence(StrEnum):
    """How sure a decision is. Decided: the coordinator said so."""

    SURE = "sure"
    UNSURE = "unsure"
    CONTRADICTORY = "contradictory"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Answer:
    """A word that can be given to a question, and what it means and does, as a sentence."""

    word: str
    means: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the coordinator. what: its id, stable as long as the study; text: ends in a question mark.

    subject and visit: whose it is, as in a finding. answers: those offered, the proposal first where there is one.
    """

    what: str
    subject: str
    visit: int | None
    text: str
    answers: tuple[Answer, ...]
    proposal: str = ""

    def __post_init__(self) -> None:
        """Values of damaged headers stand in the text, which is to be one line that a person can read."""
        object.__setattr__(self, "text", printable(self.text))


@dataclass(frozen=True, slots=True)
class Decision(Generic[Value_co]):
    """What holds now, and why. question: only where it isn't sure; the value is then no more than what is done so far.

    about: the code of the series, "" of others.
    """

    what: str
    value: Value_co
    confidence: Confidence
    reasons: tuple[str, ...]
    question: Question | None = None
    about: str = ""

    def __post_init__(self) -> None:
        """As with the question's text."""
        object.__setattr__(self, "reasons", tuple(map(printable, self.reasons)))
