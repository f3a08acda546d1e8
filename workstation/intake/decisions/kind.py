"""Decision on the kind of a series: what was recognised when it was imported, or what the coordinator said. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from scoring.schemes.modalities import XR
from storage.vault.choices import About, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question

KIND_WORDS = {
    "T1": "T1 without fat suppression",
    "T2FS": "T2 with fat suppression, or STIR",
    "PD": "proton density",
    "T1FSGD": "T1 with fat suppression after contrast",
    **XR.kinds,
    "OTHER": "other, not read",
}
UNKNOWN_WORD = "its text has an unknown word, which may mean contrast, fat suppression or a computed image"
# of the words that no list has; a text may be nothing else
MOST_WORDS = 6
LONGEST_WORD = 40
# stands for signs and abbreviations that may mean more than one thing; no header has the word
DOUBTFUL = "DOUBTFUL"


def is_open(facts: Mapping[str, Any], harmless: AbstractSet[str]) -> bool:
    """Whether a kind is asked: not where only words leave it open that the study's protocol calls harmless."""
    words = {str(word) for word in facts.get("unknown", ())}
    settled = bool(words) and words <= harmless and list(facts.get("against", ())) == [UNKNOWN_WORD]
    return bool(facts.get("unsure")) and not settled


def kind_of(
    identity: SeriesIdentity, current: CurrentChoices, name: str, harmless: AbstractSet[str] = frozenset()
) -> Decision[str]:
    """What kind a series is.

    Args:
        identity: of the series; what was recognised is in its facts, "" where an older program imported it.
        current: what was decided of it.
        name: what it is called in a sentence: its kind and plane now, and its code.
        harmless: words that say nothing, by the study's protocol.
    """
    what, facts = About.KIND.of(identity.code), identity.facts
    recognised = str(facts.get("recognised", ""))
    if current.kind is not None:
        return Decision(what, current.kind, Confidence.DECIDED, identity.reasons, about=identity.code)
    if not is_open(facts, harmless):
        return Decision(what, recognised, Confidence.SURE, identity.reasons, about=identity.code)
    candidates = tuple(str(item) for item in facts.get("candidates", ()))
    question = Question(
        what,
        identity.subject,
        identity.visit,
        f"{name}: is it {' or '.join(candidates)}?",
        tuple(Answer(kind, KIND_WORDS[kind]) for kind in candidates),
        candidates[0] if candidates else "",
    )
    words = [str(word)[:LONGEST_WORD] for word in facts.get("unknown", ()) if word != DOUBTFUL]
    named = (f"not known: {', '.join(words[:MOST_WORDS])}",) if words else ()
    return Decision(what, recognised, Confidence.UNSURE, (*identity.reasons, *named), question, identity.code)
