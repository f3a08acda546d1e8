"""Task that adds scans where readers have graded already: what they would see changes, so it takes a reason."""

from __future__ import annotations

from typing import Final

from workstation.app.window_tasks.reading import WHY
from workstation.errors import UsageRefused
from workstation.managing.state import Notice
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask
from workstation.managing.wording import about_import


def add_to_read(given: Given) -> Notice:
    """Import folders, also into visits that have been read."""
    from workstation.intake.importing.importer import import_folders

    if not given["why"]:
        raise UsageRefused("Readers would see more than they graded, so it takes a reason: fill in “Why”")
    return about_import(
        import_folders(
            given.study,
            given.paths("scans"),
            progress=lambda step: given.told(step.done, step.total, step.stage),
            cancelled=given.cancelled,
            why=given["why"],
        )
    )


ADDING: Final = (
    StudyTask(
        "study.add_to_read",
        "Add scans to visits that have been read",
        "Scans",
        "study add --add-to-read",
        "As Ctrl+O does, and also series and slices for visits that readers have: they would see more than they "
        "graded. Grades stay as they are.",
        add_to_read,
        (Field("scans", "Folders, ZIP archives or files", Asked.FOLDERS), WHY),
        warns="What comes in stays; a series can be excluded again with Del.",
    ),
)
