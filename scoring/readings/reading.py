"""A reading: the answers of one reader to one case in one round. Frozen; a change makes a new one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct, field

from scoring.schemes.scheme import FeatureCode, SiteCode

VISITS = (1, 2)


class SiteKey(Struct, frozen=True, order=True):
    """Which answer: visit 1 (baseline) or 2 (follow-up), feature, site."""

    visit: int
    feature: FeatureCode
    site: SiteCode


class Graded(Struct, frozen=True):
    """A grade on the feature's scale."""

    grade: Decimal


class NotAssessable(Struct, frozen=True):
    """No grade, and why: a code of the scheme; `text` only where the code asks for words."""

    code: str
    text: str = ""


Answer = Graded | NotAssessable


class AnswerChanged(Struct, frozen=True):
    """What happened to one answer; None is blank. Undoing is the change with before and after swapped."""

    key: SiteKey
    before: Answer | None
    after: Answer | None

    def inverse(self) -> AnswerChanged:
        """The change that takes this one back."""
        return AnswerChanged(self.key, before=self.after, after=self.before)


class Reading(Struct, frozen=True):
    """All answers given so far; a key that is absent is blank: not read yet."""

    answers: Mapping[SiteKey, Answer] = field(default_factory=lambda: MappingProxyType({}))

    def answer(self, key: SiteKey) -> Answer | None:
        """The answer at `key`, or None while it is blank."""
        return self.answers.get(key)

    def applied(self, change: AnswerChanged) -> Reading:
        """The reading after `change`; ValueError when `change.before` isn't what stands here."""
        if self.answers.get(change.key) != change.before:
            message = f"{change.key}: the change starts from {change.before}, the reading has another answer"
            raise ValueError(message)
        answers = dict(self.answers)
        answers.pop(change.key, None)
        if change.after is not None:
            answers[change.key] = change.after
        return Reading(MappingProxyType(answers))
