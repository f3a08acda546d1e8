"""Enrolments as findings: visits that no reader gets, and what readers were given that isn't an enrolment any more."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.design.enrolments import Visits, named
from storage.study.enrolments import Enrolled, EnrolmentLine, by_subject
from workstation.intake.findings import Finding, Level

HOW_TO_ENROL = "`ramris study enrolments DIR --rule RULE`, or --file with a list, changes what is read together"


def enrolments_as_findings(found: Enrolled) -> tuple[Finding, ...]:
    """By subject: what a person should see, and notes of what is new."""
    lines = by_subject(found.lines)
    # with the rule of a new study nobody has said yet which of many visits are compared
    level = Level.WARNING if found.changes else Level.ERROR
    return tuple(
        finding
        for subject in sorted({*lines, *found.left})
        for finding in _of_subject(subject, lines.get(subject, ()), found.left.get(subject, ()), level)
    )


def _of_subject(subject: str, lines: tuple[EnrolmentLine, ...], left: Visits, level: Level) -> Iterator[Finding]:
    if left:
        verb, them = ("is", "it") if len(left) == 1 else ("are", "them")
        what = f"{named(left)} {verb} in no enrolment, so no reader gets {them}"
        yield Finding(level, f"{what}: {HOW_TO_ENROL}", subject, code="not-enrolled", facts=tuple(map(str, left)))
    for line in lines:
        if not line.stands:
            text = (
                f"enrolment {line.number} ({named(line.visits)}) was given to {' and '.join(line.readers)}, and isn't "
                "one any more: its cases stay with the reader and in the export, which says so"
            )
            facts = (str(line.number), *map(str, line.visits), *line.readers)
            yield Finding(Level.WARNING, text, subject, code="enrolment-gone", facts=facts)
    if any(line.readers for line in lines):
        for line in lines:
            if line.stands and not line.readers:
                text = (
                    f"enrolment {line.number} ({named(line.visits)}) is new and no reader has it: "
                    "`ramris study assign` gives it"
                )
                yield Finding(Level.NOTE, text, subject, code="enrolment-new", facts=(str(line.number),))
