"""Enrolments in words: for a terminal, for a script, and as a list that can be changed and given back."""

from __future__ import annotations

from typing import Final

from scoring.design.enrolments import shown
from storage.study.enrolments import Enrolled
from workstation.intake.findings import printable
from workstation.intake.protocol.enrolment_check import enrolments_as_findings
from workstation.intake.report import finding_line

HEADING: Final = ("person", "enrolment", "visits", "label")
SAYS: Final = {
    "first-two": "visits 1 and 2 together, later ones not at all",
    "consecutive": "each visit with the next",
    "disjoint-pairs": "1 and 2, 3 and 4, and so on",
    "each-with-first": "each later visit with the first",
}


def as_rows(found: Enrolled) -> list[tuple[str, ...]]:
    """The enrolments that stand as a list that can be changed and given back."""
    rows = ((item.subject, str(item.number), shown(item.visits), item.label) for item in found.standing)
    return [HEADING, *rows]


def as_json(found: Enrolled) -> dict[str, object]:
    """The object that `ramris study enrolments --json` prints."""
    lines = [
        {
            "subject": item.subject,
            "enrolment": item.number,
            "visits": list(item.visits),
            "label": item.label,
            "listed": item.listed,
            "stands": item.stands,
            "readers": list(item.readers),
        }
        for item in found.lines
    ]
    left = [{"subject": subject, "visits": list(visits)} for subject, visits in found.left.items()]
    return {"rule": found.rule, "enrolments": lines, "not_enrolled": left}


def as_text(found: Enrolled) -> list[str]:
    """The rule, how many there are, a line for each, and what no reader gets."""
    width = max((len(item.key) for item in found.lines), default=0)
    lines = [f"rule: {found.rule} ({SAYS[found.rule]})", counted(found)]
    for item in found.lines:
        said = [f"label {printable(item.label)}"] if item.label else []
        said += ["as listed"] if item.listed else []
        said += [f"given to {', '.join(item.readers)}"] if item.readers else []
        said += [] if item.stands else ["no longer an enrolment"]
        lines.append(f"{item.key:<{width}}  {shown(item.visits):<5}  {'; '.join(said)}".rstrip())
    return lines + [finding_line(item) for item in enrolments_as_findings(found)]


def counted(found: Enrolled) -> str:
    """How many people have how many enrolments, and of how many visits."""
    people = len({item.subject for item in found.standing})
    pairs = sum(len(item.visits) > 1 for item in found.standing)
    parts = [
        f"{people} {'person' if people == 1 else 'people'}",
        f"{len(found.standing)} enrolment{'' if len(found.standing) == 1 else 's'}",
    ]
    single = len(found.standing) - pairs
    kinds = f"{pairs} of two visits, {single} of one"
    return f"{', '.join(parts)}: {kinds}"
