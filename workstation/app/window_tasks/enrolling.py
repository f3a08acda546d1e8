"""Enrolments as a task: each person's visits, which of them are read together, and a change of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workstation.app.window_tasks.reading import WHY
from workstation.managing.state import Managed, Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, Shown, StudyTask

if TYPE_CHECKING:
    from scoring.design.enrolment_csv import ListedEnrolment
    from storage.study.enrolments import Enrolled, EnrolmentLine

HEADERS: Final = ("Person", "Visits", "Enrolment", "Read together", "Label", "By", "Given to")
EMPTY: Final = "No scans yet, so nobody can be enrolled. Close this and add scans (Ctrl+O). A rule can be set now."
_NOTHING: Final = "Nothing was changed"
_LIST: Final = "list"


def shows(study: Managed) -> Shown:
    """Everybody's visits and enrolments, and the rule and the list that make them."""
    from workstation.intake.protocol.enrolment_words import counted as in_numbers

    found = study.enrolled
    if found is None:
        return Shown("", HEADERS, (), EMPTY)
    values = {"rule": found.rule, _LIST: _as_csv(found)}
    return Shown(in_numbers(found), HEADERS, tuple(_rows(found)), EMPTY, values)


def enrol(given: Given) -> Notice:
    """Change rule or list, or take the last change back."""
    from workstation.errors import UsageRefused
    from workstation.intake.protocol.enrolment_check import enrolments_as_findings
    from workstation.intake.protocol.enrolment_words import counted as in_numbers
    from workstation.intake.report import finding_line

    held = given.study.enrolments()
    rule, rows = given["rule"] or held.rule, _listed(given)
    changes = rule != held.rule or _of_rows(rows) != _of_rows(_parsed(_as_csv(held)))
    if given.ticked("undo") and changes:
        raise UsageRefused("Undo takes the last change back, and rule or list are changed here too: do one of the two")
    who = given.study.vault.choices.last_who()
    if given.ticked("undo"):
        what, now = "The last change was taken back", given.study.undo_enrolments(given["why"], who)
    elif changes:
        what, now = "The enrolments were changed", given.study.set_enrolments(rule, rows, given["why"], who)
    else:
        what, now = _NOTHING, held
    lines = tuple(finding_line(item) for item in enrolments_as_findings(now))
    return Notice(f"{what}: {in_numbers(now)}", Tone.ATTENTION if now.left else Tone.DONE, lines)


def _rows(found: Enrolled) -> Iterator[tuple[str, ...]]:
    from scoring.design.enrolments import shown
    from storage.study.enrolments import by_subject

    lines = by_subject(found.lines)
    for subject, visits in sorted(found.there.items()):
        there = ", ".join(map(str, visits))
        for item in lines.get(subject, ()):
            yield (subject, there, item.key, shown(item.visits), item.label, _made_by(item), ", ".join(item.readers))
        if left := found.left.get(subject):
            yield (subject, there, "none", ", ".join(map(str, left)), "", "", f"nobody gets {_visits(len(left))}")


def _made_by(item: EnrolmentLine) -> str:
    if not item.stands:
        return "no longer"
    return "list" if item.listed else "rule"


def _visits(count: int) -> str:
    return "this visit" if count == 1 else "these visits"


def _as_csv(found: Enrolled) -> str:
    """The list that holds, as it can be typed."""
    from scoring.design.enrolments import shown
    from workstation.intake.protocol.enrolment_words import HEADING

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADING)
    listed = (item for item in found.standing if item.listed)
    rows.writerows((item.subject, item.number, shown(item.visits), item.label) for item in listed)
    return text.getvalue()


def _listed(given: Given) -> tuple[ListedEnrolment, ...]:
    from scoring.design.enrolment_csv import read_enrolments

    return read_enrolments(given.path("file")) if given["file"] else _parsed(given[_LIST])


def _parsed(text: str) -> tuple[ListedEnrolment, ...]:
    """The rows of a list; a heading alone, or nothing, is an empty one."""
    from scoring.design.enrolment_csv import parsed

    lines = [line for line in text.splitlines() if line.strip()]
    return parsed(text) if len(lines) > 1 else ()


def _of_rows(rows: Sequence[ListedEnrolment]) -> list[tuple[object, ...]]:
    return sorted((row.person, row.visits, row.number or 0, row.label) for row in rows)


def _rules(_folder: Path) -> Sequence[tuple[str, str]]:
    from scoring.design.enrolments import RULES
    from workstation.intake.protocol.enrolment_words import SAYS

    return tuple((rule, f"{rule}: {SAYS[rule]}") for rule in RULES)


ENROLLING: Final = (
    StudyTask(
        "study.enrolments",
        "Enrolments: which visits are read together",
        "Worklists",
        "study enrolments",
        "An enrolment is one or two visits of a person that a reader gets as one case. The rule makes them; people in "
        "the list have what it says, in rows such as S001,2,3+4,group B. What was given stays with its reader. No "
        "reader gets a label.",
        enrol,
        (
            Field("rule", "Rule", Asked.CHOICE, choices=_rules, option="rule"),
            Field(_LIST, "List", Asked.LINES, "person,enrolment,visits,label", needed=False),
            Field("file", "Or a file", Asked.FILE, "a CSV file, in place of the list", needed=False, option="file"),
            Field("why", WHY.label, Asked.REASON, "needed after the first grade", needed=False, option="why"),
            Field("undo", "Undo the last change", Asked.YES, needed=False, option="undo"),
        ),
        shows=shows,
    ),
)
