"""Questions of the import as findings, for scripts, and as lines that say how to answer them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from storage.vault.choices import About
from workstation.intake.decisions.decision import Confidence, Decision, Question
from workstation.intake.findings import Finding, Level

# a contradiction must be settled before anybody reads, a doubt should be
LEVELS = {Confidence.UNSURE: Level.WARNING, Confidence.CONTRADICTORY: Level.ERROR}


def asked_as_findings(decisions: Iterable[Decision[object]]) -> tuple[Finding, ...]:
    """A finding for each question, with the reasons for it."""
    return tuple(_finding(item, item.question) for item in decisions if item.question is not None)


def question_json(decision: Decision[str], question: Question) -> dict[str, object]:
    """A question as scripts get it."""
    return {
        "what": question.what,
        "subject": question.subject or None,
        "visit": question.visit,
        "level": LEVELS[decision.confidence],
        "text": question.text,
        "reasons": list(decision.reasons),
        "value": decision.value,
        "answers": [{"answer": item.word, "means": item.means} for item in question.answers],
        "proposal": question.proposal or None,
    }


def how_to_answer(questions: Iterable[Question], alike: Mapping[str, Sequence[str]]) -> list[str]:
    """The command that answers each; behind the first of those that are asked alike, the one that answers them all."""
    told: set[str] = set()
    lines = []
    for question in questions:
        words = " | ".join((*(answer.word for answer in question.answers), *_typed(question.what)))
        proposed = f" (proposed: {question.proposal})" if question.proposal else ""
        command = f"ramris study decide DIR {question.what} ANSWER"
        lines.append(f"answer with: {command} --why TEXT   ANSWER: {words}{proposed}")
        others = alike.get(question.what, ())
        if others and question.what not in told:
            lines.append(f"all {len(others)} that ask the same for the same reason: {command} --alike --why TEXT")
            told |= set(others)
    return lines


def _typed(what: str) -> tuple[str, ...]:
    """What can be typed beside the answers that are offered."""
    return ("millimetres such as 0.1",) if what.startswith(About.SIZE) else ()


def _finding(decision: Decision[object], question: Question) -> Finding:
    why = "; ".join(decision.reasons)
    text = f"{question.text} {why[:1].upper()}{why[1:]}" if why else question.text
    about, _, whose = question.what.partition(":")
    others = tuple(code for code in whose.split("+") if code != question.subject) if about == About.PERSON else ()
    level = LEVELS[decision.confidence]
    facts = (question.what, str(decision.value), decision.confidence.value)
    return Finding(level, text, question.subject, question.visit, question.what, f"question-{about}", others, facts)
