"""Questions that are asked alike: the same, for the same reasons, about different series or subjects. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from storage.vault.choices import About, Choice
from workstation.intake.decisions.decision import Decision
from workstation.intake.findings import Finding

# of these an answer means the same of whatever it is given about; visits, persons and stacks have names of their own
WORDED = frozenset({About.KIND, About.PLANE, About.TURNED, About.SIZE, About.SIDE, About.TEXT})
CODES = re.compile(r"\b(?:[A-Z2-7]{8}|S\d{3,})\b")
# in the value of an answer that was given to many questions at once
TOGETHER = "together"


def alike(
    decisions: Iterable[Decision[str]], findings: Iterable[Finding], said: Iterable[Choice]
) -> Mapping[str, tuple[str, ...]]:
    """Id -> all that can be answered at once with it, itself among them; an id that stands alone has none.

    Args:
        decisions: those with a question are asked.
        findings: those that nobody accepted.
        said: the answers that stand, of which those that were given together are taken back together.
    """
    found: dict[Hashable, list[str]] = defaultdict(list)
    for item in decisions:
        about, question = item.what.partition(":")[0], item.question
        if question is not None and about in WORDED:
            words = tuple(answer.word for answer in question.answers)
            # what stands before it names the series
            asked = question.text.rpartition(": ")[2]
            found[about, asked, item.reasons, words, question.proposal].append(item.what)
    for told in findings:
        if not told.question:
            found[told.code, told.level, CODES.sub("", told.text)].append(told.id)
    for choice in said:
        if TOGETHER in choice.value:
            found[TOGETHER, choice.value[TOGETHER]].append(choice.what)
    return {what: tuple(whats) for whats in found.values() if len(whats) > 1 for what in whats}
