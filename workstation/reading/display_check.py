"""A check of the display in three questions, each with one right answer of four. Pure; the chances come from outside.

Dark: one of four black squares holds a patch of 5 % grey. Light: one of four white squares holds a patch of 95 %.
Text: one of four small numbers is the one that is asked for. Source of the 5 and 95 % patches: the SMPTE RP 133 test
pattern, as AAPM On-line Report 03 (2005), section 4.3 uses it for a look at a display each day.
"""

from __future__ import annotations

from random import Random

from msgspec import Struct

from scoring.values import replace
from storage.records import DISPLAY_FAILED, DISPLAY_PASSED

CHOICES = 4
QUESTIONS = ("dark", "light", "text")
# drive levels of 8 bits: 5 % and 95 % of 255
DARK_PATCH, LIGHT_PATCH = 13, 242
WORDS = {
    "dark": "Which black square holds a lighter patch?",
    "light": "Which white square holds a darker patch?",
    "text": "Which of the small numbers is {target}?",
}


class Trial(Struct, frozen=True):
    """One run. right: the answer (1 to 4) to each question; numbers: the four small ones; given: the answers so far."""

    right: tuple[int, int, int]
    numbers: tuple[str, ...]
    given: tuple[int, ...] = ()

    @property
    def question(self) -> str:
        """Which question is asked now; empty when all are answered."""
        return QUESTIONS[len(self.given)] if len(self.given) < len(QUESTIONS) else ""

    @property
    def words(self) -> str:
        """The question in words."""
        return WORDS[self.question].format(target=self.numbers[self.right[2] - 1]) if self.question else ""

    @property
    def missed(self) -> tuple[str, ...]:
        """The questions that were answered wrongly."""
        return tuple(
            name for name, right, given in zip(QUESTIONS, self.right, self.given, strict=False) if right != given
        )

    @property
    def outcome(self) -> str:
        """Passed or failed; empty until all is answered."""
        if self.question:
            return ""
        return DISPLAY_FAILED if self.missed else DISPLAY_PASSED


def drawn(random: Random) -> Trial:
    """A new run. The numbers are of digits that are alike when they are blurred: 3, 5, 6, 8 and 9."""
    numbers: list[str] = []
    while len(numbers) < CHOICES:
        number = "".join(random.choice("35689") for _ in range(5))
        if number not in numbers:
            numbers.append(number)
    right = (random.randint(1, CHOICES), random.randint(1, CHOICES), random.randint(1, CHOICES))
    return Trial(right, tuple(numbers))


def answered(trial: Trial, choice: int) -> Trial:
    """The run with one answer more; what isn't among the four, or comes behind the last question, changes nothing."""
    if not trial.question or not 1 <= choice <= CHOICES:
        return trial
    return replace(trial, given=(*trial.given, choice))
