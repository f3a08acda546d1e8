"""Wording of the form: planes, kinds of series, grades, changes, totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scoring.readings.reading import Answer, Graded
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import GradeDefinition, Scale, SeriesRef
from workstation.hanging.words import described

UNREAD = "·"
HIDDEN = "hidden"
MINUS = "\N{MINUS SIGN}"


def number_text(value: Decimal) -> str:
    """A grade or total without trailing zeros: 3, 2.5."""
    return format(value.normalize(), "f") if value else "0"


def key_text(grade: GradeDefinition) -> str:
    """Of a grade with a letter the number that stands for it, and the key that gives it beside the digit."""
    if not grade.letter:
        return ""
    return f"{number_text(grade.grade)}, {grade.key}" if grade.key else number_text(grade.grade)


def answer_text(scale: Scale, answer: Answer | None) -> str:
    """What a cell shows: the grade, the unscorable code, or the sign for unread."""
    if answer is None:
        return UNREAD
    return grade_name(scale, answer.grade) if isinstance(answer, Graded) else answer.code


def spoken(scale: Scale, answer: Answer | None) -> str:
    """The same for a screen reader."""
    if answer is None:
        return "blank"
    if isinstance(answer, Graded):
        return f"grade {grade_name(scale, answer.grade)}"
    return f"unscorable {answer.code} {answer.text}".strip()


def change_text(change: Decimal | None) -> str:
    """A change with its sign; empty while there is none."""
    if change is None:
        return ""
    if change == 0:
        return "0"
    return f"+{number_text(change)}" if change > 0 else f"{MINUS}{number_text(-change)}"


def series_text(refs: Sequence[SeriesRef]) -> str:
    """Such as "axial T1 post-Gd fat-sat, axial T1"."""
    return ", ".join(described(ref.kind, ref.plane) for ref in refs)
