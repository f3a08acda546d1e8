"""Task of a calibration: where a reader stands, with the page of it."""

from __future__ import annotations

from typing import Final

from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Readers"


def standing(given: Given) -> Notice:
    """Where a reader stands; no single case, since the record would say that the reader has seen it."""
    from scoring.calibration.words import standing_lines
    from workstation.app.calibrating import telling

    page = given.path("page") if given["page"] else None
    if page is not None:
        telling.check_page(given.folder, page)
    stand = telling.standing(given.folder, given["reader"], by_site=False)
    lines = standing_lines(stand.found)
    if stand.of.left:
        lines.append(f"{counted(stand.of.left, 'case')} on the worklist of {stand.of.reader} not signed yet")
    if page is not None:
        telling.write_page(stand, given.folder, page)
        lines.append(f"The page is in {given['page']}")
    return Notice(f"{stand.of.reader}: {lines[len(stand.found.measures) + 1]}", Tone.DONE, tuple(lines))


LEARNING: Final = (
    StudyTask(
        "study.calibration",
        "Calibration: where a reader stands",
        GROUP,
        "calibrate",
        "In a study whose design names a reference: ICC and bias of each total, and whether the gates are passed.",
        standing,
        (
            Field("reader", "Reader", Asked.READER, option="reader"),
            Field("page", "Page, a new file", Asked.NEW_FILE, "ends in .html or .pdf", needed=False, option="page"),
        ),
        reads=True,
    ),
)
